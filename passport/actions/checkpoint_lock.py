"""checkpoint.lock: the newest head that was signed, kept outside the database.

A restored database knows only what it knew then; the lock knows better, and stops it from signing
a second history.
"""

from pathlib import Path

from passport.audit import files
from passport.models import Checkpoint, LogDocument, LogEra, LogHead
from passport.proof import checkpoint, note, tree
from passport.proof.errors import BadNote
from passport.rules.errors import Conflict


class ForkRefused(Conflict):
    """The database does not continue what was published: signing on would show two histories."""

    code = "fork-refused"
    title = "The log refuses to fork"


def head_of(head: LogHead) -> checkpoint.Checkpoint:
    """What the checkpoint of this head says: origin, size, and the root of its right edge."""
    grown = tree.Range(head.size, tuple(map(bytes, head.edge)))
    return checkpoint.Checkpoint(origin=head.origin, size=head.size, root=grown.root())


def read(*, lock: Path) -> checkpoint.Checkpoint | None:
    """The newest head that was signed; None before the first. Refuses ForkRefused when damaged."""
    if not lock.exists():
        return None
    try:
        return checkpoint.parse(lock.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, BadNote) as damaged:
        raise ForkRefused(
            f"{lock} is damaged: {damaged}",
            remedy="put the file back from another copy; never make a new one",
        ) from damaged


def guard(*, lock: Path) -> LogHead:
    """Refuse to go on after a restore: the head must continue what the lock names.

    1. the lock is there once anything was published; 2. it is of this log's name, or of the name
    before, at the very size where the name changed; 3. the database is not behind it; 4. the
    database holds the same root at its size. Refuses ForkRefused. A head that is ahead of the lock
    and consistent is rolled forward.
    """
    head, locked = LogHead.objects.get(), read(lock=lock)
    if locked is None:  # 1
        if head.published_size:
            raise ForkRefused(
                f"{lock} is missing, though {head.published_size} entries were published",
                remedy="put the file back from another copy; never make a new one",
            )
        return head
    renamed = locked.origin != head.origin
    if (renamed and not _is_the_step(locked, head)) or locked.size > head.size:  # 2, 3
        raise ForkRefused(
            f"the database holds {head.size} entries of {head.origin}; "
            f"{locked.size} of {locked.origin} were published",
            remedy="an older backup was restored: restore a newer one, or go on from the tiles"
            " (manage.py restore --help)",
        )
    if locked.size and _root_at(locked.size, head) != locked.root:  # 4
        raise ForkRefused(
            f"another history was published up to {locked.size} than the database holds",
            remedy="find out who changed the database; restore a true copy",
        )
    return head


def hold(*, lock: Path, head: checkpoint.Checkpoint) -> None:
    """Name a head that guard() has let pass: from now on no other one of this size is signed."""
    if read(lock=lock) == head:
        return
    lock.parent.mkdir(parents=True, exist_ok=True)
    files.replace(lock, head.text.encode())
    # A crash here leaves the lock on a head that is committed and unsigned: it is signed next.


def _is_the_step(locked: checkpoint.Checkpoint, head: LogHead) -> bool:
    """Whether the lock names the last head under the name before this one, and no other head."""
    era = LogEra.objects.filter(origin=head.origin, began_at=locked.size).first()
    if era is None or era.before is None:
        return False
    kept = LogDocument.objects.filter(sha256=era.before).first()
    return kept is not None and note.parse(bytes(kept.body))[0] == locked.text


def _root_at(size: int, head: LogHead) -> bytes | None:
    if size == head.size:
        return head_of(head).root
    signed = Checkpoint.objects.filter(size=size).first()
    return None if signed is None else bytes(signed.root)
