"""A maker's file comes in: good lines land, bad ones are told with their number and a remedy."""

import json
from random import Random

import pytest

from passport.actions import custody, intake, intake_work, outbox
from passport.actions import job as jobs
from passport.models import (
    Assembly,
    Battery,
    BatteryModel,
    Intake,
    IntakeBlock,
    IntakeError,
    LifecycleEvent,
    Outbox,
)
from passport.queries import intake as told
from tests.cast import THEN, battery_line, model_line, take_in, work_off

PACK, CELL = model_line(), model_line("CELL-1", level="CELL")
MODULE = model_line("MOD-1", level="MODULE")
P1 = battery_line("P1")
M1 = battery_line("M1", model="MOD-1", parent=P1["id"])
C1 = battery_line("C1", model="CELL-1", parent=M1["id"], position="1")
THREE_LEVELS = [PACK, MODULE, CELL, P1, M1, C1]


@pytest.fixture
def maker(cast, as_system):
    with as_system():
        yield cast["maker"]


def _faults(taken):
    rows = IntakeError.objects.filter(intake=taken).order_by("number")
    return [(e.number, e.pointer, e.code) for e in rows]


def _counts(taken):
    return taken.accepted, taken.rejected, taken.duplicates


def test_three_levels_land_with_their_places(maker):
    taken = take_in(maker, THREE_LEVELS)
    assert _counts(taken) == (6, 0, 0)
    pack = Battery.objects.get(serial="P1")
    assert set(Battery.objects.values_list("unit", flat=True)) == {pack.pk}
    found = Assembly.objects.values_list("parent__serial", "child__serial", "position")
    assert set(found) == {("P1", "M1", ""), ("M1", "C1", "1")}
    assert not IntakeBlock.objects.exists()
    kinds = LifecycleEvent.objects.values_list("kind", "battery__serial")
    assert sorted(kinds, key=str) == [("REGISTERED", "P1"), ("REGISTERED", None)]
    assert Outbox.objects.count() == 2


def test_a_maker_may_draw_the_salt_of_the_log_and_no_line_changes_it(maker):
    salted = P1 | {"log_salt": "AAECAwQFBgcICQoLDA0ODw"}
    assert _counts(take_in(maker, [PACK, salted])) == (2, 0, 0)
    assert _counts(take_in(maker, [salted])) == (0, 0, 1)
    other = take_in(maker, [P1, P1 | {"log_salt": "AAECAwQFBgcICQoLDA0OEA"}])
    assert [code for _, _, code in _faults(other)] == ["duplicate-serial"] * 2
    pack = Battery.objects.get(serial="P1")
    assert bytes(pack.salt) == bytes(range(16))
    subjects = {bytes(row.subject) for row in Outbox.objects.filter(subjects=1)}
    assert outbox.subject_of(salt=bytes(range(16)), subject=pack.identity) in subjects


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_a_file_does_not_matter(maker, seed):
    mixed = Random(seed).sample(THREE_LEVELS, k=6)
    assert _counts(take_in(maker, mixed)) == (6, 0, 0)
    assert Assembly.objects.count() == 2


