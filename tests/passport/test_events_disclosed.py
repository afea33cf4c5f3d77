"""What an event says goes to whom the law lets read it, in lists and at the desk."""

from __future__ import annotations

from decimal import Decimal

import pytest

from passport.actions import custody, event, health
from passport.models.ids import new_id
from passport.proof import canonical
from passport.proof.encoding import b64_decode
from passport.queries import event as events
from passport.queries.desk_timeline import timeline
from passport.rules.disclosure import EVENTS, Access, closed_events
from passport.rules.health import Method, make_reading
from passport.rules.lifecycle import EventKind
from tests.cast import THEN
from tests.passport.acting import acting

# Of events that the maker recorded before it handed the pack on: which of them each reader reads.
READERS = {
    "maker": {"HEALTH_READ", "INCIDENT", "HANDED_OVER"},
    "keeper": {"HEALTH_READ", "INCIDENT", "HANDED_OVER"},
    "workshop": {"HEALTH_READ", "INCIDENT", "HANDED_OVER"},
    "auditor": {"HANDED_OVER"},
    "authority": set(),
}
ASKED = {"HEALTH_READ", "INCIDENT", "HANDED_OVER"}


@pytest.fixture
def told(story, as_system):
    """The pack's story with a reading and an accident in it, published, and with guests let in."""
    maker, keeper = story.cast["maker"], story.cast["keeper"]
    with as_system():
        story.pass_on(keeper, maker)
        reading = make_reading(
            soh=Decimal("0.9"), method=Method.TESTED, source="bench 7", measured_at=THEN
        )
        health.read(battery_id=story.pack.pk, event_id=new_id(), reading=reading, by=maker, at=THEN)
        event.record(
            event_id=new_id(), battery_id=story.pack.pk, kind=EventKind.INCIDENT, happened_at=THEN,
            facts={"what": "dropped"}, by=maker, at=THEN,
        )  # fmt: skip
        story.pass_on(maker, keeper)
        for guest in ("workshop", "auditor"):
            custody.grant(battery_id=story.pack.pk, to_id=story.cast[guest].pk, by=keeper, at=THEN)
        story.house.turn()
    return story


@pytest.mark.parametrize("who", READERS)
def test_a_bundle_holds_all_that_happened_to_its_battery_and_leaves_no_doubt(told, who):
    """An event shown by its digest alone is doubted: that is how an operator would hide one."""
    data = told.pulled(who)
    documents = [b64_decode(each["bytes"]) for each in canonical.loads(data)["documents"]]
    said = {
        body["kind"]
        for body in map(canonical.loads, documents)
        if isinstance(body, dict) and body.get("kind") in ASKED
    }
    assert said == ASKED
    assert told.report(data).doubts == []


@pytest.mark.parametrize("who", READERS)
def test_a_list_and_a_record_withhold_them(told, who):
    by = told.cast[who]
    with acting(by):
        rows = events.told(battery=told.pack, by=by)
        assert {row.kind for row in rows if not row.withheld} & ASKED == READERS[who]
        lines = timeline(battery=told.pack, by=by).lines
        assert {line.kind for line in lines if line.summary} & ASKED == READERS[who]
        assert {line.kind for line in lines} >= ASKED


def test_who_recorded_an_event_reads_it(told):
    auditor = told.cast["auditor"]
    with acting(auditor):
        rows = events.told(battery=told.pack, by=auditor)
        assert any(row.withheld for row in rows)
    with acting(told.cast["keeper"]):
        rows = events.told(battery=told.pack, by=told.cast["keeper"])
        assert not any(row.withheld for row in rows)


def test_every_kind_has_its_readers():
    assert EVENTS.keys() == set(EventKind)
    assert closed_events(reads=frozenset(Access)) == frozenset()
    assert EventKind.HEALTH_READ in closed_events(reads={Access.AUTHORITY, Access.PUBLIC})
