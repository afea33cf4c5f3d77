"""Books what a recycler made of a battery: serial in, fractions out, and the masses close."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from passport.actions import event
from passport.models import Battery, BatteryStatus, Facility, LifecycleEvent, Party
from passport.queries.battery import unknown
from passport.rules.custody import NotTheHolder
from passport.rules.lifecycle import EventKind
from recycling.actions.batch import check_recycler
from recycling.models import (
    Fraction,
    MassUse,
    Process,
    Retirement,
    RetirementState,
    Treatment,
)
from recycling.queries import tables
from recycling.rules.recovery import Balance, Output, balance, recycling_efficiency
from recycling.rules.weighing import check_weighed

# A hundredth of a gram: what the tables keep.
_GRAIN = Decimal("0.00001")


@transaction.atomic
def book(
    *,
    battery_id: uuid.UUID,
    by: Party,
    mass_in_kg: Decimal,
    process: Process | str,
    fractions: Sequence[Output],
    event_id: uuid.UUID,
    at: datetime,
    happened_at: datetime | None = None,
    facility_id: uuid.UUID | None = None,
) -> Treatment:
    """Book the treatment of a battery in hand; the same booking again changes nothing.

    Refuses NotFound, RoleMissing, NotTheHolder, NotItsMass, MassNotPositive, MassDoesNotClose,
    and what
    event.append refuses (a battery is retired first, and treated once).
    """
    battery = event.lock(battery_id=battery_id)
    _check_recycler(battery, by=by)
    outputs = [replace(each, mass_kg=each.mass_kg.quantize(_GRAIN)) for each in fractions]
    mass_in_kg = mass_in_kg.quantize(_GRAIN)
    made = balance(inputs_kg=[mass_in_kg], outputs=outputs)
    check_weighed(mass_in_kg=mass_in_kg, model_kg=battery.model.mass_kg)
    facility = _facility(facility_id, by=by)

    recorded = event.append(
        battery=battery,
        kind=EventKind.TREATED,
        happened_at=happened_at or at,
        event_id=event_id,
        facts=_facts(made, process=Process(process), outputs=outputs),
        by=by,
        at=at,
    )
    earlier = Treatment.objects.filter(event=recorded).first()
    if earlier is not None:
        return earlier
    treatment = _keep(
        battery,
        recorded=recorded,
        made=made,
        process=Process(process),
        outputs=outputs,
        facility=facility,
    )
    Battery.objects.filter(pk=battery.pk).update(status=BatteryStatus.WASTE)
    Retirement.objects.filter(battery=battery).exclude(state=RetirementState.CLOSED).update(
        state=RetirementState.CLOSED
    )
    return treatment


def _check_recycler(battery: Battery, *, by: Party) -> None:
    check_recycler(by=by)
    if battery.holder_id != by.pk:
        raise NotTheHolder(
            "the battery is in another party's hands",
            remedy="take custody first: accept its hand-over",
        )


def _keep(
    battery: Battery,
    *,
    recorded: LifecycleEvent,
    made: Balance,
    process: Process,
    outputs: Sequence[Output],
    facility: Facility | None,
) -> Treatment:
    known = tables.recovery()
    on = recorded.happened_at.date()
    reached = recycling_efficiency(made=made, outputs=outputs, on=on, tables=known)
    treatment = Treatment.objects.create(
        battery=battery,
        recycler_id=recorded.recorder_id,
        facility=facility,
        event=recorded,
        process=Process(process),
        chemistry=battery.model.chemistry,
        mass_in_kg=made.in_kg,
        mass_out_kg=made.out_kg,
        efficiency=reached.share.quantize(_GRAIN),
        efficiency_floor=reached.floor,
        tables_version=known.version,
        treated_at=recorded.happened_at,
        booked_at=recorded.recorded_at,
    )
    MassUse.objects.create(
        party_id=recorded.recorder_id, battery=battery, treatment=treatment, mass_kg=made.in_kg
    )
    Fraction.objects.bulk_create(
        [
            Fraction(
                treatment=treatment,
                material=output.material,
                mass_kg=output.mass_kg,
                fate=output.fate.value,
            )
            for output in outputs
        ]
    )
    return treatment


def _facts(made: Balance, *, process: Process, outputs: Sequence[Output]) -> dict[str, object]:
    return {
        "process": Process(process).value,
        "massInKg": format(made.in_kg.normalize(), "f"),
        "fractions": [
            {
                "material": output.material,
                "massKg": format(output.mass_kg.normalize(), "f"),
                "fate": output.fate.value,
            }
            for output in outputs
        ],
    }


def _facility(facility_id: uuid.UUID | None, *, by: Party) -> Facility | None:
    if facility_id is None:
        return None
    facility = Facility.objects.filter(pk=facility_id, party=by).first()
    if facility is None:
        raise unknown("facility of yours").at("/facility")
    return facility
