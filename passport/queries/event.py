"""What happened to a battery, in order."""

import uuid
from typing import Any

from django.db.models import Q

from passport.models import Battery, LifecycleEvent, Party
from passport.queries import correction, erasure
from passport.queries.audience import sets_read
from passport.rules.disclosure import closed_events


def told(
    *, battery: Battery, by: Party, after: uuid.UUID | None = None, limit: int = 1000
) -> list[Any]:
    """The same as timeline(), each with `withheld`: what it says is not for this party.

    Each has what correction.mark() says of it, too.
    Who recorded an event reads it always. [Annex XIII]
    """
    closed = closed_events(reads=sets_read(of=[battery], by=by)[battery.pk])
    rows: list[Any] = list(timeline(battery=battery, after=after, limit=limit))
    for row in rows:
        row.withheld = row.kind in closed and row.recorder_id != by.pk
    correction.mark(rows)
    return rows


def timeline(
    *, battery: Battery, after: uuid.UUID | None = None, limit: int = 1000
) -> list[LifecycleEvent]:
    """The events of a battery in the order they were recorded, and which of them were erased."""
    rows = LifecycleEvent.objects.filter(about(battery=battery)).order_by("id")
    rows = rows.select_related("recorder")
    rows = rows.annotate(**erasure.columns(named="body_sha256"))
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def about(*, battery: Battery) -> Q:
    """What is about a battery, alone or with others that it was built together with."""
    return Q(battery=battery) | Q(members__contains=[battery.pk])


def recorded(*, recorder_id: uuid.UUID, event_id: uuid.UUID) -> LifecycleEvent | None:
    """The event that a recorder sent under this id before, if any."""
    return LifecycleEvent.objects.filter(recorder_id=recorder_id, event_id=event_id).first()
