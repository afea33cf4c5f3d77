"""The sequencer's half outside the database: the tiles, the witnesses, the public checkpoint.

Order of effects for each new head; every step may be repeated, so a crash costs only a repetition:
1. guard    the database is not behind, and not beside, what was signed before;
2. hold     checkpoint.lock names the head, if it does not yet: nothing leaves the house before;
3. tiles    immutable files, written whole and renamed;
4. witness  cosignatures are kept in the database;
5. publish  the checkpoint file is renamed into place;
6. note     the head's published size follows;
7. prune    partial tiles that are full by now are dropped.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.db import transaction

from passport.actions import checkpoint_lock, shelf
from passport.actions.checkpoint_lock import ForkRefused
from passport.actions.log import AnotherSequencer
from passport.audit.panel import Contradicted
from passport.models import Checkpoint, Cosignature, LogHead
from passport.postgres.locks import SEQUENCER, held
from passport.proof import checkpoint, note, tiles
from passport.proof.errors import BadTile, NoQuorum, ProofError
from passport.queries.log import tile_reader

__all__ = ["ForkRefused", "Press", "confirm", "guard", "publish", "self_check"]

PATIENCE = timedelta(seconds=60)
_RESTORE = "restore a true copy of the database"

# Asks all witnesses about a signed checkpoint; is given the consistency proof from any older size.
Ask = Callable[[bytes, Callable[[int], list[bytes]]], Sequence[note.Signature]]


@dataclass(frozen=True)
class Press:
    """Where a log is published, and who witnesses it. `quorum` refuses with NoQuorum."""

    folder: Path
    lock: Path
    ask: Ask
    quorum: Callable[[bytes], None]


def guard(*, press: Press) -> LogHead:
    """Refuse to go on after a restore; what checkpoint_lock.guard() refuses. [step 1]"""
    return checkpoint_lock.guard(lock=press.lock)


def self_check(*, press: Press | None = None) -> int:
    """Hash every entry again, compare with head, lock and files; the number of entries.

    1. each entry is what its hash says; 2. up to the size that the lock names they make the root
    that was signed; 3. all of them make the head; 4. every published file is what the entries make:
    one that was lost or changed is written anew, since by now they are known to be those that were
    signed. Refuses ForkRefused and names the first entry that was changed.
    """
    head = LogHead.objects.get()
    locked = checkpoint_lock.read(lock=press.lock) if press else None
    if press is not None and locked is None and (press.folder / "checkpoint").exists():
        raise ForkRefused(
            f"{press.lock} is missing, though a checkpoint was published",
            remedy="put the file back from another copy; never make a new one",
        )
    entries = shelf.Entries(size=head.size, mark=locked.size if locked else 0)
    rows = iter(entries)  # 1
    published = shelf.files_of(islice(rows, head.published_size))
    lost = shelf.differing(folder=press.folder, files=published) if press else []
    deque(rows, maxlen=0)
    grown = entries.tree
    if locked is not None and entries.marked != locked.root:  # 2
        raise ForkRefused(
            f"the entries up to {locked.size} do not make the root that was signed{_first(lost)}",
            remedy=_RESTORE,
        )
    if grown.size != head.size or grown.peaks != tuple(map(bytes, head.edge)):  # 3
        raise ForkRefused(
            f"the head says {head.size} entries, the entries make another tree of {grown.size}"
            f"{_first(lost)}",
            remedy=_RESTORE,
        )
    if press is not None:
        shelf.mend(folder=press.folder, size=head.published_size, paths=lost)  # 4
        _mend_checkpoint(press, head)
    return grown.size


def _first(lost: Sequence[str]) -> str:
    bundles = [path for path in lost if "/entries/" in path]
    return f"; the first to differ from what was published stand in {bundles[0]}" if bundles else ""


def _mend_checkpoint(press: Press, head: LogHead) -> None:
    """Put the public checkpoint back when its file is lost, or is not what was published."""
    path = press.folder / "checkpoint"
    shown = path.read_bytes() if path.exists() else b""
    # A crash may have left a file that is newer than the published size; it is right all the same.
    signed = _signed(shown) or Checkpoint.objects.filter(size=head.published_size).first()
    if signed is not None and shown != (kept := _with_kept_lines(signed)):
        shelf.replace(path, kept)


def _signed(body: bytes) -> Checkpoint | None:
    try:
        text, _ = note.parse(body)
        said = checkpoint.parse(text)
    except ProofError:
        return None
    signed = Checkpoint.objects.filter(size=said.size).first()
    return signed if signed and note.parse(bytes(signed.body))[0] == text else None


def confirm(*, press: Press) -> None:
    """Ask the witnesses about the newest signed head, before another one is signed.

    Where the lock was restored together with the database, only they know better: no witness has
    seen more than was signed. Refuses ForkRefused; those that say nothing are waited for later.
    """
    guard(press=press)
    signed = Checkpoint.objects.order_by("-size").first()
    if signed is not None:
        _asked(press, signed)


def _asked(press: Press, signed: Checkpoint) -> list[note.Signature]:
    try:
        return list(press.ask(bytes(signed.body), _proofs(press, signed)))
    except Contradicted as said:
        raise ForkRefused(
            said.detail.rstrip("."),
            remedy="an older state was restored, with its lock: restore a newer one, or begin a"
            " new log",
        ) from said


def publish(*, press: Press, at: datetime) -> int | None:
    """Publish the newest signed head; its size, or None when nothing is new or nobody witnessed it.

    Refuses ForkRefused, AnotherSequencer.
    """
    with held(SEQUENCER) as mine:
        if not mine:
            raise AnotherSequencer("another process publishes the log", remedy="stop one")
        return _publish(press, at=at)


def _publish(press: Press, *, at: datetime) -> int | None:
    head = guard(press=press)  # 1
    signed = Checkpoint.objects.filter(size=head.size).first()
    if head.published_size == head.size or signed is None:
        return None

    checkpoint_lock.hold(lock=press.lock, head=checkpoint_lock.head_of(head))  # 2
    write_tiles(folder=press.folder, head=head, signed=signed)  # 3
    body = _witnessed(press, signed, at=at)  # 4
    if not _enough(press, body, since=_waiting_since(head), at=at):
        # A crash here, or a quorum that lacks, leaves all of it to the next turn.
        return None
    shelf.replace(press.folder / "checkpoint", body)  # 5
    # A crash here publishes the same bytes again: what was cosigned is in the database.
    LogHead.objects.filter(pk=head.pk).update(published_size=head.size)  # 6
    shelf.prune(folder=press.folder, old=head.published_size, new=head.size)  # 7
    return head.size


def write_tiles(*, folder: Path, head: LogHead, signed: Checkpoint) -> None:
    """Write the tiles up to a signed head; all of them again when the right edge is lost."""
    try:
        root = shelf.append(folder=folder, old=head.published_size, new=head.size)
    except BadTile:
        root = shelf.append(folder=folder, old=0, new=head.size)
    if root != bytes(signed.root):
        # Nothing of this size is published: the lock and the checkpoint stay as they are.
        raise ForkRefused(
            f"the entries up to {head.size} do not make the root that was signed",
            remedy="restore a true copy of the database and of the tiles",
        )


def _witnessed(press: Press, signed: Checkpoint, *, at: datetime) -> bytes:
    body = _with_kept_lines(signed)
    try:
        press.quorum(body)
    except NoQuorum:
        lines = _asked(press, signed)
        # A crash here loses cosignatures that their witnesses give again for the same checkpoint.
        with transaction.atomic():
            Cosignature.objects.bulk_create(
                [
                    Cosignature(
                        checkpoint=signed,
                        witness=line.name,
                        line=line.line.rstrip("\n"),
                        received_at=at,
                    )
                    for line in lines
                ],
                ignore_conflicts=True,
            )
        body = checkpoint.add_cosignatures(body, lines=lines)
    return body


def _with_kept_lines(signed: Checkpoint) -> bytes:
    kept = Cosignature.objects.filter(checkpoint=signed).order_by("id")
    lines = [note.parse_signature(line) for line in kept.values_list("line", flat=True)]
    return checkpoint.add_cosignatures(bytes(signed.body), lines=lines)


def _proofs(press: Press, signed: Checkpoint) -> Callable[[int], list[bytes]]:
    read = tile_reader(folder=press.folder)

    def proof(old: int) -> list[bytes]:
        return tiles.consistency_path(old=old, new=signed.size, read=read)

    return proof


def _waiting_since(head: LogHead) -> datetime:
    """When the oldest head that nobody has seen was signed: new ones must not renew the wait."""
    unseen = Checkpoint.objects.filter(size__gt=head.published_size).order_by("size")
    return unseen.values_list("signed_at", flat=True)[0]


def _enough(press: Press, body: bytes, *, since: datetime, at: datetime) -> bool:
    try:
        press.quorum(body)
    except NoQuorum:
        # Readers see that the quorum is missing; a late witness is better than a log that stops.
        return at - since > PATIENCE
    return True
