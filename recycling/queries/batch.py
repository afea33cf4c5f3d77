"""Batches of treatment, their steps, and the mass balance of each."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from passport.models import Party
from recycling.models import Fraction, MassTally, MassUse, Treatment, TreatmentBatch
from recycling.queries import matter, rollup, tables
from recycling.queries.papers import batch_by_id
from recycling.queries.rollup import Account
from recycling.rules.recovery import Fate, Output
from recycling.rules.steps import ElementLine, Input, StepKind, element_lines, tolerance_on

_ZERO = Decimal(0)


@dataclass(frozen=True)
class InputLine:
    """What went into a step: a battery by its serial, a fraction, or a lot of another party."""

    kind: str
    id: uuid.UUID
    name: str
    chemistry: str
    mass_kg: Decimal


@dataclass(frozen=True)
class FractionLine:
    """What came out, what a laboratory found in it, and how much of it nobody has drawn yet."""

    id: uuid.UUID
    material: str
    mass_kg: Decimal
    fate: str
    assay: tuple[tuple[str, Decimal], ...]
    assay_sha256: str
    left_kg: Decimal


@dataclass(frozen=True)
class StepLine:
    """A booked step with its balance."""

    id: uuid.UUID
    booking_id: uuid.UUID | None
    step: str
    process: str
    treated_at: object
    booked_at: object
    in_kg: Decimal
    out_kg: Decimal
    losses_kg: Decimal
    missing_kg: Decimal
    missing_share: Decimal
    tolerance: Decimal
    tables_version: str
    document_sha256: str
    inputs: tuple[InputLine, ...]
    fractions: tuple[FractionLine, ...]
    elements: tuple[ElementLine, ...]


@dataclass(frozen=True)
class MassBalance:
    """The sheet of a batch: what came in from outside, what left, and each step between."""

    batch: TreatmentBatch
    steps: tuple[StepLine, ...]
    inputs: tuple[InputLine, ...]
    outputs: tuple[FractionLine, ...]
    in_kg: Decimal
    kept_kg: Decimal
    losses_kg: Decimal
    missing_kg: Decimal
    elements: tuple[ElementLine, ...]
    accounts: tuple[Account, ...]
    certificate_sha256: str


def listing(
    *, recycler: Party, after: uuid.UUID | None = None, limit: int = 100
) -> list[TreatmentBatch]:
    """A page of a recycler's batches, by id."""
    rows = TreatmentBatch.objects.filter(recycler=recycler).select_related("recycler", "facility")
    rows = rows.order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def steps(*, batch: TreatmentBatch) -> tuple[StepLine, ...]:
    """The steps of a batch as they were booked, with their balances."""
    rows = list(batch.steps.order_by("booked_at", "id").prefetch_related("fractions"))
    uses = MassUse.objects.filter(treatment__in=rows).select_related(
        "battery__model", "fraction", "lot"
    )
    inputs: dict[uuid.UUID, list[MassUse]] = {row.pk: [] for row in rows}
    for use in uses.order_by("id"):
        if use.treatment_id is not None:
            inputs[use.treatment_id].append(use)
    left = _left([each for row in rows for each in row.fractions.all()])
    return tuple(_step(row, inputs[row.pk], left) for row in rows)


def of_step(*, batch_id: uuid.UUID, step: Treatment) -> StepLine:
    """One booked step of a batch. Refuses NotFound."""
    lines = steps(batch=batch_by_id(batch_id=batch_id))
    return next(each for each in lines if each.id == step.pk)


def balance(*, batch_id: uuid.UUID, party: Party) -> MassBalance:
    """The mass-balance sheet of a batch. Refuses NotFound."""
    batch = batch_by_id(batch_id=batch_id)
    lines = steps(batch=batch)
    inside = {str(each.id) for line in lines for each in line.fractions}
    inputs = tuple(i for line in lines for i in line.inputs if str(i.id) not in inside)
    drawn = _drawn_inside(lines)
    fractions = [each for line in lines for each in line.fractions]
    kept = tuple(_rest(f, drawn) for f in fractions if _is_kept(f) and drawn.get(f.id) != f.mass_kg)
    in_kg = sum((each.mass_kg for each in inputs), _ZERO)
    kept_kg = sum((each.mass_kg for each in kept), _ZERO)
    losses = sum((line.losses_kg for line in lines), _ZERO)
    first = min((line.treated_at for line in lines), default=batch.opened_at, key=str)
    accounts = rollup.of_batch(party=party, batch_id=batch.pk, on=first.date())  # type: ignore[attr-defined]
    paper = getattr(batch, "certificate", None)
    return MassBalance(
        batch=batch, steps=lines, inputs=inputs, outputs=kept, in_kg=in_kg, kept_kg=kept_kg,
        losses_kg=losses, missing_kg=in_kg - kept_kg - losses,
        elements=_elements(batch, kept), accounts=accounts,
        certificate_sha256=bytes(paper.sha256).hex() if paper else "",
    )  # fmt: skip


