"""Every reading lies inside its drawing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from api.pages import drawings


@dataclass(frozen=True)
class Reading:
    soh: Decimal
    soh_low: Decimal
    soh_high: Decimal
    measured_at: datetime
    method: str = "tested"


def reading(soh: str, *, day: int) -> Reading:
    middle, half = Decimal(soh), Decimal("0.01")
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return Reading(middle, middle - half, middle + half, at)


@pytest.mark.parametrize("levels", [["0.971", "0.87"], ["1.0", "0.99"], ["0.005", "0.42"], ["0.9"]])
def test_no_reading_and_no_interval_leaves_the_plot(levels):
    drawn = drawings.plots(reading(soh, day=30 * n) for n, soh in enumerate(levels))
    for plot in drawn:
        assert len(plot.points) == len(levels)
        for point in plot.points:
            heights = [float(point.top), float(point.y), float(point.bottom)]
            assert 0 <= min(heights) <= max(heights) <= plot.floor
            assert heights == sorted(heights)
