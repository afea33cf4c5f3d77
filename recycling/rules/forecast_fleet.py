"""What the fleet says: how much longer others of its model lived than they had at this health.

Each life that passed the threshold is read again as the battery was read: as often, at the same
parts of its usage, with the same noise, at healths around the one at which the battery stands. What
was left of each, over what was used, is regressed on these readings and on usage (a ridge on
logarithms); so all readings of the battery decide, not the last one alone, and where they say
little the answer is the middle ratio of the fleet.

The interval is what the same regression missed of lives that were kept from it, tenth by tenth of
the fleet. It is made of other lives alone and promises no more than they kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recycling.rules.forecast_looks import Floats, Trace, falling, usage_at

LEAST_FLEET = 10
MOST_READINGS = 12
_GRID, _EACH, _FOLDS = 201, 15, 10
# Lives are read within so much of the battery's own health, or farther where that is less sure.
_AROUND, _UNSURE = 0.04, 1.5
_FIRST_PART, _LAST_PART = 0.02, 0.98
_RIDGE, _SEED = 3.0, 20_260_102

_PARTS = np.linspace(0, 1, _GRID)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceClass:
    """Lives that passed the threshold: health by part of the life, and the usage at its end."""

    curves: Floats
    ends: Floats

    @property
    def n(self) -> int:
        """How many lives."""
        return len(self.ends)


def reference_class(lives: Sequence[Trace], *, threshold: float) -> ReferenceClass:
    """The lives that were seen above the threshold and at it. [forecast-5]"""
    curves, ends = [], []
    for life in lives:
        soh = falling(life.soh, life.sigma)
        end = usage_at(life.usage, soh, level=threshold)
        if end is not None and end > 0:
            curves.append(np.interp(_PARTS * end, life.usage, soh))
            ends.append(end)
    return ReferenceClass(
        curves=np.array(curves, dtype=np.float64).reshape(len(curves), _GRID),
        ends=np.array(ends, dtype=np.float64),
    )


def left_by_fleet(
    own: Trace, *, fleet: ReferenceClass, ends: tuple[float, float]
) -> tuple[Floats, int] | None:
    """Usage left at both ends with the middle between them, and of how many lives. [forecast-6]

    `ends` are shares of the distribution; the middle is the value that misses least as a part of
    the truth, which lies a little below the median.

    None where fewer than ten lives were seen around this health. Needs a usage above nought.
    """
    read = own.thinned(MOST_READINGS)
    drawn = _read_again(fleet, read)
    lives = np.unique(drawn.life)
    if len(lives) < LEAST_FLEET:
        return None
    noise = np.append(read.sigma**2, 0.0)
    asked = np.append(read.soh, np.log(read.now))[None]
    middle = _fitted(drawn, np.ones(len(drawn.life), dtype=bool), noise, asked)[0]
    draw = np.random.default_rng(_SEED)
    as_read = drawn.told + draw.standard_normal(drawn.told.shape) * np.sqrt(noise)
    missed = [
        drawn.left[out] - _fitted(drawn, ~out, noise, as_read[out])
        for fold in range(_FOLDS)
        if (out := drawn.life % _FOLDS == fold).any()
    ]
    possible = np.sort(own.now * np.exp(middle + np.concatenate(missed)))
    low, high = np.quantile(possible, ends)
    heavy = np.cumsum(1 / possible)
    nearest = possible[np.searchsorted(heavy, heavy[-1] / 2)]
    return np.array([low, nearest, high]), len(lives)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """Readings of the fleet as the battery was read: a row a reading in turn, and its truth.

    `told`: health at each reading, and the log of usage; `left`: the log of usage left over usage.
    """

    told: Floats
    left: Floats
    life: NDArray[np.intp]


def _read_again(fleet: ReferenceClass, read: Trace) -> _Drawn:
    health, error = _standing(read)
    reach = max(_AROUND, _UNSURE * error)
    levels = health + reach * np.linspace(-1, 1, _EACH)
    at = np.array([_parts_at(curve, levels) for curve in fleet.curves]).reshape(-1, _EACH)
    life, column = np.nonzero((at >= _FIRST_PART) & (at <= _LAST_PART))
    part = at[life, column]
    where = part[:, None] * (read.usage / read.now)
    soh = _along(fleet.curves[life], where)
    return _Drawn(
        told=np.column_stack([soh, np.log(part * fleet.ends[life])]),
        left=np.log(1 / part - 1),
        life=life,
    )


def _standing(read: Trace) -> tuple[float, float]:
    """The health now and its standard error: a straight line through the last half of them."""
    some = max(3, len(read.usage) // 2)
    usage, soh, sigma = read.usage[-some:] - read.now, read.soh[-some:], read.sigma[-some:]
    rows = np.column_stack([np.ones_like(usage), usage / read.now]) / sigma[:, None]
    covariance = np.linalg.pinv(rows.T @ rows)
    return float((covariance @ rows.T @ (soh / sigma))[0]), float(covariance[0, 0] ** 0.5)


def _parts_at(curve: Floats, levels: Floats) -> Floats:
    """The part of a life at which it first stood at these healths; nought above its first one."""
    found: Floats = np.interp(levels, curve[::-1], _PARTS[::-1], left=1.0, right=0.0)
    return found


def _along(curves: Floats, at: Floats) -> Floats:
    """Health of each curve at the parts of its life in the same row."""
    place = np.clip(at * (_GRID - 1), 0, _GRID - 1.001)
    left = place.astype(np.intp)
    row = np.arange(len(curves))[:, None]
    part = place - left
    found: Floats = curves[row, left] * (1 - part) + curves[row, left + 1] * part
    return found


def _fitted(drawn: _Drawn, some: NDArray[np.bool_], noise: Floats, asked: Floats) -> Floats:
    """What is left by a ridge on some of the rows, with a free middle.

    The noise of the readings stands in the variance of each column, as if every row had been read
    over and over: what is read badly gets little weight. [errors in variables]
    """
    told, left = drawn.told[some], drawn.left[some]
    middle = told.mean(axis=0)
    scale = np.sqrt(told.var(axis=0) + noise + 1e-12)
    rows = (told - middle) / scale
    square = rows.T @ rows + np.diag(len(rows) * noise / scale**2 + _RIDGE)
    weight = np.linalg.solve(square, rows.T @ (left - left.mean()))
    found: Floats = left.mean() + (asked - middle) / scale @ weight
    return found
