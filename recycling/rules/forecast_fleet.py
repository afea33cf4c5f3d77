"""What the fleet says: how much longer others of its model lived than they had at this health.

Every life that passed the threshold is a curve of health over usage, with its own end as the unit.
A battery's readings are laid on each curve at each place where its last reading could stand: what
fits well weighs much, and a place says the ratio of the whole life to the life so far. So all its
readings, not the last one alone, decide where it stands.

The interval is calibrated on the fleet itself: each life in turn is taken out, read as the battery
was read (as often, at the same parts of its usage, with the same noise), and forecast by the
others. Where their truths fell in their forecasts says how far out the ends have to be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recycling.rules.forecast_looks import Floats, Trace, falling, usage_at

LEAST_FLEET = 10
MOST_READINGS = 12
_GRID, _BEYOND = 129, 1.25
_PLACES, _FIRST_PLACE = 72, 0.03
# What a curve of another battery misses, beside the noise of the readings.
_MISFIT = 0.004
_LEAST_SPREAD = 0.02
_SEED, _ROUNDS = 20_260_102, 3

_ON_CURVE = np.linspace(0, _BEYOND, _GRID)
# From the end of a life, where nothing is left, back to its beginning.
_PLACE = np.exp(np.linspace(0.0, np.log(_FIRST_PLACE), _PLACES))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceClass:
    """Lives that passed the threshold: health by part of the life, and the usage at its end."""

    curves: Floats
    ends: Floats

    @property
    def n(self) -> int:
        """How many lives."""
        return len(self.ends)

    @property
    def spread(self) -> float:
        """How far apart two of its lives are, as the standard deviation of the log of their ratio.

        A fleet of one duty says much by usage alone, a mixed one hardly anything.
        """
        return max(_LEAST_SPREAD, float(np.std(np.log(self.ends), ddof=1)) * 2**0.5)


def reference_class(lives: Sequence[Trace], *, threshold: float) -> ReferenceClass:
    """The lives that were seen above the threshold and at it. [forecast-5]"""
    curves, ends = [], []
    for life in lives:
        soh = falling(life.soh, life.sigma)
        end = usage_at(life.usage, soh, level=threshold)
        if end is not None and end > 0:
            curves.append(np.interp(_ON_CURVE * end, life.usage, soh))
            ends.append(end)
    return ReferenceClass(
        curves=np.array(curves, dtype=np.float64).reshape(len(curves), _GRID),
        ends=np.array(ends, dtype=np.float64),
    )


def left_by_fleet(own: Trace, *, fleet: ReferenceClass, shares: Sequence[float]) -> Floats:
    """Usage left until the threshold at these shares of the calibrated distribution. [forecast-6]

    Needs two lives at least and a usage above nought.
    """
    read = own.thinned(MOST_READINGS)
    board = _Board.of(read, fleet)
    weight = board.weights(read.now, read.soh)
    health = float((weight * board.here).sum())
    calm = _calibrated(board, read, health, shares)
    place = np.interp(calm, _reached(weight.sum(axis=0)), np.arange(_PLACES))
    left: Floats = own.now * (1 / np.interp(place, np.arange(_PLACES), _PLACE) - 1)
    return left


@dataclass(frozen=True, slots=True, kw_only=True)
class _Board:
    """A fleet with the readings' parts of usage laid on every curve at every place.

    `laid[c, p, r]` is the health of curve c where reading r would stand, `here[c, p]` that of the
    last one.
    """

    fleet: ReferenceClass
    laid: Floats
    here: Floats
    believed: Floats

    @classmethod
    def of(cls, read: Trace, fleet: ReferenceClass) -> "_Board":
        laid = _along(fleet.curves, _PLACE[:, None] * (read.usage / read.now))
        return cls(
            fleet=fleet,
            laid=laid,
            here=_along(fleet.curves, _PLACE),
            believed=1 / (read.sigma**2 + _MISFIT**2),
        )

    def weights(self, now: float, soh: Floats) -> Floats:
        """How well each curve explains readings at each place; all together 1."""
        return _shared(self._cost(np.array([now]), soh[None])[0])

    def of_others(self, now: Floats, soh: Floats, own: NDArray[np.intp]) -> Floats:
        """The same for several batteries at once, each without its own curve: mass by place."""
        cost = self._cost(now, soh)
        cost[np.arange(len(own)), own] = np.inf
        return np.array([_shared(each).sum(axis=0) for each in cost])

    def _cost(self, now: Floats, soh: Floats) -> Floats:
        heavy = self.laid * self.believed
        cost = (heavy * self.laid).sum(axis=2)[None] + (soh**2 @ self.believed)[:, None, None]
        cost = cost - 2 * np.moveaxis(heavy @ soh.T, 2, 0)
        ratio = np.log(now)[:, None, None] - np.log(_PLACE) - np.log(self.fleet.ends)[:, None]
        found: Floats = cost + (ratio / self.fleet.spread) ** 2
        return found


def _shared(cost: Floats) -> Floats:
    weight: Floats = np.exp(-0.5 * (cost - cost.min()))
    return weight / weight.sum()


def _along(curves: Floats, at: Floats) -> Floats:
    """Health of every curve at these parts of a life."""
    place = np.clip(at / _BEYOND * (_GRID - 1), 0, _GRID - 1.001)
    left = place.astype(np.intp)
    part = place - left
    found: Floats = curves[:, left] * (1 - part) + curves[:, left + 1] * part
    return found


def _reached(masses: Floats) -> Floats:
    """Share of the mass before the middle of each place; little usage is left at the first ones."""
    found: Floats = (np.cumsum(masses, axis=-1) - masses / 2) / masses.sum(axis=-1, keepdims=True)
    return found


def _calibrated(board: _Board, read: Trace, health: float, shares: Sequence[float]) -> Floats:
    """The shares below which as many truths of the fleet lay as the wanted shares say."""
    fell = _falls_of_truth(board, read, health)
    if len(fell) < LEAST_FLEET:
        return np.asarray(shares)
    found: Floats = np.quantile(fell, shares, method="weibull")
    return found


def _falls_of_truth(board: _Board, read: Trace, health: float) -> Floats:
    """For each life, forecast by the others: the share of its forecast below its truth."""
    fleet = board.fleet
    places = [usage_at(_ON_CURVE, curve, level=health) for curve in fleet.curves]
    own = np.array(
        [number for number, at in enumerate(places) if at and _PLACE[-1] <= at <= 1], dtype=np.intp
    )
    at = np.array([places[number] for number in own], dtype=np.float64)
    draw, fell = np.random.default_rng(_SEED), []
    calm = np.array([
        np.interp(part * read.usage / read.now, _ON_CURVE, fleet.curves[number])
        for number, part in zip(own, at, strict=True)
    ]).reshape(len(own), len(read.usage))  # fmt: skip
    for _ in range(_ROUNDS):
        soh = calm + draw.standard_normal(calm.shape) * read.sigma
        reached = _reached(board.of_others(at * fleet.ends[own], soh, own))
        for part, share in zip(at, reached, strict=True):
            where = np.log(part) / np.log(_FIRST_PLACE) * (_PLACES - 1)
            fell.append(np.interp(where, np.arange(_PLACES), share))
    return np.array(fell, dtype=np.float64)
