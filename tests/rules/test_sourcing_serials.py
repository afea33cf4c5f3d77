"""Certified = delivered = installed: what differs is named, what was replaced is told apart."""

from __future__ import annotations

import tracemalloc
from datetime import date

import pytest

from passport.rules.sourcing_serials import (
    EXAMPLES,
    Change,
    Mismatch,
    NotASerial,
    NotInOrder,
    Stage,
    read_serial,
    reconcile,
)

C, D, I = Stage.CERTIFIED, Stage.DELIVERED, Stage.INSTALLED  # noqa: E741
PLACED, BEFORE, AFTER = date(2027, 1, 1), date(2026, 6, 1), date(2028, 6, 1)


def _swap(old: str, new: str, *, on: date = BEFORE, certified: bool = False) -> Change:
    return Change(old=old, new=new, changed_on=on, reason="broken", certified=certified)


# certified, delivered, installed, changes → what does not agree
CASES: dict[str, tuple[str, str, str, list[Change], dict[Mismatch, int]]] = {
    "all agree": ("abc", "abc", "abc", [], {}),
    "one is certified alone": ("abc", "ab", "ab", [], {Mismatch.NOT_DELIVERED: 1}),
    "one came and was not put in": ("abc", "abc", "ab", [], {Mismatch.NOT_INSTALLED: 1}),
    "one was put in and never came": ("abc", "ab", "abc", [], {Mismatch.NEVER_DELIVERED: 1}),
    "one has no certificate": ("ab", "abc", "abc", [], {Mismatch.NOT_CERTIFIED: 1}),
    "a stranger was put in": (
        "ab", "ab", "abz", [], {Mismatch.NOT_CERTIFIED: 1, Mismatch.NEVER_DELIVERED: 1},
    ),
    "a stranger came": (
        "ab", "abz", "ab", [], {Mismatch.NOT_CERTIFIED: 1, Mismatch.NOT_INSTALLED: 1},
    ),
    "substituted under a new certificate": (
        "abc", "abcx", "abx", [_swap("c", "x", certified=True)], {},
    ),
    "substituted without one": (
        "abc", "abcx", "abx", [_swap("c", "x")], {Mismatch.NOT_CERTIFIED: 1},
    ),
    "substituted, and the old one is in all the same": (
        "abc", "abcx", "abcx", [_swap("c", "x", certified=True)], {Mismatch.STILL_INSTALLED: 1},
    ),
    "substituted by one that nobody has seen": (
        "abc", "abc", "ab", [_swap("c", "x", certified=True)], {Mismatch.NOT_INSTALLED: 1},
    ),
    "replaced in service, under a new certificate": (
        "abc", "abc", "abc", [_swap("c", "x", on=AFTER, certified=True)], {},
    ),
    "replaced in service, without one": (
        "abc", "abc", "abc", [_swap("c", "x", on=AFTER)], {Mismatch.NOT_CERTIFIED: 1},
    ),
    "replaced out of certified spares": ("abcx", "abc", "abc", [_swap("c", "x", on=AFTER)], {}),
    "replaced out of spares that came without a certificate": (
        "abc", "abcx", "abc", [_swap("c", "x", on=AFTER)], {Mismatch.NOT_CERTIFIED: 1},
    ),
    "replaced twice over": (
        "abc", "abc", "abc",
        [_swap("c", "x", on=AFTER, certified=True), _swap("x", "y", on=AFTER, certified=True)], {},
    ),
    "substituted twice over": (
        "abc", "abcxy", "aby",
        [_swap("c", "x", certified=True), _swap("x", "y", certified=True)], {},
    ),
    "what is replaced was never there": (
        "abc", "abc", "abc", [_swap("q", "x", on=AFTER, certified=True)], {Mismatch.NOT_KNOWN: 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_differs_is_named(name):
    certified, delivered, installed, changes, wrong = CASES[name]
    found = reconcile(
        lists={C: certified, D: delivered, I: installed}, changes=changes, placed_on=PLACED
    )
    assert found.mismatches == wrong
    assert found.agrees is (not wrong)
    assert set(found.examples) == set(wrong)
    assert found.counts == {C: len(certified), D: len(delivered), I: len(installed)}
    assert found.replaced == len(changes)


def test_a_stage_without_a_list_is_told_and_not_held_against_the_others():
    found = reconcile(lists={C: "abc", D: "abc"})
    assert (found.missing, found.agreed, found.mismatches) == ((I,), 3, {})
    assert not found.agrees
    alone = reconcile(lists={D: "ab"}, changes=[_swap("b", "x", certified=True)])
    assert alone.mismatches == {Mismatch.NOT_INSTALLED: 1}
    assert reconcile(lists={}).missing == (C, D, I)


def test_before_service_every_change_is_a_substitution():
    swap = _swap("c", "x", on=AFTER, certified=True)
    assert reconcile(lists={C: "abc", D: "abcx", I: "abx"}, changes=[swap]).agrees


@pytest.mark.parametrize("serials", [["b", "a"], ["a", "a"]])
def test_a_list_out_of_order_is_refused_however_it_is_cut(serials):
    with pytest.raises(NotInOrder, match="among the delivered serials"):
        reconcile(lists={C: ["a"], D: serials})
    long = [f"{number:05d}" for number in range(4096)]
    with pytest.raises(NotInOrder):
        reconcile(lists={D: [*long, long[-1]]})


def test_a_serial_is_printable_and_short():
    assert read_serial("  PK-0001 ") == "PK-0001"
    for wrong in ("", "a b", "ä", "x" * 81):
        with pytest.raises(NotASerial):
            read_serial(wrong)


def test_many_serials_are_compared_without_being_held():
    many = 60_000

    def listed(left_out: int):
        return (f"PK{n:09d}" for n in range(many) if n % 20_000 != left_out)

    tracemalloc.start()
    found = reconcile(lists={C: listed(-1), D: listed(7), I: listed(9)})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.mismatches == {Mismatch.NEVER_DELIVERED: 3, Mismatch.NOT_INSTALLED: 3}
    assert found.agreed == many - 6
    assert len(found.examples[Mismatch.NOT_INSTALLED]) <= EXAMPLES
    # Sixty thousand of these in three lists are more than ten million bytes.
    assert peak < 4_000_000


def test_examples_are_the_first_ones():
    lost = [f"{n:03d}" for n in range(100)]
    found = reconcile(lists={C: lost, D: [], I: []})
    assert found.mismatches[Mismatch.NOT_DELIVERED] == 100
    assert found.examples[Mismatch.NOT_DELIVERED] == tuple(lost[:EXAMPLES])
