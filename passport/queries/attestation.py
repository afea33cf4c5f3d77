"""Attestations that concern the acting party."""

import uuid
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from passport.models import Attestation, AttestationItem, Battery, Concern, Party
from passport.queries import erasure
from passport.queries.battery import unknown
from passport.rules.disclosure import READERS, Access, audiences_of


def listing(*, battery: Battery, after: uuid.UUID | None, limit: int) -> list[Attestation]:
    """A page of the attestations of a battery, its own and those of its batches, by id."""
    rows = (
        Attestation.objects.filter(Q(battery=battery) | Q(items__battery=battery))
        .select_related("issuer")
        .annotate(**erasure.columns(named="sha256"))
        .distinct()
        .order_by("id")
    )
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def by_id(*, attestation_id: uuid.UUID, by: Party) -> Attestation:
    """The attestation of this id, if it is for the acting party to read. Refuses NotFound."""
    rows = Attestation.objects.filter(id=attestation_id).select_related("issuer")
    found = rows.annotate(**erasure.columns(named="sha256")).first()
    about = Q(attestations=attestation_id) | Q(attestation_items__attestation=attestation_id)
    seen = Battery.objects.filter(about).first() if found else None
    mine = found is not None and found.issuer_id == by.pk
    if found is None or not (mine or (seen and readable(signed=[found], battery=seen, by=by))):
        raise unknown("attestation")
    return found


def readable(*, signed: Iterable[Attestation], battery: Battery, by: Party) -> list[Attestation]:
    """Those whose access set is for the acting party; its own are. [Art. 77(2)]"""
    sight = Concern.objects.filter(battery_id=battery.unit_id, party=by, until__isnull=True)
    audiences = audiences_of(
        roles=by.roles, concerned=sight.exists(), responsible=battery.maker_id == by.pk
    )
    return [
        each
        for each in signed
        if each.issuer_id == by.pk or audiences & READERS[Access(each.access)]
    ]


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