def _elements(batch: TreatmentBatch, outputs: Sequence[FractionLine]) -> tuple[ElementLine, ...]:
    """Each element into the batch and out of it."""
    uses = MassUse.objects.filter(treatment__batch=batch).select_related(
        "battery__model", "fraction", "lot"
    )
    outside = uses.exclude(fraction__treatment__batch=batch)
    return element_lines(
        inputs=[_input(use) for use in outside],
        outputs=[
            Output(
                material=each.material, mass_kg=each.mass_kg, fate=Fate(each.fate),
                assay=dict(each.assay) if each.assay else None,
            )
            for each in outputs
        ],
        tables=tables.steps(),
    )  # fmt: skip


def _step(row: Treatment, uses: Sequence[MassUse], left: dict[uuid.UUID, Decimal]) -> StepLine:
    fractions = tuple(_fraction(each, left) for each in row.fractions.all())
    missing = row.mass_in_kg - row.mass_out_kg
    known = tables.steps()
    return StepLine(
        id=row.pk,
        booking_id=row.booking_id,
        step=row.step,
        process=row.process,
        treated_at=row.treated_at,
        booked_at=row.booked_at,
        in_kg=row.mass_in_kg,
        out_kg=row.mass_out_kg,
        losses_kg=sum((f.mass_kg for f in fractions if not _is_kept(f)), _ZERO),
        missing_kg=missing,
        missing_share=missing / row.mass_in_kg,
        tolerance=tolerance_on(kind=StepKind(row.step), on=row.treated_at.date(), tables=known),
        tables_version=row.tables_version,
        document_sha256=bytes(row.body_sha256 or b"").hex(),
        inputs=tuple(_input_line(use) for use in uses),
        fractions=fractions,
        elements=element_lines(
            inputs=[_input(use) for use in uses],
            outputs=[
                Output(
                    material=each.material, mass_kg=each.mass_kg, fate=Fate(each.fate),
                    assay=dict(each.assay) if each.assay else None,
                )
                for each in fractions
            ],
            tables=known,
        ),
    )  # fmt: skip


def _is_kept(fraction: FractionLine) -> bool:
    return fraction.fate in (Fate.RECYCLED, Fate.ONWARD)


def _rest(fraction: FractionLine, drawn: dict[uuid.UUID, Decimal]) -> FractionLine:
    """What of a fraction left the batch."""
    rest = fraction.mass_kg - drawn.get(fraction.id, _ZERO)
    return FractionLine(**{**vars(fraction), "mass_kg": rest})


def _drawn_inside(lines: Sequence[StepLine]) -> dict[uuid.UUID, Decimal]:
    found: dict[uuid.UUID, Decimal] = {}
    for each in (i for line in lines for i in line.inputs if i.kind == "fraction"):
        found[each.id] = found.get(each.id, _ZERO) + each.mass_kg
    return found


def _left(fractions: Sequence[Fraction]) -> dict[uuid.UUID, Decimal]:
    rows = MassTally.objects.filter(source__in=[each.pk for each in fractions])
    return {row.source: row.mass_kg - row.used_kg for row in rows}


def _fraction(row: Fraction, left: dict[uuid.UUID, Decimal]) -> FractionLine:
    assay = matter.assay_of(row.assay)
    return FractionLine(
        id=row.pk,
        material=row.material,
        mass_kg=row.mass_kg,
        fate=row.fate,
        assay=tuple(sorted((assay or {}).items())),
        assay_sha256=bytes(row.assay_sha256 or b"").hex(),
        left_kg=left.get(row.pk, _ZERO),
    )


def _input_line(use: MassUse) -> InputLine:
    if use.battery is not None:
        chemistry = use.battery.model.chemistry
        return InputLine("battery", use.battery.pk, use.battery.serial, chemistry, use.mass_kg)
    if use.fraction is not None:
        return InputLine("fraction", use.fraction.pk, use.fraction.material, "", use.mass_kg)
    name = use.lot.number if use.lot is not None else ""
    return InputLine("lot", use.lot_id or use.pk, name, "", use.mass_kg)


def _input(use: MassUse) -> Input:
    if use.battery is not None:
        model = use.battery.model
        inside = matter.elements_of_battery(
            chemistry=model.chemistry, rated_kwh=model.rated_energy_kwh
        )
        return Input(name=use.battery.serial, mass_kg=use.mass_kg, elements=inside)
    source = use.fraction or use.lot
    if source is None:
        return Input(name="", mass_kg=use.mass_kg, elements=None)
    assay = matter.assay_of(source.assay)
    inside = matter.elements(material=source.material, mass_kg=use.mass_kg, assay=assay)
    return Input(name=source.material, mass_kg=use.mass_kg, elements=inside)
