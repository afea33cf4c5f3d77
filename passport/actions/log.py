"""The sequencer's half that the database holds: takes what waits, orders it, signs the head.

One process does this. The order of effects, and what a crash after each leaves:
1. entries, chains, head and signed checkpoint commit together, or not at all;
2. checkpoint.lock outside the database names the new head (passport.actions.publication);
3. tiles, witnesses and the public checkpoint follow from what 1 committed.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from passport.actions.event import stamp
from passport.models import Checkpoint, LogEntry, LogHead, LogSubject, Outbox
from passport.postgres.locks import SEQUENCER, try_lock
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
def create(*, origin: str) -> LogHead:
    """Begin a log. Refuses LogExists when the database holds one of another origin."""
    head, made = LogHead.objects.get_or_create(id=1, defaults={"origin": origin})
    if not made and head.origin != origin:
        raise LogExists(f"this database holds the log {head.origin}", remedy="use that origin")
    return head


@transaction.atomic
def append_pending(*, key: KeyFile, at: datetime, limit: int = BATCH) -> int:
    """Order what waits, at most `limit` entries, and sign the new head; how many were added.

    Refuses NoLog, AnotherSequencer.
    """
    if not try_lock(SEQUENCER):
        raise AnotherSequencer("another process holds the sequencer's lock", remedy="stop one")
    head = LogHead.objects.select_for_update().filter(origin=key.name).first()
    if head is None:
        raise NoLog(f"no log of the origin {key.name}", remedy="create it: manage.py prepare")
    # Never "newer than the last one taken": a row that commits late would be left behind for ever.
    waiting = list(Outbox.objects.order_by("id")[:limit])
    if not waiting:
        return 0

    entries = _entries(waiting, first=head.size)
    LogEntry.objects.bulk_create(entries, batch_size=2000)
    Outbox.objects.filter(id__in=[row.id for row in waiting]).delete()
    _sign(head, entries, key=key, at=at)
    # A crash before this commit leaves all rows waiting; after it, publication finds the new head.
    return len(entries)


def _entries(waiting: Sequence[Outbox], *, first: int) -> list[LogEntry]:
    """Give each row its index, chain those about one subject, and keep the chains' new ends."""
    ends = LogSubject.objects.in_bulk({bytes(row.subject) for row in waiting if row.subjects == 1})
    chains = {bytes(subject): end for subject, end in ends.items()}
    entries = []
    for index, row in enumerate(waiting, start=first):
        subject = bytes(row.subject)
        before = chains.get(subject) if row.subjects == 1 else None
        entry = _entry(row, index=index, before=before)
        entries.append(entry)
        if row.subjects == 1:
            chains[subject] = LogSubject(
                subject=subject,
                sequence=0 if before is None else before.sequence + 1,
                leaf_hash=entry.leaf_hash,
                index=index,
            )
    LogSubject.objects.bulk_create(
        chains.values(),
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["subject"],
        update_fields=["sequence", "leaf_hash", "index"],
    )
    return entries


def _entry(row: Outbox, *, index: int, before: LogSubject | None) -> LogEntry:
    alone = row.subjects == 1
    data = encode_leaf(
        Leaf(
            kind=row.kind,
            digest=bytes(row.digest),
            method=row.method,
            count=row.subjects,
            subject=bytes(row.subject),
            sequence=(0 if before is None else before.sequence + 1) if alone else None,
            previous=None if before is None else bytes(before.leaf_hash),
            at=stamp(row.at),
        )
    )
    return LogEntry(
        index=index,
        kind=row.kind,
        leaf=data,
        leaf_hash=tree.leaf_hash(data),
        digest=row.digest,
        subject=row.subject,
        method=row.method,
        outbox_id=row.id,
    )


def _sign(head: LogHead, entries: Sequence[LogEntry], *, key: KeyFile, at: datetime) -> None:
    grown = tree.Range(head.size, tuple(map(bytes, head.edge))).append(
        bytes(entry.leaf_hash) for entry in entries
    )
    note = checkpoint.sign(
        checkpoint=checkpoint.Checkpoint(origin=head.origin, size=grown.size, root=grown.root()),
        public_key=key.public_key,
        private_key=key.private_key,
    )
    Checkpoint.objects.create(size=grown.size, root=grown.root(), body=note, signed_at=at)
    LogHead.objects.filter(pk=head.pk).update(size=grown.size, edge=list(grown.peaks))
