"""Files that take long or are given up: leases, windows, what is let go of, whose job it is."""

import json
import time
import tracemalloc
from datetime import timedelta

import pytest
from django.db import connection

from passport import celery, tasks
from passport.actions import intake, intake_mending, intake_tidying, intake_work, outbox
from passport.actions import job as jobs
from passport.actions.intake_items import NoBatch
from passport.actions.intake_lines import Reader
from passport.models import Battery, Intake, IntakeBlock, Job, LifecycleEvent, Outbox, SubjectBlock
from passport.models.ids import new_id
from passport.postgres import registering
from passport.proof import members
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting

LINES = [model_line(), *(battery_line(f"P{number}") for number in range(6))]
OLD = THEN + timedelta(days=31)


@pytest.fixture
def maker(cast, as_system):
    with as_system():
        yield cast["maker"]


@pytest.fixture
def taken(maker):
    raw = [json.dumps(line).encode() for line in LINES]
    return intake.receive(lines=raw, media_type="application/x-ndjson", by=maker, at=THEN)


@pytest.fixture
def work(taken):
    """A worker whose clock stands still until `work.late()` says how late it is."""
    leased = jobs.lease(job_id=taken.job_id, at=THEN)
    late = [timedelta()]
    made = intake_work.Work(job=leased, intake=taken, now=lambda: THEN + late[-1])
    made.late = late.append
    return made


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", 2)


def lease_of(taken):
    return Job.objects.get(pk=taken.job_id).lease_until


def test_behind_a_step_that_was_longer_than_the_lease_the_lease_is_whole(taken, work):
    work.begin(at=THEN)
    with work.step():
        work.late(3 * jobs.LEASE)
    assert lease_of(taken) == THEN + 4 * jobs.LEASE


def test_the_lease_is_kept_while_lines_are_read_for_long(taken, work, monkeypatch):
    monkeypatch.setattr("passport.actions.intake_hands._RENEWS", timedelta(milliseconds=10))
    work.begin(at=THEN)
    real = Reader.read

    def slow(self, lines):
        work.late(jobs.LEASE)
        time.sleep(0.2)
        return real(self, lines)

    monkeypatch.setattr(Reader, "read", slow)
    next(work.chunks(work.reader(), after=0))
    assert lease_of(taken) == THEN + 2 * jobs.LEASE


def test_a_file_of_many_windows_is_never_put_to_rest(taken, small, monkeypatch):
    monkeypatch.setattr(jobs, "WINDOW", timedelta())
    ends = []
    for _ in range(20):
        ends.append(tasks.perform(taken.job_id, clock=lambda: THEN))
        if ends[-1] == "done":
            break
    assert (ends[-1], set(ends[:-1])) == ("done", {"goes on"})
    assert len(ends) > 2 * jobs.MOST_ATTEMPTS
    taken.refresh_from_db()
    assert (taken.state, taken.accepted, taken.lines_read) == ("DONE", 7, 7)
    assert Outbox.objects.count() == 6


def test_a_worker_lost_after_a_window_counts_as_the_first(taken, small, monkeypatch):
    for _ in range(4):
        Job.objects.update(run_after=THEN)
        jobs.fail(job=jobs.lease(job_id=taken.job_id, at=THEN), error="x", at=THEN)
    Job.objects.update(run_after=THEN)
    monkeypatch.setattr(jobs, "WINDOW", timedelta())
    assert tasks.perform(taken.job_id, clock=lambda: THEN) == "goes on"
    last = jobs.lease(job_id=taken.job_id, at=THEN)
    jobs.fail(job=last, error="x", at=THEN)
    assert Job.objects.get().state == "READY"


def test_a_window_ends_before_a_task_must():
    assert timedelta(seconds=celery.app.conf.task_soft_time_limit) - jobs.LEASE > jobs.WINDOW


def opened(by, *, at=THEN):
    made = intake.begin(by=by, media_type="text/csv", encoding="", at=at)
    intake.append(intake_id=made.pk, by=by, offset=0, data=b"type,id\n")
    return made


