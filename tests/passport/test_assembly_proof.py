"""What was built together stands in the bundle of each part; contents are told as they are."""

import sys
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passport.actions import assembly
from passport.actions.assembly import Put
from passport.models import Assembly, Battery, LifecycleEvent
from passport.models.ids import new_id, new_salt
from passport.queries.evidence import Damaged
from passport.queries.genealogy import genealogy
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting, run


def _act(story, by, act, **told):
    with acting(story.cast[by]):
        return act(**told, by=story.cast[by], at=THEN)


@pytest.fixture
def opened(story, as_system):
    """The keeper has taken a cell out of its pack and put it back, and taken another one out."""
    pack, (first, second, *_) = story.pack.pk, story.cells
    _act(story, "keeper", assembly.change, parent_id=pack, take=[first.pk, second.pk])
    _act(story, "keeper", assembly.change, parent_id=pack, put=[Put(first.pk, "1")])
    with as_system():
        story.house.turn()
    return story


def test_a_bundle_shows_what_was_built_and_says_that_the_contents_differ(opened, as_system):
    for indexed in (False, True):
        if indexed:
            with as_system():
                opened.index()
        data = opened.pulled("keeper")
        report = opened.report(data)
        assert opened.step(data) is None
        assert any("does not hold the components" in each for each in report.doubts)
        assert report.coverage.components == 11
        assert ("proven up to entry" in report.completeness) is indexed


@pytest.mark.parametrize("which", [0, 1])
def test_a_cell_brings_the_events_that_it_shares_with_the_pack(opened, as_system, which):
    with as_system():
        opened.index()
    data = opened.pulled("keeper", opened.cells[which])
    assert opened.step(data) is None
    assert "proven up to entry" in opened.report(data).completeness
    assert opened.pack.identity.encode() not in data, "names no other member"


def test_an_act_that_was_dropped_from_the_members_is_missed(opened, as_system, as_role):
    """The database forgets that a cell took part; the index knows, and the salted root does."""
    with as_system():
        opened.index()
    with as_role("admin"):
        run(
            "SET session_replication_role = replica; UPDATE passport_lifecycleevent SET members"
            f" = array_remove(members, '{opened.cells[0].pk}') WHERE members IS NOT NULL"
        )
    for asked in (opened.pack, opened.cells[0]):
        with pytest.raises(Damaged):
            opened.pulled("keeper", asked)


def test_whose_cell_it_is_takes_no_bundle_of_the_pack_it_never_saw(opened):
    with acting(opened.cast["stranger"]):
        assert not LifecycleEvent.objects.exists()
        assert genealogy(battery=opened.pack) == []


CELLS = 10_000


@pytest.fixture
def large(cast, as_system):
    """A system with a pack of ten thousand cells in a hundred modules."""
    lines = [
        model_line(),
        model_line("SYS-1", level="SYSTEM"),
        model_line("MOD-1", level="MODULE"),
        model_line("CELL-1", level="CELL"),
        battery_line("S1", model="SYS-1"),
        battery_line("P1", parent=battery_line("S1", model="SYS-1")["id"], position="rack"),
        battery_line("M0", model="MOD-1", parent=battery_line("P1")["id"], position="0"),
        battery_line("C0", model="CELL-1", parent=battery_line("M0", model="MOD-1")["id"]),
    ]
    with as_system():
        assert not take_in(cast["maker"], lines).rejected
        pack, module, cell = (Battery.objects.get(serial=each) for each in ("P1", "M0", "C0"))
        modules = _more(module, pack, CELLS // 100)
        for each in modules:
            _more(cell, each, 100)
        run("ANALYZE passport_battery; ANALYZE passport_assembly")
        return cast, pack


def _more(like, parent, count):
    rows = [
        Battery(
            id=new_id(), identity=f"{like.identity}-{parent.serial}-{n}", maker=like.maker,
            model=like.model, level=like.level, serial=f"{like.serial}-{parent.serial}-{n}",
            manufactured_on=like.manufactured_on, holder=like.holder, registered_at=THEN,
            unit_id=like.unit_id, salt=new_salt(),
        )
        for n in range(count)
    ]  # fmt: skip
    Battery.objects.bulk_create(rows)
    Assembly.objects.bulk_create(
        [
            Assembly(parent=parent, child=row, position=str(n + 1), since=THEN)
            for n, row in enumerate(rows)
        ]
    )
    return rows


def test_the_whole_genealogy_of_ten_thousand_cells_is_one_query(large, capsys):
    cast, pack = large
    for at in (None, THEN):
        with (
            acting(cast["maker"]),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            began = time.perf_counter()
            found = genealogy(battery=pack, at=at)
            took = time.perf_counter() - began
        assert len(asked) == 1
        assert [each.serial for each in found if each.around] == ["S1"]
        assert len(found) == 1 + 101 + CELLS + 1
        with capsys.disabled():
            sys.stdout.write(f"genealogy of {CELLS:,} cells: {took * 1000:.0f} ms\n")
    assert [each.depth for each in found] == sorted(each.depth for each in found)
