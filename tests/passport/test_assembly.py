"""Lines that put a registered battery into another one: by who holds both, contents and all."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passport.actions import assembly, custody, recall
from passport.actions.recall import Notice, Scope
from passport.models import Assembly, Battery, Concern, Custody, IntakeError, LifecycleEvent
from passport.queries import battery as batteries
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting

PACK, CELL = model_line(), model_line("CELL-1", level="CELL")
MODULE = model_line("MOD-1", level="MODULE")
P1, P2 = battery_line("P1"), battery_line("P2")
M1, C1 = battery_line("M1", model="MOD-1"), battery_line("C1", model="CELL-1")


def into(parent, child, position=""):
    line = {"type": "assembly", "parent": parent["id"], "child": child["id"]}
    return line | ({"position": position} if position else {})


def _faults(taken):
    return [(e.number, e.pointer, e.code) for e in IntakeError.objects.filter(intake=taken)]


@pytest.fixture
def parts(cast, as_system):
    """A pack, a module with a cell in it, all of the maker's and apart."""
    with as_system():
        take_in(cast["maker"], [PACK, MODULE, CELL, P1, P2, M1, C1, into(M1, C1)])
        yield cast


def test_what_is_inside_moves_with_it_and_its_custody_ends(parts):
    module = Battery.objects.get(serial="M1")
    assert Custody.objects.filter(battery=module, until=None).exists()
    taken = take_in(parts["maker"], [into(P1, M1, "3")])
    assert (taken.accepted, taken.rejected) == (1, 0)
    pack = Battery.objects.get(serial="P1")
    assert [each.identity for each in batteries.components(battery=pack)] == [M1["id"], C1["id"]]
    assert set(Battery.objects.filter(serial__in=("M1", "C1")).values_list("unit", flat=True)) == {
        pack.pk
    }
    assert not Custody.objects.filter(battery=module, until=None).exists()
    assert not Concern.objects.filter(battery=module, until=None).exists()
    assert LifecycleEvent.objects.filter(battery=pack, kind="ASSEMBLED").count() == 1


def test_the_same_place_again_changes_nothing(parts):
    take_in(parts["maker"], [into(P1, M1)])
    again = take_in(parts["maker"], [into(P1, M1)])
    assert (again.accepted, again.duplicates, again.rejected) == (0, 1, 0)
    assert LifecycleEvent.objects.filter(kind="ASSEMBLED").count() == 1


CASES = {
    "into two parents": ([into(P1, M1), into(P2, M1)], [(2, "/parent", "already-inside")]),
    "out of its parent": ([into(P1, C1)], [(1, "/parent", "already-inside")]),
    "upside down": ([into(M1, P1)], [(1, "/parent", "wrong-level")]),
    "of one level": ([into(P1, P2)], [(1, "/parent", "wrong-level")]),
    "round in a circle": ([into(C1, M1)], [(1, "/parent", "assembly-cycle")]),
    "something unknown": ([into(P1, battery_line("NO"))], [(1, "/child", "not-found")]),
    "into something unknown": ([into(battery_line("NO"), M1)], [(1, "/parent", "not-found")]),
}


@pytest.mark.parametrize("name", CASES)
def test_it_does_not_go(parts, name):
    lines, told = CASES[name]
    assert _faults(take_in(parts["maker"], lines)) == told
    assert Assembly.objects.count() == len(lines)


def test_nobody_builds_in_what_another_holds(parts):
    other = parts["second-maker"]
    own = battery_line("P9")
    taken = take_in(other, [PACK, own, into(own, M1), into(P1, own)])
    assert [code for _, _, code in _faults(taken)] == ["not-found", "not-found"]


def test_a_maker_no_longer_builds_in_what_it_has_given_away(parts):
    pack = Battery.objects.get(serial="P1")
    (sold,) = custody.hand_over_all(
        battery_ids=[pack.pk], to_id=parts["keeper"].pk, by=parts["maker"], at=THEN
    )
    custody.accept_all(hand_over_ids=[sold.pk], by=parts["keeper"], at=THEN)
    assert _faults(take_in(parts["maker"], [into(P1, M1)])) == [(1, "/child", "not-the-holder")]


