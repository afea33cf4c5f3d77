"""How many full equivalent cycles a battery has before it, as an interval, or "not enough data".

1. Enough of its own: three readings over ninety days, the last with its cycles. 2. FLEET: of at
least ten batteries of the same model that have passed the end of life, how much longer each lived
than it had at this health; the tenth and the ninetieth percentile of these ratios. 3. DECLARED: the
expected life that the model says, less what was used, and scaled by the health that is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from passport.rules.decimals import outwards

LEAST_READINGS = 3
LEAST_SPAN = timedelta(days=90)
LEAST_FLEET = 10
FLEET_COVERAGE = Decimal("0.8")
NOT_ENOUGH = "not enough data"
_PLACES = 1


class Level(StrEnum):
    """What an estimate stands on."""

    FLEET = "FLEET"
    DECLARED = "DECLARED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One reading as far as this rule looks at it."""

    measured_at: datetime
    soh: Decimal
    soh_low: Decimal
    soh_high: Decimal
    cycles: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """Full equivalent cycles until the end of life, at least and at most; None with a reason.

    `n` counts what it stands on: batteries of the fleet, or readings of its own. `coverage` is the
    share of the fleet that the interval holds; the maker's word has none.
    """

    level: Level | None = None
    n: int = 0
    low: Decimal | None = None
    high: Decimal | None = None
    coverage: Decimal | None = None
    reason: str = ""


# A battery's life so far: (cycles, soh), in any order.
Life = Sequence[tuple[Decimal, Decimal]]


def remaining(
    *,
    looks: Sequence[Look],
    fleet: Sequence[Life],
    end_of_life: Decimal | None,
    expected_cycles: Decimal | None,
) -> Remaining:
    """The estimate of the best level that the data allow. [remaining-1]

    `end_of_life` is the fraction of the rated capacity at which the model counts as exhausted,
    `expected_cycles` its declared life.
    """
    last = max(looks, key=lambda look: look.measured_at, default=None)
    trouble = _lacks(looks, last, end_of_life)
    if last is None or last.cycles is None or end_of_life is None or trouble:
        return Remaining(n=len(looks), reason=f"{NOT_ENOUGH}: {trouble}")
    if last.soh_high <= end_of_life:
        return Remaining(n=len(looks), reason="it has reached its end of life")
    found = _of_fleet(last, last.cycles, fleet, end_of_life)
    if found is not None:
        return found
    if expected_cycles is None or expected_cycles <= 0 or not 0 < end_of_life < 1:
        return Remaining(
            n=len(looks),
            reason=f"{NOT_ENOUGH}: fewer than {LEAST_FLEET} batteries of the model have passed its"
            " end of life, and the model says no expected life",
        )
    return _declared(last, last.cycles, len(looks), end_of_life, expected_cycles)


def _lacks(looks: Sequence[Look], last: Look | None, end_of_life: Decimal | None) -> str:
    if end_of_life is None:
        return "the model does not say at which capacity it counts as exhausted"
    if last is None or len(looks) < LEAST_READINGS:
        return f"fewer than {LEAST_READINGS} readings"
    if last.measured_at - min(look.measured_at for look in looks) < LEAST_SPAN:
        return f"its readings span fewer than {LEAST_SPAN.days} days"
    if last.cycles is None:
        return "the last reading says nothing of cycles"
    return ""


def _of_fleet(
    last: Look, cycles: Decimal, fleet: Sequence[Life], end_of_life: Decimal
) -> Remaining | None:
    """Compared at both ends of its health; None when too few of the fleet have passed through."""
    worst = _ratios(fleet, at=last.soh_low, end_of_life=end_of_life)
    best = _ratios(fleet, at=last.soh_high, end_of_life=end_of_life)
    count = min(len(worst), len(best))
    if count < LEAST_FLEET:
        return None
    used = Fraction(cycles)
    low, high = used * (_rank(worst, 10) - 1), used * (_rank(best, 90) - 1)
    return Remaining(
        level=Level.FLEET,
        n=count,
        low=_down(min(low, high)),
        high=_up(max(low, high)),
        coverage=FLEET_COVERAGE,
    )


def _ratios(fleet: Sequence[Life], *, at: Decimal, end_of_life: Decimal) -> list[Fraction]:
    found = []
    for life in fleet:
        here = _usage_at(life, max(at, end_of_life))
        there = _usage_at(life, end_of_life)
        if here is not None and there is not None and here > 0:
            found.append(there / here)
    return sorted(found)


def _usage_at(life: Life, soh: Decimal) -> Fraction | None:
    """The cycles at which a life first passed this health, on straight lines between looks."""
    looks = sorted(life)
    for (before, high), (after, low) in pairwise(looks):
        if low <= soh <= high:
            part = Fraction(high - soh) / Fraction(high - low) if high > low else Fraction(0)
            return Fraction(before) + part * Fraction(after - before)
    return None


def _rank(ordered: Sequence[Fraction], percent: int) -> Fraction:
    """The nearest rank, which is one of the values."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _declared(
    last: Look, cycles: Decimal, n: int, end_of_life: Decimal, expected_cycles: Decimal
) -> Remaining:
    whole, expected = 1 - Fraction(end_of_life), Fraction(expected_cycles)
    ways = [expected - Fraction(cycles)]
    ways += [
        expected * (Fraction(soh) - Fraction(end_of_life)) / whole
        for soh in (last.soh_low, last.soh_high)
    ]
    return Remaining(level=Level.DECLARED, n=n, low=_down(min(ways)), high=_up(max(ways)))


def _down(value: Fraction) -> Decimal:
    return max(Decimal(0), outwards(value, places=_PLACES, up=False))


def _up(value: Fraction) -> Decimal:
    return max(Decimal(0), outwards(value, places=_PLACES, up=True))
