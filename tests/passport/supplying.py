"""A keeper's sourcing desk: an offer, an agreement over two years, a planned project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from passport.actions import sourcing_pipeline, sourcing_supply
from passport.models import FrameworkAgreement, Party, PlannedProject, SupplyOffer
from passport.rules.sourcing_mix import Planned
from passport.rules.sourcing_supply import Phase
from tests.cast import THEN
from tests.passport.acting import acting

DAY = date(2027, 3, 1)
RAMP = (Phase(date(2027, 7, 2), Decimal(50)), Phase(date(2028, 1, 1), Decimal(100)))


@dataclass
class Supplied:
    """What stands on the desk."""

    offer: SupplyOffer
    agreement: FrameworkAgreement
    planned: PlannedProject


def told(name: str = "North", **more: Any) -> Planned:
    """A project of 400 MWh that begins in 2027."""
    return Planned(
        id="", name=name, begins_on=DAY, incurred_on=DAY, kwh=more.pop("kwh", Decimal(400_000)),
        kw=Decimal(100_000), **more,
    )  # fmt: skip


def supplied(keeper: Party) -> Supplied:
    """365 units agreed for 2027, of which half a year's half comes; 100 for 2028."""
    with acting(keeper):
        # Companies are entered elsewhere: the row alone is of interest here.
        offer = SupplyOffer.objects.create(
            owner=keeper, supplier="maker", maker="maker", category="cells", unit="KWH", price=50,
            made_in="KR", capacity={"2027": "400"}, proof="CERTIFICATE", offered_at=THEN,
        )  # fmt: skip
        agreement = sourcing_supply.agree(
            offer_id=offer.pk, name="Frame", signed_on=DAY, ramp=RAMP, by=keeper, at=THEN,
            volumes={2027: Decimal(365), 2028: Decimal(100)},
        )  # fmt: skip
        planned = sourcing_pipeline.plan(told=told(), project_id=None, by=keeper, at=THEN)
    return Supplied(offer, agreement, planned)


def allocated(keeper: Party, desk: Supplied, quantity: Any, *, year: int = 2027) -> Any:
    """An allocation of the agreement to the planned project."""
    with acting(keeper):
        return sourcing_supply.allocate(
            agreement_id=desk.agreement.pk, planned_id=desk.planned.pk, year=year,
            quantity=Decimal(quantity), by=keeper, at=THEN,
        )  # fmt: skip
