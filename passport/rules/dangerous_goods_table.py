"""Reads the dated table of dangerous goods, and refuses one that would decide wrongly."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from passport.rules.errors import Malformed


class Condition(StrEnum):
    """In which condition batteries are carried; that nobody knows it is said too."""

    SOUND = "SOUND"
    PROTOTYPE = "PROTOTYPE"
    DAMAGED = "DAMAGED"  # damaged or defective, and judged not to react
    DAMAGED_CRITICAL = "DAMAGED_CRITICAL"  # may burst, burn, or give off gas on the way
    WASTE = "WASTE"
    NOT_KNOWN = "NOT_KNOWN"


class Family(StrEnum):
    """What a table of dangerous goods tells chemistries apart by."""

    LITHIUM_ION = "LITHIUM_ION"
    LITHIUM_METAL = "LITHIUM_METAL"
    SODIUM_ION = "SODIUM_ION"


class Carried(StrEnum):
    """In what batteries are carried."""

    BATTERY = "BATTERY"  # by themselves or in equipment, in packagings
    UNIT = "UNIT"  # fixed in a cargo transport unit
    VEHICLE = "VEHICLE"  # in the vehicle that they drive


class TableBroken(Malformed):
    """The table of dangerous goods cannot be read as one."""

    code = "dangerous-goods-table-broken"
    title = "The table of dangerous goods cannot be read"


@dataclass(frozen=True, slots=True)
class Number:
    """A UN number: its proper shipping name, and the batteries that it is for."""

    un: str
    name: str
    hazard_class: str
    label: str
    carried: Carried
    families: frozenset[Family]
    says: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Packing:
    """What a condition asks for: one of the instructions, all that it needs, none but these."""

    condition: Condition
    carried: Carried
    instructions: tuple[str, ...]
    needs: tuple[str, ...]
    may: tuple[str, ...]
    assessed: bool
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Small:
    """The provision that frees small batteries, and up to which energy they are small."""

    provision: str
    condition: Condition
    families: frozenset[Family]
    battery_kwh: Decimal
    cell_kwh: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table of one release."""

    version: str
    families: tuple[tuple[str, Family], ...]
    numbers: tuple[Number, ...]
    packings: tuple[Packing, ...]
    small: Small

    def family_of(self, chemistry: str) -> Family | None:
        """The family of a chemistry as makers write it; None where the table has none.

        Its words count from the first on, run together from there: "G/LFP" is what LFP is. The
        longest beginning that the table has decides.
        """
        words = re.findall(r"[A-Z0-9]+", chemistry.upper())
        for first in range(len(words)):
            spelt = "".join(words[first:])
            found = [each for each in self.families if spelt.startswith(each[0])]
            if found:
                return max(found, key=lambda each: len(each[0]))[1]
        return None

    def numbers_for(self, *, family: Family, on: date) -> tuple[Number, ...]:
        """The UN numbers for a family in force on a day."""
        return tuple(each for each in self.numbers_on(on) if family in each.families)

    def numbers_on(self, on: date) -> tuple[Number, ...]:
        """All UN numbers in force on a day."""
        return tuple(each for each in self.numbers if _in_force(each.since, each.until, on))

    def packings_for(self, *, carried: Carried, on: date) -> dict[Condition, Packing]:
        """What each condition asks for on a day, of what is carried in this way."""
        return {
            each.condition: each
            for each in self.packings
            if each.carried is carried and _in_force(each.since, each.until, on)
        }


def load(data: bytes) -> Table:
    """The table of a file. Refuses TableBroken."""
    try:
        return _table(json.loads(data))
    except (KeyError, TypeError, ValueError, InvalidOperation) as fault:
        raise TableBroken(
            f"the table of dangerous goods cannot be read: {fault}",
            remedy="compare it with the released table",
        ) from fault


def _table(document: Mapping[str, Any]) -> Table:
    small = document["small"]
    table = Table(
        version=str(document["table"]),
        families=tuple(
            (begins, Family(name))
            for name, spellings in document["families"].items()
            for begins in spellings
        ),
        numbers=tuple(_number(each) for each in document["numbers"]),
        packings=tuple(_packing(each) for each in document["conditions"]),
        small=Small(
            provision=str(small["provision"]),
            condition=Condition(small["condition"]),
            families=_families(small["families"]),
            battery_kwh=Decimal(small["battery_kwh"]),
            cell_kwh=Decimal(small["cell_kwh"]),
        ),
    )
    _check_once((each.un, each.since, each.until) for each in table.numbers)
    _check_once((each.condition, each.carried) for each in table.packings if each.until is None)
    return table


def _number(row: Mapping[str, Any]) -> Number:
    if not re.fullmatch(r"[0-9]{4}", row["un"]):
        raise ValueError(f"{row['un']} is no UN number")
    return Number(
        un=row["un"],
        name=row["name"],
        hazard_class=row["class"],
        label=row["label"],
        carried=Carried(row["carried"]),
        families=_families(row["families"]),
        says=row["says"],
        **_span(row),
    )


def _packing(row: Mapping[str, Any]) -> Packing:
    return Packing(
        condition=Condition(row["condition"]),
        carried=Carried(row["carried"]),
        instructions=tuple(row["instructions"]),
        needs=tuple(row["needs"]),
        may=tuple(row["may"]),
        assessed=bool(row["assessed"]),
        **_span(row),
    )


def _families(names: Iterable[str]) -> frozenset[Family]:
    return frozenset(Family(name) for name in names)


def _span(row: Mapping[str, Any]) -> dict[str, Any]:
    since = date.fromisoformat(row["since"])
    until = date.fromisoformat(row["until"]) if row["until"] else None
    if until is not None and until < since:
        raise ValueError(f"a row ends on {until}, before it begins")
    return {"since": since, "until": until}


def _check_once(keys: Iterable[tuple[object, ...]]) -> None:
    seen: set[tuple[object, ...]] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"a row stands twice: {', '.join(map(str, key))}")
        seen.add(key)


def _in_force(since: date, until: date | None, on: date) -> bool:
    return since <= on and (until is None or on <= until)
