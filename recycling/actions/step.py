"""Books one step of a batch: what was drawn, what came out, and both close."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from passport.actions import many_events, outbox
from passport.actions.event import EventIdReused, stamp
from passport.actions.many_events import Happened
from passport.models import Battery, BatteryStatus, Document, Party
from passport.models.ids import new_salt
from passport.proof import canonical
from passport.queries.battery import unknown
from passport.rules.lifecycle import EventKind, check_moment
from recycling.actions.batch import check_recycler
from recycling.models import (
    Fraction,
    MassUse,
    MaterialLot,
    Process,
    Retirement,
    RetirementState,
    Treatment,
    TreatmentBatch,
)
from recycling.queries import matter, tables
from recycling.rules.assay import check_assay
from recycling.rules.material import check_in_hand
from recycling.rules.recovery import Balance, Output
from recycling.rules.steps import (
    BatchClosed,
    Input,
    StepKind,
    check_elements,
    check_left,
    check_onward,
    close,
    element_lines,
)
from recycling.rules.weighing import check_weighed

FORMAT = "batterypassport/treatment-step/v1"
# A hundredth of a gram: what the tables keep.
GRAIN = Decimal("0.00001")


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What goes into a step: one of a battery, a fraction or a lot; None is all that is left."""

    battery_id: uuid.UUID | None = None
    fraction_id: uuid.UUID | None = None
    lot_id: uuid.UUID | None = None
    mass_kg: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """A source that was found, with what it holds, and how the body names it."""

    source: Battery | Fraction | MaterialLot
    input: Input
    said: dict[str, object]


@transaction.atomic
def book(
    *,
    batch_id: uuid.UUID,
    step: StepKind,
    draws: Sequence[Draw],
    fractions: Sequence[Output],
    booking_id: uuid.UUID,
    by: Party,
    at: datetime,
    process: Process | str = "",
    happened_at: datetime | None = None,
) -> Treatment:
    """Book a step; the same booking again changes nothing.

    A battery that goes in ends as a battery: its kilograms go on as fractions. Refuses NotFound,
    RoleMissing, BatchClosed, NotTheHolder, NotTheHolderOfTheLot, NotItsMass, NotForThis, UsedTwice,
    NotAnAssay, MassNotPositive, MassDoesNotClose, ElementFromNowhere, EventIdReused, and what
    event.append refuses (a battery is retired first, and treated once).
    """
    check_recycler(by=by)
    batch = TreatmentBatch.objects.filter(pk=batch_id, recycler=by).first()
    if batch is None:
        raise unknown("batch of yours")
    moment = happened_at or at
    check_moment(happened_at=moment, recorded_at=at)
    outputs = _outputs(fractions, by=by)
    earlier = Treatment.objects.filter(recycler=by, booking_id=booking_id).first()
    if earlier is not None:
        _check_same(earlier, batch=batch, step=step, process=process, draws=draws, outputs=outputs)
        return earlier
    if hasattr(batch, "certificate"):
        raise BatchClosed(
            f"the batch {batch.number} was certified on {batch.certificate.filed_at:%Y-%m-%d}",
            remedy="book the step in a new batch",
        )

    drawn = _drawn(draws, by=by)
    known = tables.steps()
    inputs = [each.input for each in drawn]
    made = close(kind=step, inputs=inputs, outputs=outputs, on=moment.date(), tables=known)
    lines = element_lines(inputs=inputs, outputs=outputs, tables=known)
    check_elements(lines, on=moment.date(), tables=known)

    said: dict[str, object] = {
        "format": FORMAT,
        "bookingId": str(booking_id),
        "batch": batch.identity,
        "step": step.value,
        "process": str(process),
        "treatedAt": stamp(moment),
        "inputs": [each.said for each in drawn],
        "fractions": [_said(each) for each in outputs],
    }
    booked = _keep(batch, said=said, made=made, by=by, at=at)
    _draw_all(booked, drawn=drawn, by=by)
    _make(booked, outputs=outputs)
    _end_batteries(booked, booking_id=booking_id, drawn=drawn, by=by, at=at)
    return booked


