"""Forecasts by a battery's own trend alone: what the estimator is held beside, not what it does."""

from collections.abc import Callable, Mapping

import numpy as np

from recycling.rules.forecast_looks import Floats, Trace

# Beyond so many times the usage so far a trend is cut off; so its largest errors are floors.
HORIZON = 12.0


def by_power_law(own: Trace, threshold: float) -> float:
    """Health = first − a · usage^b, b and a by least squares on logarithms."""
    lost = np.maximum(own.soh[0] - own.soh[1:], 1e-4)
    b, log_a = np.polyfit(np.log(own.usage[1:]), np.log(lost), 1)
    if b <= 0:
        return HORIZON * own.now
    return _cut(own, np.exp((np.log(max(own.soh[0] - threshold, 1e-4)) - log_a) / b))


def by_last_three(own: Trace, threshold: float) -> float:
    """The slope of the last three readings, from the last one on."""
    slope = np.polyfit(own.usage[-3:], own.soh[-3:], 1)[0]
    if slope >= 0:
        return HORIZON * own.now
    return _cut(own, own.now + (own.soh[-1] - threshold) / -slope)


def by_line(own: Trace, threshold: float) -> float:
    """A straight line through all readings."""
    return _crossing(own, own.usage, threshold, power=1.0)


def by_root(own: Trace, threshold: float) -> float:
    """A straight line over the root of usage, as ageing in store goes."""
    return _crossing(own, np.sqrt(own.usage), threshold, power=2.0)


TRENDS: Mapping[str, Callable[[Trace, float], float]] = {
    "own power law": by_power_law,
    "slope of the last three": by_last_three,
    "straight line": by_line,
    "root of usage": by_root,
}


def _crossing(own: Trace, axis: Floats, threshold: float, *, power: float) -> float:
    slope, start = np.polyfit(axis, own.soh, 1)
    if slope >= 0:
        return HORIZON * own.now
    return _cut(own, max((threshold - start) / slope, 0.0) ** power)


def _cut(own: Trace, end: float) -> float:
    return float(np.clip(end - own.now, 0, HORIZON * own.now))
