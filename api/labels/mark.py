"""The crossed-out wheeled bin of separate collection, as strokes in a square of 100 units."""

from __future__ import annotations

from typing import Final, TypeAlias

Stroke: TypeAlias = tuple[tuple[float, float], ...]

WIDTH: Final = 5.0
# Lid and handle, body, axle, and the two bars across. [Annex VI part B]
STROKES: Final[tuple[Stroke, ...]] = (
    ((22, 22), (78, 22)),
    ((42, 22), (42, 14), (60, 14), (60, 22)),
    ((26, 22), (32, 84), (68, 84), (74, 22)),
    ((32, 84), (40, 84)),
    ((6, 6), (94, 94)),
    ((94, 6), (6, 94)),
)
# Centre and radius of the wheel.
WHEEL: Final = (66.0, 84.0, 7.0)
