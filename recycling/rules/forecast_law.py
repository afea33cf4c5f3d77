"""The shrunk power law: health = start − a · usage^b, with b held near what its class shows.

Own readings say a well and b hardly: with b free, the law of a few noisy readings is useless. So b
has the mean and the spread of a class as its prior, the start has rated health as its prior, and
the answer is the whole distribution over both, not its best point.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recycling.rules.forecast_looks import Floats, Trace, falling, usage_at

# Beyond so many times the usage so far nothing is foretold.
HORIZON = 12.0
_STEPS, _SPREAD = 31, 2.5
_DRAWS, _SEED = 128, 20_260_101
_LEAST_EXPONENT = 0.25
_LEAST_LIVES = 3
_LEAST_SPREAD = 0.15
_LEAST_START_SPREAD = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponent:
    """What a class shows of b, and of the health it starts with, of how many batteries."""

    mean: float
    spread: float
    n: int
    start: float = 1.0
    start_spread: float = 0.03


def left_by_law(
    own: Trace, *, exponent: Exponent, threshold: float, shares: Sequence[float]
) -> Floats | None:
    """Usage left until `threshold`, at these shares of its distribution. [forecast-7]

    None where the readings show no fall above their noise: then nothing of its own is known.
    """
    if not _falls(own):
        return None
    exponents = np.linspace(
        max(_LEAST_EXPONENT, exponent.mean - _SPREAD * exponent.spread),
        exponent.mean + _SPREAD * exponent.spread,
        _STEPS,
    )
    found = [_draws(own, float(b), exponent, threshold) for b in exponents]
    prior = -0.5 * ((exponents - exponent.mean) / exponent.spread) ** 2
    weight = np.array([each[1] for each in found]) + prior
    masses = np.repeat(np.exp(weight - weight.max()), _DRAWS)
    left = np.concatenate([each[0] for each in found])
    return quantiles(left, masses, shares)


def exponent_of(lives: Sequence[Trace], *, threshold: float) -> Exponent | None:
    """Mean and spread of b over lives that passed `threshold`; None of fewer than three."""
    found = [b for life in lives if (b := _own_exponent(life, threshold)) is not None]
    starts = [float(falling(life.soh, life.sigma)[0]) for life in lives if len(life.soh)]
    if len(found) < _LEAST_LIVES:
        return None
    return Exponent(
        mean=float(np.mean(found)),
        spread=max(_LEAST_SPREAD, float(np.std(found, ddof=1))),
        n=len(found),
        start=float(np.mean(starts)),
        start_spread=max(_LEAST_START_SPREAD, float(np.std(starts, ddof=1))),
    )


def quantiles(values: Floats, masses: Floats, shares: Sequence[float]) -> Floats:
    """Values at these shares of the mass, on straight lines between the middles of the masses."""
    order = np.argsort(values)
    heavy = masses[order]
    reached = (np.cumsum(heavy) - heavy / 2) / heavy.sum()
    found: Floats = np.interp(np.asarray(shares), reached, values[order])
    return found


def _falls(own: Trace) -> bool:
    """Whether the last third lies below the first by more than twice the noise of both."""
    third = max(1, len(own.usage) // 3)
    first, last = own.soh[:third].mean(), own.soh[-third:].mean()
    noise = np.hypot(own.sigma[:third].mean(), own.sigma[-third:].mean()) / third**0.5
    return bool(first - last > 2 * noise) and own.now > 0


def _draws(own: Trace, b: float, known: Exponent, threshold: float) -> tuple[Floats, float]:
    """Usage left in draws of (start, a) given b, and the log of how well this b explains it all."""
    scaled = (np.maximum(own.usage, 0) / own.now) ** b
    rows = np.column_stack([np.ones_like(scaled), -scaled]) / own.sigma[:, None]
    told = own.soh / own.sigma
    # The prior of the start is one more reading, at usage nought.
    rows = np.vstack([rows, [1 / known.start_spread, 0]])
    told = np.append(told, known.start / known.start_spread)
    precision = rows.T @ rows
    covariance = np.linalg.inv(precision)
    best = covariance @ rows.T @ told
    misfit = float(((rows @ best - told) ** 2).sum())
    evidence = -0.5 * misfit + 0.5 * float(np.log(np.linalg.det(covariance)))
    normal = np.random.default_rng(_SEED).standard_normal((_DRAWS, 2))
    start, slope = (best + normal @ np.linalg.cholesky(covariance).T).T
    return _left(start, slope, b, own.now, threshold), evidence


def _left(start: Floats, slope: Floats, b: float, now: float, threshold: float) -> Floats:
    """From a draw to usage left; a draw that does not fall goes to the horizon."""
    fall = np.maximum(start - threshold, 0)
    steep = np.maximum(slope, fall / (1 + HORIZON) ** b + 1e-12)
    passed = (fall / steep) ** (1 / b)
    left: Floats = np.clip(now * (passed - 1), 0, now * HORIZON)
    return left


def _own_exponent(life: Trace, threshold: float) -> float | None:
    """b of a whole life down to the threshold, by least squares on logarithms."""
    soh = falling(life.soh, life.sigma)
    end = usage_at(life.usage, soh, level=threshold)
    if end is None or end <= 0:
        return None
    start = float(soh[0])
    lost, usage = start - soh, life.usage
    kept = (usage > 0) & (usage <= end) & (lost > 0.005)
    points = np.append(np.log(usage[kept] / end), 0.0)
    depths = np.append(np.log(lost[kept] / (start - threshold)), 0.0)
    spread = float((points**2).sum())
    return float((points * depths).sum()) / spread if spread > 0 else None
