"""State-of-health readings of a battery."""

import uuid
from collections.abc import Sequence

from django.db.models import F, QuerySet, Value, Window
from django.db.models.functions import Mod, RowNumber

from passport.models import Battery, HealthReading
from passport.queries.correction import standing
from passport.rules.health import Kind, Method, Reading

_MEASURED = (
    "resistance_ratio",
    "capacity_ah",
    "equivalent_cycles",
    "minimum_cell_v",
    "cell_spread_mv",
    "isolation_ohm_per_v",
    "self_discharge_percent_per_month",
    "module_spread",
    "highest_temperature_c",
)


def counting() -> QuerySet[HealthReading]:
    """Readings of events that were not declared wrong: the only ones that anything is built on."""
    return standing(HealthReading.objects.all(), through="event_id")


def latest(*, battery: Battery, without: uuid.UUID | None = None) -> HealthReading | None:
    """The reading measured last, or None; `without` is an event that is being declared wrong."""
    rows = counting().filter(battery=battery).exclude(event_id=without)
    return rows.order_by("-measured_at").first()


def newest_of(*, battery_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Reading]:
    """The reading measured last of each of several batteries that has one, in one question."""
    rows = counting().filter(battery_id__in=battery_ids)
    newest = rows.order_by("battery_id", "-measured_at").distinct("battery_id")
    return {row.battery_id: as_reading(row) for row in newest}


def series(
    *, battery: Battery, after: uuid.UUID | None = None, limit: int = 1000
) -> list[HealthReading]:
    """The readings of a battery that count, in the order they were recorded."""
    rows = counting().filter(battery=battery).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def drawn(*, battery: Battery, most: int = 200) -> list[HealthReading]:
    """At most so many of the readings that count, as measured, evenly spread, with the newest."""
    rows = counting().filter(battery=battery)
    each = -(-rows.count() // most) or 1
    numbered = rows.annotate(
        place=Window(RowNumber(), order_by=F("measured_at").desc()),
        rest=Mod(F("place") - 1, Value(each)),
    )
    return list(numbered.filter(rest=0).order_by("measured_at"))


def as_reading(row: HealthReading) -> Reading:
    """The stored reading as the value that the rules judge."""
    return Reading(
        soh=row.soh,
        soh_low=row.soh_low,
        soh_high=row.soh_high,
        method=Method(row.method),
        source=row.source,
        measured_at=row.measured_at,
        kind=Kind(row.kind),
        **{name: getattr(row, name) for name in _MEASURED},
    )
