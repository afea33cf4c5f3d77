"""Records a reading of state of health."""

import uuid
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from passport.actions import correction, event
from passport.models import Battery, HealthReading, LifecycleEvent, Party
from passport.queries.health import as_reading, latest
from passport.rules.health import Kind, Reading, check_reading
from passport.rules.lifecycle import EventKind

_FIELDS = tuple(
    field.name
    for field in HealthReading._meta.get_fields()
    if field.name in Reading.__dataclass_fields__
)


@transaction.atomic
def read(
    *,
    battery_id: uuid.UUID,
    event_id: uuid.UUID,
    reading: Reading,
    by: Party,
    at: datetime,
    corrects: uuid.UUID | None = None,
) -> HealthReading:
    """Record a reading as an event and as a row; the same reading again changes nothing.

    `corrects` is the id of an event that it stands in the place of, which is declared wrong in the
    same act. Refuses NotFound, EventIdReused, what rules.health.check_reading refuses, and with
    `corrects` what correction.declare() refuses.
    """
    wrong = None
    if corrects is not None:
        wrong = correction.instead(
            event_id=corrects, battery_id=battery_id, corrective_id=event_id, by=by
        )
    battery = event.lock(battery_id=battery_id)
    before = latest(battery=battery, without=wrong.row.pk if wrong else None)
    earlier = None
    if before is not None and before.measured_at < reading.measured_at:
        earlier = as_reading(before)
    check_reading(reading, now=at, manufactured_on=battery.manufactured_on, previous=earlier)

    recorded = event.append(
        battery=battery,
        kind=EventKind.HEALTH_READ,
        happened_at=reading.measured_at,
        event_id=event_id,
        facts=facts_of(reading=reading),
        by=by,
        at=at,
    )
    row = HealthReading.objects.filter(event=recorded).first()
    if row is None:
        row = row_of(event=recorded, battery=battery, reading=reading, by=by, at=at)
        row.save(force_insert=True)
    if wrong is not None:
        correction.end(wrong=wrong, correctives=[recorded], by=by, at=at)
    return row


def row_of(
    *, event: LifecycleEvent, battery: Battery, reading: Reading, by: Party, at: datetime
) -> HealthReading:
    """The unsaved row of a reading that an event says."""
    return HealthReading(
        event=event,
        battery=battery,
        recorder=by,
        recorded_at=at,
        **{name: getattr(reading, name) for name in _FIELDS},
    )


def facts_of(*, reading: Reading) -> dict[str, object]:
    """The reading as logged: decimals as strings, what is not known, or is usual, left out."""
    facts: dict[str, object] = {"method": reading.method.value, "source": reading.source}
    if reading.kind is not Kind.CAPACITY:
        facts["kind"] = reading.kind.value
    for name in _FIELDS:
        value = getattr(reading, name)
        if isinstance(value, Decimal):
            facts[name] = format(value.normalize(), "f")
    return facts
