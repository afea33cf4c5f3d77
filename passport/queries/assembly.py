"""Where batteries stand, stood, and what stood in them: places, each for a span of time."""

import uuid
from collections.abc import Sequence

from django.db.models import Q

from passport.models import Assembly, Battery


def place_of_child(*, child_id: uuid.UUID) -> Assembly | None:
    """Where a battery directly stands now, if in anything."""
    return Assembly.objects.filter(child_id=child_id, until__isnull=True).first()


def open_places(*, child_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Assembly]:
    """Where each of these stands now; who stands in nothing is not there."""
    rows = Assembly.objects.filter(child_id__in=child_ids, until__isnull=True)
    return {row.child_id: row for row in rows}


def above(*, battery_id: uuid.UUID) -> list[uuid.UUID]:
    """The batteries around one, from the nearest outwards; there are at most three."""
    chain: list[uuid.UUID] = []
    place = place_of_child(child_id=battery_id)
    while place is not None and len(chain) < 4:
        chain.append(place.parent_id)
        place = place_of_child(child_id=place.parent_id)
    return chain


def history(
    *, battery: Battery, after: uuid.UUID | None = None, limit: int = 200
) -> list[Assembly]:
    """The places of a battery and of what stood in it, in the order they began to be recorded."""
    rows = Assembly.objects.filter(Q(child=battery) | Q(parent=battery)).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])
