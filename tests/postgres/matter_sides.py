"""Matter of two recyclers, each its own: a batch with its paper, a lot on its way, a claim."""

from __future__ import annotations

import hashlib

from django.db import transaction

from passport.models import Attestation, Party
from passport.models.ids import new_id
from recycling.models import (
    Fraction,
    LotHandOver,
    MassUse,
    MaterialClaim,
    MaterialLot,
    TreatmentBatch,
    TreatmentPaper,
)
from tests.cast import THEN


@transaction.atomic
def furnish_matter(side: Party, *, to: Party, signed: Attestation) -> None:
    """What a side that has treated a battery makes of a fraction; as rows, by the system's role."""
    opened = TreatmentBatch.objects.create(
        recycler=side, number="F-1", identity=f"https://{side.slug}.example/treatment/F-1",
        opened_at=THEN,
    )  # fmt: skip
    TreatmentPaper.objects.create(
        batch=opened, attestation=signed, sha256=bytes(signed.sha256), filed_at=THEN
    )
    fraction = Fraction.objects.filter(treatment__recycler=side, fate="RECYCLED").order_by("id")[0]
    lot = MaterialLot.objects.create(
        recycler=side, number="L-1", identity=f"https://{side.slug}.example/lot/L-1", material="Cu",
        mass_kg=1, fate="RECYCLED", filled_at=THEN,
    )  # fmt: skip
    MassUse.objects.create(party=side, fraction=fraction, into_lot=lot, mass_kg=1)
    LotHandOver.objects.create(lot=lot, place=0, from_party=side, to_party=to, offered_at=THEN)
    body = side.slug.encode()
    MaterialClaim.objects.create(
        claim_id=new_id(), lot=lot, maker=side, attestation=signed, mass_kg=1, claimed_at=THEN,
        body=body, body_sha256=hashlib.sha256(body).digest(),
    )  # fmt: skip