def _drawn(draws: Sequence[Draw], *, by: Party) -> list[_Drawn]:
    """What goes in; the batteries are locked in one statement, however many they are."""
    named = {
        each.battery_id: f"/inputs/{number}/battery"
        for number, each in enumerate(draws)
        if each.battery_id is not None
    }
    held = many_events.lock(battery_ids=named)
    return [_draw(each, held, by=by, at=f"/inputs/{number}") for number, each in enumerate(draws)]


def _draw(draw: Draw, held: Mapping[uuid.UUID, Battery], *, by: Party, at: str) -> _Drawn:
    if draw.battery_id is not None:
        return _battery(held[draw.battery_id], draw)
    if draw.fraction_id is not None:
        return _fraction(draw.fraction_id, draw, by=by, at=at)
    found = None if draw.lot_id is None else MaterialLot.objects.filter(pk=draw.lot_id).first()
    if found is None:
        raise unknown("lot").at(f"{at}/lot")
    check_in_hand(
        holds=matter.holds(lot=found, party=by), offered=matter.under_way(lot=found) is not None
    )
    check_onward(name=f"the lot {found.number}", fate=found.fate, pointer=f"{at}/lot")
    mass = _mass(found, draw, name=f"the lot {found.number}", at=at)
    return _Drawn(
        source=found,
        input=Input(
            name=found.number,
            mass_kg=mass,
            elements=matter.elements(
                material=found.material, mass_kg=mass, assay=matter.assay_of(found.assay)
            ),
        ),
        said={"lot": found.identity, "massKg": written(mass)},
    )


def _battery(found: Battery, draw: Draw) -> _Drawn:
    weighed = (draw.mass_kg or found.model.mass_kg).quantize(GRAIN)
    check_weighed(mass_in_kg=weighed, model_kg=found.model.mass_kg)
    return _Drawn(
        source=found,
        input=Input(
            name=found.serial,
            mass_kg=weighed,
            elements=matter.elements_of_battery(
                chemistry=found.model.chemistry, rated_kwh=found.model.rated_energy_kwh
            ),
        ),
        said={
            "battery": found.identity,
            "massKg": written(weighed),
            "chemistry": found.model.chemistry,
        },
    )


def _fraction(fraction_id: uuid.UUID, draw: Draw, *, by: Party, at: str) -> _Drawn:
    found = Fraction.objects.filter(pk=fraction_id).select_related("treatment").first()
    if found is None or found.treatment.recycler_id != by.pk:
        raise unknown("fraction of yours").at(f"{at}/fraction")
    name = f"the fraction {found.material}"
    check_onward(name=name, fate=found.fate, pointer=f"{at}/fraction")
    mass = _mass(found, draw, name=name, at=at)
    return _Drawn(
        source=found,
        input=Input(
            name=found.material,
            mass_kg=mass,
            elements=matter.elements(
                material=found.material, mass_kg=mass, assay=matter.assay_of(found.assay)
            ),
        ),
        said={"fraction": str(found.pk), "massKg": written(mass)},
    )


def _mass(source: Fraction | MaterialLot, draw: Draw, *, name: str, at: str) -> Decimal:
    left = matter.left(source=source.pk)
    wanted = left if draw.mass_kg is None else draw.mass_kg.quantize(GRAIN)
    check_left(name=name, wanted_kg=wanted, left_kg=left, pointer=f"{at}/mass_kg")
    return wanted


def _outputs(fractions: Sequence[Output], *, by: Party) -> list[Output]:
    elements = tables.steps().elements
    found = []
    for number, each in enumerate(fractions):
        pointer = f"/fractions/{number}"
        if each.assay is not None:
            check_assay(each.assay, elements=elements, pointer=f"{pointer}/assay")
        paper = each.document
        if paper is not None and not Document.objects.filter(sha256=paper, party=by).exists():
            raise unknown("document of yours").at(f"{pointer}/assay_document")
        found.append(replace(each, mass_kg=each.mass_kg.quantize(GRAIN)))
    return found


def _said(output: Output) -> dict[str, object]:
    said: dict[str, object] = {
        "material": output.material,
        "massKg": written(output.mass_kg),
        "fate": output.fate.value,
    }
    if output.assay is not None:
        said["assay"] = {element: written(share) for element, share in output.assay.items()}
    if output.document is not None:
        said["assayDocument"] = output.document.hex()
    return said


def written(number: Decimal) -> str:
    """A decimal as signed and logged bytes spell it."""
    return format(number.normalize(), "f")


