"""The sequencer's half outside the database: the lock, the tiles, the witnesses, the checkpoint.

Order of effects for each new head; every step may be repeated, so a crash costs only a repetition:
1. guard()  the database is not behind, and not beside, what was published before;
2. lock     checkpoint.lock names the new head: from now on no other head of this size is signed;
3. tiles    immutable files, written whole and renamed;
4. witness  cosignatures are kept in the database;
5. publish  the checkpoint file is renamed into place, then the head's published size follows.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from passport.actions.log import AnotherSequencer
from passport.models import Checkpoint, Cosignature, LogEntry, LogHead
from passport.postgres.locks import SEQUENCER, held
from passport.proof import checkpoint, note, tiles, tree
from passport.proof.errors import BadTile, NoQuorum
from passport.queries.log import tile_reader
from passport.rules.errors import Conflict

PATIENCE = timedelta(seconds=60)
_CHUNK = 65_536

# Asks all witnesses about a signed checkpoint; is given the consistency proof from any older size.
Ask = Callable[[bytes, Callable[[int], list[bytes]]], Sequence[note.Signature]]


class ForkRefused(Conflict):
    """The database does not continue what was published: signing on would show two histories."""

    code = "fork-refused"
    title = "The log refuses to fork"


@dataclass(frozen=True)
class Press:
    """Where a log is published, and who witnesses it. `quorum` refuses with NoQuorum."""

    folder: Path
    lock: Path
    ask: Ask
    quorum: Callable[[bytes], None]


def guard(*, press: Press) -> LogHead:
    """Refuse to go on after a restore: the head must continue what the lock names. [step 1]

    Refuses ForkRefused. A head that is ahead of the lock and consistent is rolled forward.
    """
    head = LogHead.objects.get()
    if not press.lock.exists():
        if head.published_size:
            raise ForkRefused(
                f"{press.lock} is missing, though {head.published_size} entries were published",
                remedy="put the file back from another copy; never make a new one",
            )
        return head
    locked = checkpoint.parse(press.lock.read_text(encoding="utf-8"))
    if locked.origin != head.origin or locked.size > head.size:
        raise ForkRefused(
            f"the database holds {head.size} entries of {head.origin}; "
            f"{locked.size} of {locked.origin} were published",
            remedy="an older backup was restored: restore a newer one, or begin a new log",
        )
    signed = Checkpoint.objects.filter(size=locked.size).first()
    if locked.size and (signed is None or bytes(signed.root) != locked.root):
        raise ForkRefused(
            f"another history was published up to {locked.size} than the database holds",
            remedy="find out who changed the database; restore a true copy",
        )
    return head


def self_check() -> int:
    """Hash every entry again and compare with the head; the number of entries checked.

    Refuses ForkRefused and names the first entry that was changed.
    """
    head, grown = LogHead.objects.get(), tree.Range()
    rows = LogEntry.objects.order_by("index").values_list("index", "leaf", "leaf_hash")
    for index, leaf, kept in rows.iterator(chunk_size=10_000):
        if index != grown.size or tree.leaf_hash(bytes(leaf)) != bytes(kept):
            raise ForkRefused(
                f"entry {grown.size} is missing or was changed",
                remedy="restore a true copy of the database",
            )
        grown = grown.append([bytes(kept)])
    if grown.size != head.size or grown.peaks != tuple(map(bytes, head.edge)):
        raise ForkRefused(
            f"the head says {head.size} entries, the entries make another tree of {grown.size}",
            remedy="restore a true copy of the database",
        )
    return grown.size


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
    if head.published_size == head.size:
        return None
    signed = Checkpoint.objects.get(size=head.size)

    text, _ = note.parse(bytes(signed.body))
    _replace(
        press.lock, text.encode()
    )  # 2: a crash here leaves tiles and checkpoint to the next run
    write_tiles(folder=press.folder, head=head, signed=signed)  # 3
    body = _witnessed(press, signed, at=at)  # 4
    if not _enough(press, body, since=_waiting_since(head), at=at):
        return None
    _replace(press.folder / "checkpoint", body)  # 5: a crash here publishes the same bytes again
    LogHead.objects.filter(pk=head.pk).update(published_size=head.size)
    return head.size


def write_tiles(*, folder: Path, head: LogHead, signed: Checkpoint) -> None:
    """Write the tiles up to a signed head; all of them again when the right edge is lost."""
    read = tile_reader(folder=folder)
    try:
        root = _append(folder, read, old=head.published_size, new=head.size)
    except BadTile:
        root = _append(folder, read, old=0, new=head.size)
    if root != bytes(signed.root):
        raise ForkRefused(
            f"the entries up to {head.size} do not make the root that was signed",
            remedy="restore a true copy of the database and of the tiles",
        )


def _append(folder: Path, read: tiles.TileReader, *, old: int, new: int) -> bytes:
    root, size = b"", old
    while size < new:
        upto = min(new, size + _CHUNK)
        rows = LogEntry.objects.filter(index__gte=size, index__lt=upto).order_by("index")
        entries = [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
        grown = tiles.append(old_size=size, entries=entries, read=read)
        for path, data in grown.files.items():
            _replace(folder / path, data)
        root, size = grown.root, grown.size
    return root


def _witnessed(press: Press, signed: Checkpoint, *, at: datetime) -> bytes:
    kept = list(Cosignature.objects.filter(checkpoint=signed).values_list("line", flat=True))
    lines = [note.parse_signature(line) for line in kept]
    body = checkpoint.add_cosignatures(bytes(signed.body), lines=lines)
    try:
        press.quorum(body)
    except NoQuorum:
        lines = list(press.ask(bytes(signed.body), _proofs(press, signed)))
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


def _replace(path: Path, data: bytes) -> None:
    """Write a file whole, force it to the disk, and only then give it its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
