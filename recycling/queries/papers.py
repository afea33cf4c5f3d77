"""What a recycler signs: the facts of a certificate of recycling, of a lot's origin."""

import uuid
from decimal import Decimal

from django.db.models import Q

from passport.models import Party
from passport.proof.encoding import b64u_encode
from passport.queries.battery import unknown
from recycling.models import (
    Fraction,
    MassUse,
    MaterialLot,
    Treatment,
    TreatmentBatch,
    TreatmentPaper,
)
from recycling.queries.treatment import battery_of
from recycling.rules.material import LotNotAttested
from recycling.rules.recovery import Fate
from recycling.rules.steps import NothingWentIn

_SHARE = Decimal("0.00001")


def batch_by_id(*, batch_id: uuid.UUID) -> TreatmentBatch:
    """The batch of this id, if it concerns the acting party. Refuses NotFound."""
    found = TreatmentBatch.objects.select_related("recycler", "facility").filter(pk=batch_id)
    batch = found.first()
    if batch is None:
        raise unknown("batch")
    return batch


def lot_by_id(*, lot_id: uuid.UUID) -> MaterialLot:
    """The lot of this id, if it came to the acting party's hands. Refuses NotFound."""
    found = MaterialLot.objects.select_related("recycler").filter(pk=lot_id).first()
    if found is None:
        raise unknown("lot")
    return found


def certificate_facts(*, batch: TreatmentBatch) -> dict[str, object]:
    """What the certificate of recycling of a batch says: ready to be signed.

    Inputs from outside the batch: batteries by serial, lots by name with their signed origin as
    upstream. Outputs that no step of the batch took on, each with the lot that it fills. Refuses
    NothingWentIn, LotNotAttested (a lot that went in has no signed origin).
    """
    inputs = _inputs(batch)
    if not inputs:
        raise NothingWentIn("no step of the batch is booked", remedy="book its steps first")
    steps = list(batch.steps.order_by("treated_at", "id"))
    facts: dict[str, object] = {
        "id": batch.identity,
        "operator": _party(batch.recycler.name, batch.recycler.country),
        "treatedOn": steps[-1].treated_at.date().isoformat(),
        "process": ", ".join(step.get_step_display() for step in steps)[:200],
    }
    facts |= _balanced(inputs, _outputs(steps))
    upstream = sorted({_paper(use.lot) for use in inputs if use.lot is not None})
    return facts | ({"upstream": upstream} if upstream else {})


def treatment_of(*, treatment_id: uuid.UUID, party: Party) -> Treatment:
    """A battery that the party treated in one act, to be certified by it. Refuses NotFound."""
    rows = Treatment.objects.filter(pk=treatment_id, recycler=party, batch__isnull=True)
    found = rows.select_related("recycler", "battery__model").first()
    if found is None:
        raise unknown("treatment of yours")
    return found


def treatment_facts(*, treatment: Treatment) -> dict[str, object]:
    """What the certificate of recycling of a battery treated in one act says: ready to be signed.

    It is about the battery itself. Refuses NotFound (a step of a batch has none of its own).
    """
    battery = battery_of(treatment=treatment)
    facts: dict[str, object] = {
        "id": battery.identity,
        "operator": _party(treatment.recycler.name, treatment.recycler.country),
        "treatedOn": treatment.treated_at.date().isoformat(),
        "process": treatment.get_process_display(),
    }
    uses = MassUse.objects.filter(treatment=treatment).select_related("battery__model")
    return facts | _balanced(list(uses), _outputs([treatment]))


def lot_facts(*, lot: MaterialLot) -> dict[str, object]:
    """What the origin of a lot says: ready to be signed. Refuses LotNotAttested.

    It builds upon the certificates of the batches, and of the batteries treated in one act, that
    its fractions came from.
    """
    steps = Treatment.objects.filter(fractions__uses__into_lot=lot).distinct()
    certificates = {_certificate(step) for step in steps.select_related("batch", "battery")}
    return {
        "id": lot.identity,
        "material": lot.material,
        "mass": mass(lot.mass_kg),
        "recycledShare": "1",
        "producer": _party(lot.recycler.name, lot.recycler.country),
        "producedOn": lot.filled_at.date().isoformat(),
        "upstream": sorted(certificates),
    }


