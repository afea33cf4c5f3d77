"""Programmes, which every party may read."""

import datetime
import uuid

from django.db.models import Q

from passport.models import Party
from passport.queries.battery import unknown
from recycling.models import Programme


def listing(
    *, on: datetime.date, after: uuid.UUID | None = None, limit: int = 100
) -> list[Programme]:
    """A page of the programmes open on that day, by id."""
    rows = (
        Programme.objects.filter(Q(closes_on__isnull=True) | Q(closes_on__gt=on), opens_on__lte=on)
        .select_related("party")
        .order_by("id")
    )
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def of_party(*, party: Party) -> list[Programme]:
    """Everything a party has published, newest first."""
    return list(Programme.objects.filter(party=party).order_by("-id"))


def by_id(*, programme_id: uuid.UUID) -> Programme:
    """The programme of this id. Refuses NotFound."""
    found = Programme.objects.select_related("party").filter(pk=programme_id).first()
    if found is None:
        raise unknown("programme")
    return found
