"""What Celery runs: a clock that names due jobs, and hands that take them by their row."""

import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from celery import shared_task
from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from passport.actions import (
    alarm,
    bundle_order,
    did,
    epcis_capture,
    epcis_index,
    index,
    intake,
    intake_tidying,
    intake_work,
    job,
    legacy,
    letter,
    naming_order,
    naming_right,
    sourcing_file,
    timestamp,
    webhook_feed,
    webhook_sending,
)
from passport.audit import stamps
from passport.celery import CALLS, WORK
from passport.models import Job
from passport.proof.errors import ProofError
from passport.rules.epcis_native import stem_of

log = logging.getLogger(__name__)
# Jobs that ask somebody's domain.
CALLING = (did.KIND, naming_right.KIND)


class Runner(Protocol):
    """Does a leased job and finishes it in one transaction with its results."""

    def __call__(self, *, job: Job, at: datetime) -> None: ...


def runners() -> dict[str, Runner]:
    """Job kind → who does it: our own, and what each app names as `job_runners`."""
    found: dict[str, Runner] = {
        intake.KIND: intake_work.run,
        bundle_order.KIND: bundle_order.run,
        did.KIND: did.run,
        epcis_capture.KIND: epcis_capture.run,
        naming_right.KIND: naming_right.run,
        legacy.KIND: legacy.run,
        sourcing_file.KIND: sourcing_file.run,
    }
    for app in apps.get_app_configs():
        named: dict[str, str] = getattr(app, "job_runners", {})
        found |= {kind: import_string(path) for kind, path in named.items()}
    return found


@shared_task(name="passport.tasks.dispatch", ignore_result=True)
def dispatch() -> int:
    """Send a message for each job that is due; a lost or doubled message changes nothing."""
    due = job.due(at=_now())
    for job_id, kind in due:
        run.apply_async(args=(str(job_id),), queue=CALLS if kind in CALLING else WORK)
    return len(due)


@shared_task(name="passport.tasks.run", ignore_result=True)
def run(job_id: str) -> str:
    """Lease one job, do it, and say in its row how it went."""
    return perform(uuid.UUID(job_id), clock=_now)


@shared_task(name="passport.tasks.ask_domains", ignore_result=True)
def ask_domains() -> int:
    """See daily what makers' domains say of their keys; asked for every hour."""
    return did.ask_all(at=_now())


@shared_task(name="passport.tasks.take_index", ignore_result=True)
def take_index() -> bool:
    """Take today's snapshot of the log's index, unless it was taken; asked for all day long."""
    keep = timedelta(days=settings.PASSPORT_INDEX_DAYS)
    taken = index.take(folder=Path(settings.PASSPORT_LOG_DIR), at=_now(), keep=keep)
    return taken is not None


@shared_task(name="passport.tasks.expire_bundles", ignore_result=True)
def expire_bundles() -> int:
    """Let go of bundles that nobody fetched in time; they can be made again."""
    return bundle_order.expire(at=_now())


@shared_task(name="passport.tasks.send_links", ignore_result=True)
def send_links() -> int:
    """Mail the one-time links that wait for it, where a mail server is named."""
    if not settings.PASSPORT_MAILS:
        return 0
    return letter.send_waiting(address=settings.PASSPORT_PUBLIC_URL, at=_now())


@shared_task(name="passport.tasks.tidy_intakes", ignore_result=True)
def tidy_intakes() -> int:
    """End files that nobody goes on with, and let go of the bytes of those that have ended."""
    return intake_tidying.tidy(at=_now())


@shared_task(name="passport.tasks.settle_names", ignore_result=True)
def settle_names() -> int:
    """Carry out what administrators decided about prefixes and domains."""
    return naming_order.carry_out(at=_now())


@shared_task(name="passport.tasks.index_events", ignore_result=True)
def index_events() -> int:
    """Let native events be found as EPCIS; what a lost message leaves, the next one writes."""
    return epcis_index.catch_up(stem=stem_of(settings.PASSPORT_PUBLIC_URL))


@shared_task(name="passport.tasks.stamp_checkpoint", ignore_result=True)
def stamp_checkpoint() -> bool:
    """Have the published checkpoint stamped by the authority of the settings, if there is one."""
    url, roots = settings.PASSPORT_TSA_URL, settings.PASSPORT_TSA_ROOTS
    if not url or roots is None:
        return False
    try:
        stamped = timestamp.stamp(url=url, check=stamps.checker(Path(roots)), at=_now())
    except (ProofError, OSError) as error:
        # The log goes on without it; the next hour asks again.
        log.warning("no time stamp", extra={"authority": url, "error": str(error)})
        return False
    return stamped is not None


@shared_task(name="passport.tasks.watch_scans", ignore_result=True)
def watch_scans() -> int:
    """Raise alarms about what was scanned; let go of scans that are old."""
    at = _now()
    raised = alarm.watch(at=at)
    alarm.forget_scans(at=at, keep=timedelta(days=settings.PASSPORT_SCAN_DAYS))
    return raised


@shared_task(name="passport.tasks.feed_webhooks", ignore_result=True)
def feed_webhooks() -> int:
    """Write down what endpoints are to be told of what the log holds now."""
    return webhook_feed.feed(at=_now())


@shared_task(name="passport.tasks.send_webhooks", ignore_result=True)
def send_webhooks() -> int:
    """Send what is due, one process at a time; the others find the lock taken and go on."""
    return webhook_sending.run(clock=_now)


@shared_task(name="passport.tasks.tidy_webhooks", ignore_result=True)
def tidy_webhooks() -> int:
    """Let go of messages that were delivered or given up long ago."""
    keep = timedelta(days=settings.PASSPORT_WEBHOOK_DAYS)
    return webhook_sending.tidy(at=_now(), keep=keep)


def perform(job_id: uuid.UUID, *, clock: Callable[[], datetime]) -> str:
    """Do one job if it can be leased: "done", "goes on", "failed", or "not due"."""
    leased = job.lease(job_id=job_id, at=clock())
    if leased is None:
        return "not due"
    try:
        runners()[leased.kind](job=leased, at=clock())
    except job.LeaseLost:
        log.warning("lease lost", extra={"job": str(job_id), "attempt": leased.attempts})
        return "failed"
    except job.GoesOn as pause:
        job.put_back(job=leased, at=clock() + pause.pause)
        return "goes on"
    # Whatever went wrong belongs in the row, where its owner sees it; the log has the trace.
    except Exception as error:
        log.exception("job failed", extra={"job": str(job_id), "attempt": leased.attempts})
        job.fail(job=leased, error=f"{type(error).__name__}: {error}", at=clock())
        return "failed"
    log.info("job done", extra={"job": str(job_id), "kind": leased.kind})
    return "done"


def see_through(job_id: uuid.UUID, *, clock: Callable[[], datetime]) -> str:
    """Do one job in this process, and between its steps every other one that is due."""
    while (said := perform(job_id, clock=clock)) == "goes on":
        for other, _ in job.due(at=clock()):
            if other != job_id:
                perform(other, clock=clock)
    return said


def _now() -> datetime:
    return datetime.now(UTC)
