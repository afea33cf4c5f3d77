"""Opens batches of treatment: steps that belong together, under a name that is signed later."""

import uuid
from datetime import datetime

from django.db import transaction

from passport.actions import lot
from passport.models import Facility, Party, Role
from passport.queries.battery import unknown
from recycling.models import TreatmentBatch
from recycling.rules.material import check_number, identity_of
from recycling.rules.programme import RoleMissing


@transaction.atomic
def open_batch(
    *, number: str, by: Party, at: datetime, site: str, facility_id: uuid.UUID | None = None
) -> TreatmentBatch:
    """Open a batch under the recycler's own number; the same number again is the same batch.

    Its name is a link of the recycler's domain, or of `site` where it has none. Refuses
    RoleMissing, NumberNotPlain, NotFound (of the facility), NotYourLot.
    """
    check_recycler(by=by)
    check_number(number, pointer="/number")
    known = TreatmentBatch.objects.filter(recycler=by, number=number).first()
    if known is not None:
        return known
    facility = None if facility_id is None else _facility(facility_id, by=by)
    identity = identity_of(did=by.did, slug=by.slug, site=site, what="treatment", number=number)
    lot.claim(identity=identity, log_salt=None, by=by, at=at)
    return TreatmentBatch.objects.create(
        recycler=by, facility=facility, number=number, identity=identity, opened_at=at
    )


def _facility(facility_id: uuid.UUID, *, by: Party) -> Facility:
    facility = Facility.objects.filter(pk=facility_id, party=by).first()
    if facility is None:
        raise unknown("facility of yours").at("/facility")
    return facility


def check_recycler(*, by: Party) -> None:
    """Recyclers treat. Refuses RoleMissing."""
    if not by.acts_as(Role.RECYCLER):
        raise RoleMissing(
            "treatments are booked by recyclers", remedy="hand the battery over to a recycler"
        )
