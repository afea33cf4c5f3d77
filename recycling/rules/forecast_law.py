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
# The same draws each time, so that the same readings give the same forecast.
_NORMAL = np.random.default_rng(_SEED).standard_normal((_DRAWS, 2))
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
    left, evidence = _draws(own, exponents, exponent, threshold)
    prior = -0.5 * ((exponents - exponent.mean) / exponent.spread) ** 2
    weight = evidence + prior
    masses = np.repeat(np.exp(weight - weight.max()), _DRAWS)
    return quantiles(left.ravel(), masses, shares)


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


def _draws(own: Trace, b: Floats, known: Exponent, threshold: float) -> tuple[Floats, Floats]:
    """Usage left in draws of (start, a) given each b, a row a b, and the log of how well it
    explains all that was read.
    """
    scaled = (np.maximum(own.usage, 0) / own.now) ** b[:, None]
    rows = np.stack([np.ones_like(scaled), -scaled], axis=-1) / own.sigma[:, None]
    told = own.soh / own.sigma
    # The prior of the start is one more reading, at usage nought.
    prior = np.broadcast_to([1 / known.start_spread, 0.0], (len(b), 1, 2))
    rows = np.concatenate([rows, prior], axis=1)
    told = np.append(told, known.start / known.start_spread)
    across = rows.transpose(0, 2, 1)
    covariance = np.linalg.inv(across @ rows)
    best = (covariance @ across @ told[:, None])[..., 0]
    misfit = (((rows @ best[..., None])[..., 0] - told) ** 2).sum(axis=1)
    evidence = -0.5 * misfit + 0.5 * np.log(np.linalg.det(covariance))
    spread = np.linalg.cholesky(covariance) @ _NORMAL.T
    start, slope = np.moveaxis(best[..., None] + spread, 1, 0)
    return _left(start, slope, b[:, None], own.now, threshold), evidence


def _left(start: Floats, slope: Floats, b: Floats, now: float, threshold: float) -> Floats:
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
