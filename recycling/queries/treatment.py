"""Treatments and what came out of them."""

import uuid
from decimal import Decimal

from passport.models import Battery, Party
from passport.queries.battery import unknown
from recycling.models import Treatment
from recycling.queries import tables
from recycling.rules.recovery import (
    ChemistryUnknown,
    Efficiency,
    Fate,
    Output,
    contents_kg,
    material_recovery,
)


def listing(
    *, recycler: Party, after: uuid.UUID | None = None, limit: int = 100
) -> list[Treatment]:
    """A page of a recycler's treatments, by id, with their fractions."""
    rows = (
        Treatment.objects.filter(recycler=recycler, batch__isnull=True)
        .select_related("battery__model", "facility")
        .prefetch_related("fractions")
        .order_by("id")
    )
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def of_battery(*, battery: Battery) -> Treatment | None:
    """The treatment of a battery with its fractions, or None."""
    return (
        Treatment.objects.filter(battery=battery)
        .select_related("recycler", "facility")
        .prefetch_related("fractions")
        .first()
    )


def by_id(*, treatment_id: uuid.UUID) -> Treatment:
    """The treatment of this id, if its battery concerns the acting party. Refuses NotFound."""
    found = (
        Treatment.objects.filter(pk=treatment_id, batch__isnull=True)
        .select_related("battery__model", "recycler", "facility")
        .prefetch_related("fractions")
        .first()
    )
    if found is None:
        raise unknown("treatment")
    return found


def battery_of(*, treatment: Treatment) -> Battery:
    """The battery that was treated in one act; a step has several inputs. Refuses NotFound."""
    if treatment.battery is None:
        raise unknown("treatment of one battery")
    return treatment.battery


def recovered(*, treatment: Treatment) -> tuple[Efficiency, ...]:
    """Each material recycled over what the pack held, with the law's floor; empty when unknown."""
    model = battery_of(treatment=treatment).model
    known = tables.recovery()
    try:
        contained: dict[str, Decimal] = contents_kg(
            chemistry=treatment.chemistry, rated_kwh=model.rated_energy_kwh, tables=known
        )
    except ChemistryUnknown:
        return ()
    outputs = [
        Output(material=each.material, mass_kg=each.mass_kg, fate=Fate(each.fate))
        for each in treatment.fractions.all()
    ]
    return material_recovery(
        contained_kg=contained, outputs=outputs, on=treatment.treated_at.date(), tables=known
    )
