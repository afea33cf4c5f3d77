"""How long a battery lasts: always an interval, the level it stands on, and of how many.

1. FLEET: of ten batteries of the same model or more that have passed the threshold, how much longer
   each lived than it had at this health; the interval is calibrated on the fleet itself.
2. POWER_LAW: its own fall, bent as its class bends: lives of its model from three on, else its
   chemistry. 3. DECLARED: the life that the model declares, for one that has not visibly fallen.
4. CHEMISTRY: what is usual for its chemistry. Below three readings or ninety days: not enough data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from passport.rules.health import Reading
from recycling.rules.ageing_table import Usual
from recycling.rules.forecast_fleet import (
    LEAST_FLEET,
    ReferenceClass,
    left_by_fleet,
    reference_class,
)
from recycling.rules.forecast_law import Exponent, exponent_of, left_by_law
from recycling.rules.forecast_looks import (
    LEAST_DAYS,
    LEAST_READINGS,
    Trace,
    Unit,
    days_between,
    trace,
    unit_of,
    usage_a_day,
)

COVERAGE = Decimal("0.8")
NOT_ENOUGH = "not enough data"
NO_THRESHOLD = "the model does not say at which capacity it counts as exhausted"
FEW_READINGS = f"fewer than {LEAST_READINGS} readings"
SHORT_SPAN = f"its readings span fewer than {LEAST_DAYS} days"
NO_USAGE = "no usage is counted"
NOTHING_USUAL = "nothing is known of its chemistry, and its model declares no life"
AT_ITS_END = "it has reached its end of life"
_SHARES = (0.1, 0.5, 0.9)
_DAYS_A_YEAR = 365.25
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")
# What the table and the maker's word count to.
_DECLARED_END = Decimal("0.8")


class Level(StrEnum):
    """What a forecast stands on, the best first."""

    FLEET = "FLEET"
    POWER_LAW = "POWER_LAW"
    DECLARED = "DECLARED"
    CHEMISTRY = "CHEMISTRY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Usage and years left until the threshold, at least, in the middle, at most; or why not.

    `n` counts what it stands on: batteries of the model, or readings of its own. `coverage` is the
    share of truths that the interval is made to hold; a word and a table have none. Years are the
    usage over what a day has brought so far; None where that is not known.
    """

    level: Level | None = None
    n: int = 0
    unit: Unit | None = None
    low: Decimal | None = None
    middle: Decimal | None = None
    high: Decimal | None = None
    years_low: Decimal | None = None
    years_middle: Decimal | None = None
    years_high: Decimal | None = None
    coverage: Decimal | None = None
    reason: str = ""

    @property
    def cycles_low(self) -> Decimal | None:
        """Full equivalent cycles left at least; None where days are counted."""
        return self.low if self.unit is Unit.CYCLES else None

    @property
    def cycles_high(self) -> Decimal | None:
        """Full equivalent cycles left at most; None where days are counted."""
        return self.high if self.unit is Unit.CYCLES else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The readings of another battery of the same model, and the moment its days count from."""

    looks: Sequence[Reading]
    born: datetime


class Fleet:
    """Lives that passed a threshold, drawn once however many batteries are held against them."""

    def __init__(self, lives: Sequence[Life], *, threshold: Decimal | None) -> None:
        self._lives, self._threshold = lives, float(threshold or 0)
        self._known: dict[Unit, tuple[ReferenceClass, Exponent | None]] = {}

    def seen(self, unit: Unit) -> tuple[ReferenceClass, Exponent | None]:
        """Their curves counted in that unit, and how they bend. [forecast-5]"""
        if unit not in self._known:
            traces = [trace(life.looks, unit=unit, born=life.born) for life in self._lives]
            self._known[unit] = (
                reference_class(traces, threshold=self._threshold),
                exponent_of(traces, threshold=self._threshold),
            )
        return self._known[unit]


def forecast(
    *,
    looks: Sequence[Reading],
    born: datetime,
    fleet: Fleet,
    threshold: Decimal | None,
    usual: Usual | None = None,
    declared_cycles: Decimal | None = None,
) -> Forecast:
    """The forecast of the best level that the data allow. [forecast-8]

    `threshold` is the fraction of the rated value at which it counts as exhausted, the fleet's as
    well; `usual` the row
    of its chemistry, `declared_cycles` the life that its model declares. The same values give the
    same forecast.
    """
    lacks = _lacks(looks, threshold)
    if lacks or threshold is None:
        return Forecast(n=len(looks), reason=f"{NOT_ENOUGH}: {lacks}")
    if max(looks, key=lambda look: look.measured_at).soh_high <= threshold:
        return Forecast(n=len(looks), reason=AT_ITS_END)
    unit = unit_of(looks)
    own = trace(looks, unit=unit, born=born)
    if own.now <= 0:
        return Forecast(n=len(looks), reason=f"{NOT_ENOUGH}: {NO_USAGE}")
    known, exponent = fleet.seen(unit)
    found = (
        _by_fleet(own, known)
        or _by_law(own, exponent or (usual.exponent if usual else None), float(threshold))
        or _by_word(own, unit, threshold, declared_cycles)
        or _by_table(own, unit, threshold, usual)
    )
    if found is None:
        return Forecast(n=len(looks), reason=f"{NOT_ENOUGH}: {NOTHING_USUAL}")
    return _in_years(replace(found, unit=unit), usage_a_day(looks, unit=unit))


def _lacks(looks: Sequence[Reading], threshold: Decimal | None) -> str:
    if threshold is None:
        return NO_THRESHOLD
    if len(looks) < LEAST_READINGS:
        return FEW_READINGS
    if days_between(looks) < LEAST_DAYS:
        return SHORT_SPAN
    return ""


def _by_fleet(own: Trace, known: ReferenceClass) -> Forecast | None:
    if known.n < LEAST_FLEET:
        return None
    found = left_by_fleet(own, fleet=known, ends=(_SHARES[0], _SHARES[-1]))
    return None if found is None else _interval(found[0], Level.FLEET, found[1])


def _by_law(own: Trace, exponent: Exponent | None, threshold: float) -> Forecast | None:
    if exponent is None:
        return None
    left = left_by_law(own, exponent=exponent, threshold=threshold, shares=_SHARES)
    if left is None:
        return None
    return _interval(left, Level.POWER_LAW, exponent.n or len(own.usage))


def _by_word(
    own: Trace, unit: Unit, threshold: Decimal, declared_cycles: Decimal | None
) -> Forecast | None:
    if unit is not Unit.CYCLES or declared_cycles is None or declared_cycles <= 0:
        return None
    return _scaled(own, threshold, (declared_cycles, declared_cycles), Level.DECLARED)


def _by_table(own: Trace, unit: Unit, threshold: Decimal, usual: Usual | None) -> Forecast | None:
    if usual is None:
        return None
    days = Decimal(str(_DAYS_A_YEAR))
    life = usual.cycles if unit is Unit.CYCLES else (usual.years[0] * days, usual.years[1] * days)
    # The table counts to 0.8; the fall goes on at least as fast.
    part = (1 - threshold) / (1 - _DECLARED_END)
    return _scaled(own, threshold, (life[0] * part, life[1] * part), Level.CHEMISTRY)


def _scaled(
    own: Trace, threshold: Decimal, life: tuple[Decimal, Decimal], level: Level
) -> Forecast | None:
    """A whole life less what was used, and scaled by the health left; the widest of both."""
    if not 0 < threshold < 1:
        return None
    now, last, sigma = own.now, float(own.soh[-1]), float(own.sigma[-1])
    whole, ways = float(1 - threshold), []
    for each in map(float, life):
        ways += [each - now]
        ways += [each * (last + off - float(threshold)) / whole for off in (-sigma, sigma)]
    ordered = sorted(max(way, 0.0) for way in ways)
    middle = (ordered[0] + ordered[-1]) / 2
    return _interval((ordered[0], middle, ordered[-1]), level, len(own.usage), coverage=None)


def _interval(
    left: Iterable[float], level: Level, n: int, *, coverage: Decimal | None = COVERAGE
) -> Forecast:
    """Rounded outwards to a tenth; the middle to the nearest."""
    low, middle, high = (Decimal(repr(float(each))) for each in left)
    return Forecast(
        level=level,
        n=n,
        low=low.quantize(_TENTH, rounding=ROUND_FLOOR),
        middle=middle.quantize(_TENTH),
        high=high.quantize(_TENTH, rounding=ROUND_CEILING),
        coverage=coverage,
    )


def _in_years(found: Forecast, a_day: float | None) -> Forecast:
    if a_day is None or found.low is None or found.middle is None or found.high is None:
        return found
    a_year = Decimal(repr(a_day * _DAYS_A_YEAR))
    return replace(
        found,
        years_low=(found.low / a_year).quantize(_HUNDREDTH, rounding=ROUND_FLOOR),
        years_middle=(found.middle / a_year).quantize(_HUNDREDTH),
        years_high=(found.high / a_year).quantize(_HUNDREDTH, rounding=ROUND_CEILING),
    )
