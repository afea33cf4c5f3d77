"""Readings as a forecast looks at them: how far each is believed, on which axis, and their fall."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from passport.rules.health import HALF_WIDTH, Kind, Reading

Floats = NDArray[np.float64]

LEAST_READINGS = 3
LEAST_DAYS = 90
_SECONDS_A_DAY = 86_400.0


class Unit(StrEnum):
    """What usage is counted in: full equivalent cycles, or days where nobody counts cycles."""

    CYCLES = "CYCLES"
    DAYS = "DAYS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The readings of one battery as arrays, by growing usage; health above 1 stays above 1."""

    usage: Floats
    soh: Floats
    sigma: Floats

    @property
    def now(self) -> float:
        """The usage at the last reading."""
        return float(self.usage[-1])

    def thinned(self, most: int) -> "Trace":
        """At most so many of its readings, evenly spread, the last one among them."""
        if len(self.usage) <= most:
            return self
        kept = np.unique(np.linspace(0, len(self.usage) - 1, most).round().astype(int))
        return Trace(usage=self.usage[kept], soh=self.soh[kept], sigma=self.sigma[kept])


def sigma_of(reading: Reading) -> float:
    """One standard deviation: of its method, or of its own interval where that is wider.

    Nobody's word makes a reading better than the way it was found. [forecast-1]
    """
    own = (reading.soh_high - reading.soh_low) / 2
    return float(max(HALF_WIDTH[reading.method], own))


def of_one_kind(looks: Sequence[Reading]) -> list[Reading]:
    """The readings of the kind that was read most often; capacity first among equals. [forecast-9]

    A fraction of capacity and one of certified energy are never one series.
    """
    counts = Counter(look.kind for look in looks)
    kind = max(Kind, key=lambda each: counts[each])
    return [look for look in looks if look.kind is kind]


def unit_of(looks: Sequence[Reading]) -> Unit:
    """Cycles where enough readings count them, the last one among them; else days. [forecast-2]"""
    counted = [look for look in looks if look.equivalent_cycles is not None]
    last = max(looks, key=lambda look: look.measured_at, default=None)
    if last is not None and last.equivalent_cycles and len(counted) >= LEAST_READINGS:
        return Unit.CYCLES
    return Unit.DAYS


def trace(looks: Sequence[Reading], *, unit: Unit, born: datetime) -> Trace:
    """The readings that say their usage, in its order; days count from `born`. [forecast-3]"""
    rows = sorted(
        (usage, float(look.soh), sigma_of(look))
        for look in looks
        if (usage := usage_of(look, unit=unit, born=born)) is not None
    )
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 3)
    return Trace(usage=table[:, 0], soh=table[:, 1], sigma=table[:, 2])


def days_between(looks: Sequence[Reading]) -> int:
    """Whole days from the first reading to the last; nought without any."""
    moments = [look.measured_at for look in looks]
    return (max(moments) - min(moments)).days if moments else 0


def usage_a_day(looks: Sequence[Reading], *, unit: Unit) -> float | None:
    """How much usage a day has brought, over all readings that say it; None where none did."""
    if unit is Unit.DAYS:
        return 1.0
    counted = sorted(
        (look.measured_at, float(look.equivalent_cycles))
        for look in looks
        if look.equivalent_cycles is not None
    )
    if len(counted) < 2:
        return None
    (begun, before), (ended, after) = counted[0], counted[-1]
    days = (ended - begun).total_seconds() / _SECONDS_A_DAY
    return (after - before) / days if days > 0 and after > before else None


def falling(soh: Floats, sigma: Floats | None = None) -> Floats:
    """The nearest series that never rises, in least squares (pool adjacent violators).

    A reading above the one before is noise or a new calibration, not new capacity. [forecast-4]
    """
    weights = np.ones_like(soh) if sigma is None else 1 / sigma**2
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(soh.tolist(), weights.tolist(), strict=True):
        mean, mass, count = value, weight, 1
        while blocks and blocks[-1][0] < mean:
            other, heavy, more = blocks.pop()
            mean = (mean * mass + other * heavy) / (mass + heavy)
            mass, count = mass + heavy, count + more
        blocks.append((mean, mass, count))
    return np.concatenate([np.full(count, mean) for mean, _, count in blocks] or [np.empty(0)])


def usage_at(usage: Floats, soh: Floats, *, level: float) -> float | None:
    """Where a falling series first passes a level, on straight lines; None where it never does."""
    below = np.flatnonzero(soh <= level)
    if not len(below) or below[0] == 0:
        return None
    after = int(below[0])
    high, low = float(soh[after - 1]), float(soh[after])
    part = (high - level) / (high - low)
    return float(usage[after - 1] + part * (usage[after] - usage[after - 1]))


def usage_of(look: Reading, *, unit: Unit, born: datetime) -> float | None:
    """Its cycles, or its days since `born`; None where it counts no cycles."""
    if unit is Unit.CYCLES:
        return None if look.equivalent_cycles is None else float(look.equivalent_cycles)
    return (look.measured_at - born).total_seconds() / _SECONDS_A_DAY