def mass(kg: Decimal) -> dict[str, str]:
    """A mass as signed claims write it."""
    return {"value": format(kg.normalize(), "f"), "unit": "KGM"}


def _party(name: str, country: str) -> dict[str, str]:
    return {"name": name} | ({"country": country} if country else {})


def _balanced(
    inputs: list[MassUse], fractions: list[tuple[str, str, str, Decimal]]
) -> dict[str, object]:
    """What went in, what came out, and what of it was recycled."""
    whole = sum((use.mass_kg for use in inputs), Decimal(0))
    recycled = sum((kg for _, fate, _, kg in fractions if fate == Fate.RECYCLED), Decimal(0))
    return {
        "mass": mass(whole),
        "efficiency": format(min(recycled / whole, Decimal(1)).quantize(_SHARE).normalize(), "f"),
        "inputs": [_input(use) for use in inputs],
        "fractions": [
            {"material": material, "mass": mass(kg)} | ({"lot": lot} if lot else {})
            for material, _, lot, kg in fractions
        ],
    }


def _certificate(step: Treatment) -> str:
    """The certificate that covers a step, as others name it. Refuses LotNotAttested."""
    rows = TreatmentPaper.objects.filter(Q(treatment=step) | Q(batch=step.batch_id or None))
    found = rows.first()
    if found is None:
        what = f"the batch {step.batch.number}" if step.batch else f"{step.battery}"
        raise LotNotAttested(
            f"{what} has no certificate of recycling yet",
            remedy="certify the treatment, then attest the lots that come of it",
        )
    return b64u_encode(bytes(found.sha256))


def _inputs(batch: TreatmentBatch) -> list[MassUse]:
    uses = (
        MassUse.objects.filter(treatment__batch=batch)
        .exclude(fraction__treatment__batch=batch)
        .select_related("battery__model", "lot", "fraction__treatment__batch")
    )
    return list(uses.order_by("id"))


def _input(use: MassUse) -> dict[str, object]:
    if use.battery is not None:
        chemistry = use.battery.model.chemistry
        told: dict[str, object] = {"id": use.battery.identity, "mass": mass(use.mass_kg)}
        return told | ({"chemistry": chemistry} if chemistry else {})
    if use.lot is not None:
        return {"id": use.lot.identity, "mass": mass(use.mass_kg)}
    return {"id": f"urn:uuid:{use.fraction_id}", "mass": mass(use.mass_kg)}


def _paper(lot: MaterialLot) -> str:
    found = TreatmentPaper.objects.filter(lot=lot).first()
    if found is None:
        raise LotNotAttested(
            f"the lot {lot.number} went in, and has no signed origin",
            remedy="ask the recycler that filled it to attest it",
        )
    return b64u_encode(bytes(found.sha256))


def _outputs(steps: list[Treatment]) -> list[tuple[str, str, str, Decimal]]:
    """Material, fate, lot or nothing, kilograms: of what is kept and left these steps."""
    found, own = [], {step.pk for step in steps}
    rows = Fraction.objects.filter(treatment__in=own, fate__in=("RECYCLED", "ONWARD"))
    for fraction in rows.order_by("id").prefetch_related("uses__into_lot"):
        rest = fraction.mass_kg
        for use in sorted(fraction.uses.all(), key=lambda each: each.pk):
            rest -= use.mass_kg
            if use.into_lot is not None:
                found.append((fraction.material, fraction.fate, use.into_lot.identity, use.mass_kg))
            elif use.treatment_id is not None and use.treatment_id not in own:
                found.append((fraction.material, fraction.fate, "", use.mass_kg))
        if rest:
            found.append((fraction.material, fraction.fate, "", rest))
    return found