LOST = battery_line("X", model="CELL-1", parent="https://id.gs1.org/01/09521234000020/21/NO")
CELL_URI = battery_line("C2", model="CELL-1")["id"]
FAULTS = {
    "unknown parent": ([PACK, CELL, LOST], (3, "/parent", "unknown-parent")),
    "unknown model": ([P1], (1, "/model", "unknown-model")),
    "unknown facility": ([PACK, P1 | {"facility": "Mars"}], (2, "/facility", "unknown-facility")),
    "unknown field": ([PACK, P1 | {"colour": "red"}], (2, "/colour", "unknown-field")),
    "wrong level": (
        [PACK, CELL, battery_line("C2", model="CELL-1"), P1 | {"parent": CELL_URI}],
        (4, "/parent", "wrong-level"),
    ),
    "same level": ([PACK, P1, battery_line("P2", parent=P1["id"])], (3, "/parent", "wrong-level")),
    "wrong check digit": (
        [PACK, P1 | {"id": "https://id.gs1.org/01/09521234000021/21/P1"}],
        (2, "/id", "wrong-check-digit"),
    ),
    "other GTIN": ([PACK, P1 | {"model": "CELL-1"}, CELL], (2, "/id", "other-gtin")),
    "from the future": ([PACK, P1 | {"manufactured_on": "2030-01-01"}], None),
    "twice, differing": (
        [PACK, P1, P1 | {"manufactured_on": "2025-03-03"}],
        (3, "/id", "duplicate-serial"),
    ),
    "model twice, differing": (
        [PACK, P1, PACK | {"mass_kg": "73"}],
        (3, "/code", "model-changed"),
    ),
    "inside itself": ([PACK, P1 | {"parent": P1["id"]}], (2, "/parent", "inside-itself")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_line_is_told_and_the_good_ones_land(maker, name):
    lines, told = FAULTS[name]
    taken = take_in(maker, lines)
    assert taken.rejected == 1
    assert taken.accepted == len(lines) - 1
    (fault,) = IntakeError.objects.filter(intake=taken)
    if told is not None:
        assert (fault.number, fault.pointer, fault.code) == told
    assert fault.detail
    assert fault.remedy
    assert json.loads(bytes(fault.raw)) == lines[fault.number - 1]


RAW = {
    "not JSON": b'{"type":',
    "a name twice": b'{"type":"model","type":"model"}',
    "a float": b'{"type":"battery","position":1.5}',
    "NUL": b'{"type":"battery","model":"\\u0000"}',
    "half a surrogate": b'{"type":"battery","model":"\\ud800"}',
    "NUL in a name": b'{"a\\u0000":1}',
    "half a surrogate as a name, twice": b'{"\\ud800":1,"\\ud800":2}',
    "a float under half a surrogate": b'{"\\ud800":1.5}',
    "bad UTF-8": b'{"type":"\xff"}',
    "deep": b"[" * 100 + b"]" * 100,
    "no object": b"7",
    "too long": b'{"type":"' + b"x" * 300_000 + b'"}',
}


@pytest.mark.parametrize("name", RAW)
def test_a_line_that_is_no_strict_json_is_kept_as_it_came(maker, name):
    lines = [json.dumps(PACK).encode(), b"", RAW[name], json.dumps(P1).encode()]
    taken = intake.receive(lines=lines, media_type="application/x-ndjson", by=maker, at=THEN)
    work_off(taken)
    taken.refresh_from_db()
    assert _counts(taken) == (2, 1, 0)
    (fault,) = taken.errors.all()
    assert fault.number == 3
    assert fault.code
    assert bytes(fault.raw) == RAW[name][: 1 << 16]


def test_a_circle_of_parents_is_refused_whole(maker):
    a = battery_line("A", model="MOD-1", parent=P1["id"])
    taken = take_in(maker, [PACK, MODULE, P1 | {"parent": a["id"]}, a, battery_line("P2")])
    assert _faults(taken) == [(3, "/parent", "assembly-cycle"), (4, "/parent", "assembly-cycle")]
    assert list(Battery.objects.values_list("serial", flat=True)) == ["P2"]


def test_what_is_inside_a_refused_parent_is_refused_too(maker):
    wrong = P1 | {"facility": "Mars"}
    taken = take_in(maker, [C1, M1, PACK, MODULE, CELL, wrong])
    assert sorted(_faults(taken)) == [
        (1, "/parent", "unknown-parent"),
        (2, "/parent", "unknown-parent"),
        (6, "/facility", "unknown-facility"),
    ]
    assert not Battery.objects.exists()


def test_the_same_file_again_changes_nothing(maker):
    take_in(maker, THREE_LEVELS)
    events, waiting = LifecycleEvent.objects.count(), Outbox.objects.count()
    spelled = [PACK | {"rated_capacity_ah": "280.0"}, *THREE_LEVELS[1:]]
    assert _counts(take_in(maker, spelled)) == (0, 0, 6)
    assert (LifecycleEvent.objects.count(), Outbox.objects.count()) == (events, waiting)
    assert (Battery.objects.count(), BatteryModel.objects.count()) == (3, 3)


def test_a_line_twice_in_one_file_counts_once(maker):
    assert _counts(take_in(maker, [PACK, P1, P1, PACK])) == (2, 0, 2)


def test_a_serial_of_another_maker_is_a_clash_that_does_not_name_it(cast, as_system):
    with as_system():
        take_in(cast["maker"], [PACK, P1])
        taken = take_in(cast["second-maker"], [PACK, P1, battery_line("P9")])
        assert _faults(taken) == [(2, "/id", "duplicate-serial")]
        assert "maker" not in taken.errors.get().detail.lower().replace("marker", "")
        assert Battery.objects.get(serial="P1").maker == cast["maker"]


def test_a_file_without_a_line_is_refused_and_leaves_nothing(maker):
    for lines in ([], [b"", b"  "]):
        with pytest.raises(intake.EmptyIntake):
            intake.receive(lines=lines, media_type="application/x-ndjson", by=maker, at=THEN)
    assert not Intake.objects.exists()


def test_a_body_that_breaks_off_leaves_nothing(maker):
    def torn():
        yield json.dumps(PACK).encode()
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        intake.receive(lines=torn(), media_type="application/x-ndjson", by=maker, at=THEN)
    assert (Intake.objects.count(), IntakeBlock.objects.count()) == (0, 0)


def test_a_worker_that_dies_on_the_way_leaves_nothing_and_the_next_lands_all_once(maker):
    lines = [json.dumps(line).encode() for line in THREE_LEVELS]
    taken = intake.receive(lines=lines, media_type="application/x-ndjson", by=maker, at=THEN)
    first = jobs.lease(job_id=taken.job_id, at=THEN)
    later = THEN + 2 * jobs.LEASE
    second = jobs.lease(job_id=taken.job_id, at=later)
    # The first one was only slow: what it does after its lease is rolled back whole.
    with pytest.raises(jobs.LeaseLost):
        intake_work.run(job=first, at=THEN)
    assert (Battery.objects.count(), LifecycleEvent.objects.count()) == (0, 0)
    intake_work.run(job=second, at=later)
    assert (Battery.objects.count(), LifecycleEvent.objects.count()) == (3, 2)
    with pytest.raises(jobs.LeaseLost):
        intake_work.run(job=second, at=later)
    assert Battery.objects.count() == 3


def test_a_pack_that_was_sold_takes_no_new_cell_from_its_maker(cast, as_system):
    with as_system():
        take_in(cast["maker"], [PACK, CELL, P1])
        pack = Battery.objects.get(serial="P1")
        sold = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
        custody.accept(hand_over_id=sold.pk, by=cast["keeper"], at=THEN)
        late = battery_line("C9", model="CELL-1", parent=P1["id"])
        assert _faults(take_in(cast["maker"], [late])) == [(1, "/parent", "unknown-parent")]


def test_a_cell_that_follows_its_pack_is_told_in_the_packs_history(maker):
    take_in(maker, [PACK, CELL, P1])
    take_in(maker, [battery_line("C9", model="CELL-1", parent=P1["id"])])
    kinds = LifecycleEvent.objects.filter(battery__serial="P1").values_list("kind", flat=True)
    assert sorted(kinds) == ["ASSEMBLED", "REGISTERED"]


def test_a_page_of_refused_lines_has_an_end_in_bytes(maker, monkeypatch):
    taken = take_in(maker, [{"type": "x", "said": "x" * 1000} for _ in range(5)])
    monkeypatch.setattr("passport.queries.intake.ERROR_BYTES", 2500)
    assert [each.number for each in told.errors(intake=taken)] == [1, 2]
    assert [each.number for each in told.errors(intake=taken, after=4)] == [5]
    monkeypatch.setattr("passport.queries.intake.ERROR_BYTES", 1)
    assert [each.number for each in told.all_errors(intake=taken)] == [1, 2, 3, 4, 5]
