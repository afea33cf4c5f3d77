"""A job is its row: one worker at a time, done once, and what fails rests where it is seen."""

import json
from datetime import timedelta

import pytest
from django.db import transaction

from passport import tasks
from passport.actions import intake, intake_work, registration
from passport.actions import job as jobs
from passport.actions.registration import Taken
from passport.models import Battery, Job
from passport.queries.job import state as state_of
from passport.rules.errors import NotFound
from tests.cast import THEN, battery_line, model_line
from tests.passport.acting import acting
from tests.recycling.together import together

AFTER = THEN + jobs.LEASE + timedelta(seconds=1)


@pytest.fixture
def job(cast, as_system):
    """A file that waits, in the system's hands."""
    with as_system():
        yield _waiting(cast["maker"])


def _waiting(by):
    lines = [json.dumps(line).encode() for line in (model_line(), battery_line("P1"))]
    taken = intake.receive(lines=lines, media_type="application/x-ndjson", by=by, at=THEN)
    return Job.objects.get(pk=taken.job_id)


def _lease(job, at=THEN):
    return jobs.lease(job_id=job.pk, at=at)


def test_the_same_key_is_the_same_job(cast, job):
    asked = {"kind": job.kind, "dedupe_key": job.dedupe_key, "party": cast["maker"], "payload": {}}
    assert jobs.enqueue(**asked, at=THEN).pk == job.pk


def test_of_several_workers_at_one_moment_one_gets_the_job(job):
    taken = together(lambda each: _lease(each), [job] * 3)
    assert [each for each in taken if each is not None] == [job]
    assert Job.objects.get().attempts == 1


def test_a_lease_keeps_others_off_until_it_runs_out(job):
    assert _lease(job).attempts == 1
    assert _lease(job, THEN + jobs.LEASE) is None
    assert jobs.due(at=THEN + jobs.LEASE) == []
    assert jobs.due(at=AFTER) == [(job.pk, job.kind)]
    assert _lease(job, AFTER).attempts == 2


def test_showing_progress_keeps_the_lease(job):
    leased = _lease(job)
    jobs.progress(job=leased, done=1, total=2, at=THEN + timedelta(seconds=15))
    assert _lease(job, AFTER) is None


def test_a_zombie_finishes_nothing_and_what_it_did_is_rolled_back(job):
    zombie, worker = _lease(job), _lease(job, AFTER)
    for act in (jobs.finish, lambda **told: jobs.fail(**told, error="x")):
        with pytest.raises(jobs.LeaseLost):
            act(job=zombie, at=AFTER)
    with pytest.raises(jobs.LeaseLost):
        jobs.progress(job=zombie, done=1, total=2, at=AFTER)
    with pytest.raises(jobs.LeaseLost):
        intake_work.run(job=zombie, at=AFTER)
    assert not Battery.objects.exists()
    intake_work.run(job=worker, at=AFTER)
    assert Battery.objects.count() == 1


def test_a_job_that_is_done_is_not_taken_again(job):
    intake_work.run(job=_lease(job), at=THEN)
    assert _lease(job, AFTER) is None
    assert jobs.due(at=AFTER) == []


def test_five_failures_rest_where_they_are_seen(job):
    at = THEN
    for _ in range(jobs.MOST_ATTEMPTS):
        leased = _lease(job, at)
        jobs.fail(job=leased, error="no chance", at=at)
        assert _lease(job, at) is None
        at += timedelta(minutes=1)
    resting = Job.objects.get()
    assert (resting.state, resting.last_error) == ("RESTING", "no chance")
    assert jobs.due(at=at + timedelta(days=9)) == []


def test_a_job_that_kills_its_worker_rests_too(job):
    at = THEN
    for _ in range(jobs.MOST_ATTEMPTS):
        assert _lease(job, at) is not None
        at += 2 * jobs.LEASE
    assert _lease(job, at) is None
    assert Job.objects.get().state == "RESTING"
    assert Job.objects.get().last_error


def test_a_resting_job_is_tried_again_by_hand(cast, job, as_role):
    at = THEN
    for _ in range(jobs.MOST_ATTEMPTS):
        jobs.fail(job=_lease(job, at), error="x", at=at)
        at += timedelta(minutes=1)
    with as_role("app"):
        with pytest.raises(NotFound), acting(cast["stranger"]):
            jobs.retry(job_id=job.pk, at=at)
        with acting(cast["maker"]):
            assert jobs.retry(job_id=job.pk, at=at).state == "READY"
            with pytest.raises(jobs.NotResting):
                jobs.retry(job_id=job.pk, at=at)
    intake_work.run(job=_lease(job, at), at=at)
    assert Battery.objects.count() == 1


def test_a_zombie_of_before_the_retry_finishes_nothing(job):
    zombie, at = _lease(job), THEN
    for _ in range(jobs.MOST_ATTEMPTS - 1):
        at += 2 * jobs.LEASE
        last = _lease(job, at)
    jobs.fail(job=last, error="x", at=at)
    jobs.retry(job_id=job.pk, at=at)
    _lease(job, at)
    with pytest.raises(jobs.LeaseLost):
        jobs.finish(job=zombie, at=at)


def test_while_results_are_written_nobody_takes_the_job(job, monkeypatch):
    leased, taken = _lease(job), []
    monkeypatch.setattr(
        registration.Register,
        "take",
        lambda self, rows: taken.append(_from_elsewhere(job)) or Taken(),
    )
    intake_work.run(job=leased, at=THEN)
    assert taken == [[None]]


def _from_elsewhere(job):
    return together(lambda each: _lease(each, AFTER + timedelta(hours=1)), [job])


def test_a_message_that_comes_twice_or_for_nothing_changes_nothing(job):
    assert tasks.perform(job.pk, clock=lambda: THEN) == "done"
    assert tasks.perform(job.pk, clock=lambda: AFTER) == "not due"
    assert Battery.objects.count() == 1


def test_what_went_wrong_stands_in_the_row_for_its_party_alone(cast, job, monkeypatch, as_role):
    def broken(**_):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(tasks, "runners", lambda: {"intake": broken})
    assert tasks.perform(job.pk, clock=lambda: THEN) == "failed"
    with as_role("app"):
        with acting(cast["maker"]):
            assert state_of(job_id=job.pk).last_error == "ZeroDivisionError: by nothing"
        with pytest.raises(NotFound), acting(cast["stranger"]):
            state_of(job_id=job.pk)


def test_a_job_of_a_transaction_that_failed_was_never_asked_for(cast, job):
    with transaction.atomic():
        _waiting(cast["maker"])
        transaction.set_rollback(True)
    assert list(Job.objects.all()) == [job]
