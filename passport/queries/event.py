"""What happened to a battery, in order."""

import uuid

from django.db.models import Q

from passport.models import Battery, LifecycleEvent
from passport.queries import erasure


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
