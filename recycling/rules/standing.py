"""How a battery stands on a day: the facts of health that gates and buyers ask for.

A direct reading is not thrown away because a BMS spoke later: it stands as long as the later word
does not contradict it. What contradicts it from below wins, whoever says it.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from passport.rules.health import HALF_WIDTH, Kind, Method, Reading
from recycling.rules.forecast import Forecast
from recycling.rules.knee import Knee

# How long a direct reading outweighs a later indirect one, and how long a measure beside it holds.
STANDS_DAYS = 180
BESIDE_DAYS = 365
DIRECT = frozenset({Method.TESTED, Method.CHARGE_BASED})
_BESIDE = (
    "resistance_ratio",
    "self_discharge_percent_per_month",
    "cell_spread_mv",
    "module_spread",
    "minimum_cell_v",
    "isolation_ohm_per_v",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known on a day; None where nobody looked. Health is of the kind named.

    `rul_low_years`: years that surely remain until the end that was asked for.
    """

    soh_low: Decimal | None = None
    soh_mean: Decimal | None = None
    soh_high: Decimal | None = None
    soh_kind: Kind | None = None
    soh_method: Method | None = None
    soh_source: str = ""
    reading_age_days: Decimal | None = None
    resistance_ratio: Decimal | None = None
    self_discharge_percent_per_month: Decimal | None = None
    cell_spread_mv: Decimal | None = None
    module_spread: Decimal | None = None
    minimum_cell_v: Decimal | None = None
    isolation_ohm_per_v: Decimal | None = None
    knee: bool | None = None
    rul_low_years: Decimal | None = None


def standing(
    readings: Sequence[Reading],
    *,
    on: datetime.date,
    knee: Knee | None = None,
    ahead: Forecast | None = None,
) -> Standing:
    """The facts of a battery on a day. [standing-1]

    Capacity before energy before certified energy, which are never mixed; what was measured beside
    it is the newest of a year. With no reading everything is None.
    """
    kept = sorted(
        (each for each in readings if each.measured_at.date() <= on),
        key=lambda each: each.measured_at,
    )
    kind = next((kind for kind in Kind if any(each.kind is kind for each in kept)), None)
    if kind is None:
        return Standing()
    counts = outweighing([each for each in kept if each.kind is kind], on=on)
    return Standing(
        soh_low=counts.soh_low,
        soh_mean=counts.soh,
        soh_high=counts.soh_high,
        soh_kind=kind,
        soh_method=counts.method,
        soh_source=counts.source,
        reading_age_days=Decimal(_age(counts, on)),
        knee=None if knee is None else knee.flagged,
        rul_low_years=None if ahead is None else ahead.years_low,
        **{name: _newest(kept, name, on) for name in _BESIDE},
    )


def outweighing(readings: Sequence[Reading], *, on: datetime.date) -> Reading:
    """The reading that counts among several of one kind, oldest first. [standing-2]

    The last one; or the last direct one of the last half year, if what followed does not lie below
    it: an indirect word may confirm a test, and may not replace it.
    """
    last = readings[-1]
    if last.method in DIRECT:
        return last
    direct = [each for each in readings if each.method in DIRECT and _age(each, on) <= STANDS_DAYS]
    if not direct:
        return last
    best = min(reversed(direct), key=lambda each: (HALF_WIDTH[each.method], _age(each, on)))
    later = [each for each in readings if each.measured_at > best.measured_at]
    return last if any(each.soh_high < best.soh_low for each in later) else best


def _newest(readings: Sequence[Reading], name: str, on: datetime.date) -> Decimal | None:
    for each in reversed(readings):
        value: Decimal | None = getattr(each, name)
        if value is not None and _age(each, on) <= BESIDE_DAYS:
            return value
    return None


def _age(reading: Reading, on: datetime.date) -> int:
    return (on - reading.measured_at.date()).days
