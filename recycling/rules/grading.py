"""Grades a pack by the health it surely has, and names the transport entry it travels under."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from recycling.rules.chemistry import family_of


class Grade(StrEnum):
    """What published practice uses a pack of this health for; NONE where it was never read."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    NONE = "NONE"


class TransportCase(StrEnum):
    """The condition that decides packing and marking on the road (ADR)."""

    INTACT = "INTACT"
    INTACT_TO_RECYCLING = "INTACT_TO_RECYCLING"
    DAMAGED = "DAMAGED"
    CRITICAL = "CRITICAL"


@dataclass(frozen=True, kw_only=True)
class Transport:
    """One transport entry: UN number, special provision, packing instruction, mark."""

    case: TransportCase
    un: str
    provision: str
    packing: str
    mark: str


@dataclass(frozen=True, kw_only=True)
class GradeTable:
    """Lowest health of each grade, best first, and the transport entries by case."""

    floors: tuple[tuple[Grade, Decimal], ...]
    transport: Mapping[TransportCase, Transport]
    sodium_un: str


def parse_grades(document: Mapping[str, Any]) -> GradeTable:
    """The grade and transport part of the gate table."""
    floors = sorted(
        ((Grade(row["grade"]), Decimal(row["soh_min"])) for row in document["grades"]),
        key=lambda floor: floor[1],
        reverse=True,
    )
    entries = (
        Transport(**{**row, "case": TransportCase(row["case"])}) for row in document["transport"]
    )
    return GradeTable(
        floors=tuple(floors),
        transport={entry.case: entry for entry in entries},
        sodium_un=document["sodium_un"],
    )


def grade(*, soh_low: Decimal | None, table: GradeTable) -> Grade:
    """The grade of the lower bound of health: what a buyer can rely on. [grade-1]"""
    if soh_low is None:
        return Grade.NONE
    return next(name for name, floor in table.floors if soh_low >= floor)


def transport_case(*, damaged: bool, critical: bool, to_recycling: bool) -> TransportCase:
    """Critical over damaged over intact; intact waste has its own entry. [ADR SP376, SP377]"""
    if critical:
        return TransportCase.CRITICAL
    if damaged:
        return TransportCase.DAMAGED
    return TransportCase.INTACT_TO_RECYCLING if to_recycling else TransportCase.INTACT


def transport(*, case: TransportCase, chemistry: str, table: GradeTable) -> Transport:
    """The entry of a case; sodium-ion travels under its own UN number."""
    entry = table.transport[case]
    if family_of(chemistry) != "NA_ION":
        return entry
    return Transport(
        case=case,
        un=table.sodium_un,
        provision=entry.provision,
        packing=entry.packing,
        mark=entry.mark,
    )
