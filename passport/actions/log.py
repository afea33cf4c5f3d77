"""The sequencer's half that the database holds: takes what waits, orders it, signs the head.

One process does this. The order of effects, and what a crash after each leaves:
1. order    entries, chains and head commit together, or not at all;
2. hold     checkpoint.lock outside the database names the new head;
3. sign     the signed checkpoint is kept: the same bytes however often it is signed;
4. tiles, witnesses and the public checkpoint follow from it (passport.actions.publication).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from passport.actions import checkpoint_lock
from passport.models import Checkpoint, LogEra, LogHead
from passport.postgres import sequencing
from passport.postgres.locks import SEQUENCER, try_lock
from passport.postgres.sequencing import End, Entry, Waiting
from passport.proof import checkpoint, tree
from passport.proof.keyfile import KeyFile
from passport.proof.leaf import Leaf
from passport.proof.leaf import encode as encode_leaf
from passport.rules.errors import Conflict, NotFound

BATCH = 8192


class AnotherSequencer(Conflict):
    """Two sequencers would sign two histories."""

    code = "another-sequencer"
    title = "Another sequencer is at work"


class NoLog(NotFound):
    """The log is created on purpose, once; a mistyped origin must not start a new one."""

    code = "no-log"
    title = "There is no log of this origin"


class LogExists(Conflict):
    """The database holds a log already."""

    code = "log-exists"
    title = "The log exists already"


@transaction.atomic
def create(*, origin: str, at: datetime) -> LogHead:
    """Begin a log. Refuses LogExists when the database holds one of another origin."""
    head, made = LogHead.objects.get_or_create(id=1, defaults={"origin": origin})
    if not made and head.origin != origin:
        raise LogExists(
            f"this database holds the log {head.origin}",
            remedy="use that origin, or give the log a new name: manage.py new_origin",
        )
    if made:
        LogEra.objects.create(origin=origin, began_at=0, begun_on=at)
    return head


def append_pending(
    *, key: KeyFile, at: datetime, limit: int = BATCH, lock: Path | None = None
) -> int:
    """Order what waits, at most `limit` entries, and sign the new head; how many were added.

    `lock` is the file that names the head before it is signed; the sequencer always has one.
    Refuses NoLog, AnotherSequencer.
    """
    # A head that was committed by a sequencer which died before it signed comes first.
    sign(key=key, at=at, lock=lock)
    added = order(origin=key.name, limit=limit)
    # A crash here leaves a head without a signature: the next call signs it before anything else.
    if added:
        sign(key=key, at=at, lock=lock)
    return added


@transaction.atomic
def order(*, origin: str, limit: int = BATCH) -> int:
    """Give what waits its places in the log; how many were added. [effect 1]

    Refuses NoLog, AnotherSequencer.
    """
    head = locked_head(origin=origin)
    waiting = sequencing.take_waiting(limit=limit)
    if waiting:
        extend(head, waiting)
    # A crash before this commit leaves all rows waiting; after it, all of them have their places.
    return len(waiting)


def locked_head(*, origin: str) -> LogHead:
    """The head, held until the transaction ends. Refuses AnotherSequencer, NoLog."""
    if not try_lock(SEQUENCER):
        raise AnotherSequencer("another process holds the sequencer's lock", remedy="stop one")
    head = LogHead.objects.select_for_update().first()
    if head is None:
        raise NoLog(f"no log of the origin {origin}", remedy="create it: manage.py prepare")
    if head.origin != origin:
        raise NoLog(
            f"no log of the origin {origin}: this database holds {head.origin}",
            remedy="give the sequencer that log's key and name",
        )
    return head


def extend(head: LogHead, waiting: Sequence[Waiting]) -> None:
    """Write these wishes as the next entries, in this order, and move the head."""
    ends = _Ends()
    hashes: list[bytes] = []

    def entries() -> Iterator[Entry]:
        for index, row in enumerate(waiting, start=head.size):
            entry = ends.follow(row, index=index)
            hashes.append(entry.leaf_hash)
            yield entry

    # One by one: PostgreSQL stores the entries already made while the next are being made.
    sequencing.write_entries(entries())
    sequencing.write_ends(new=ends.new.values(), later=list(ends.later.values()))
    grown = tree.Range(head.size, tuple(map(bytes, head.edge))).append(hashes)
    head.size, head.edge = grown.size, list(grown.peaks)
    LogHead.objects.filter(pk=head.pk).update(size=head.size, edge=head.edge)


class _Ends:
    """The ends of the chains that a round makes longer: of new subjects, and of known ones."""

    def __init__(self) -> None:
        self.new: dict[bytes, End] = {}
        self.later: dict[bytes, End] = {}

    def follow(self, row: Waiting, *, index: int) -> Entry:
        """Make the entry of this row, chained to the one before about the same subject."""
        ends = self.new if row.sequence is None else self.later
        sequence, previous = row.sequence, row.leaf_hash
        if row.subjects == 1 and (end := ends.get(row.subject)) is not None:
            sequence, previous = end.sequence, end.leaf_hash
        place = 0 if sequence is None else sequence + 1
        entry = _entry(row, index=index, sequence=place, previous=previous)
        if row.subjects == 1:
            ends[row.subject] = End(row.subject, place, entry.leaf_hash, index)
        return entry


def _entry(row: Waiting, *, index: int, sequence: int, previous: bytes | None) -> Entry:
    data = encode_leaf(
        Leaf(
            kind=row.kind,
            digest=row.digest,
            method=row.method,
            count=row.subjects,
            subject=row.subject if row.subjects else None,
            sequence=sequence if row.subjects == 1 else None,
            previous=previous if row.subjects == 1 else None,
            at=row.at,
        )
    )
    hashed = tree.leaf_hash(data)
    return Entry(index, row.kind, data, hashed, row.digest, row.subject, row.method, row.id)


def sign(*, key: KeyFile, at: datetime, lock: Path | None = None) -> None:
    """Sign the head if it is not signed yet. [effects 2 and 3]

    Refuses NoLog, AnotherSequencer, and ForkRefused when the lock names another history.
    """
    with transaction.atomic():
        head = locked_head(origin=key.name)
        if not head.size or Checkpoint.objects.filter(size=head.size).exists():
            return
        said = checkpoint_lock.head_of(head)
        if lock is not None:
            checkpoint_lock.guard(lock=lock)
            checkpoint_lock.hold(lock=lock, head=said)  # 2
        note = checkpoint.sign(
            checkpoint=said, public_key=key.public_key, private_key=key.private_key
        )
        # A crash before this commit loses a signature that nobody has seen; the next is the same.
        Checkpoint.objects.create(size=said.size, root=said.root, body=note, signed_at=at)  # 3