def _check_same(
    earlier: Treatment, *, batch: TreatmentBatch, step: StepKind, process: Process | str,
    draws: Sequence[Draw], outputs: Sequence[Output],
) -> None:  # fmt: skip
    body: Any = canonical.loads(bytes(earlier.body or b""))
    told = [body["batch"], body["step"], body["process"], body["fractions"]]
    asked = [batch.identity, step.value, str(process), [_said(each) for each in outputs]]
    if told != asked or not _are_drawn(earlier, draws):
        raise EventIdReused(
            f"you have booked another step as {earlier.booking_id}",
            pointer="/booking_id",
            remedy="give each booking an id of its own; re-send a booking without changing it",
        )


def _are_drawn(earlier: Treatment, draws: Sequence[Draw]) -> bool:
    """Whether these are what the step drew; where no mass is said, whatever was left then."""
    uses = MassUse.objects.filter(treatment=earlier)
    drawn = {each.battery_id or each.fraction_id or each.lot_id: each.mass_kg for each in uses}
    asked = {each.battery_id or each.fraction_id or each.lot_id: each.mass_kg for each in draws}
    return asked.keys() == drawn.keys() and all(
        mass is None or mass.quantize(GRAIN) == drawn[source] for source, mass in asked.items()
    )


def _keep(
    batch: TreatmentBatch, *, said: dict[str, object], made: Balance, by: Party, at: datetime
) -> Treatment:
    """Write the step with its bytes, and ask for its log entry."""
    body = canonical.encode(
        said
        | {"recorder": by.did or by.slug, "recordedAt": stamp(at)}
        | {"salt": canonical.b64u_encode(new_salt())}
    )
    booked = Treatment.objects.create(
        batch=batch,
        step=str(said["step"]),
        booking_id=uuid.UUID(str(said["bookingId"])),
        recycler=by,
        facility_id=batch.facility_id,
        process=str(said["process"]),
        mass_in_kg=made.in_kg,
        mass_out_kg=made.out_kg,
        tables_version=tables.steps().version,
        treated_at=datetime.fromisoformat(str(said["treatedAt"])),
        booked_at=at,
        body=body,
        body_sha256=hashlib.sha256(body).digest(),
    )
    outbox.enter(kind="event", body=body, subjects=[outbox.subject_of_party(party=by)], at=at)
    return booked


def _draw_all(booked: Treatment, *, drawn: Sequence[_Drawn], by: Party) -> None:
    MassUse.objects.bulk_create(
        [
            MassUse(
                party=by,
                treatment=booked,
                mass_kg=each.input.mass_kg,
                battery=each.source if isinstance(each.source, Battery) else None,
                fraction=each.source if isinstance(each.source, Fraction) else None,
                lot=each.source if isinstance(each.source, MaterialLot) else None,
            )
            for each in drawn
        ]
    )


def _make(booked: Treatment, *, outputs: Sequence[Output]) -> None:
    Fraction.objects.bulk_create(
        [
            Fraction(
                treatment=booked,
                material=output.material,
                mass_kg=output.mass_kg,
                fate=output.fate.value,
                assay=_said(output).get("assay"),
                assay_sha256=output.document,
            )
            for output in outputs
        ]
    )


def _end_batteries(
    booked: Treatment, *, booking_id: uuid.UUID, drawn: Sequence[_Drawn], by: Party, at: datetime
) -> None:
    """Each battery that went in has its own event, which names the step; its passport ceases."""
    happened = [
        Happened(
            battery=each.source,
            event_id=uuid.uuid5(booking_id, str(each.source.pk)),
            facts={
                "step": booked.step,
                "stepDocument": bytes(booked.body_sha256 or b"").hex(),
                "massInKg": each.said["massKg"],
            },
            pointer=f"/inputs/{number}/battery",
        )
        for number, each in enumerate(drawn)
        if isinstance(each.source, Battery)
    ]
    many_events.append(
        happened, kind=EventKind.TREATED, happened_at=booked.treated_at, by=by, at=at
    )
    ids = [each.battery.pk for each in happened]
    Battery.objects.filter(pk__in=ids).update(status=BatteryStatus.WASTE)
    Retirement.objects.filter(battery__in=ids).exclude(state=RetirementState.CLOSED).update(
        state=RetirementState.CLOSED
    )
