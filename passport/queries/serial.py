"""Serials that were issued to the acting party, as a maker."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from passport.models import IssuedSerial, Party, SerialIssue
from passport.rules.errors import NotFound


@dataclass(frozen=True)
class Issued:
    """What was issued at once; `serials` in the order of their characters."""

    id: uuid.UUID
    model: str
    gtin: str
    count: int
    issued_at: datetime
    serials: list[str]


def listing(*, party: Party, after: uuid.UUID | None, limit: int) -> list[SerialIssue]:
    """A page of what was issued to a maker, by id."""
    rows = SerialIssue.objects.filter(maker=party).select_related("model").order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def issued(*, issue_id: uuid.UUID) -> Issued:
    """The serials of one issue, again. Refuses NotFound."""
    row = SerialIssue.objects.filter(pk=issue_id).select_related("model").first()
    if row is None:
        raise NotFound("no such issue of serials to your party", remedy="check its id")
    found = IssuedSerial.objects.filter(issue=row).order_by("serial")
    return Issued(
        id=row.pk,
        model=row.model.code,
        gtin=row.model.gtin,
        count=row.count,
        issued_at=row.issued_at,
        serials=list(found.values_list("serial", flat=True)),
    )
