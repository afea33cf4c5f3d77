"""Ends files that nobody goes on with, and lets go of bytes that nobody will read any more."""

from datetime import datetime, timedelta

from django.db import transaction

from passport.actions import intake as intakes
from passport.models import Intake, IntakeBlock, IntakeState, IntakeWaiting

# A file that is still coming in by then was given up by its sender; one that has stopped, by all.
COMES_IN_FOR = timedelta(days=7)
STOPPED_FOR = timedelta(days=30)
_ENDED = (IntakeState.DONE, IntakeState.CANCELLED)


def tidy(*, at: datetime) -> int:
    """Cancel files as old as that, and delete the bytes of all that have ended; how many files were
    cancelled. Only the system's role may.

    What a stopped file has registered stays, and is told to the log by the worker as it ends.
    """
    old = Intake.objects.filter(state=IntakeState.RECEIVING, received_at__lt=at - COMES_IN_FOR)
    stopped = Intake.objects.filter(state=IntakeState.FAILED, received_at__lt=at - STOPPED_FOR)
    found = [*old.select_related("party"), *stopped.select_related("party")]
    for each in found:
        intakes.cancel(intake_id=each.pk, by=each.party, at=at)
    with transaction.atomic():
        IntakeBlock.objects.filter(intake__state__in=_ENDED).delete()
        IntakeWaiting.objects.filter(intake__state__in=_ENDED).delete()
    return len(found)
