"""Plans anew by itself: nightly, and some minutes after something has changed."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, Max, OuterRef, QuerySet, Subquery, Value

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
    due = [keeper for keeper in _keepers() if _is_due(keeper, at=at)]
    return sum(plan.request(by=keeper, at=at).created_at == at for keeper in due)


def _keepers() -> list[Any]:
    """Every keeper whose packs wait and who has asked, with when it asked last and when, since
    then, something last changed: packs retired, came back; programmes came. One question for all.
    """
    asked = Job.objects.filter(party=OuterRef("pk"), kind=plan.KIND).order_by("-created_at")
    waiting = Retirement.objects.filter(keeper=OuterRef("pk"), state=RetirementState.OPEN)
    came = Programme.objects.exclude(party=OuterRef("pk"))
    back = Offer.objects.filter(
        retirement__keeper=OuterRef("pk"), retirement__state=RetirementState.OPEN
    )
    rows = Party.objects.annotate(last=Subquery(asked.values("created_at")[:1]))
    rows = rows.filter(Exists(waiting), last__isnull=False)
    return list(
        rows.annotate(
            retired=_latest(waiting, "event__recorded_at"),
            returned=_latest(back, "answered_at"),
            published=_latest(came, "published_at"),
        ).order_by("id")
    )


def _latest(rows: QuerySet[Any], moment: str) -> Subquery:
    """The latest of these moments since the keeper asked last."""
    since = rows.filter(**{f"{moment}__gt": OuterRef("last")})
    found = since.order_by().annotate(one=Value(1)).values("one").annotate(m=Max(moment))
    return Subquery(found.values("m"), output_field=DateTimeField())


def _is_due(keeper: Any, *, at: datetime) -> bool:
    if at - keeper.last >= NIGHTLY:
        return True
    told = (keeper.retired, keeper.returned, keeper.published)
    changes = [each for each in told if each is not None]
    if not changes:
        return False
    return at - max(changes) >= QUIET or at - min(changes) >= LONGEST_WAIT