def test_a_file_that_nobody_goes_on_sending_is_cancelled_and_let_go_of(maker):
    old, new = opened(maker), opened(maker, at=OLD)
    assert intake_tidying.tidy(at=OLD) == 1
    old.refresh_from_db()
    assert (old.state, old.finished_at) == ("CANCELLED", OLD)
    assert [each.intake_id for each in IntakeBlock.objects.all()] == [new.pk]
    with pytest.raises(intake.NotReceiving):
        intake.append(intake_id=old.pk, by=maker, offset=8, data=b"x")


def test_the_bytes_of_a_file_cancelled_while_it_came_in_go(maker):
    made = opened(maker)
    intake.cancel(intake_id=made.pk, by=maker, at=THEN)
    assert IntakeBlock.objects.exists()
    assert intake_tidying.tidy(at=THEN) == 0
    assert not IntakeBlock.objects.exists()


def stopped(taken, monkeypatch):
    """Stopped for good with two lines of it registered."""
    steps = iter(range(10_000))
    real = registering.begin_chunk

    def begin():
        if next(steps):
            raise OSError("no more")
        real()

    monkeypatch.setattr(registering, "begin_chunk", begin)
    for _ in range(jobs.MOST_ATTEMPTS):
        Job.objects.update(run_after=THEN)
        assert tasks.perform(taken.job_id, clock=lambda: THEN) == "failed"
    monkeypatch.setattr(registering, "begin_chunk", real)
    taken.refresh_from_db()
    assert (taken.state, taken.accepted) == ("FAILED", 2)


@pytest.mark.parametrize("who", ["its sender", "nobody"])
def test_a_file_that_stopped_is_cancelled_with_what_it_has(taken, small, monkeypatch, as_role, who):
    stopped(taken, monkeypatch)
    if who == "nobody":
        assert intake_tidying.tidy(at=THEN) == 0
        assert intake_tidying.tidy(at=OLD) == 1
    else:
        with as_role("app"), acting(taken.party):
            intake.cancel(intake_id=taken.pk, by=taken.party, at=OLD)
    assert tasks.perform(taken.job_id, clock=lambda: OLD) == "done"
    taken.refresh_from_db()
    assert (taken.state, taken.accepted, Battery.objects.count()) == ("CANCELLED", 2, 1)
    assert not IntakeBlock.objects.exists()
    assert LifecycleEvent.objects.get().battery == Battery.objects.get()


def test_a_file_that_was_tried_again_stopped_only_then(taken, small, monkeypatch):
    stopped(taken, monkeypatch)
    Job.objects.update(run_after=OLD - timedelta(days=1))
    assert intake_tidying.tidy(at=OLD) == 0
    Job.objects.update(run_after=THEN)
    assert intake_tidying.tidy(at=OLD) == 1


def test_a_cancelled_file_that_cannot_be_ended_is_not_tried_for_ever(
    taken, small, monkeypatch, caplog
):
    stopped(taken, monkeypatch)
    assert intake_tidying.tidy(at=OLD) == 1
    Intake.objects.update(state="FAILED")
    much_later = OLD + timedelta(days=60)
    caplog.clear()
    assert intake_tidying.tidy(at=much_later) == 0
    assert [each.message for each in caplog.records] == ["a cancelled file cannot be ended"]
    assert Job.objects.get().run_after == OLD


def test_a_job_of_another_party_works_on_no_file(cast, taken, as_role):
    other = cast["second-maker"]
    with as_role("app"), acting(other), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO passport_job (id, kind, dedupe_key, party_id, payload, state, attempts,"
            " run_after, last_error, done_count, total_count, created_at) VALUES"
            " (%s, 'intake', 'x', %s, %s, 'READY', 0, %s, '', 0, 0, %s)",
            [new_id(), other.pk, json.dumps({"intake": str(taken.pk)}), THEN, THEN],
        )
    foreign = Job.objects.get(party=other)
    assert tasks.perform(foreign.pk, clock=lambda: THEN) == "failed"
    assert not Battery.objects.exists()
    assert Intake.objects.get().state == "RECEIVED"


LOST = battery_line("NOBODY")["id"]


