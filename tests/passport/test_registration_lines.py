"""Lines in columns: each behind the one that it is inside of; what says alike stands together."""

from datetime import date

import pytest

from passport.actions.intake_lines import Reader
from passport.actions.registration_lines import nested
from passport.postgres.arrays import packed, repeated
from passport.proof import canonical
from tests.cast import battery_line

TODAY = date(2026, 1, 5)


def rows(*lines):
    raw = [(number, canonical.encode(line)) for number, line in enumerate(lines, start=1)]
    chunk = Reader(today=TODAY).read(raw)
    assert len(chunk.rows) == len(lines)
    return chunk.rows


def inside(serial, parent=None, **changed):
    if parent:
        changed["parent"] = battery_line(parent)["id"]
    return battery_line(serial, **changed)


def levels(*lines):
    made = nested(rows(*lines), key_of=lambda number: number.to_bytes(16, "big"))
    return [[row.serial for row in each.rows] for each in made]


def test_what_is_inside_comes_behind():
    lines = (inside("C", "M"), inside("D"), inside("M", "P"), inside("P"), inside("E", "ELSEWHERE"))
    assert levels(*lines) == [["D", "P", "E"], ["M"], ["C"]]


def test_of_one_name_the_first_line_comes_first_whatever_stands_beside_it():
    lines = (inside("A", model="M1"), inside("X"), inside("X", model="M1"), inside("B"))
    assert levels(*lines) == [["A", "X", "B"], ["X"]]


def test_circles_and_what_is_nested_too_deep_come_last_as_they_are():
    assert levels(inside("A", "B"), inside("B", "A"), inside("C")) == [["C"], ["A", "B"]]
    chain = [inside("L0"), *(inside(f"L{n}", f"L{n - 1}") for n in range(1, 12))]
    made = levels(*chain)
    assert [len(each) for each in made] == [1, 1, 1, 1, 1, 7]
    assert sorted(name for each in made for name in each) == sorted(f"L{n}" for n in range(12))


def test_lines_that_say_alike_are_one_group():
    (made,) = nested(
        rows(inside("A", "P"), inside("B"), inside("C", "P"), inside("D", "P", lot="L")),
        key_of=lambda number: number.to_bytes(16, "big"),
    )
    groups = [[row.serial for row in made.within(group)] for group in made.groups]
    assert groups == [["B"], ["A", "C"], ["D"]]
    assert [key[-1] for key in made.keys] == [2, 1, 3, 4]
    assert made.outer == 1


@pytest.mark.parametrize(
    ("places", "apart"),
    [(("1", "2"), True), (("1", "1"), False), (("", ""), True)],
)
def test_whether_two_stand_at_one_place_is_known(places, apart):
    lines = [
        {k: v for k, v in inside(f"C{n}", "P", position=place).items() if v}
        for n, place in enumerate(places)
    ]
    (made,) = nested(rows(*lines), key_of=lambda number: number.to_bytes(16, "big"))
    assert made.apart is apart


@pytest.mark.parametrize("runs", [[], [(7, 1)], [(7, 3), (-1, 2), (7, 1)]])
def test_runs_are_written_as_their_values_are(runs):
    values = [value for value, times in runs for _ in range(times)]
    assert _without_nulls(packed("integer", values)) == repeated("integer", runs).data


def _without_nulls(made):
    # The second word says that there may be NULL; there need not be one.
    return made.data[:4] + (b"\0\0\0\0" if len(made.data) > 12 else made.data[4:8]) + made.data[8:]
