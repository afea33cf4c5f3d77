"""Gets a job done as in service: a real worker, told by a real message, takes it by its row."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.core.management.base import CommandError

from passport import tasks
from passport.celery import CALLS, WORK, app
from passport.local.process import Spec, spawn, stop
from passport.models import Job, JobState

PATIENCE_S = 120.0
_ROOT = Path(__file__).resolve().parent.parent.parent.parent


@contextmanager
def child(
    name: str, *command: str, environment: dict[str, str] | None = None, silent: bool = False
) -> Iterator[None]:
    """One process beside us for the length of the block; it dies with us."""
    told = os.environ | {"PASSPORT_LOG_LEVEL": "WARNING"} | (environment or {})
    spec = Spec(name=name, command=(sys.executable, *command), environment=told, folder=_ROOT)
    process = spawn(spec, output=subprocess.DEVNULL if silent else None)
    try:
        yield
    finally:
        stop(process, spec.stop_signal, spec.grace_s)


def by_worker(job: Job) -> str:
    """Start a worker, send it the clock's message, wait for the row; say who did it."""
    command = ("-m", "celery", "--app", "passport", "--quiet", "worker", "--pool", "solo")
    queues = ("--queues", f"{WORK},{CALLS}")
    quiet = ("--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat")
    calm = {"PYTHONWARNINGS": "ignore:You're running the worker"}
    with child("worker", *command, *queues, *quiet, environment=calm, silent=True):
        _await(job, clock=lambda: app.send_task("passport.tasks.dispatch"))
    return "a Celery worker"


def by_hand(job: Job) -> str:
    """Do the job in this process, by the same row; say who did it."""
    tasks.see_through(job.pk, clock=lambda: datetime.now(UTC))
    _await(job)
    return "this process"


def _await(job: Job, *, clock: Callable[[], object] = lambda: None) -> None:
    """Look until the job is done; the clock ticks meanwhile, as beat's does."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        clock()
        job.refresh_from_db()
        if job.state == JobState.DONE:
            return
        if job.last_error:
            raise CommandError(f"The plan failed: {job.last_error}")
        time.sleep(0.2)
    raise CommandError(f"The plan was not made within {PATIENCE_S:.0f} s; it is {job.state}.")
