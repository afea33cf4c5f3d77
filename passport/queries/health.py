"""State-of-health readings of a battery."""

import uuid

from passport.models import Battery, HealthReading
from passport.rules.health import Method, Reading

_MEASURED = (
    "resistance_ratio",
    "capacity_ah",
    "equivalent_cycles",
    "minimum_cell_v",
    "cell_spread_mv",
    "isolation_ohm_per_v",
    "self_discharge_percent_per_month",
)


def latest(*, battery: Battery) -> HealthReading | None:
    """The reading measured last, or None."""
    return HealthReading.objects.filter(battery=battery).order_by("-measured_at").first()


def series(
    *, battery: Battery, after: uuid.UUID | None = None, limit: int = 1000
) -> list[HealthReading]:
    """The readings of a battery in the order they were recorded."""
    rows = HealthReading.objects.filter(battery=battery).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def as_reading(row: HealthReading) -> Reading:
    """The stored reading as the value that the rules judge."""
    return Reading(
        soh=row.soh,
        soh_low=row.soh_low,
        soh_high=row.soh_high,
        method=Method(row.method),
        source=row.source,
        measured_at=row.measured_at,
        **{name: getattr(row, name) for name in _MEASURED},
    )
