"""The catalogue says what the Commission's guidance says, and completeness follows from it."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from passport.rules import datapoints
from passport.rules.datapoints import Category, Due, NoSuchPoint, NotACatalogue
from passport.rules.disclosure import Access, Audience
from tests.oracle_data import oracle

REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "reference"
CATALOGUE = datapoints.load((REFERENCE / "datapoints.json").read_bytes())
START = date(2027, 2, 18)
DUE = {
    "mandatory": Due.MANDATORY,
    "conditional": Due.IF_APPLICABLE,
    "optional": Due.OPTIONAL,
    "pending": Due.NOT_YET,
    "notToBeFilled": Due.NEVER,
}
ACCESS = {
    "public": {Access.PUBLIC},
    "legitimateInterest": {Access.LEGITIMATE_INTEREST, Access.INTEREST_AND_AUTHORITY},
    "notifiedBodiesAndAuthorities": {Access.AUTHORITY},
}


@pytest.mark.oracle
def test_says_of_each_number_what_the_guidance_says() -> None:
    path = oracle("ec-guidance/ec-datapoints-v2.0-derived.json")
    entries = json.loads(path.read_text())["dataPoints"]

    assert [entry["nr"] for entry in entries] == [point.number for point in CATALOGUE.points]
    for entry, point in zip(entries, CATALOGUE.points, strict=True):
        assert point.access in ACCESS[entry["accessTier"]], entry
        assert (entry["lifecycle"] == "dynamic") == (point.number >= 51), entry
        for category, told in entry["applicability"].items():
            assert point.due(category.upper(), START) is DUE[told["status"]], entry
        if entry["source"]:
            assert _digits(entry["source"]) == _digits(point.source), entry


def _digits(source: str) -> str:
    return source.removeprefix("BR ").replace("Article", "Art.").replace(" ", "")


def test_counts_as_the_guidance_does() -> None:
    def count(category: Category, *states: Due) -> int:
        found = Counter(point.due(category, START) for point in CATALOGUE.points)
        return sum(found[state] for state in states)

    # The guidance counts 51 apart: "the same as 11, but dynamic".
    assert count(Category.EV, Due.MANDATORY) == 46 + 1
    assert count(Category.LMT, Due.MANDATORY) == 49 + 1
    assert count(Category.INDUSTRIAL, Due.MANDATORY) == 32
    assert count(Category.EV, Due.NOT_YET, Due.NEVER) == 15
    assert count(Category.LMT, Due.NOT_YET, Due.NEVER) == 12
    assert count(Category.INDUSTRIAL, Due.NOT_YET, Due.NEVER) == 12


def test_access_follows_the_point_of_annex_xiii() -> None:
    by_point = {"1": "public", "2": "legitimateInterestAndAuthority", "3": "authority"}
    by_point["4"] = "legitimateInterest"
    for point in CATALOGUE.points:
        annex, _, rest = point.source.partition("Annex XIII ")
        assert point.access == (by_point[rest[0]] if not annex else "public"), point


def test_stationary_storage_owes_what_industrial_does_and_annex_vii() -> None:
    for point in CATALOGUE.points:
        if point.number in (62, 65):
            assert point.due("STATIONARY", START) is Due.MANDATORY
        else:
            assert point.due("STATIONARY", START) is point.due("INDUSTRIAL", START)


def test_missing_not_applicable_and_not_yet_are_three_words() -> None:
    report = datapoints.completeness({1: "x", 10: ""}, "EV", START, of=CATALOGUE)

    assert report.present == (1,)
    assert 10 in report.missing
    assert 62 in report.not_applicable
    assert 17 in report.not_yet
    assert 5 in report.undecided
    assert not report.complete


@pytest.mark.parametrize("category", Category)
def test_each_point_stands_in_one_list(category: Category) -> None:
    everything = {point.number: "x" for point in CATALOGUE.points}
    for values in ({}, everything):
        report = datapoints.completeness(values, category, START, of=CATALOGUE)
        lists = [getattr(report, name) for name in report.__slots__]
        assert sorted(number for each in lists for number in each) == list(range(1, 72))


def test_what_is_filled_too_early_is_told_and_not_shown() -> None:
    values = {1: "id", 17: "61 kg", 16: "x", 45: "LFP", 67: "original"}
    report = datapoints.completeness(values, "EV", START, of=CATALOGUE)
    shown = {
        audience: set(datapoints.disclosed(values, "EV", START, audience, of=CATALOGUE))
        for audience in (Audience.ANYBODY, Audience.AUTHORITY, Audience.LEGITIMATE_INTEREST)
    }

    assert report.too_early == (16, 17)
    assert shown[Audience.ANYBODY] == {1}
    assert shown[Audience.AUTHORITY] == {1, 45}
    assert shown[Audience.LEGITIMATE_INTEREST] == {1, 45, 67}


def test_an_act_that_arrives_changes_the_day_and_not_the_code() -> None:
    parsed = _parsed()
    parsed["points"][16]["applicability"]["EV"].append(["2028-08-18", "mandatory"])
    point = datapoints.catalogue(parsed).point(17)

    assert point.due("EV", date(2026, 11, 23)) is Due.NOT_YET
    assert point.due("EV", date(2028, 8, 17)) is Due.NOT_YET
    assert point.due("EV", date(2028, 8, 18)) is Due.MANDATORY


def _parsed() -> Any:
    return json.loads((REFERENCE / "datapoints.json").read_bytes())


def _without(parsed: Any, name: str) -> Any:
    del parsed["points"][3][name]
    return parsed


def _dated(parsed: Any, change: Any) -> Any:
    """What is due for one category of the fourth point, changed; None leaves the category out."""
    due = parsed["points"][3]["applicability"]
    changed = change(due.pop("EV"))
    due |= {} if changed is None else {"EV": changed}
    return parsed


BROKEN = {
    "a list": lambda: [],
    "a number left out": lambda: {**_parsed(), "points": _parsed()["points"][1:]},
    "no source": lambda: _without(_parsed(), "source"),
    "no access": lambda: _without(_parsed(), "access"),
    "no applicability": lambda: _without(_parsed(), "applicability"),
    "a category left out": lambda: _dated(_parsed(), lambda dated: None),
    "a category without a state": lambda: _dated(_parsed(), lambda dated: []),
    "the newest state first": lambda: _dated(
        _parsed(), lambda dated: [["2028-08-18", "mandatory"], ["2027-02-18", "not_yet"]]
    ),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_catalogue_is_refused(broken: Any) -> None:
    with pytest.raises(NotACatalogue):
        datapoints.catalogue(broken())


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000])
def test_bytes_that_are_no_catalogue_are_refused(data: bytes) -> None:
    with pytest.raises(NotACatalogue):
        datapoints.load(data)


@pytest.mark.parametrize("number", [0, -1, 72])
def test_there_is_no_such_point(number: int) -> None:
    with pytest.raises(NoSuchPoint):
        CATALOGUE.point(number)


def test_each_field_of_our_wire_names_a_data_point_or_a_reason() -> None:
    shapes = json.loads((REFERENCE / "fields.json").read_bytes())["shapes"]
    for shape, fields in shapes.items():
        for name, entry in fields.items():
            assert entry["audience"] in set(Access), (shape, name)
            assert ("points" in entry) != bool(entry.get("own")), (shape, name)
            for number in entry.get("points", ()):
                assert CATALOGUE.point(number).access == entry["audience"], (shape, name)
