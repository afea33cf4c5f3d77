"""What an energy-management system is told of one battery, as far as its party may know."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from passport.models import Battery, HealthReading, Party
from passport.queries import health, recall
from passport.queries.audience import sets_read
from passport.rules import energy
from passport.rules.disclosure import Access
from passport.rules.energy import Degradation, Limits
from recycling.queries import outlook
from recycling.queries.outlook import Outlook
from recycling.rules.forecast import Forecast
from recycling.rules.knee import Knee


@dataclass(frozen=True)
class Health:
    """The reading measured last, with its age in whole days."""

    row: HealthReading
    age_days: int
    usable_energy_low_kwh: Decimal
    usable_energy_high_kwh: Decimal


@dataclass(frozen=True)
class Energy:
    """One battery; `withheld` says that its health is not for who asks."""

    battery: Battery
    withheld: bool
    health: Health | None
    limits: Limits
    remaining: Forecast
    knee: Knee
    threshold: Decimal | None
    throughput_low_kwh: Decimal | None
    throughput_high_kwh: Decimal | None
    degradation: Degradation
    recalls: tuple[uuid.UUID, ...]
    unknown: tuple[str, ...]


def of_battery(
    *, battery: Battery, by: Party, at: datetime, replacement_price: Decimal | None
) -> Energy:
    """Everything that is known on a day; what is not, is None and named.

    `replacement_price` is the asker's own, of the whole battery. [Annex XIII 4(b), energy-1]
    """
    model = battery.model
    withheld = Access.LEGITIMATE_INTEREST not in sets_read(of=[battery], by=by)[battery.pk]
    limits = energy.limits_of(facts=model.facts, rated_energy_kwh=model.rated_energy_kwh)
    latest = None if withheld else health.latest(battery=battery)
    ahead = _withheld() if withheld else outlook.of_battery(battery=battery, by=by)
    life = ahead.forecast
    low, high = (
        None if cycles is None else cycles * model.rated_energy_kwh
        for cycles in (life.cycles_low, life.cycles_high)
    )
    return Energy(
        battery=battery,
        withheld=withheld,
        health=None if latest is None else _health(latest, model.rated_energy_kwh, at),
        limits=limits,
        remaining=life,
        knee=ahead.knee,
        threshold=ahead.threshold,
        throughput_low_kwh=low,
        throughput_high_kwh=high,
        degradation=energy.degradation(
            replacement_price=replacement_price, throughput_low_kwh=low, throughput_high_kwh=high
        ),
        recalls=tuple(hit.recall.pk for hit in recall.of_battery(battery_id=battery.pk)),
        unknown=(*(("health",) if latest is None else ()), *limits.unknown),
    )


def _withheld() -> Outlook:
    reason = "its health is not for you to read"
    return Outlook(forecast=Forecast(reason=reason), knee=Knee(flagged=None, rule=reason))


def _health(row: HealthReading, rated_energy_kwh: Decimal, at: datetime) -> Health:
    return Health(
        row=row,
        age_days=max(0, (at.date() - row.measured_at.date()).days),
        usable_energy_low_kwh=row.soh_low * rated_energy_kwh,
        usable_energy_high_kwh=row.soh_high * rated_energy_kwh,
    )
