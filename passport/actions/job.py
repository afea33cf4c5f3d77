"""The life of a job's row: asked for, leased, finished once; a message is only a hint."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from django.db import transaction
from django.db.models import Q

from passport.models import Job, JobState, Party
from passport.queries.battery import unknown
from passport.rules.errors import Conflict

LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 5
# What is not done by then lets others have their turn. Well below what a task may last.
WINDOW = timedelta(minutes=10)


class LeaseLost(Conflict):
    """Another worker has taken the job since; what this one did is rolled back."""

    code = "lease-lost"
    title = "The job was taken over"


class GoesOn(Exception):
    """The job has come further and stops between two steps: a task is not for ever.

    It is taken up again at once, or after a pause.
    """

    def __init__(self, pause: timedelta = timedelta(0)) -> None:
        super().__init__()
        self.pause = pause


class NotResting(Conflict):
    """Only a job that has stopped is tried again by hand."""

    code = "not-resting"
    title = "The job has not stopped"


def enqueue(
    *, kind: str, dedupe_key: str, party: Party, payload: dict[str, object], at: datetime
) -> Job:
    """Ask for a job in the running transaction; the same key again is the same job."""
    job, _ = Job.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "kind": kind,
            "party": party,
            "payload": payload,
            "run_after": at,
            "created_at": at,
        },
    )
    return job


@transaction.atomic
def lease(*, job_id: uuid.UUID, at: datetime) -> Job | None:
    """Take a due job for LEASE, or None when another worker has it or it is done.

    The new value of `attempts` is this worker's token: finish() and fail() demand it. A job whose
    worker was lost MOST_ATTEMPTS times rests like one that failed as often.
    """
    job = Job.objects.select_for_update(skip_locked=True).filter(_due(at), pk=job_id).first()
    if job is None:
        return None
    if job.state == JobState.RUNNING and _is_last(job):
        lost = "its worker was lost each time, perhaps for want of memory"
        Job.objects.filter(pk=job.pk).update(
            state=JobState.RESTING, lease_until=None, last_error=job.last_error or lost
        )
        return None
    job.state, job.attempts, job.lease_until = JobState.RUNNING, job.attempts + 1, at + LEASE
    # A crash from here on leaves the lease to run out; due() then names the job again.
    job.save(update_fields=["state", "attempts", "lease_until"])
    return job


def progress(*, job: Job, done: int, total: int, at: datetime) -> None:
    """Show how far a job has come and keep its lease. Refuses LeaseLost."""
    _change(job, done_count=done, total_count=total, lease_until=at + LEASE)


def hold(*, job: Job, at: datetime) -> None:
    """Lock a job's row until the transaction ends: nobody takes it while results are written.

    Refuses LeaseLost. A worker that dies loses its connection, and with it the lock.
    """
    _change(job, lease_until=at + LEASE)


Clock: TypeAlias = Callable[[], datetime]


def clock(at: datetime) -> Clock:
    """The caller's moment, gone on with: a long job keeps its lease by it."""
    began = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - began)


def finish(*, job: Job, at: datetime) -> None:
    """Mark a job done, in the transaction of its results. Refuses LeaseLost."""
    _change(job, state=JobState.DONE, finished_at=at, lease_until=None, last_error="")


def fail(*, job: Job, error: str, at: datetime) -> None:
    """Put a failed job back with growing delay; after MOST_ATTEMPTS it rests, visibly."""
    _change(
        job,
        state=JobState.RESTING if _is_last(job) else JobState.READY,
        run_after=at + timedelta(seconds=2 ** ((job.attempts - 1) % MOST_ATTEMPTS + 1)),
        lease_until=None,
        last_error=error[:4000],
    )


def put_back(*, job: Job, at: datetime) -> None:
    """Let a job that has come further be taken up anew, with all its attempts. Refuses LeaseLost.

    The attempts count on to where the next one is a first one.
    """
    _change(
        job,
        state=JobState.READY,
        run_after=at,
        attempts=job.attempts + -job.attempts % MOST_ATTEMPTS,
        lease_until=None,
        last_error="",
    )


@transaction.atomic
def retry(*, job_id: uuid.UUID, at: datetime) -> Job:
    """Set a resting job going again. Refuses NotFound, NotResting."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise unknown("job")
    if job.state != JobState.RESTING:
        raise NotResting(f"the job is {job.get_state_display()}", remedy="wait until it stops")
    # The attempts count on: begun anew, they would let a worker of before the retry finish.
    Job.objects.filter(pk=job.pk).update(state=JobState.READY, run_after=at)
    job.refresh_from_db()
    return job


def due(*, at: datetime, limit: int = 100) -> list[tuple[uuid.UUID, str]]:
    """The jobs that nobody works on and whose time has come, with their kinds, oldest first."""
    rows = Job.objects.filter(_due(at)).order_by("run_after")
    return list(rows.values_list("id", "kind")[:limit])


def _is_last(job: Job) -> bool:
    return job.attempts % MOST_ATTEMPTS == 0


def _due(at: datetime) -> Q:
    ready = Q(state=JobState.READY, run_after__lte=at)
    return ready | Q(state=JobState.RUNNING, lease_until__lt=at)


def _change(job: Job, **values: object) -> None:
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    if mine.update(**values) != 1:
        raise LeaseLost(f"job {job.pk} is no longer this worker's (attempt {job.attempts})")
