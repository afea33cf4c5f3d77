"""Says where batteries stand: whoever holds them does, many at once, and for itself alone."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from passport.models import Battery, Facility, Party, Siting
from passport.queries.battery import unknown
from passport.rules.custody import NotTheHolder

_AT_ONCE = 1000


@transaction.atomic
def place(
    *,
    battery_ids: Sequence[uuid.UUID],
    facility_id: uuid.UUID | None,
    by: Party,
    at: datetime,
    person_id: uuid.UUID | None = None,
) -> int:
    """Put whole units to a site of the party's, or off every site; how many were put.

    All or none. Each stays in the record; the newest says where a battery is. Refuses NotFound,
    NotTheHolder.
    """
    if facility_id is not None and not _own_site(facility_id, by=by):
        raise unknown("site").pointing("/site")
    wanted = set(battery_ids)
    rows = Battery.objects.filter(pk__in=wanted)
    found = dict(rows.values_list("pk", "holder_id"))
    if len(found) < len(wanted):
        raise unknown()
    if any(holder != by.pk for holder in found.values()):
        raise NotTheHolder(
            "one of the batteries is in another party's hands",
            remedy="put only batteries that you hold to a site",
        )
    Siting.objects.bulk_create(
        [
            Siting(battery_id=pk, party=by, facility_id=facility_id, person_id=person_id, since=at)
            for pk in sorted(wanted)
        ],
        batch_size=_AT_ONCE,
    )
    return len(wanted)


def _own_site(facility_id: uuid.UUID, *, by: Party) -> bool:
    return Facility.objects.filter(pk=facility_id, party=by).exists()
