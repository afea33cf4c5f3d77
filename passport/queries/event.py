"""What happened to a battery, in order."""

import uuid

from passport.models import Battery, LifecycleEvent


def timeline(
    *, battery: Battery, after: uuid.UUID | None = None, limit: int = 1000
) -> list[LifecycleEvent]:
    """The events of a battery in the order they were recorded."""
    rows = LifecycleEvent.objects.filter(battery=battery).select_related("recorder").order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def recorded(*, recorder_id: uuid.UUID, event_id: uuid.UUID) -> LifecycleEvent | None:
    """The event that a recorder sent under this id before, if any."""
    return LifecycleEvent.objects.filter(recorder_id=recorder_id, event_id=event_id).first()
