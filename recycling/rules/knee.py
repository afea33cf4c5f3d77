"""The knee: whether a battery has begun to age faster than before, by which rule it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from passport.rules.health import Reading
from recycling.rules.forecast_looks import Floats, Trace, Unit, trace, usage_of

LEAST_LOOKS = 6
STEEPER = 2.0
NEAR = Decimal("0.03")
# Half the width of a two-sided interval of nine in ten, in standard deviations.
_NINETY = 1.645
# How well a resistance ratio is read, as a part of it.
_RESISTANCE_SIGMA = 0.03
_THIRD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Knee:
    """Whether the battery ages faster than before; `flagged` is None where nobody can tell yet."""

    flagged: bool | None
    rule: str


def knee(
    looks: Sequence[Reading], *, unit: Unit, born: datetime, model_knee: Decimal | None = None
) -> Knee:
    """Flag a battery by the first rule that holds. [knee-1]

    1. its last third falls more than twice as fast as the two thirds before, and their intervals
    of nine in ten lie apart; 2. its health is within three points of where others of its model
    had their knee (`model_knee`); 3. its resistance, in the same thirds, rises more than twice as
    fast. With fewer than six readings only the second can be asked.
    """
    last = max(looks, key=lambda look: look.measured_at, default=None)
    if last is None:
        return Knee(flagged=None, rule="no reading")
    health = trace(looks, unit=unit, born=born)
    if _steeper(health, rising=False):
        return Knee(flagged=True, rule="its health falls more than twice as fast as before")
    if model_knee is not None and last.soh <= model_knee + NEAR:
        return Knee(
            flagged=True,
            rule=f"its health is within three points of the knee of its model, {model_knee}",
        )
    if _steeper(_resistance(looks, unit, born), rising=True):
        return Knee(flagged=True, rule="its resistance rises more than twice as fast as before")
    if len(health.usage) < LEAST_LOOKS:
        return Knee(flagged=None, rule=f"fewer than {LEAST_LOOKS} readings")
    return Knee(flagged=False, rule="its last third falls no faster than before")


def _resistance(looks: Sequence[Reading], unit: Unit, born: datetime) -> Trace:
    rows = sorted(
        (usage, float(look.resistance_ratio))
        for look in looks
        if look.resistance_ratio is not None
        and (usage := usage_of(look, unit=unit, born=born)) is not None
    )
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 2)
    values = table[:, 1]
    return Trace(usage=table[:, 0], soh=values, sigma=values * _RESISTANCE_SIGMA)


def _steeper(part: Trace, *, rising: bool) -> bool:
    count = len(part.usage)
    if count < LEAST_LOOKS:
        return False
    cut = count - max(_THIRD, count // _THIRD)
    sign = 1.0 if rising else -1.0
    # The thirds share a reading, so that each has three at least.
    before = _slope(part, slice(0, max(cut, _THIRD)), sign)
    after = _slope(part, slice(min(cut, count - _THIRD), count), sign)
    if before is None or after is None:
        return False
    (old, old_error), (new, new_error) = before, after
    apart = new - _NINETY * new_error > old + _NINETY * old_error
    return new > 0 and new > STEEPER * old and apart


def _slope(part: Trace, some: slice, sign: float) -> tuple[float, float] | None:
    """Slope and its standard error by weighted least squares; None on a single usage."""
    usage, values, sigma = part.usage[some], sign * part.soh[some], part.sigma[some]
    weight: Floats = 1 / sigma**2
    mass = weight.sum()
    # As np.average() finds it, which looks at its arguments for longer than it adds.
    middle = float((usage * weight).sum() / mass)
    spread = float((weight * (usage - middle) ** 2).sum())
    if spread <= 0:
        return None
    level = float((values * weight).sum() / mass)
    slope = float((weight * (usage - middle) * (values - level)).sum()) / spread
    return slope, float(spread**-0.5)
