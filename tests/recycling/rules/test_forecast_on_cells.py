"""On published cells the forecast is as near as promised, and its interval holds what it says."""

from __future__ import annotations

import json

import pytest
from django.core.management.base import CommandError
from rich.console import Console

from api.management.bench import cells, forecast, oracle
from api.management.bench.figures import Sheet
from tests.oracle_data import oracle as oracle_data

# Every third cell once: a look at the promise; the benchmark takes all of them twenty times.
SOME, SLACK = slice(None, None, 3), 1.35


@pytest.mark.parametrize("wanted", cells.SETS, ids=lambda each: each.key)
def test_the_forecast_is_nearer_than_any_trend_of_its_own(wanted: cells.CellSet) -> None:
    known = cells.read(wanted, where=oracle_data(cells.FOLDER))
    found = forecast.evaluate(known, wanted, seeds=2, some=SOME)
    error = found.median_error(forecast.FLEET)
    assert error <= wanted.most_error * SLACK
    assert 0.60 <= found.coverage <= 0.97
    trends = [found.median_error(name) for name in found.errors if name != forecast.FLEET]
    assert error < min(trends) * 1.25
    assert len(found.errors) == 6


def test_a_cell_s_own_end_is_not_looked_at() -> None:
    """With its end moved, the same readings bring the same forecast, and another error."""
    (wanted,) = [each for each in cells.SETS if each.key == "rwth"]
    known = cells.read(wanted, where=oracle_data(cells.FOLDER))[:20]
    true = forecast.evaluate(known, wanted, seeds=1, some=slice(1))
    first = known[0]
    moved = cells.Cell(first.life, first.calm, first.origin, first.end * 2)
    told = forecast.evaluate([moved, *known[1:]], wanted, seeds=1, some=slice(1))
    middle, other = (
        (each.errors[forecast.FLEET][0] + 1) * (end - first.origin)
        for each, end in ((true, first.end), (told, moved.end))
    )
    assert middle == pytest.approx(other)


def test_without_the_curves_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(oracle, "PLACES", (tmp_path,))
    with pytest.raises(CommandError, match="absent: looked in") as refused:
        forecast.measure(Sheet(name="forecast", quick=True, size=0), Console(quiet=True))
    assert "ORACLE_DATA" in str(refused.value)


def test_the_last_line_has_every_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    oracle_data(cells.FOLDER)
    kept = [each for each in cells.SETS if each.key == "rwth"]
    monkeypatch.setattr(forecast, "SETS", kept)
    sheet = Sheet(name="forecast", quick=True, size=0)
    forecast.measure(sheet, Console(quiet=True))
    assert set(json.loads(sheet.line())) == {"rwth", "coverage_rwth", "quick"}
    assert "0.7 to 0.9" in {each.target for each in sheet.figures}
