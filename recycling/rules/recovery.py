"""Masses at the end of life: what is inside a pack, what came out, and what the law asks for."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from passport.rules.errors import NotFound, Refusal
from recycling.rules.assay import element_kg

DEFAULT_TOLERANCE = Decimal("0.02")


class Fate(StrEnum):
    """Where a fraction goes. Only what is recycled counts towards Annex XII.

    ONWARD goes into a further step, here or at another recycler: what becomes of it counts there.
    """

    RECYCLED = "RECYCLED"
    ONWARD = "ONWARD"
    ENERGY = "ENERGY"
    DISPOSED = "DISPOSED"
    EMITTED = "EMITTED"


class MassDoesNotClose(Refusal):
    """What went in and what came out differ by more than the tolerance."""

    code = "mass-does-not-close"
    title = "The mass balance does not close"


class MassNotPositive(Refusal):
    """A mass of zero or less was booked."""

    code = "mass-not-positive"
    title = "A mass is above zero"


class ChemistryUnknown(NotFound):
    """No table knows this chemistry."""

    code = "chemistry-unknown"
    title = "This chemistry is in no table"


@dataclass(frozen=True, kw_only=True)
class Output:
    """One fraction that came out: a material, its mass, where it goes; what a laboratory found."""

    material: str
    mass_kg: Decimal
    fate: Fate
    assay: Mapping[str, Decimal] | None = None
    document: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Kilograms in and out, what is missing (below zero: too much), and its share of the input."""

    in_kg: Decimal
    out_kg: Decimal
    missing_kg: Decimal
    missing_share: Decimal


@dataclass(frozen=True, kw_only=True)
class Composition:
    """kg of each material per kWh of rated energy when new."""

    chemistry: str
    pack_kg_per_kwh: Decimal
    kg_per_kwh: Mapping[str, Decimal]
    confidence: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """A floor of Annex XII, from a day on."""

    since: datetime.date
    share: Decimal


@dataclass(frozen=True, kw_only=True)
class RecoveryTables:
    """Composition by chemistry, process yields, and the dated floors of the law."""

    version: str
    families: Mapping[str, str]
    compositions: Mapping[str, Composition]
    yields: Mapping[str, Mapping[str, Decimal]]
    efficiency_targets: tuple[Target, ...]
    material_targets: Mapping[str, tuple[Target, ...]]


@dataclass(frozen=True, kw_only=True)
class Efficiency:
    """A share reached, and the floor of that day (None where there is none yet)."""

    subject: str
    share: Decimal
    floor: Decimal | None

    @property
    def met(self) -> bool:
        """Equality passes; no floor is always met."""
        return self.floor is None or self.share >= self.floor


def balance(
    *,
    inputs_kg: Sequence[Decimal],
    outputs: Sequence[Output],
    tolerance: Decimal = DEFAULT_TOLERANCE,
) -> Balance:
    """Input against all that came out, losses included; both within the tolerance. [mass-1]

    Refuses MassNotPositive, MassDoesNotClose.
    """
    for index, mass in enumerate([*inputs_kg, *(output.mass_kg for output in outputs)]):
        _check_positive(mass, pointer=_pointer(index, inputs=len(inputs_kg)))
    in_kg = sum(inputs_kg, Decimal(0))
    out_kg = sum((output.mass_kg for output in outputs), Decimal(0))
    _check_positive(in_kg, pointer="/mass_in_kg")
    found = Balance(
        in_kg=in_kg,
        out_kg=out_kg,
        missing_kg=in_kg - out_kg,
        missing_share=(in_kg - out_kg) / in_kg,
    )
    if abs(found.missing_kg) > tolerance * in_kg:
        word = "missing" if found.missing_kg > 0 else "too much"
        raise MassDoesNotClose(
            f"{in_kg} kg went in and {out_kg} kg came out: {abs(found.missing_kg)} kg {word}, "
            f"allowed are {tolerance * in_kg} kg",
            pointer="/fractions",
            remedy="book every output, losses as DISPOSED or EMITTED, or weigh the input again",
        )
    return found


