"""Keeps what people noted in the yard, and does what it says: once, whatever was sent how often."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from passport.actions import attempt, correction
from passport.actions.attempt import Tried
from passport.actions.yard_deeds import DEEDS, Deed
from passport.models import Battery, LifecycleEvent, Party, YardRecord
from passport.postgres import locks
from passport.proof import canonical
from passport.queries import yard
from passport.queries.yard import Found
from passport.rules.custody import NotTheHolder
from passport.rules.errors import Refusal
from passport.rules.yard import Clock, RecordIdReused, RecordKind, read_clock

log = logging.getLogger(__name__)
_LONGEST = 600


@dataclass(frozen=True, kw_only=True)
class Noted:
    """One record as a device sends it; `id` is the device's own, a UUID that it never uses again.

    `of` is the record that an UNDO takes back; `because` says why something is set apart.
    """

    id: uuid.UUID
    kind: RecordKind
    happened_at: datetime
    device: str
    text: str = ""
    of: uuid.UUID | None = None
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What became of one record; `refusal` where it was not kept, `later` where it soon can be."""

    id: uuid.UUID
    record: YardRecord | None
    again: bool = False
    later: bool = False
    refusal: Refusal | None = None


@transaction.atomic
def keep(
    *,
    noted: Sequence[Noted],
    sent_at: datetime,
    by: Party,
    person_id: uuid.UUID | None,
    at: datetime,
) -> list[Kept]:
    """Keep some records and act on each; the same record again changes nothing. One answer each.

    They are acted on in the order of their ids, whatever order they came in. What a rule refuses is
    kept with the reason, and stops none of the others. `sent_at` is by the device's clock.
    Not kept are, and say so: RecordIdReused, NotAMoment.
    """
    locks.lock_name(locks.YARD, str(by.pk))
    known = yard.known(party_id=by.pk, record_ids=[each.id for each in noted])
    # Of two under one id the first counts; the other is told so.
    fresh = sorted({each.id: each for each in reversed(noted) if each.id not in known}.items())
    found = {key: yard.find(text=each.text) for key, each in fresh if each.text}
    _lock(fresh=[each for _, each in fresh], found=found, by=by)

    answers: dict[uuid.UUID, Kept] = {}
    for key, each in fresh:
        answers[key] = _keep(
            each, found=found.get(key), sent_at=sent_at, by=by, person_id=person_id, at=at
        )
    _tell(answers)
    told = {**{key: Kept(id=key, record=row, again=True) for key, row in known.items()}, **answers}
    return [_same(each, told[each.id]) for each in noted]


@transaction.atomic
def settle(*, record_id: uuid.UUID, by: Party, at: datetime) -> YardRecord:
    """Say that a record of which nothing came needs nobody's attention. Refuses NotFound."""
    record = yard.by_id(party_id=by.pk, record_id=record_id)
    if record.settled_at is None:
        YardRecord.objects.filter(pk=record.pk, settled_at__isnull=True).update(settled_at=at)
        record.settled_at = at
    return record


