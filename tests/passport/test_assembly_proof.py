"""What was built together stands in the bundle of each part; contents are told as they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passport.actions import assembly
from passport.actions.assembly import Put
from passport.models import Battery, LifecycleEvent
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
# So many batteries like one, in each battery whose serial is like this.
MORE = """
WITH placed AS (
    SELECT parent.id AS parent_id, n, jsonb_populate_record(one, jsonb_build_object(
        'id', gen_random_uuid(), 'identity', concat_ws('-', one.identity, parent.serial, n),
        'serial', concat_ws('-', one.serial, parent.serial, n), 'intake_id', NULL,
        'salt', uuid_send(gen_random_uuid())
    )) AS child
    FROM passport_battery one, passport_battery parent, generate_series(1, %s) n
    WHERE one.serial = %s AND parent.serial LIKE %s
), made AS (INSERT INTO passport_battery SELECT (child).* FROM placed)
INSERT INTO passport_assembly (id, parent_id, child_id, position, since)
SELECT gen_random_uuid(), parent_id, (child).id, n, %s FROM placed
"""


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
        assert run(MORE, CELLS // 100, "M0", "P1", THEN) == 100
        assert run(MORE, 100, "C0", "M0-P1-%", THEN) == CELLS
        run("ANALYZE passport_battery; ANALYZE passport_assembly")
        return cast, Battery.objects.get(serial="P1")


def test_the_whole_genealogy_of_ten_thousand_cells_is_one_query(large):
    cast, pack = large
    for at in (None, THEN):
        with (
            acting(cast["maker"]),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            found = genealogy(battery=pack, at=at)
        assert len(asked) == 1
        assert [each.serial for each in found if each.around] == ["S1"]
        assert len(found) == 1 + 101 + CELLS + 1
    assert [each.depth for each in found] == sorted(each.depth for each in found)
