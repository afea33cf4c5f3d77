"""Kilograms: what is in a source by table or assay, how much of it is left, and in whose hands."""

import uuid
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Q

from passport.models import Party
from recycling.models import LotHandOver, LotState, MassTally, MaterialLot
from recycling.queries import tables
from recycling.rules.assay import element_kg
from recycling.rules.recovery import ChemistryUnknown, contents_kg


def elements_of_battery(*, chemistry: str, rated_kwh: Decimal) -> Mapping[str, Decimal] | None:
    """Kilograms of each balanced element in a battery, by table; None where no table knows it."""
    try:
        inside = contents_kg(chemistry=chemistry, rated_kwh=rated_kwh, tables=tables.recovery())
    except ChemistryUnknown:
        return None
    # The tables keep the iron of the cathode apart from that of the housing; no assay does.
    inside["Fe"] = inside.get("Fe", Decimal(0)) + inside.get("steel_iron", Decimal(0))
    return {element: inside.get(element, Decimal(0)) for element in tables.steps().elements}


def elements(
    *, material: str, mass_kg: Decimal, assay: Mapping[str, Decimal] | None
) -> Mapping[str, Decimal] | None:
    """Kilograms of each balanced element in a fraction or lot; None where nobody has looked."""
    known = tables.steps().elements
    if assay is None and material not in known:
        return None
    found = {
        element: element_kg(element=element, material=material, mass_kg=mass_kg, assay=assay)
        for element in known
    }
    return {element: kg or Decimal(0) for element, kg in found.items()}


def assay_of(told: Mapping[str, str] | None) -> dict[str, Decimal] | None:
    """Shares as they are kept, as numbers."""
    return None if told is None else {name: Decimal(share) for name, share in told.items()}


def left(*, source: uuid.UUID) -> Decimal:
    """Kilograms of a fraction or lot that nobody has drawn or claimed yet."""
    tally = MassTally.objects.get(pk=source)
    return tally.mass_kg - tally.used_kg


def holds(*, lot: MaterialLot, party: Party) -> bool:
    """Whether a party has a lot in hand: it was given it last, or filled it and never gave it."""
    own = LotHandOver.objects.filter(lot=lot, state=LotState.ACCEPTED).filter(
        Q(from_party=party) | Q(to_party=party)
    )
    last = own.order_by("-place").first()
    return lot.recycler_id == party.pk if last is None else last.to_party_id == party.pk


def under_way(*, lot: MaterialLot) -> LotHandOver | None:
    """The hand-over of a lot that waits for an answer."""
    return LotHandOver.objects.filter(lot=lot, state=LotState.OFFERED).first()
