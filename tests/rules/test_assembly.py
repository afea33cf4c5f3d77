"""Batteries go into larger ones, never round in a circle, never into two at once."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from passport.rules import assembly
from passport.rules.assembly import (
    RANK,
    AlreadyInside,
    AssemblyCycle,
    InsideItself,
    Level,
    WrongLevel,
)


@pytest.mark.parametrize(("parent", "child"), list(product(Level, Level)))
def test_levels_only_go_down(parent: Level, child: Level) -> None:
    if RANK[parent] > RANK[child]:
        assembly.check_levels(parent=parent, child=child)
        return
    with pytest.raises(WrongLevel) as caught:
        assembly.check_levels(parent=parent, child=child)
    assert parent in caught.value.detail
    assert caught.value.remedy


CASES: dict[str, tuple[dict[str, object], type[Exception] | None]] = {
    "a cell into a pack": ({}, None),
    "a cell into the pack it sits in": ({"current_parent": "pack"}, None),
    "a battery into itself": ({"parent": "cell"}, InsideItself),
    "a pack into its own cell": ({"above_parent": ["module", "cell"]}, AssemblyCycle),
    "a module into a cell": ({"child_level": "MODULE", "parent_level": "CELL"}, WrongLevel),
    "a cell that sits elsewhere": ({"current_parent": "other"}, AlreadyInside),
}


@pytest.mark.parametrize(("told", "refused"), CASES.values(), ids=CASES)
def test_one_parent_at_a_time(told: dict[str, object], refused: type[Exception] | None) -> None:
    given_: dict[str, object] = {
        "parent": "pack",
        "child": "cell",
        "parent_level": "PACK",
        "child_level": "CELL",
        **told,
    }
    if refused is None:
        assembly.check_assembly(**given_)  # type: ignore[arg-type]
        return
    with pytest.raises(refused):
        assembly.check_assembly(**given_)  # type: ignore[arg-type]


def test_finds_a_circle_in_a_file() -> None:
    parents = {"c1": "p1", "c2": "p1", "p1": "s1", "s1": "m1", "m1": "p1"}

    assert assembly.find_cycles(parents=parents) == [["p1", "s1", "m1"]]
    assert assembly.find_cycles(parents={"a": "a", "b": "b"}) == [["a"], ["b"]]
    assert assembly.find_cycles(parents={"c1": "p1", "c2": "p1", "p1": "s1"}) == []


def test_finds_a_hundred_thousand_circles_in_one_pass() -> None:
    class Edges(dict[int, int]):
        looks = 0

        def __getitem__(self, key: int) -> int:
            self.looks += 1
            return super().__getitem__(key)

    edges = Edges({each: each ^ 1 for each in range(200_000)})
    assert len(assembly.find_cycles(parents=edges)) == 100_000
    assert edges.looks == 200_000


@given(some.dictionaries(some.integers(0, 30), some.integers(0, 30)))
def test_a_circle_found_is_one_and_none_is_overlooked(parents: dict[int, int]) -> None:
    found = assembly.find_cycles(parents=parents)

    for circle in found:
        assert [parents[each] for each in circle] == circle[1:] + circle[:1]
    inside = sorted(each for circle in found for each in circle)
    assert inside == [start for start in sorted(parents) if _returns(parents, start)]


def _returns(parents: dict[int, int], start: int) -> bool:
    at: int | None = start
    for _ in parents:
        at = parents.get(at) if at is not None else None
        if at == start:
            return True
    return False
