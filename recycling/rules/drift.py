"""A steady drift of a measured value, and the day on which it passes a limit."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from statistics import median
from typing import TypeAlias

Point: TypeAlias = tuple[datetime.date, Decimal]

MOST_DAYS = 730
_LEAST_POINTS, _LEAST_DAYS = 3, 30


def crossing(
    points: Sequence[Point], *, limit: Decimal, rising: bool, noise: Decimal
) -> datetime.date | None:
    """The day on which a steady drift passes a limit; None where it drifts not, or not there.

    The slope is the middle of all slopes between two readings (Theil-Sen), so that one bad reading
    does not turn it. [upkeep-3]
    """
    slope = _slope(points)
    if slope is None or (slope > 0) is not rising:
        return None
    ends = float(points[-1][1] - points[0][1])
    if abs(ends) <= 2 * float(noise) or (ends > 0) is not rising:
        return None
    last = points[-1][0]
    level = median(float(value) + slope * (last - day).days for day, value in points)
    days = max(0.0, (float(limit) - level) / slope)
    return last + datetime.timedelta(days=int(days)) if days <= MOST_DAYS else None


def _slope(points: Sequence[Point]) -> float | None:
    """A day; None of too few readings, or of readings too near to one another."""
    if len(points) < _LEAST_POINTS or (points[-1][0] - points[0][0]).days < _LEAST_DAYS:
        return None
    slopes = [
        float(late - early) / (after - before).days
        for (before, early), (after, late) in combinations(points, 2)
        if after > before
    ]
    return median(slopes) or None
