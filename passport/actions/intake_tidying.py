"""Ends files that nobody goes on with, and lets go of bytes that nobody will read any more."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from passport.actions import intake as intakes
from passport.models import Intake, IntakeBlock, IntakeState, IntakeWaiting

log = logging.getLogger(__name__)

# A file that is still coming in by then was given up by its sender; one that has stopped, by all.
COMES_IN_FOR = timedelta(days=7)
STOPPED_FOR = timedelta(days=30)
# The worker tells the log of what a cancelled file has registered within minutes, or not at all.
ENDS_WITHIN = timedelta(days=1)
_ENDED = (IntakeState.DONE, IntakeState.CANCELLED)


def tidy(*, at: datetime) -> int:
    """Cancel files as old as that, and delete the bytes of all that have ended; how many files were
    cancelled. Only the system's role may.

    What a stopped file has registered stays, and is told to the log by the worker as it ends. One
    that stops at that too is not tried for ever: its operator is told each time.
    """
    old = Intake.objects.filter(state=IntakeState.RECEIVING, received_at__lt=at - COMES_IN_FOR)
    # A file tried again stopped when it was tried last, however long ago it came.
    stopped = Intake.objects.filter(
        state=IntakeState.FAILED,
        received_at__lt=at - STOPPED_FOR,
        job__run_after__lt=at - STOPPED_FOR,
        cancel_asked_at__isnull=True,
    )
    found = [*old.select_related("party"), *stopped.select_related("party")]
    for each in found:
        intakes.cancel(intake_id=each.pk, by=each.party, at=at)
    _tell_of_stuck(at)
    with transaction.atomic():
        IntakeBlock.objects.filter(intake__state__in=_ENDED).delete()
        IntakeWaiting.objects.filter(intake__state__in=_ENDED).delete()
    return len(found)


def _tell_of_stuck(at: datetime) -> None:
    """Files that were cancelled and whose end was not told: somebody has to look why."""
    stuck = Intake.objects.filter(
        state=IntakeState.FAILED, cancel_asked_at__lt=at - ENDS_WITHIN
    ).select_related("job")
    for each in stuck:
        log.error(
            "a cancelled file cannot be ended",
            extra={"intake": str(each.pk), "error": each.job.last_error if each.job else ""},
        )
