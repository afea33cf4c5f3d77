"""How the packs of the story age: a root of time, a knee where there is one, and some noise."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from random import Random

from api.management.story import names
from api.management.story.plot import Pack, Plot
from passport.rules.health import Method, Reading, make_reading

ROUNDS = 13
_EVERY = timedelta(days=61)
_YEAR = Decimal("365.25")
_NOISE = {Method.TESTED: 0.0015, Method.CHARGE_BASED: 0.004, Method.BMS_REPORTED: 0.007}
_SOURCE = {
    Method.TESTED: "capacity test, mobile cycler 2",
    Method.CHARGE_BASED: "charge counting, site controller",
    Method.BMS_REPORTED: "battery management system",
}
# Full cycles a day: a storage site turns over faster than a van.
_CYCLES_A_DAY = {"lfp": Decimal("1.1"), "nmc": Decimal("0.6")}
_RATED_AH = {"lfp": Decimal(280), "nmc": Decimal(78)}
_LOWEST_CELL = {"lfp": 3.18, "nmc": 3.42}


def commissioned_at(plot: Plot, pack: Pack) -> datetime:
    """When a pack goes into service: two a day."""
    return plot.moment("commissioned", hour=8 + pack.index % 2 * 5) + timedelta(
        days=pack.index // 2
    )


def readings(plot: Plot, pack: Pack) -> Iterator[Reading]:
    """All readings of a pack, in order: none of one that nobody looked at, and none of a wreck."""
    if pack.told.get("readings") is False:
        return
    incident = pack.told.get("incident")
    wrecked = plot.day(incident["on"]) if incident else None
    random = Random(names.chance("readings", pack.name))  # noqa: S311 - a story, no secret
    for number in range(ROUNDS):
        day = plot.day("first_reading") + number * _EVERY + timedelta(days=pack.index % 4)
        if wrecked and day > wrecked:
            return
        measured_at = datetime.combine(day, time(6 + pack.index % 12, 10), tzinfo=UTC)
        yield _reading(plot, pack, number, measured_at, random)


def health_after(pack: Pack, years: Decimal) -> Decimal:
    """Capacity left, before noise: 1 - fade x sqrt(years), and past a knee a straight fall."""
    left = 1 - pack.number_of("fade", "0.03") * years.sqrt()
    knee = pack.told.get("knee")
    if knee:
        past = max(Decimal(0), years - Decimal(knee["after_years"]))
        left -= past * Decimal(knee["lost_per_year"])
    return max(left, Decimal("0.05"))


def _reading(plot: Plot, pack: Pack, number: int, measured_at: datetime, random: Random) -> Reading:
    days = Decimal((measured_at - commissioned_at(plot, pack)).days)
    years, method = days / _YEAR, _method(pack, number)
    left = health_after(pack, years) + Decimal(random.gauss(0, _NOISE[method]))
    soh = left.quantize(Decimal("0.001"))
    return make_reading(
        soh=soh,
        method=method,
        source=_SOURCE[method],
        measured_at=measured_at,
        resistance_ratio=_resistance(pack, years, random),
        capacity_ah=(soh * _RATED_AH[pack.kind]).quantize(Decimal("0.01")),
        equivalent_cycles=(days * _CYCLES_A_DAY[pack.kind]).quantize(Decimal(1)),
        minimum_cell_v=_drawn(random, _LOWEST_CELL[pack.kind], 0.03, "0.001"),
        cell_spread_mv=_drawn(random, 14 + 60 * float(1 - soh), 3, "0.1"),
        isolation_ohm_per_v=_drawn(random, 2400, 150, "1"),
        self_discharge_percent_per_month=_drawn(random, 1.6, 0.2, "0.01"),
    )


def _method(pack: Pack, number: int) -> Method:
    """Every sixth reading is a test, and the last one of a pack that is going to retire."""
    only = pack.told.get("method")
    if only:
        return Method(only)
    last = number == ROUNDS - 1 and pack.end is not None
    return Method.TESTED if last or number % 6 == 0 else Method.CHARGE_BASED


def _resistance(pack: Pack, years: Decimal, random: Random) -> Decimal:
    """The ratio that the plot gives after two years, approached along the root of time."""
    usual = 1 + Decimal("2.2") * (1 - health_after(pack, Decimal(2)))
    risen = (Decimal(pack.told.get("resistance", usual)) - 1) * (years / 2).sqrt()
    return (1 + risen + Decimal(random.gauss(0, 0.006))).quantize(Decimal("0.001"))


def _drawn(random: Random, mean: float, spread: float, grain: str) -> Decimal:
    return Decimal(max(random.gauss(mean, spread), 0.0)).quantize(Decimal(grain))
