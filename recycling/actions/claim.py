"""Claims of recycled content: kilograms of a lot behind an attestation of a maker, each once."""

import hashlib
import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum

from passport.actions import outbox
from passport.actions.event import EventIdReused, stamp
from passport.models import Attestation, AttestationUpstream, Party, Role
from passport.models.ids import new_salt
from passport.proof import canonical, kinds
from passport.queries.battery import unknown
from recycling.actions.step import GRAIN, written
from recycling.models import MaterialClaim, MaterialLot, TreatmentPaper
from recycling.queries import matter, papers
from recycling.rules.material import (
    LotNotAttested,
    NotForClaims,
    SaysSomethingElse,
    check_attested,
    check_claim,
    check_in_hand,
    recycled_kg,
)
from recycling.rules.programme import RoleMissing
from recycling.rules.recovery import Fate, MassNotPositive

FORMAT = "batterypassport/material-claim/v1"


@transaction.atomic
def claim(
    *,
    lot_id: uuid.UUID,
    attestation: bytes,
    mass_kg: Decimal,
    claim_id: uuid.UUID,
    by: Party,
    at: datetime,
) -> MaterialClaim:
    """Put kilograms of a lot in hand behind the recycled content of an own attestation.

    `attestation` is its digest; it is of a material, counts a share as recycled, and builds upon
    the signed origin of the lot. The same claim again changes nothing. Refuses RoleMissing,
    NotFound, NotForClaims, LotNotAttested, NotTheHolderOfTheLot, LotIsUnderWay, SaysSomethingElse,
    MassNotPositive, ClaimsMore, ClaimedAlready, EventIdReused.
    """
    if not by.acts_as(Role.MAKER):
        raise RoleMissing("makers claim recycled content", remedy="hand the lot on to a maker")
    lot = papers.lot_by_id(lot_id=lot_id)
    mass_kg = mass_kg.quantize(GRAIN)
    known = MaterialClaim.objects.filter(maker=by, claim_id=claim_id).first()
    if known is not None:
        return _again(known, lot=lot, attestation=attestation, mass_kg=mass_kg)
    paper = _check_lot(lot, by=by, mass_kg=mass_kg)
    row = _attestation(attestation, paper=paper, by=by)
    backed = MaterialClaim.objects.filter(attestation=row).aggregate(kg=Sum("mass_kg"))["kg"]
    subject: Any = canonical.loads(bytes(row.body))
    check_attested(
        attested_kg=recycled_kg(subject=subject["credentialSubject"]),
        backed_kg=backed or Decimal(0),
        wanted_kg=mass_kg,
    )
    _check_left(lot, mass_kg)
    try:
        with transaction.atomic():
            return _keep(lot, row, paper, mass_kg=mass_kg, claim_id=claim_id, by=by, at=at)
    except IntegrityError:
        # Somebody claimed at the same moment, and was first.
        _check_left(lot, mass_kg)
        raise


def _check_lot(lot: MaterialLot, *, by: Party, mass_kg: Decimal) -> TreatmentPaper:
    if lot.fate != Fate.RECYCLED:
        raise NotForClaims(
            f"the lot {lot.number} goes into a further step",
            remedy="claim material that came out of the last one",
        )
    open_now = matter.under_way(lot=lot) is not None
    check_in_hand(holds=matter.holds(lot=lot, party=by), offered=open_now)
    if not (mass_kg.is_finite() and mass_kg > 0):
        raise MassNotPositive(f"{mass_kg} kg is not a mass", pointer="/mass_kg")
    paper = TreatmentPaper.objects.filter(lot=lot).first()
    if paper is None:
        raise LotNotAttested(
            f"the recycler has not signed the origin of the lot {lot.number}",
            remedy="ask it to; without it nobody can follow the claim to the treatment",
        )
    return paper


def _attestation(digest: bytes, *, paper: TreatmentPaper, by: Party) -> Attestation:
    found = Attestation.objects.filter(sha256=digest, issuer=by).first()
    if found is None or found.kind != kinds.MATERIAL or not found.body:
        raise unknown("attestation of a material by you").at("/attestation")
    named = AttestationUpstream.objects.filter(attestation=found, sha256=bytes(paper.sha256))
    if not named.exists():
        raise SaysSomethingElse(
            "the attestation does not build upon the signed origin of this lot",
            pointer="/attestation",
            remedy=f"name {bytes(paper.sha256).hex()} among its materials or upstream, and sign",
        )
    return found


def _check_left(lot: MaterialLot, wanted: Decimal) -> None:
    left = matter.left(source=lot.pk)
    check_claim(wanted_kg=wanted, left_kg=left, mass_kg=lot.mass_kg, lot=lot.number)


def _keep(
    lot: MaterialLot, row: Attestation, paper: TreatmentPaper, *, mass_kg: Decimal,
    claim_id: uuid.UUID, by: Party, at: datetime,
) -> MaterialClaim:  # fmt: skip
    """Write the claim with its bytes, and ask for its log entry."""
    body = canonical.encode(
        {
            "format": FORMAT,
            "claimId": str(claim_id),
            "lot": lot.identity,
            "lotAttestation": canonical.b64u_encode(bytes(paper.sha256)),
            "attestation": canonical.b64u_encode(bytes(row.sha256)),
            "massKg": written(mass_kg),
            "maker": by.did or by.slug,
            "claimedAt": stamp(at),
            "salt": canonical.b64u_encode(new_salt()),
        }
    )
    made = MaterialClaim.objects.create(
        claim_id=claim_id, lot=lot, maker=by, attestation=row, mass_kg=mass_kg, claimed_at=at,
        body=body, body_sha256=hashlib.sha256(body).digest(),
    )  # fmt: skip
    outbox.enter(kind="event", body=body, subjects=[outbox.subject_of_party(party=by)], at=at)
    return made


def _again(
    known: MaterialClaim, *, lot: MaterialLot, attestation: bytes, mass_kg: Decimal
) -> MaterialClaim:
    told = (known.lot_id, bytes(known.attestation.sha256), known.mass_kg)
    if told != (lot.pk, attestation, mass_kg):
        raise EventIdReused(
            f"you have made another claim as {known.claim_id}",
            pointer="/claim_id",
            remedy="give each claim an id of its own; re-send a claim without changing it",
        )
    return known
