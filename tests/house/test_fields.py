"""Each field of each wire shape names its data point, or why it is carried, and its audience."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api import urls
from api.http.shapes import StrictShape
from passport.rules.disclosure import Access
from passport.rules.intake import parse_line
from passport.rules.intake_fields import UnknownField

HOUSE = Path(__file__).resolve().parents[2]
REFERENCE = HOUSE / "fixtures" / "reference"
FIELDS: dict[str, dict[str, Any]] = json.loads((REFERENCE / "fields.json").read_text())["shapes"]
POINTS = {p["number"]: p for p in json.loads((REFERENCE / "datapoints.json").read_text())["points"]}
# Lines of a maker's file are read by a rule, not by a shape.
LINES = {"model", "battery", "assembly", "batch"}


def shapes() -> list[type[StrictShape]]:
    assert urls.urlpatterns
    return sorted(_below(StrictShape), key=lambda shape: (shape.__module__, shape.__name__))


def _below(kind: type[StrictShape]) -> Iterator[type[StrictShape]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


@pytest.mark.parametrize(
    "shape", shapes(), ids=lambda shape: f"{shape.__module__}.{shape.__name__}"
)
def test_each_field_of_a_shape_stands_in_the_catalogue(shape: type[StrictShape]) -> None:
    assert shape.catalogue, "name the shape's section of fields.json in `catalogue`"
    missing = set(shape._declared_fields) - set(FIELDS[shape.catalogue])
    assert not missing


def test_the_catalogue_names_nothing_that_no_shape_carries() -> None:
    carried: dict[str, set[str]] = {name: set() for name in FIELDS}
    for shape in shapes():
        carried[shape.catalogue] |= set(shape._declared_fields)
    unused = {
        name: set(fields) - carried[name]
        for name, fields in FIELDS.items()
        if name not in LINES and set(fields) - carried[name]
    }
    assert not unused


@pytest.mark.parametrize("section", FIELDS)
def test_each_entry_has_a_point_or_a_reason_and_an_audience(section: str) -> None:
    for name, about in FIELDS[section].items():
        assert ("points" in about) != ("own" in about), name
        assert Access(about["audience"]), name
        for number in about.get("points", ()):
            assert POINTS[number]["access"] == about["audience"], (name, number)


def test_every_field_of_a_line_stands_in_the_catalogue() -> None:
    for kind in LINES:
        with pytest.raises(UnknownField) as refused:
            parse_line({"type": kind, "no such field": 1}, number=1)
        known = set(re.findall(r"[a-z_]+", refused.value.remedy.partition(" are ")[2]))
        assert known, refused.value.remedy
        assert known <= set(FIELDS[kind])
