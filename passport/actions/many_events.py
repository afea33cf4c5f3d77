"""Records an event of each of many batteries in a few statements, as event.append() does of one."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from passport.actions import event, outbox
from passport.models import Battery, LifecycleEvent, Outbox, Party
from passport.rules.custody import check_recorder
from passport.rules.errors import Refusal
from passport.rules.lifecycle import EventKind, check_event

_MANY = 1000


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What happened to one battery; `pointer` is where a request names it."""

    battery: Battery
    event_id: uuid.UUID
    facts: dict[str, object]
    pointer: str = ""


def lock(*, battery_ids: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, Battery]:
    """Take the rows of batteries, with their models, until the transaction ends, in their order.

    Each is given with where a request names it. Refuses NotFound, NotTheHolder, there.
    """
    rows = Battery.objects.select_for_update(no_key=True, of=("self",)).select_related("model")
    found = {row.pk: row for row in rows.filter(pk__in=list(battery_ids)).order_by("pk")}
    for battery_id, pointer in battery_ids.items():
        if battery_id not in found:
            raise event.hidden(battery_ids=[battery_id]).at(pointer)
    return found


def append(
    each: Sequence[Happened], *, kind: EventKind, happened_at: datetime, by: Party, at: datetime
) -> None:
    """Record an event of each battery, whose rows the caller has locked; the same again changes
    nothing. Refuses as event.append() does, with where the request names the battery.
    """
    known = _known([one.event_id for one in each], by=by)
    holders = _holders([one.battery for one in each])
    moved: dict[str, list[uuid.UUID]] = {}
    rows: list[LifecycleEvent] = []
    entries: list[Outbox] = []
    for one in each:
        try:
            earlier = known.get(one.event_id)
            if earlier is not None:
                event.check_same(
                    earlier=earlier, battery=one.battery, kind=kind, happened_at=happened_at,
                    facts=one.facts,
                )  # fmt: skip
                continue
            state = _asked(one.battery, holders, kind=kind, happened_at=happened_at, by=by, at=at)
        except Refusal as refusal:
            raise refusal.at(one.pointer) from refusal
        if state != one.battery.state:
            moved.setdefault(state, []).append(one.battery.pk)
            one.battery.state = state
        row = _row(one, kind=kind, happened_at=happened_at, by=by, at=at)
        rows.append(row)
        entries.append(_entry(row, one.battery, at=at))
    for state, ids in moved.items():
        Battery.objects.filter(pk__in=ids).update(state=state)
    LifecycleEvent.objects.bulk_create(rows, batch_size=_MANY)
    Outbox.objects.bulk_create(entries, batch_size=_MANY)


def _known(event_ids: Iterable[uuid.UUID], *, by: Party) -> dict[uuid.UUID, LifecycleEvent]:
    rows = LifecycleEvent.objects.filter(recorder=by, event_id__in=list(event_ids))
    return {row.event_id: row for row in rows}


def _holders(batteries: Iterable[Battery]) -> dict[uuid.UUID, uuid.UUID]:
    """Who holds each unit, as far as that is seen."""
    units = {battery.unit_id for battery in batteries}
    return dict(Battery.objects.filter(pk__in=units).values_list("pk", "holder_id"))


def _asked(
    battery: Battery,
    holders: Mapping[uuid.UUID, uuid.UUID],
    *,
    kind: EventKind,
    happened_at: datetime,
    by: Party,
    at: datetime,
) -> str:
    """The state that the battery is in afterwards, if it may be recorded at all."""
    state = check_event(
        kind=kind,
        state=battery.state,
        happened_at=happened_at,
        recorded_at=at,
        manufactured_on=battery.manufactured_on,
    )
    holder = holders.get(battery.unit_id)
    # Whoever has it asks nobody; of others it is asked one by one, and they are few.
    let_in = holder != by.pk and event.may_record(battery=battery, by=by, kind=kind)
    check_recorder(holder=holder, by=by.pk, let_in=let_in)
    return state


def _row(
    one: Happened, *, kind: EventKind, happened_at: datetime, by: Party, at: datetime
) -> LifecycleEvent:
    content = event.words(
        kind=kind,
        subject={"battery": one.battery.identity},
        happened_at=happened_at,
        event_id=one.event_id,
        facts=one.facts,
    )
    return event.written(content=content, battery=one.battery, by=by, at=at)


def _entry(row: LifecycleEvent, battery: Battery, *, at: datetime) -> Outbox:
    subject = outbox.subject_of(salt=battery.salt, subject=battery.identity)
    return outbox.row(kind="event", body=bytes(row.body), subjects=[subject], at=at)
