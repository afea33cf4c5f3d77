"""What happened to a battery, in order."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

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
    return _told(timeline(battery=battery, after=after, limit=limit), battery=battery, by=by)


def newest(
    *, battery: Battery, by: Party, before: tuple[datetime, uuid.UUID] | None, limit: int
) -> list[Any]:
    """As told(), newest first by what happened; `before` is moment and id of a later one."""
    rows = of(battery=battery).order_by("-happened_at", "-id")
    if before is not None:
        at, own = before
        rows = rows.filter(Q(happened_at__lt=at) | Q(happened_at=at, id__lt=own))
    return _told(rows.select_related("recorder")[:limit], battery=battery, by=by)


def of(*, battery: Battery) -> QuerySet[LifecycleEvent]:
    """All events about a battery, alone or with others, in no order."""
    return LifecycleEvent.objects.filter(about(battery=battery))


def _told(found: Iterable[LifecycleEvent], *, battery: Battery, by: Party) -> list[Any]:
    closed = closed_events(reads=sets_read(of=[battery], by=by)[battery.pk])
    rows: list[Any] = list(found)
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
