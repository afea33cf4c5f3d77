"""Gives the log a new name and key, usually each year: the tree goes on, nothing begins anew.

Order of effects, and what a crash after each leaves; every step may be repeated:
1. keep     the last checkpoint under the old name lies at its lasting address: a copy, no more;
2. rename   era, old checkpoint, first entry and head commit together, or not at all;
3. the sequencer, with the new key, signs and publishes that head like any other.
"""

import hashlib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from passport.actions import checkpoint_lock, outbox, shelf
from passport.actions.event import stamp
from passport.actions.log import AnotherSequencer, extend, locked_head
from passport.actions.publication import Press
from passport.models import LogDocument, LogEra, LogHead, Outbox
from passport.postgres.locks import SEQUENCER, held
from passport.postgres.sequencing import Waiting
from passport.proof import checkpoint, note
from passport.proof.errors import NoQuorum
from passport.proof.keyfile import KeyFile
from passport.rules.errors import Conflict

KIND = "previous-log"


class NotSettled(Conflict):
    """A name ends with a head that everybody can see and enough witnesses have cosigned."""

    code = "not-settled"
    title = "The log is not published and witnessed up to its end"


class NameUsed(Conflict):
    """A name stands for one stretch of the log, for ever."""

    code = "name-used"
    title = "The log had this name before"


def begin(*, key: KeyFile, press: Press, at: datetime) -> int:
    """Go on under the name of this key; the size at which the name changed.

    The first entry under the new name holds the digest of the last witnessed checkpoint under the
    old one. The same name again only finishes what a crash left. Refuses AnotherSequencer,
    ForkRefused, NotSettled, NameUsed.
    """
    with held(SEQUENCER) as mine:
        if not mine:
            raise AnotherSequencer("a sequencer is at work", remedy="stop it first")
        head = checkpoint_lock.guard(lock=press.lock)
        era = LogEra.objects.filter(origin=key.name).first()
        if era is not None and head.origin != key.name:
            raise NameUsed(
                f"{key.name} was the log's name from entry {era.began_at} on",
                remedy="take a name that was never used, such as next year's",
            )
        if era is not None:
            return era.began_at

        body = _settled(head, press)
        # A crash here leaves a copy of what is published anyway; the next call writes it again.
        shelf.replace(place_of(press.folder, head.size), body)  # 1
        _rename(head.origin, key, body, at=at)  # 2
        # A crash here leaves a head that is not signed yet; the sequencer signs it when it starts.
        return head.size


def place_of(folder: Path, size: int) -> Path:
    """Where the last checkpoint under an older name stays, by its size."""
    return folder / "previous" / str(size)


def _settled(head: LogHead, press: Press) -> bytes:
    path = press.folder / "checkpoint"
    body = path.read_bytes() if path.exists() else b""
    if not head.size or head.published_size != head.size or not body:
        raise NotSettled(
            f"{head.published_size} of {head.size} entries are published",
            remedy="let the sequencer publish the rest: manage.py sequencer --once",
        )
    if checkpoint.parse(note.parse(body)[0]) != checkpoint_lock.head_of(head):
        raise NotSettled(
            f"{path} is not the checkpoint of {head.size} entries",
            remedy="start the sequencer once: it puts the file back",
        )
    try:
        press.quorum(body)
    except NoQuorum as lacking:
        raise NotSettled(lacking.detail, remedy="wait for the witnesses") from lacking
    return body


@transaction.atomic
def _rename(old: str, key: KeyFile, body: bytes, *, at: datetime) -> None:
    head = locked_head(origin=old)
    digest = hashlib.sha256(body).digest()
    LogDocument.objects.create(sha256=digest, kind=KIND, body=body, recorded_at=at)
    LogEra.objects.create(origin=key.name, began_at=head.size, before=digest, begun_on=at)
    LogHead.objects.filter(pk=head.pk).update(origin=key.name)
    # Not by way of the outbox: what waits there comes after the first entry under the new name.
    row = outbox.row(kind=KIND, body=body, subjects=[], at=at)
    row.save(force_insert=True)
    Outbox.objects.filter(pk=row.pk).delete()
    first = Waiting(
        id=row.pk,
        kind=row.kind,
        digest=digest,
        method=None,
        subjects=0,
        subject=b"",
        at=stamp(at),
        sequence=None,
        leaf_hash=None,
    )
    extend(head, [first])