def recycling_efficiency(
    *, made: Balance, outputs: Sequence[Output], on: datetime.date, tables: RecoveryTables
) -> Efficiency:
    """Mass recycled over mass in, against the floor of that day. [Annex XII part B]"""
    recycled = sum((o.mass_kg for o in outputs if o.fate is Fate.RECYCLED), Decimal(0))
    floor = floor_on(tables.efficiency_targets, on=on)
    return Efficiency(subject="recycling", share=recycled / made.in_kg, floor=floor)


def material_recovery(
    *,
    contained_kg: Mapping[str, Decimal],
    outputs: Sequence[Output],
    on: datetime.date,
    tables: RecoveryTables,
) -> tuple[Efficiency, ...]:
    """Each material's mass recycled over the mass contained, with its floor. [Annex XII part C]"""
    found = []
    for material, contained in sorted(contained_kg.items()):
        if material not in tables.material_targets or contained <= 0:
            continue
        kept = (
            element_kg(element=material, material=o.material, mass_kg=o.mass_kg, assay=o.assay)
            for o in outputs
            if o.fate is Fate.RECYCLED
        )
        floor = floor_on(tables.material_targets[material], on=on)
        share = sum((each or Decimal(0) for each in kept), Decimal(0)) / contained
        found.append(Efficiency(subject=material, share=share, floor=floor))
    return tuple(found)


def composition_of(*, chemistry: str, tables: RecoveryTables) -> Composition:
    """By chemistry, else by the usual member of its family. Refuses ChemistryUnknown."""
    name = tables.families.get(chemistry, chemistry)
    if name not in tables.compositions:
        raise ChemistryUnknown(
            f"no table knows the chemistry {chemistry or '(none)'}",
            remedy="use one of: " + ", ".join(sorted({*tables.compositions, *tables.families})),
        )
    return tables.compositions[name]


def contents_kg(
    *, chemistry: str, rated_kwh: Decimal, tables: RecoveryTables
) -> dict[str, Decimal]:
    """What a pack holds: table times rated energy when new; health changes no mass. [mass-2]"""
    table = composition_of(chemistry=chemistry, tables=tables).kg_per_kwh
    return {material: per_kwh * rated_kwh for material, per_kwh in table.items()}


def floor_on(targets: Sequence[Target], *, on: datetime.date) -> Decimal | None:
    """The floor in force on that day, None before the first."""
    reached = [target for target in targets if target.since <= on]
    return max(reached, key=lambda target: target.since).share if reached else None


def parse_tables(document: Mapping[str, Any]) -> RecoveryTables:
    """The composition and recovery tables of the dated file."""
    targets = document["targets"]
    return RecoveryTables(
        version=document["table"],
        families=document["families"],
        compositions={
            name: _composition(name, row) for name, row in document["chemistries"].items()
        },
        yields={process: _decimals(row["rate"]) for process, row in document["recovery"].items()},
        efficiency_targets=parse_dated(targets["recycling_efficiency"]),
        material_targets={
            material: parse_dated(rows) for material, rows in targets["material_recovery"].items()
        },
    )


def _composition(name: str, row: Mapping[str, Any]) -> Composition:
    return Composition(
        chemistry=name,
        pack_kg_per_kwh=Decimal(row["pack_kg_per_kwh"]),
        kg_per_kwh=_decimals(row["kg_per_kwh"]),
        confidence=row["confidence"],
    )


def _decimals(row: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in row.items()}


def parse_dated(rows: Sequence[Mapping[str, str]]) -> tuple[Target, ...]:
    """Shares of a dated table, each from a day on."""
    return tuple(
        Target(since=datetime.date.fromisoformat(row["from"]), share=Decimal(row["share"]))
        for row in rows
    )


def _check_positive(mass: Decimal, *, pointer: str) -> None:
    if mass.is_finite() and mass > 0:
        return
    raise MassNotPositive(
        f"{mass} kg is not a mass", pointer=pointer, remedy="leave out what was not there"
    )


def _pointer(index: int, *, inputs: int) -> str:
    return "/mass_in_kg" if index < inputs else f"/fractions/{index - inputs}/mass_kg"
