"""What a file puts batteries into may be handed over, offered, or taken, while the file runs."""

import json
import threading

import pytest
from django.db import connection

from passport.actions import custody
from passport.models import Assembly, Battery, LifecycleEvent
from passport.postgres import registering
from tests.cast import THEN, battery_line, give, take_in
from tests.passport.test_intake_batch import CELL, P1, PACK


@pytest.fixture
def maker(cast, as_system):
    with as_system():
        yield cast["maker"]


def cells(*numbers, **changed):
    return [
        battery_line(f"C{n}", model="CELL-1", parent=P1["id"], position=str(n)) | changed
        for n in numbers
    ]


def told(taken):
    return [(each.number, each.pointer, each.code) for each in taken.errors.order_by("number")]


def test_a_pack_handed_over_while_its_file_runs_takes_nothing_more(cast, maker, monkeypatch):
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", 4)
    real, steps = registering.begin_chunk, iter(range(100))

    def begin():
        if next(steps) == 1:
            give(Battery.objects.get(serial="P1"), maker, cast["keeper"])
        real()

    monkeypatch.setattr(registering, "begin_chunk", begin)
    taken = take_in(maker, [PACK, CELL, P1, *cells(1, 2)])
    assert told(taken) == [(5, "/parent", "unknown-parent")]
    assert Battery.objects.count() == 2


def test_a_hand_over_waits_for_the_lines_that_are_being_written(
    cast, maker, monkeypatch, as_system
):
    take_in(maker, [PACK, CELL, P1])
    real, waited = registering.assemblies, []

    def accept():
        with as_system():
            give(Battery.objects.get(serial="P1"), maker, cast["keeper"])
        connection.close()

    other = threading.Thread(target=accept)

    def assemblies(**given):
        other.start()
        other.join(0.5)
        waited.append(other.is_alive())
        real(**given)

    monkeypatch.setattr(registering, "assemblies", assemblies)
    assert told(take_in(maker, cells(1))) == []
    other.join()
    assert waited == [True]
    assert Battery.objects.get(serial="C1").unit.holder == cast["keeper"]


def offered(cast, maker, serial):
    unit = Battery.objects.get(serial=serial)
    custody.hand_over(battery_id=unit.pk, to_id=cast["keeper"].pk, by=maker, at=THEN)


def test_what_is_offered_whole_stays_as_it_is(cast, maker):
    """[assembly-7]"""
    take_in(maker, [PACK, CELL, P1, *cells(1), battery_line("L1", model="CELL-1")])
    offered(cast, maker, "P1")
    loose = battery_line("L1", model="CELL-1")["id"]
    placed = {"type": "assembly", "parent": P1["id"], "child": loose}
    taken = take_in(maker, [*cells(1, 2), placed])
    assert told(taken) == [(2, "/parent", "offered-away"), (3, "/parent", "offered-away")]
    assert taken.duplicates == 1


def test_what_is_offered_alone_is_put_into_nothing(cast, maker):
    loose = battery_line("L1", model="CELL-1")
    take_in(maker, [PACK, CELL, P1, loose])
    offered(cast, maker, "L1")
    taken = take_in(maker, [{"type": "assembly", "parent": P1["id"], "child": loose["id"]}])
    assert told(taken) == [(1, "/child", "offered-away")]


TAKEN = {
    "in one file": ([], [PACK, CELL, P1, *cells(1), *cells(2, position="1")], 5),
    "by what stood there": ([PACK, CELL, P1, *cells(1)], cells(2, position="1"), 1),
    "by an assembly line": (
        [PACK, CELL, P1, *cells(1), battery_line("L1", model="CELL-1")],
        [{"type": "assembly", "parent": P1["id"], "position": "1",
          "child": battery_line("L1", model="CELL-1")["id"]}],
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("chunk", [2, 100])
@pytest.mark.parametrize("name", TAKEN)
def test_one_battery_stands_at_a_position(maker, monkeypatch, name, chunk):
    """[assembly-5]"""
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", chunk)
    before, lines, number = TAKEN[name]
    take_in(maker, before or [PACK])
    taken = take_in(maker, lines)
    assert told(taken) == [(number, "/position", "place-taken")]
    assert Assembly.objects.filter(position="1").count() == 1
    assert take_in(maker, cells(1)).duplicates == 1
    assert take_in(maker, cells(3, position="")).rejected == 0


def test_positions_of_one_pack_are_told_from_those_of_another(maker):
    second = battery_line("P2")
    lines = [PACK, CELL, P1, second, *cells(1), *cells(2, position="1", parent=second["id"])]
    assert take_in(maker, lines).rejected == 0


def test_a_pack_that_grows_with_many_chunks_is_told_once(maker, monkeypatch):
    take_in(maker, [PACK, CELL, P1])
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", 2)
    taken = take_in(maker, cells(*range(1, 8)))
    assert (taken.accepted, taken.state) == (7, "DONE")
    (event,) = LifecycleEvent.objects.filter(kind="ASSEMBLED")
    told = json.loads(bytes(event.body))
    assert told["facts"]["components"]["count"] == 7


def test_a_name_that_comes_again_after_a_refusal_takes_no_place_of_another(maker):
    lines = [*cells(1, facility="Nowhere"), *cells(2, position="1"), *cells(1)]
    taken = take_in(maker, [PACK, CELL, P1, *lines])
    assert told(taken) == [(4, "/facility", "unknown-facility"), (6, "/position", "place-taken")]
    assert Assembly.objects.get().child.serial == "C2"