def test_a_pack_maker_builds_in_cells_that_it_was_given(cast, as_system):
    with as_system():
        take_in(cast["second-maker"], [CELL, C1])
        cell = Battery.objects.get(serial="C1")
        given = custody.hand_over_all(
            battery_ids=[cell.pk], to_id=cast["maker"].pk, by=cast["second-maker"], at=THEN
        )
        assert _faults(take_in(cast["maker"], [PACK, P1, into(P1, C1)])) == [
            (3, "/child", "not-found")
        ]
        custody.accept_all(hand_over_ids=[given[0].pk], by=cast["maker"], at=THEN)
        assert _faults(take_in(cast["maker"], [into(P1, C1)])) == []
    # The maker of the cell still sees its own, though not the pack around it.
    with acting(cast["second-maker"]):
        found = batteries.by_id(battery_id=cell.pk)
        assert found.pk == cell.pk
        assert [
            row.pk for row in batteries.listing(party=cast["second-maker"], after=None, limit=9)
        ]
        assert not Battery.objects.filter(serial="P1").exists()


def test_a_recycled_pack_takes_no_more_cells(parts):
    Battery.objects.filter(serial="P1").update(state="RECYCLED")
    assert _faults(take_in(parts["maker"], [into(P1, M1)])) == [(1, "/parent", "already-recycled")]


def test_a_retired_module_is_regraded_before_it_is_built_in(parts):
    Battery.objects.filter(serial="M1").update(state="RETIRED")
    assert _faults(take_in(parts["maker"], [into(P1, M1)])) == [(1, "/child", "not-possible-now")]


CLOCK = THEN + timedelta(days=4000)


def test_what_was_taken_out_since_the_file_began_goes_in_after_that(parts):
    take_in(parts["maker"], [into(P1, M1, "3")])
    ids = dict(Battery.objects.values_list("serial", "pk"))
    with acting(parts["maker"]):
        assembly.change(parent_id=ids["P1"], take=[ids["M1"]], by=parts["maker"], at=CLOCK)
    assert _faults(take_in(parts["maker"], [into(P2, M1, "4")])) == []
    place = Assembly.objects.get(child=ids["M1"], until=None)
    assert (place.parent_id, place.since > CLOCK) == (ids["P2"], True)
    assert not Custody.objects.filter(battery=ids["M1"], until=None).exists()


@pytest.mark.parametrize(("stands", "named", "code"), [
    ("3", "4", "at-another-place"), ("", "4", "at-another-place"), ("3", "", None),
    ("3", "3", None),
])  # fmt: skip
def test_another_position_in_the_same_parent_is_not_passed_over(parts, stands, named, code):
    take_in(parts["maker"], [into(P1, M1, stands)])
    again = take_in(parts["maker"], [into(P1, M1, named)])
    assert _faults(again) == ([(1, "/position", code)] if code else [])
    assert again.duplicates == (0 if code else 1)


def test_what_is_under_a_recall_is_not_built_in(parts):
    cell = Battery.objects.get(serial="C1")
    recall.open_recall(
        maker=parts["maker"], notice=Notice(reason="It may burn.", advice="", url=""),
        scope=Scope(batteries=(cell.pk,)), by=parts["maker"], at=THEN,
    )  # fmt: skip
    # The module holds the cell.
    assert _faults(take_in(parts["maker"], [into(P1, M1)])) == [(1, "/child", "under-recall")]
    assert not Assembly.objects.filter(parent__serial="P1").exists()


def test_the_parents_of_a_chunk_are_found_from_its_batteries(parts):
    with CaptureQueriesContext(connection) as asked:
        take_in(parts["maker"], [into(P1, M1)])
    (wanted,) = {
        each["sql"] for each in asked
        if 'FROM "passport_assembly"' in each["sql"] and '"position"' in each["sql"]
        and '"unit_id" IN' in each["sql"]
    }  # fmt: skip
    # One condition, on one table: an index serves it.
    assert " OR " not in wanted
