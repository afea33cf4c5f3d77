"""Erases content on lawful demand: the bytes and the salt in them go, the proof of all else stays.

Order of effects, and what a crash after each leaves:
1. the journal outside the database names the demand: a restored backup is then erased again;
2. the fact, the blanked content and the wish for a log entry commit together, or not at all.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import models, transaction

from passport.actions.event import stamp
from passport.models import (
    Attestation,
    AttestationItem,
    Document,
    EpcisEvent,
    Erasure,
    HealthReading,
    LifecycleEvent,
    Outbox,
    Withdrawal,
)
from passport.models.ids import new_salt
from passport.postgres import answers
from passport.proof import canonical
from passport.proof import erasure as document
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import ProofError
from passport.proof.leaf import subject_hash
from passport.queries import erasure as erasures
from passport.queries.erasure import Kind, Place, Target
from passport.rules.errors import Malformed
from passport.rules.wording import check_line

_MODELS: Mapping[Kind, type[models.Model]] = {
    Kind.EVENT: LifecycleEvent,
    Kind.ATTESTATION: Attestation,
    Kind.BATCH: Attestation,
    Kind.ITEM: AttestationItem,
    Kind.WITHDRAWAL: Withdrawal,
    Kind.DOCUMENT: Document,
}


@dataclass(frozen=True)
class Demand:
    """One line of the journal: what to erase again after a restore."""

    digest: bytes
    battery: str
    reason: str
    at: datetime


def erase(
    *, digest: bytes, reason: str, at: datetime, battery: str = "", journal: Path | None = None
) -> Erasure:
    """Erase the content with this digest; the same demand again changes nothing. [GDPR Art. 17]

    `battery` narrows it to that battery's item of the batch. The row, its digest and its place in
    the log stay; the reason is logged and shown to whoever may have seen the content. Only the
    system's role can. Refuses NotFound, BadWording.
    """
    check_line(text=reason, pointer="/reason", most=document.MAX_REASON)
    erasures.target(digest=digest, battery=battery)
    if journal is not None:
        note(journal=journal, demand=Demand(digest, battery, reason, at))  # 1
    with transaction.atomic():  # 2
        return _erase(digest, battery, reason=reason, at=at)


def _erase(digest: bytes, battery: str, *, reason: str, at: datetime) -> Erasure:
    # No copy that is kept (a bundle, an answer) is made while its content goes.
    answers.hold()
    found = erasures.target(digest=digest, battery=battery)
    _MODELS[found.kind]._default_manager.select_for_update().get(pk=found.key)
    known = erasures.erased(digests=[found.digest]).get(found.digest)
    if known is not None:
        return known

    body = _words(found, reason=reason, at=at)
    fact = Erasure.objects.create(
        digest=found.digest,
        battery=found.battery,
        reason=reason,
        body=body,
        sha256=hashlib.sha256(body).digest(),
        erased_at=at,
    )
    _BLANKS[found.kind](found)
    answers.forget(mentioning=_mentions(found))
    place = _place(found)
    Outbox.objects.create(
        kind="erasure", digest=fact.sha256, subjects=place.count, subject=place.subject, at=at
    )
    return fact


def _words(found: Target, *, reason: str, at: datetime) -> bytes:
    return document.encode(
        document.Erasure(
            digest=found.digest,
            reason=reason,
            at=stamp(at),
            salt=new_salt(),
            battery=found.battery.identity if found.battery else None,
        )
    )


def _mentions(found: Target) -> list[str]:
    """By what a kept copy gives away that it holds the content: answers by ids, bundles by digests.

    A bundle names an item of a batch by its battery alone. A request that comes again meets the
    erased row instead of the answer.
    """
    if found.kind is Kind.ITEM and found.battery is not None:
        return [found.battery.identity]
    own = LifecycleEvent.objects.filter(pk=found.key) if found.kind is Kind.EVENT else ()
    return [found.digest.hex(), b64u_encode(found.digest), *(str(each.event_id) for each in own)]


def _place(found: Target) -> Place:
    """An erasure is about whom the erased entry was; an item about its battery alone."""
    if found.kind is Kind.ITEM and found.battery is not None:
        salt = bytes(found.battery.salt)
        return Place(1, subject_hash(salt=salt, subject=found.battery.identity))
    return erasures.place_of(digest=found.digest)


def _blank_event(found: Target) -> None:
    LifecycleEvent.objects.filter(pk=found.key).update(body=b"")
    # A reading, and the terms it is found by, repeat what an event says, so they go whole.
    HealthReading.objects.filter(event_id=found.key).delete()
    EpcisEvent.objects.filter(pk=found.key).delete()


def _blank_attestation(found: Target) -> None:
    Attestation.objects.filter(pk=found.key).update(body=b"")


def _blank_batch(found: Target) -> None:
    _blank_attestation(found)
    AttestationItem.objects.filter(attestation_id=found.key).update(body=b"")


def _blank_item(found: Target) -> None:
    AttestationItem.objects.filter(pk=found.key).update(body=b"")


def _blank_withdrawal(found: Target) -> None:
    Withdrawal.objects.filter(pk=found.key).update(body=b"", reason="")


def _blank_document(found: Target) -> None:
    Document.objects.filter(pk=found.digest).update(content=b"")


_BLANKS: Mapping[Kind, Callable[[Target], None]] = {
    Kind.EVENT: _blank_event,
    Kind.ATTESTATION: _blank_attestation,
    Kind.BATCH: _blank_batch,
    Kind.ITEM: _blank_item,
    Kind.WITHDRAWAL: _blank_withdrawal,
    Kind.DOCUMENT: _blank_document,
}


# --- the journal -------------------------------------------------------------------------------


def note(*, journal: Path, demand: Demand) -> None:
    """Append a demand to the journal and force it to the disk; a demand holds no content."""
    line = canonical.encode(
        {
            "digest": b64u_encode(demand.digest),
            "battery": demand.battery,
            "reason": demand.reason,
            "at": stamp(demand.at),
        }
    )
    journal.parent.mkdir(parents=True, exist_ok=True)
    with journal.open("ab") as file:
        # Led by a newline too: a line that a crash cut short does not spoil this one.
        file.write(b"\n" + line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def noted(*, journal: Path) -> list[Demand]:
    """The demands of a journal, oldest first; a line that a crash cut short is passed over.

    Refuses Malformed where a whole line cannot be read.
    """
    if not journal.exists():
        return []
    raw = journal.read_bytes()
    lines = raw.split(b"\n")
    return [_demand(line) for line in lines[:-1] if line.endswith(b"}")]


def _demand(line: bytes) -> Demand:
    try:
        match canonical.loads(line):
            case {"digest": str(digest), "battery": str(of), "reason": str(why), "at": str(at)}:
                return Demand(b64u_decode(digest, size=32), of, why, datetime.fromisoformat(at))
            case _:
                raise ValueError("other names than those of a demand")
    except (ProofError, ValueError) as error:
        raise Malformed(
            f"the journal of erasures holds a line that cannot be read: {line[:60]!r}",
            remedy="mend it from a copy; do not drop it: it says what must stay erased",
        ) from error
