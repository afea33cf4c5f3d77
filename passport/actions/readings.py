"""Records many readings at once: each lands or is refused by itself; a re-send changes nothing."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from passport.actions import event, outbox
from passport.actions.health import facts_of, row_of
from passport.models import (
    Battery,
    Concern,
    ConcernReason,
    HealthReading,
    LifecycleEvent,
    Outbox,
    Party,
    Role,
)
from passport.proof import canonical
from passport.queries import health, naming
from passport.queries.naming import Named
from passport.rules.custody import check_recorder
from passport.rules.errors import Refusal
from passport.rules.health import Reading, check_reading
from passport.rules.lifecycle import EventKind, check_event

_AT_ONCE = 1000


class Fate(StrEnum):
    """What became of a reading that was sent."""

    RECORDED = "RECORDED"
    KNOWN = "KNOWN"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class Sent:
    """A reading under any name of its battery: id, identity, serial, alias, what a scanner read.

    `place` says where it stood. Without an `event_id` one is made of what it says, so that the same
    words sent again are the same reading.
    """

    place: int
    battery: str
    reading: Reading
    event_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of it; `refusal` says why it was refused."""

    place: int
    fate: Fate
    battery_id: uuid.UUID | None = None
    event_id: uuid.UUID | None = None
    refusal: Refusal | None = None


@dataclass
class _Work:
    """What is known of the batteries of a sending, and what will be written."""

    batteries: Mapping[uuid.UUID, Battery]
    holders: Mapping[uuid.UUID, uuid.UUID]
    let_in: frozenset[uuid.UUID]
    latest: dict[uuid.UUID, Reading]
    known: dict[uuid.UUID, LifecycleEvent]
    events: list[LifecycleEvent] = field(default_factory=list)
    rows: list[HealthReading] = field(default_factory=list)
    wishes: list[Outbox] = field(default_factory=list)


@transaction.atomic
def record_all(*, sent: Sequence[Sent], by: Party, at: datetime) -> list[Outcome]:
    """Record readings of many batteries; in the order of `sent`, what became of each.

    A refusal of one, by naming.look_up, rules.custody, rules.health or rules.lifecycle, stops no
    other. The same reading again is KNOWN. Those of one battery are judged in order of measuring.
    """
    named = naming.look_up(names=[each.battery for each in sent])
    told = [_told(each, one.battery) for each, one in zip(sent, named, strict=True)]
    work = _look(told, {one.battery.pk for one in named if one.battery}, by=by)
    outcomes: dict[int, Outcome] = {}
    judged = sorted(zip(told, named, strict=True), key=lambda pair: pair[0].reading.measured_at)
    for each, one in judged:
        try:
            outcomes[each.place] = _take(each, one, work, by=by, at=at)
        except Refusal as refusal:
            outcomes[each.place] = Outcome(
                each.place, Fate.REFUSED, event_id=each.event_id, refusal=refusal
            )
    LifecycleEvent.objects.bulk_create(work.events, batch_size=_AT_ONCE)
    HealthReading.objects.bulk_create(work.rows, batch_size=_AT_ONCE)
    Outbox.objects.bulk_create(work.wishes, batch_size=_AT_ONCE)
    return [outcomes[each.place] for each in sent]


def _told(each: Sent, battery: Battery | None) -> Sent:
    """The same with an id of its own, made of the battery and all that is said."""
    if each.event_id is not None or battery is None:
        return each
    said = facts_of(reading=each.reading) | {"at": event.stamp(each.reading.measured_at)}
    return replace(each, event_id=uuid.uuid5(battery.pk, canonical.encode(said).decode()))


def _look(told: Sequence[Sent], wanted: Iterable[uuid.UUID], *, by: Party) -> _Work:
    """Lock the batteries, and read all that the rules ask, in five questions."""
    rows = Battery.objects.select_for_update(no_key=True).filter(pk__in=list(wanted))
    batteries = {row.pk: row for row in rows.order_by("pk")}
    units = {row.unit_id for row in batteries.values()}
    holders = Battery.objects.filter(pk__in=units).values_list("pk", "holder_id")
    ids = [each.event_id for each in told if each.event_id]
    earlier = LifecycleEvent.objects.filter(recorder=by, event_id__in=ids)
    return _Work(
        batteries=batteries,
        holders=dict(holders),
        let_in=_let_in(units, by=by),
        latest=health.newest_of(battery_ids=list(batteries)),
        known={row.event_id: row for row in earlier},
    )


def _let_in(units: Iterable[uuid.UUID], *, by: Party) -> frozenset[uuid.UUID]:
    if not by.acts_as(Role.WORKSHOP):
        return frozenset()
    rows = Concern.objects.filter(
        battery_id__in=list(units), party=by, reason=ConcernReason.GRANT, until__isnull=True
    )
    return frozenset(rows.values_list("battery_id", flat=True))


def _take(each: Sent, named: Named, work: _Work, *, by: Party, at: datetime) -> Outcome:
    """Judge one reading, and note what is to be written of it."""
    if named.battery is None or each.event_id is None:
        raise (named.refusal or naming.UnknownBattery(each.battery)).pointing("/battery")
    battery = work.batteries.get(named.battery.pk)
    if battery is None:
        raise event.hidden(battery_ids=[named.battery.pk])
    reading = each.reading
    kind, measured_at = EventKind.HEALTH_READ, reading.measured_at
    facts = facts_of(reading=reading)
    earlier = work.known.get(each.event_id)
    if earlier is not None:
        event.check_same(
            earlier=earlier, battery=battery, kind=kind, happened_at=measured_at, facts=facts
        )
        return Outcome(each.place, Fate.KNOWN, battery.pk, each.event_id)

    before = work.latest.get(battery.pk)
    previous = before if before and before.measured_at < measured_at else None
    born = battery.manufactured_on
    check_reading(reading, now=at, manufactured_on=born, previous=previous)
    check_event(
        kind=kind,
        state=battery.state,
        happened_at=measured_at,
        recorded_at=at,
        manufactured_on=born,
    )
    check_recorder(
        holder=work.holders.get(battery.unit_id),
        by=by.pk,
        let_in=battery.unit_id in work.let_in,
    )
    _note(reading, each.event_id, battery, work, by=by, at=at)
    if before is None or before.measured_at <= measured_at:
        work.latest[battery.pk] = reading
    return Outcome(each.place, Fate.RECORDED, battery.pk, each.event_id)


def _note(
    reading: Reading,
    event_id: uuid.UUID,
    battery: Battery,
    work: _Work,
    *,
    by: Party,
    at: datetime,
) -> None:
    content = event.words(
        kind=EventKind.HEALTH_READ,
        subject={"battery": battery.identity},
        happened_at=reading.measured_at,
        event_id=event_id,
        facts=facts_of(reading=reading),
    )
    made = event.written(content=content, by=by, at=at, battery=battery)
    subject = outbox.subject_of(salt=battery.salt, subject=battery.identity)
    work.events.append(made)
    work.rows.append(row_of(event=made, battery=battery, reading=reading, by=by, at=at))
    work.wishes.append(outbox.row(kind="event", body=bytes(made.body), subjects=[subject], at=at))
    work.known[made.event_id] = made


def rehearse_all(*, sent: Sequence[Sent], by: Party, at: datetime) -> list[Outcome]:
    """What record_all() would say of them; nothing is recorded."""
    with transaction.atomic():
        outcomes = record_all(sent=sent, by=by, at=at)
        transaction.set_rollback(True)
    return outcomes
