"""Steps of a treatment: what goes in comes out, as a mass and by element, by dated table."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from passport.rules.errors import Conflict, Refusal
from recycling.rules.assay import element_kg
from recycling.rules.recovery import (
    Balance,
    Fate,
    MassDoesNotClose,
    MassNotPositive,
    Output,
    Target,
    floor_on,
    parse_dated,
)


class StepKind(StrEnum):
    """What is done in one step; WHOLE is a battery treated in one act."""

    WHOLE = "WHOLE"
    DISCHARGE = "DISCHARGE"
    DISMANTLE = "DISMANTLE"
    SHRED = "SHRED"
    BLACK_MASS = "BLACK_MASS"
    REFINE = "REFINE"


class ElementFromNowhere(Refusal):
    """More of an element came out than went in."""

    code = "element-from-nowhere"
    title = "More of an element came out than went in"


class NothingWentIn(Refusal):
    """A step without an input."""

    code = "nothing-went-in"
    title = "Nothing went in"


class NothingCameOut(Refusal):
    """A step without an output."""

    code = "nothing-came-out"
    title = "Nothing came out"


class UsedTwice(Conflict):
    """More kilograms are drawn from a source than are left of it."""

    code = "used-twice"
    title = "These kilograms are used already"


class BatchClosed(Conflict):
    """A certificate says what went into a batch; nothing more does."""

    code = "batch-closed"
    title = "The batch has been certified"


class NotForThis(Refusal):
    """What ends as a product or as waste goes into no further step."""

    code = "not-for-this"
    title = "This fraction does not go on"


@dataclass(frozen=True, kw_only=True)
class StepTables:
    """By how much a step may be apart, from a day on; elements that are balanced."""

    version: str
    elements: tuple[str, ...]
    tolerances: Mapping[StepKind, tuple[Target, ...]]
    gains: tuple[Target, ...]


@dataclass(frozen=True, kw_only=True)
class Input:
    """What goes into a step; `elements` in kg, None where nobody knows what is in it."""

    name: str
    mass_kg: Decimal
    elements: Mapping[str, Decimal] | None


@dataclass(frozen=True, kw_only=True)
class ElementLine:
    """An element through a step: kg in and out as far as known; None where some is not."""

    element: str
    in_kg: Decimal | None
    out_kg: Decimal
    unknown_kg: Decimal

    @property
    def missing_kg(self) -> Decimal | None:
        """What is accounted for nowhere, or in what nobody has assayed."""
        return None if self.in_kg is None else self.in_kg - self.out_kg


def tolerance_on(*, kind: StepKind, on: datetime.date, tables: StepTables) -> Decimal:
    """The share by which input and output of a step may differ on that day. [step-1]"""
    return floor_on(tables.tolerances[kind], on=on) or Decimal(0)


def close(
    *, kind: StepKind, inputs: Sequence[Input], outputs: Sequence[Output], on: datetime.date,
    tables: StepTables,
) -> Balance:  # fmt: skip
    """Hold what went in against all that came out, losses included. [step-2]

    Refuses NothingWentIn, NothingCameOut, MassNotPositive, MassDoesNotClose.
    """
    _check_masses(inputs, outputs)
    in_kg = sum((each.mass_kg for each in inputs), Decimal(0))
    out_kg = sum((each.mass_kg for each in outputs), Decimal(0))
    missing = in_kg - out_kg
    found = Balance(in_kg=in_kg, out_kg=out_kg, missing_kg=missing, missing_share=missing / in_kg)
    allowed = tolerance_on(kind=kind, on=on, tables=tables)
    if abs(missing) <= allowed * in_kg:
        return found
    losses = sum((o.mass_kg for o in outputs if o.fate not in _KEPT), Decimal(0))
    raise MassDoesNotClose(
        f"{_kg(in_kg)} went in with {len(inputs)} inputs, {_kg(out_kg)} came out,"
        f" {_kg(losses)} of it losses: {_kg(abs(missing))} ({abs(missing) / in_kg:.2%})"
        f" {'missing' if missing > 0 else 'too much'}; the table {tables.version} allows"
        f" {allowed:.2%} ({_kg(allowed * in_kg)}) on {on}",
        pointer="/fractions",
        remedy="book every output, losses as DISPOSED or EMITTED, or weigh again",
    )


_KEPT = (Fate.RECYCLED, Fate.ONWARD)


def element_lines(
    *, inputs: Sequence[Input], outputs: Sequence[Output], tables: StepTables
) -> tuple[ElementLine, ...]:
    """Each element that occurs, in and out. Batteries count by table and rated energy. [step-3]"""
    lines = []
    for element in tables.elements:
        known = [each.elements for each in inputs if each.elements is not None]
        in_kg = sum((each.get(element, Decimal(0)) for each in known), Decimal(0))
        found = [(o, _of(o, element)) for o in outputs]
        out_kg = sum((kg for _, kg in found if kg is not None), Decimal(0))
        if not in_kg and not out_kg:
            continue
        lines.append(
            ElementLine(
                element=element,
                in_kg=in_kg if len(known) == len(inputs) else None,
                out_kg=out_kg,
                unknown_kg=sum((o.mass_kg for o, kg in found if kg is None), Decimal(0)),
            )
        )
    return tuple(lines)


def check_elements(lines: Sequence[ElementLine], *, on: datetime.date, tables: StepTables) -> None:
    """No element comes out that did not go in, beyond what tables and assays are apart. [step-4]

    Refuses ElementFromNowhere.
    """
    gain = floor_on(tables.gains, on=on) or Decimal(0)
    for line in lines:
        if line.in_kg is not None and line.out_kg > line.in_kg * (1 + gain):
            raise ElementFromNowhere(
                f"{_kg(line.in_kg)} of {line.element} went in and {_kg(line.out_kg)} came out;"
                f" the table {tables.version} allows {gain:.0%} more than was in it",
                pointer="/fractions",
                remedy="check the assays and the masses; one of them belongs to another material",
            )


def check_left(*, name: str, wanted_kg: Decimal, left_kg: Decimal, pointer: str) -> None:
    """A kilogram is used once. [step-5] Refuses MassNotPositive, UsedTwice."""
    if not (wanted_kg.is_finite() and wanted_kg > 0):
        raise MassNotPositive(f"{wanted_kg} kg is not a mass", pointer=pointer)
    if wanted_kg > left_kg:
        raise UsedTwice(
            f"{_kg(wanted_kg)} are drawn from {name}, {_kg(left_kg)} are left of it",
            pointer=pointer,
            remedy="draw what is left, or name the other source that the rest came from",
        )


def check_onward(*, name: str, fate: str, pointer: str) -> None:
    """Into a step goes what was booked to go on. [step-6] Refuses NotForThis."""
    if fate != Fate.ONWARD:
        raise NotForThis(
            f"{name} was booked as {fate}",
            pointer=pointer,
            remedy="draw from a fraction whose fate is ONWARD",
        )


def parse_steps(document: Mapping[str, Any]) -> StepTables:
    """The dated table of tolerances."""
    return StepTables(
        version=document["table"],
        elements=tuple(document["elements"]),
        tolerances={
            StepKind(kind): parse_dated(rows) for kind, rows in document["tolerances"].items()
        },
        gains=parse_dated(document["element_gain"]),
    )


def _of(output: Output, element: str) -> Decimal | None:
    return element_kg(
        element=element, material=output.material, mass_kg=output.mass_kg, assay=output.assay
    )


def _check_masses(inputs: Sequence[Input], outputs: Sequence[Output]) -> None:
    if not inputs:
        raise NothingWentIn("the step has no input", remedy="name batteries, fractions or lots")
    if not outputs:
        raise NothingCameOut(
            "the step has no output", pointer="/fractions", remedy="book each fraction, and losses"
        )
    for number, output in enumerate(outputs):
        if not (output.mass_kg.is_finite() and output.mass_kg > 0):
            raise MassNotPositive(
                f"{output.mass_kg} kg is not a mass",
                pointer=f"/fractions/{number}/mass_kg",
                remedy="leave out what was not there",
            )


def _kg(mass: Decimal) -> str:
    text = format(mass.quantize(Decimal("0.001")), "f")
    return (text.rstrip("0").rstrip(".") or "0") + " kg"
