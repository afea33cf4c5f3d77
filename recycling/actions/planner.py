"""Plans anew by itself: nightly, and some minutes after something has changed."""

from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef

from passport.models import Job, Party
from recycling.actions import plan
from recycling.models import Offer, Programme, Retirement, RetirementState

# A plan waits until nothing has changed for so long, but not longer than that in all.
QUIET = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=15)
NIGHTLY = timedelta(hours=24)


def replan(*, at: datetime) -> int:
    """Ask for a plan for every keeper who is due one; how many were asked for.

    Only for keepers who have asked for a plan before: by that they agreed to have their packs
    offered. A message more or less changes nothing, since what is due is read from rows.
    """
    return sum(_ask(keeper, at=at) for keeper in _keepers())


def _keepers() -> list[Party]:
    waiting = Retirement.objects.filter(keeper=OuterRef("pk"), state=RetirementState.OPEN)
    asked = Job.objects.filter(party=OuterRef("pk"), kind=plan.KIND)
    return list(Party.objects.filter(Exists(waiting), Exists(asked)).order_by("id"))


def _ask(keeper: Party, *, at: datetime) -> bool:
    last = Job.objects.filter(party=keeper, kind=plan.KIND).latest("created_at").created_at
    if not _is_due(last=last, changes=_changes(keeper, since=last), at=at):
        return False
    return plan.request(by=keeper, at=at).created_at == at


def _is_due(*, last: datetime, changes: list[datetime], at: datetime) -> bool:
    if at - last >= NIGHTLY:
        return True
    if not changes:
        return False
    return at - max(changes) >= QUIET or at - min(changes) >= LONGEST_WAIT


def _changes(keeper: Party, *, since: datetime) -> list[datetime]:
    """When, since then, something last changed: packs retired, came back; programmes came."""
    packs = Retirement.objects.filter(keeper=keeper, state=RetirementState.OPEN)
    offers = Offer.objects.filter(retirement__in=packs, answered_at__gt=since)
    found = (
        packs.filter(event__recorded_at__gt=since).aggregate(m=Max("event__recorded_at"))["m"],
        offers.aggregate(m=Max("answered_at"))["m"],
        Programme.objects.filter(published_at__gt=since)
        .exclude(party=keeper)
        .aggregate(m=Max("published_at"))["m"],
    )
    return [each for each in found if each is not None]
