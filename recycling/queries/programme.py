"""Programmes, which every party may read."""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from passport.models import Party
from passport.queries.battery import unknown
from recycling.models import LIVE, Programme


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


@dataclass(frozen=True)
class OwnProgramme:
    """A programme on its party's desk: how many places are held by live offers."""

    row: Programme
    taken: int


def own(*, party_id: uuid.UUID) -> list[OwnProgramme]:
    """Everything a party has published, newest first, with what is taken."""
    rows = _counted().filter(party_id=party_id).order_by("-id")
    return [OwnProgramme(row, row.taken) for row in rows]


def one(*, programme_id: uuid.UUID) -> OwnProgramme:
    """One programme with what is taken, as far as the reader sees offers. Refuses NotFound."""
    found = _counted().select_related("party").filter(pk=programme_id).first()
    if found is None:
        raise unknown("programme")
    return OwnProgramme(found, found.taken)


def _counted() -> QuerySet[Any]:
    return Programme.objects.annotate(taken=Count("offers", filter=Q(offers__state__in=LIVE)))
