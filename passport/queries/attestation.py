"""Attestations that concern the acting party."""

import uuid

from django.db import connection
from django.db.models import Q

from passport.models import Attestation, AttestationItem, Battery
from passport.queries.battery import unknown


def listing(*, battery: Battery, after: uuid.UUID | None, limit: int) -> list[Attestation]:
    """A page of the attestations of a battery, its own and those of its batches, by id."""
    rows = (
        Attestation.objects.filter(Q(battery=battery) | Q(items__battery=battery))
        .select_related("issuer")
        .distinct()
        .order_by("id")
    )
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def by_id(*, attestation_id: uuid.UUID) -> Attestation:
    """The attestation of this id. Refuses NotFound."""
    found = Attestation.objects.filter(id=attestation_id).select_related("issuer").first()
    if found is None:
        raise unknown("attestation")
    return found


def items_of(*, batteries: list[uuid.UUID]) -> list[AttestationItem]:
    """The batch items of some batteries, with their attestations, by batch and place."""
    return list(
        AttestationItem.objects.filter(battery_id__in=batteries)
        .select_related("attestation", "battery")
        .order_by("attestation_id", "index")
    )


def leaf_hashes(*, attestation_id: uuid.UUID) -> list[bytes]:
    """Every leaf hash of a batch, in order: what its inclusion paths are made from."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT batch_leaf_hashes_v1(%s)", [attestation_id])
        return [bytes(row[0]) for row in cursor.fetchall()]