def _lock(*, fresh: Sequence[Noted], found: dict[uuid.UUID, Found], by: Party) -> None:
    """Take the batteries that these are of in one order, so that two devices never cross."""
    undone = [each.of for each in fresh if each.of is not None]
    earlier = yard.known(party_id=by.pk, record_ids=undone).values()
    ids = {each.battery.pk for each in found.values() if each.battery is not None}
    ids |= {each.battery_id for each in earlier if each.battery_id is not None}
    list(Battery.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def _keep(
    noted: Noted,
    *,
    found: Found | None,
    sent_at: datetime,
    by: Party,
    person_id: uuid.UUID | None,
    at: datetime,
) -> Kept:
    try:
        clock = read_clock(happened_at=noted.happened_at, sent_at=sent_at, at=at)
    except Refusal as refusal:
        return Kept(id=noted.id, record=None, refusal=refusal)
    record = _row(noted, clock=clock, found=found, by=by, person_id=person_id, at=at)
    try:
        with transaction.atomic():
            record.event = _do(noted, found=found, record=record, by=by, at=at)
    except correction.NotLoggedYet as refusal:
        # In a moment it stands in the log, and can be taken back there: nothing is kept until then.
        return Kept(id=noted.id, record=None, refusal=refusal, later=True)
    except Refusal as refusal:
        _refused(record, refusal, at=at)
    record.save(force_insert=True)
    return Kept(id=noted.id, record=record)


def _do(
    noted: Noted, *, found: Found | None, record: YardRecord, by: Party, at: datetime
) -> LifecycleEvent | None:
    if found is not None and found.refusal is not None:
        raise found.refusal
    battery = None if found is None or found.battery is None else _now(found.battery)
    return DEEDS[RecordKind(noted.kind)](
        Deed(record=record, battery=battery, facts=_facts(noted, record), by=by, at=at)
    )


def _now(battery: Battery) -> Battery:
    """The battery after what was done before in the same breath. Refuses InOtherHands."""
    rows = Battery.objects.select_related("model", "maker")
    fresh = rows.filter(pk=battery.pk).first()
    if fresh is None:
        raise yard.in_other_hands(what=battery.identity)
    return fresh


def _facts(noted: Noted, record: YardRecord) -> dict[str, object]:
    """What the event says besides that the battery was there: who read what, by which clock."""
    facts: dict[str, object] = {
        "device": noted.device,
        "deviceTime": noted.happened_at.isoformat(),
        "read": noted.text,
    }
    if record.off:
        facts["deviceClockAheadSeconds"] = str(record.skew_s)
    return facts


def _refused(record: YardRecord, refusal: Refusal, *, at: datetime) -> None:
    if isinstance(refusal, NotTheHolder) and record.battery is not None:
        tried = Tried(
            battery_id=record.battery.pk,
            identity=record.battery.identity,
            event_id=record.record_id,
            sha256=bytes(record.digest),
            refusal=refusal,
        )
        attempt.keep(tried=[tried], by=record.party, at=at)
    record.code = refusal.code
    record.detail = refusal.detail[:_LONGEST]
    record.remedy = refusal.remedy[:_LONGEST]


def _row(
    noted: Noted,
    *,
    clock: Clock,
    found: Found | None,
    by: Party,
    person_id: uuid.UUID | None,
    at: datetime,
) -> YardRecord:
    offset = noted.happened_at.utcoffset()
    return YardRecord(
        party=by,
        person_id=person_id,
        record_id=noted.id,
        device=noted.device,
        kind=noted.kind,
        text=noted.text,
        of=noted.of,
        because=noted.because,
        happened_at=clock.happened_at,
        offset_minutes=round(offset.total_seconds() / 60) if offset else 0,
        skew_s=clock.skew_s,
        recorded_at=at,
        digest=_digest(noted),
        identity=found.identity if found else "",
        battery=found.battery if found else None,
    )


def _digest(noted: Noted) -> bytes:
    said = {
        "kind": str(noted.kind),
        "text": noted.text,
        "of": str(noted.of or ""),
        "because": noted.because,
        "device": noted.device,
        "happenedAt": noted.happened_at.isoformat(),
    }
    return hashlib.sha256(canonical.encode(said)).digest()


def _same(noted: Noted, kept: Kept) -> Kept:
    """The answer, unless another record came under this id."""
    if kept.record is None or bytes(kept.record.digest) == _digest(noted):
        return kept
    reused = RecordIdReused(
        f"another record was kept under {noted.id}",
        pointer="/id",
        remedy="give each record an id of its own, and send a record again as it was",
    )
    return Kept(id=noted.id, record=None, refusal=reused)


def _tell(answers: dict[uuid.UUID, Kept]) -> None:
    rows = [each.record for each in answers.values() if each.record is not None]
    if answers:
        log.info(
            "yard records kept",
            extra={"records": len(rows), "refused": sum(bool(row.code) for row in rows)},
        )
