"""Tokens of time-stamping authorities over the log's checkpoints."""

from passport.models import CheckpointTimestamp


def tokens(*, size: int) -> list[bytes]:
    """The tokens over the checkpoint of this very size, each once, in the order of their bytes."""
    rows = CheckpointTimestamp.objects.filter(checkpoint_id=size).values_list("token", flat=True)
    return sorted({bytes(token) for token in rows})


def is_stamped(*, size: int, authority: str) -> bool:
    """Whether an authority has given its token over the checkpoint of this size."""
    return CheckpointTimestamp.objects.filter(checkpoint_id=size, authority=authority).exists()
