"""What a recycler sees of treatment on its desk: what waits, what a pack holds, what was booked."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from passport.models import BatteryState
from passport.queries.desk import BatteryLine, lines
from recycling.models import Treatment
from recycling.queries import desk, tables
from recycling.queries.treatment import battery_of, by_id, recovered
from recycling.rules.recovery import (
    DEFAULT_TOLERANCE,
    ChemistryUnknown,
    Efficiency,
    contents_kg,
)

_SHOWN = 200


@dataclass(frozen=True)
class Content:
    """A material that a pack of this chemistry holds, by the table."""

    material: str
    mass_kg: Decimal


@dataclass(frozen=True)
class Sheet:
    """A battery about to be treated: what is known of its masses."""

    line: BatteryLine
    contents: tuple[Content, ...]
    tolerance: Decimal


@dataclass(frozen=True)
class FractionLine:
    material: str
    mass_kg: Decimal
    fate: str


@dataclass(frozen=True)
class TreatmentRecord:
    """A booked treatment: masses in and out, fractions, and the floors of Annex XII."""

    id: uuid.UUID
    battery_id: uuid.UUID
    serial: str
    model_name: str
    chemistry: str
    process: str
    recycler_id: uuid.UUID
    recycler_name: str
    in_kg: Decimal
    out_kg: Decimal
    missing_kg: Decimal
    missing_share: Decimal
    efficiency: Decimal
    efficiency_floor: Decimal | None
    treated_at: datetime
    booked_at: datetime
    fractions: tuple[FractionLine, ...]
    recovered: tuple[Efficiency, ...]
    certified_at: datetime | None


def treatable(*, party_id: uuid.UUID) -> tuple[BatteryLine, ...]:
    """The retired units in a recycler's hands, oldest arrival first."""
    rows = desk.held(party_id=party_id).filter(state=BatteryState.RETIRED)
    return lines(rows.order_by("id")[:_SHOWN], party_id=party_id)


def sheet(*, party_id: uuid.UUID, battery_id: uuid.UUID) -> Sheet:
    """What a recycler starts from when it books a treatment. Refuses NotFound."""
    line = desk.chosen(party_id=party_id, battery_ids=[battery_id])[0]
    try:
        held = contents_kg(
            chemistry=line.chemistry,
            rated_kwh=line.rated_energy_kwh,
            tables=tables.recovery(),
        )
    except ChemistryUnknown:
        held = {}
    by_mass = sorted(held.items(), key=lambda each: -each[1])
    contents = tuple(Content(name, mass.quantize(Decimal("0.01"))) for name, mass in by_mass)
    return Sheet(line, contents, DEFAULT_TOLERANCE)


def treatments(*, party_id: uuid.UUID) -> tuple[TreatmentRecord, ...]:
    """A recycler's treatments, newest first."""
    rows = _rows().filter(recycler_id=party_id, batch__isnull=True).order_by("-id")[:_SHOWN]
    return tuple(_treatment(row, recovered=()) for row in rows)


def treatment(*, treatment_id: uuid.UUID) -> TreatmentRecord:
    """One treatment with what Annex XII asks of it. Refuses NotFound."""
    row = by_id(treatment_id=treatment_id)
    return _treatment(row, recovered=recovered(treatment=row))


def _rows() -> QuerySet[Treatment]:
    return Treatment.objects.select_related(
        "battery__model", "recycler", "certificate"
    ).prefetch_related("fractions")


def _treatment(row: Treatment, *, recovered: tuple[Efficiency, ...]) -> TreatmentRecord:
    missing, battery = row.mass_in_kg - row.mass_out_kg, battery_of(treatment=row)
    return TreatmentRecord(
        id=row.id,
        battery_id=battery.pk,
        serial=battery.serial,
        model_name=battery.model.name,
        chemistry=row.chemistry,
        process=row.process,
        recycler_id=row.recycler_id,
        recycler_name=row.recycler.name,
        in_kg=row.mass_in_kg,
        out_kg=row.mass_out_kg,
        missing_kg=missing,
        missing_share=missing / row.mass_in_kg,
        efficiency=row.efficiency or Decimal(0),
        efficiency_floor=row.efficiency_floor,
        treated_at=row.treated_at,
        booked_at=row.booked_at,
        fractions=tuple(
            FractionLine(each.material, each.mass_kg, each.fate) for each in row.fractions.all()
        ),
        recovered=recovered,
        certified_at=row.certificate.filed_at if hasattr(row, "certificate") else None,
    )
