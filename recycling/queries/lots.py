"""Lots of recovered material as their parties see them: what is left, who holds them, claims."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from passport.models import Attestation, Party
from passport.proof import canonical, kinds
from passport.proof.encoding import b64u_decode
from recycling.models import (
    LotHandOver,
    LotState,
    MassTally,
    MaterialClaim,
    MaterialLot,
    TreatmentPaper,
)
from recycling.queries import matter, papers


@dataclass(frozen=True)
class ClaimLine:
    """Kilograms of a lot that a maker counts as recycled; `attestation` is the digest of its own.

    The attestation itself is its maker's, and hidden from who filled the lot: the claim tells it.
    """

    id: uuid.UUID
    claim_id: uuid.UUID
    lot: MaterialLot
    maker: Party
    attestation_sha256: bytes
    mass_kg: Decimal
    claimed_at: datetime
    body_sha256: bytes


@dataclass(frozen=True)
class LotLine:
    """A lot: what it is, what is left of it, whether the reader holds it, its signed origin."""

    lot: MaterialLot
    left_kg: Decimal
    held: bool
    assay: tuple[tuple[str, Decimal], ...]
    attestation_sha256: bytes | None
    open: LotHandOver | None
    claims: tuple[ClaimLine, ...]

    @property
    def used_kg(self) -> Decimal:
        """What was drawn or claimed, by whomever."""
        return self.lot.mass_kg - self.left_kg


def listing(*, party: Party, after: uuid.UUID | None = None, limit: int = 100) -> list[LotLine]:
    """A page of the lots that a party filled, holds or was offered, by id."""
    rows = MaterialLot.objects.select_related("recycler").order_by("id")
    rows = rows.filter(Q(recycler=party) | Q(hand_overs__to_party=party)).distinct()
    return _lines(list(rows.filter(id__gt=after)[:limit] if after else rows[:limit]), party=party)


def line(*, lot_id: uuid.UUID, party: Party) -> LotLine:
    """One lot. Refuses NotFound."""
    (found,) = _lines([papers.lot_by_id(lot_id=lot_id)], party=party)
    return found


def offered(*, party: Party) -> list[LotHandOver]:
    """Hand-overs of lots that wait for an answer of the party."""
    rows = LotHandOver.objects.filter(to_party=party, state=LotState.OFFERED)
    return list(rows.select_related("lot", "from_party", "to_party").order_by("id"))


def hand_overs(*, lot_id: uuid.UUID) -> list[LotHandOver]:
    """The hand-overs of a lot that the acting party had a side in, in order. Refuses NotFound."""
    rows = LotHandOver.objects.filter(lot=papers.lot_by_id(lot_id=lot_id))
    return list(rows.select_related("lot", "from_party", "to_party").order_by("place"))


def claims(*, lot_id: uuid.UUID) -> list[ClaimLine]:
    """The claims on a lot that the acting party may see, in order. Refuses NotFound."""
    rows = MaterialClaim.objects.filter(lot=papers.lot_by_id(lot_id=lot_id))
    return [_claim(row) for row in rows.select_related("lot", "maker").order_by("id")]


def claimed(*, limit: int = 100) -> list[ClaimLine]:
    """The newest claims that the acting party made, or that were made on lots it filled."""
    rows = MaterialClaim.objects.select_related("lot__recycler", "maker").order_by("-id")
    return [_claim(row) for row in rows[:limit]]


def claim_line(*, made: MaterialClaim) -> ClaimLine:
    """A claim as its parties see it."""
    return _claim(made)


def _claim(row: MaterialClaim) -> ClaimLine:
    told: Any = canonical.loads(bytes(row.body))
    return ClaimLine(
        id=row.pk,
        claim_id=row.claim_id,
        lot=row.lot,
        maker=row.maker,
        attestation_sha256=b64u_decode(told["attestation"]),
        mass_kg=row.mass_kg,
        claimed_at=row.claimed_at,
        body_sha256=bytes(row.body_sha256),
    )


def _lines(lots: Sequence[MaterialLot], *, party: Party) -> list[LotLine]:
    left = {row.source: row for row in MassTally.objects.filter(source__in=[x.pk for x in lots])}
    signed = {row.lot_id: bytes(row.sha256) for row in TreatmentPaper.objects.filter(lot__in=lots)}
    waiting = {
        row.lot_id: row
        for row in LotHandOver.objects.filter(lot__in=lots, state=LotState.OFFERED).select_related(
            "from_party", "to_party"
        )
    }
    found: dict[uuid.UUID, list[ClaimLine]] = {lot.pk: [] for lot in lots}
    rows = MaterialClaim.objects.filter(lot__in=lots).select_related("lot", "maker")
    for row in rows.order_by("id"):
        found[row.lot_id].append(_claim(row))
    return [
        LotLine(
            lot=lot,
            left_kg=left[lot.pk].mass_kg - left[lot.pk].used_kg,
            held=matter.holds(lot=lot, party=party),
            assay=tuple(sorted((matter.assay_of(lot.assay) or {}).items())),
            attestation_sha256=signed.get(lot.pk),
            open=waiting.get(lot.pk),
            claims=tuple(found[lot.pk]),
        )
        for lot in lots
    ]


def attestations_upon(*, line: LotLine, party: Party) -> list[Attestation]:
    """The party's own attestations of materials that build upon a lot's signed origin."""
    if line.attestation_sha256 is None:
        return []
    rows = Attestation.objects.filter(
        issuer=party, kind=kinds.MATERIAL, upstream__sha256=line.attestation_sha256
    )
    return list(rows.select_related("lot").order_by("-id"))
