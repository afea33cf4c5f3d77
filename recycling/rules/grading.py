"""Grades a pack by the health it surely has, and names the transport entry it travels under."""

import datetime
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
class WasteCode:
    """The code of the European list of waste for batteries of some families, from a day on."""

    code: str
    families: frozenset[str]
    since: datetime.date
    until: datetime.date | None


@dataclass(frozen=True, kw_only=True)
class GradeTable:
    """Lowest health of each grade, best first, transport entries by case, and codes of waste."""

    floors: tuple[tuple[Grade, Decimal], ...]
    transport: Mapping[TransportCase, Transport]
    sodium_un: str
    waste_codes: tuple[WasteCode, ...] = ()


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
        waste_codes=tuple(_waste_code(row) for row in document["waste_codes"]),
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


def waste_code(*, chemistry: str, on: datetime.date, table: GradeTable) -> str:
    """The code that a battery of this chemistry has as waste; empty where the table names none."""
    family = family_of(chemistry)
    for row in table.waste_codes:
        if family in row.families and row.since <= on and (row.until is None or on < row.until):
            return row.code
    return ""


def _waste_code(row: Mapping[str, Any]) -> WasteCode:
    return WasteCode(
        code=row["code"],
        families=frozenset(row["families"]),
        since=datetime.date.fromisoformat(row["from"]),
        until=datetime.date.fromisoformat(row["until"]) if row["until"] else None,
    )
