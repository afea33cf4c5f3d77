"""The sourcing desks of two owners, each its own: one row of each table."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from passport.models import (
    AgreedVolume,
    FrameworkAgreement,
    Party,
    PlannedProject,
    SourcingScenario,
    SupplyAllocation,
    SupplyOffer,
)
from tests.cast import THEN

DAY = date(2027, 1, 5)


@transaction.atomic
def furnish_supply(side: Party) -> AgreedVolume:
    """One row of each table of a sourcing desk; as rows, by the system's role."""
    offer = SupplyOffer.objects.create(
        owner=side, supplier="s", maker="m", category="battery_pack_module", unit="KWH", price=50,
        made_in="KR", capacity={"2027": "10"}, proof="CERTIFICATE", offered_at=THEN,
    )  # fmt: skip
    agreed = FrameworkAgreement.objects.create(
        owner=side, offer=offer, name="Frame", signed_on=DAY, agreed_at=THEN
    )
    volume = AgreedVolume.objects.create(
        owner=side, agreement=agreed, year=2027, volume=10, deliverable=10
    )
    planned = PlannedProject.objects.create(
        owner=side, name="North", begins_on=DAY, incurred_on=DAY, nameplate_kwh=10,
        nameplate_kw=5, planned_at=THEN,
    )  # fmt: skip
    SupplyAllocation.objects.create(
        owner=side, volume=volume, planned=planned, quantity=4, allocated_at=THEN
    )
    SourcingScenario.objects.create(
        owner=side, name="60 v 75", rule_set="US-FEOC-2026-10", as_of=DAY, saved_at=THEN,
        inputs={
            "recipes": [{"name": "A", "goods": {offer.category: str(offer.pk)}}],
            "mixes": [{"name": "all", "parts": {"A": "100"}}], "pipeline": [str(planned.pk)],
        },
    )  # fmt: skip
    return volume
