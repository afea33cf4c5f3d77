"""The log as readers see it: the newest checkpoint, entries, and their proofs from the tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from passport.models import Checkpoint, LogDocument, LogEntry, LogEra, LogHead, Outbox
from passport.proof import checkpoint, note, tiles
from passport.proof.contents import Previous
from passport.proof.encoding import b64_encode
from passport.proof.errors import BadTile
from passport.rules.errors import NotFound


@dataclass(frozen=True)
class CheckpointLine:
    origin: str
    size: int
    root: str
    signed_at: datetime
    witnesses: tuple[str, ...]
    witnesses_known: int


@dataclass(frozen=True)
class Published:
    """The published head: its note with all cosignatures, and what it says."""

    body: bytes
    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class Proof:
    """That an entry is in the log: its bytes, place and path to the root of the checkpoint."""

    index: int
    entry: bytes
    path: tuple[bytes, ...]
    checkpoint: bytes


def tile_reader(*, folder: Path) -> tiles.TileReader:
    """Read tiles from where the sequencer published them.

    A partial tile that has become full meanwhile is cut out of the full one.
    """

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError as missing:
            full, partial, width = path.partition(".p/")
            if not partial:
                raise BadTile(f"There is no tile {path}.") from missing
            return tiles.beginning(tiles.parse_path(full), int(width), read)

    return read


def published() -> Published | None:
    """The newest published checkpoint, as anybody reads it; None before the first."""
    path = Path(settings.PASSPORT_LOG_DIR) / "checkpoint"
    if not path.exists():
        return None
    body = path.read_bytes()
    head = checkpoint.parse(note.parse(body)[0])
    return Published(body=body, origin=head.origin, size=head.size, root=head.root)


def origin() -> str | None:
    """The name under which the log goes on; None before it was created."""
    return LogHead.objects.values_list("origin", flat=True).first()


def newest() -> CheckpointLine | None:
    """The newest published checkpoint in words; None before the first.

    None as well where the database knows nothing of it: an older copy was restored.
    """
    now = published()
    kept = Checkpoint.objects.filter(size=now.size).first() if now else None
    if now is None or kept is None:
        return None
    _, signatures = note.parse(now.body)
    return CheckpointLine(
        origin=now.origin,
        size=now.size,
        root=b64_encode(now.root),
        signed_at=kept.signed_at,
        witnesses=tuple(each.name for each in signatures if each.name != now.origin),
        witnesses_known=len(settings.PASSPORT_WITNESSES),
    )


def entries_of(*, subjects: Sequence[bytes], size: int) -> list[LogEntry]:
    """The entries about these salted subjects alone, in a log of this size, in order."""
    rows = LogEntry.objects.filter(subject__in=subjects, index__lt=size)
    return list(rows.order_by("index"))


def entries_with(*, digests: Sequence[bytes], size: int) -> list[LogEntry]:
    """The entries of documents with these digests, in a log of this size, in order."""
    rows = LogEntry.objects.filter(digest__in=digests, index__lt=size)
    return list(rows.order_by("index"))


def path_of(*, index: int, size: int) -> tuple[bytes, ...]:
    """The inclusion path of an entry in the published log of this size (RFC 9162 §2.1.3.1)."""
    read = tile_reader(folder=Path(settings.PASSPORT_LOG_DIR))
    return tuple(tiles.inclusion_path(index=index, size=size, read=read))


def proof_of(*, digest: bytes) -> Proof:
    """The proof for a document's digest. Refuses NotFound while it is not published."""
    now = published()
    entry = LogEntry.objects.filter(digest=digest).order_by("index").first()
    if now is None or entry is None or entry.index >= now.size:
        raise NotFound(
            "the log holds no such digest yet",
            remedy="wait a second after a submission; check the digest (SHA-256 of the bytes)",
        )
    return Proof(
        index=entry.index,
        entry=bytes(entry.leaf),
        path=path_of(index=entry.index, size=now.size),
        checkpoint=now.body,
    )


def waits_or_stands(*, digest: bytes) -> bool:
    """Whether something of this digest is in the log, or was asked to be."""
    entries = LogEntry.objects.filter(digest=digest)
    return Outbox.objects.filter(digest=digest).exists() or entries.exists()


def previous(*, size: int) -> list[Previous]:
    """The last witnessed checkpoint under each older name, oldest first, with its path to a size.

    That is the proof (RFC 9162 §2.1.4.1) that the log of this size begins with what stood there.
    """
    read = tile_reader(folder=Path(settings.PASSPORT_LOG_DIR))
    eras = LogEra.objects.filter(before__isnull=False, began_at__lt=size).order_by("began_at")
    bodies = LogDocument.objects.in_bulk([era.before for era in eras])
    return [
        Previous(
            checkpoint=bytes(bodies[era.before].body),
            path=tuple(tiles.consistency_path(old=era.began_at, new=size, read=read)),
        )
        for era in eras
    ]


def lag(*, at: datetime) -> float | None:
    """Seconds that the oldest unpublished entry has waited; None before the log was created."""
    head = LogHead.objects.first()
    if head is None:
        return None
    behind = Checkpoint.objects.filter(size__gt=head.published_size).order_by("size").first()
    waiting = Outbox.objects.order_by("id").values_list("at", flat=True).first()
    moments = [each for each in (waiting, behind.signed_at if behind else None) if each]
    return max(((at - each).total_seconds() for each in moments), default=0.0)
