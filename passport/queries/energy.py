"""What an energy-management system is told of one battery, as far as its party may know."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from passport.models import Battery, HealthReading, Party
from passport.queries import health, recall
from passport.queries.audience import sets_read
from passport.rules import energy, remaining_life
from passport.rules.decimals import NotADecimal, parse_decimal
from passport.rules.disclosure import Access
from passport.rules.energy import Degradation, Limits
from passport.rules.remaining_life import Life, Look, Remaining

MOST_FLEET = 100
MOST_LOOKS = 5_000


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
    remaining: Remaining
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
    life = _withheld() if withheld else _remaining(battery, by)
    low, high = (
        None if cycles is None else cycles * model.rated_energy_kwh
        for cycles in (life.low, life.high)
    )
    return Energy(
        battery=battery,
        withheld=withheld,
        health=None if latest is None else _health(latest, model.rated_energy_kwh, at),
        limits=limits,
        remaining=life,
        throughput_low_kwh=low,
        throughput_high_kwh=high,
        degradation=energy.degradation(
            replacement_price=replacement_price, throughput_low_kwh=low, throughput_high_kwh=high
        ),
        recalls=tuple(hit.recall.pk for hit in recall.of_battery(battery_id=battery.pk)),
        unknown=(*(("health",) if latest is None else ()), *limits.unknown),
    )


def _withheld() -> Remaining:
    return Remaining(reason="its health is not for you to read")


def _health(row: HealthReading, rated_energy_kwh: Decimal, at: datetime) -> Health:
    return Health(
        row=row,
        age_days=max(0, (at.date() - row.measured_at.date()).days),
        usable_energy_low_kwh=row.soh_low * rated_energy_kwh,
        usable_energy_high_kwh=row.soh_high * rated_energy_kwh,
    )


def _remaining(battery: Battery, by: Party) -> Remaining:
    model = battery.model
    percent = _number(model.facts.get("33"))
    end_of_life = None if percent is None else percent / 100
    rows = health.counting().filter(battery=battery).order_by("-measured_at")[:MOST_LOOKS]
    looks = [
        Look(
            measured_at=row.measured_at,
            soh=row.soh,
            soh_low=row.soh_low,
            soh_high=row.soh_high,
            cycles=row.equivalent_cycles,
        )
        for row in rows
    ]
    return remaining_life.remaining(
        looks=looks,
        fleet=[] if end_of_life is None else _fleet(battery, by, end_of_life),
        end_of_life=end_of_life,
        expected_cycles=_number(model.facts.get("31")),
    )


def _fleet(battery: Battery, by: Party, end_of_life: Decimal) -> Sequence[Life]:
    """The lives of the others of its model in the party's own hands that have passed the end: who
    holds one reads its health, so nothing of anybody else's is told by it.
    """
    own = health.counting().filter(
        battery__holder=by, battery__model=battery.model_id, equivalent_cycles__isnull=False
    )
    past = own.filter(soh__lte=end_of_life).exclude(battery=battery).order_by("battery_id")
    chosen = list(past.values_list("battery_id", flat=True).distinct()[:MOST_FLEET])
    if len(chosen) < remaining_life.LEAST_FLEET:
        return []
    lives: dict[uuid.UUID, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    rows = own.filter(battery__in=chosen).order_by("measured_at")[:MOST_LOOKS]
    for row in rows:
        if row.equivalent_cycles is not None:
            lives[row.battery_id].append((row.equivalent_cycles, row.soh))
    return list(lives.values())


def _number(fact: object) -> Decimal | None:
    try:
        return parse_decimal(fact)
    except NotADecimal:
        return None