def test_why_a_line_waited_in_vain_is_told_the_same_by_the_next_worker(maker, monkeypatch):
    lines = [model_line(), battery_line("A", parent=LOST), battery_line("B", model="NONE")]
    raw = [json.dumps(line).encode() for line in lines]
    taken = intake.receive(lines=raw, media_type="application/x-ndjson", by=maker, at=THEN)
    with monkeypatch.context() as dying:
        dying.setattr(intake_work.Work, "_give_up", lambda self: 1 / 0)
        assert tasks.perform(taken.job_id, clock=lambda: THEN) == "failed"
    assert tasks.perform(taken.job_id, clock=lambda: OLD) == "done"
    told = [(each.number, each.code) for each in taken.errors.order_by("number")]
    assert told == [(2, "unknown-parent"), (3, "unknown-model")]


def test_a_million_clashes_are_a_warning_a_chunk(maker, caplog):
    take_in(maker, LINES)
    other = [line | {"manufactured_on": "2025-04-04"} for line in LINES[1:]]
    assert take_in(maker, other).rejected == 6
    (record,) = [each for each in caplog.records if each.message == "identities clash"]
    assert record.count == 6


def test_models_are_remembered_in_bounds(maker, monkeypatch, small):
    monkeypatch.setattr("passport.actions.registration._MOST_MODELS", 3)
    most = []
    real = registering.claiming

    def claiming(**given):
        most.append(len(works[0].register._models))
        return real(**given)

    works = []
    begin = intake_work.Work.begin
    monkeypatch.setattr(registering, "claiming", claiming)
    monkeypatch.setattr(
        intake_work.Work, "begin", lambda self, at: (works.append(self), begin(self, at=at))
    )
    lines = [
        line
        for n in range(12)
        for line in (model_line(f"M{n}"), battery_line(f"B{n}", model=f"M{n}"))
    ]
    assert take_in(maker, lines).accepted == 24
    assert max(most) <= 5


def enter(blocks, *, subjects):
    with outbox.room() as kept:
        many = outbox.gather(blocks=blocks, subjects=subjects, kept=kept)
        outbox.enter_gathered(kind="event", body=b"x", many=many, at=THEN)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 1000])
def test_subjects_of_many_are_kept_as_they_came(database, as_system, size):
    subjects = [n.to_bytes(32, "big") for n in range(size)]
    blocks = list(members.blocks_of(subjects))
    with as_system():
        enter(iter(blocks), subjects=size)
        rows, wish = SubjectBlock.objects.order_by("place"), Outbox.objects.get()
        found = [(each.place, bytes(each.subjects), bytes(each.root)) for each in rows]
    if size > 1:
        assert found == [(each.place, each.subjects, each.root) for each in blocks]
        assert bytes(wish.subject) == members.root_of([each.root for each in blocks])
    assert wish.subjects == size


def test_subjects_of_very_many_are_not_in_memory(database, as_system, monkeypatch):
    monkeypatch.setattr(outbox, "_IN_MEMORY", 1 << 20)
    count = 2_000_000

    def blocks():
        for place in range(count // 256):
            yield members.Block(place, place.to_bytes(32, "big") * 256, bytes(32))

    with as_system():
        tracemalloc.start()
        enter(blocks(), subjects=count // 256 * 256)
        assert tracemalloc.get_traced_memory()[1] < count * 16
        tracemalloc.stop()


def test_a_line_with_its_item_is_not_mended_alone(maker):
    line = battery_line("A", colour="red")
    taken = take_in(maker, [line])
    del line["colour"]
    said = {"id": line["id"], "salt": "AAECAwQFBgcICQoLDA0ODw"}
    with pytest.raises(NoBatch) as refused:
        intake_mending.mend(
            intake_id=taken.pk, number=1, text=json.dumps(line | {"item": said}), by=maker, at=THEN
        )
    assert refused.value.pointer == "/item"
    told = {"intake_id": taken.pk, "number": 1, "text": json.dumps(line)}
    assert intake_mending.mend(**told, by=maker, at=THEN).mends_line == 1
