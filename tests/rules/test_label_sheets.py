"""Sheets of labels: each label lies on its page, and none over another."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from passport.rules.label_sheets import (
    PAPERS,
    NotASheet,
    Sheet,
    Start,
    WrongPlace,
    load,
    places,
)

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "label_sheets.json"
KNOWN = load(FILE.read_bytes())


@pytest.mark.parametrize("key", KNOWN.sheets)
def test_no_label_leaves_its_page_or_lies_over_another(key: str) -> None:
    sheet = KNOWN.sheets[key]
    width, height = PAPERS[sheet.paper]
    corners = [sheet.corner(place) for place in range(sheet.places)]
    assert len(set(corners)) == sheet.places == sheet.across * sheet.down
    for x, y in corners:
        assert x >= 0 <= y
        assert x + sheet.stock.width_mm <= width
        assert y + sheet.stock.height_mm <= height
    assert sheet.across == 1 or sheet.step_x_mm >= sheet.stock.width_mm - 0.01
    assert sheet.down == 1 or sheet.step_y_mm >= sheet.stock.height_mm - 0.01


def test_the_usual_sheets_are_there_with_their_measures() -> None:
    assert {"L7160", "L7163", "L7165", "L7651", "L4732", "5160", "5163", "6570"} <= set(
        KNOWN.sheets
    )
    sheet = KNOWN.sheets["L7160"]
    assert (sheet.places, sheet.stock.height_mm, sheet.size_mm) == (21, 38.1, (210, 297))
    assert sheet.corner(4) == pytest.approx((7.48 + 66.04, 15.49 + 38.1))
    assert KNOWN.rolls["57x32"].width_mm == 57
    assert len(KNOWN.stocks) == len(KNOWN.sheets)
    assert KNOWN.source


def test_begins_at_the_place_that_is_free_and_turns_the_page() -> None:
    sheet = KNOWN.sheets["L7160"]
    found = list(islice(places(Start(20, 0.5, -1), sheet=sheet), 3))
    assert [page for page, _, _ in found] == [0, 0, 1]
    assert found[0][1:] == pytest.approx((7.48 + 66.04 + 0.5, 15.49 + 6 * 38.1 - 1))
    assert found[2][1:] == pytest.approx((7.98, 14.49))


@pytest.mark.parametrize("start", [Start(0), Start(22), Start(1, 10.1), Start(1, 0, -11)])
def test_refuses_a_place_that_is_not_there(start: Start) -> None:
    with pytest.raises(WrongPlace):
        next(places(start, sheet=KNOWN.sheets["L7160"]))


def _changed(**changed: Any) -> bytes:
    whole = json.loads(FILE.read_bytes())
    whole["sheets"][0] |= changed
    return json.dumps(whole).encode()


BROKEN = {
    "no JSON": b"{",
    "no object": b"[]",
    "no sheets": b'{"source": "x", "rolls": []}',
    "wider than its page": _changed(across=4),
    "higher than its page": _changed(down=8),
    "no number": _changed(left_mm="wide"),
    "unknown paper": _changed(paper="B5"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_refuses_a_file_that_describes_no_sheets(case: str) -> None:
    with pytest.raises(NotASheet):
        load(BROKEN[case])


def test_a_sheet_is_cut_by_hand_or_made_to_last() -> None:
    assert [each for each in KNOWN.sheets.values() if each.durable] == [KNOWN.sheets["6570"]]
    assert isinstance(KNOWN.sheets["A4-2x4"], Sheet)
    assert KNOWN.sheets["A4-2x4"].plain
