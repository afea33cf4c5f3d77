"""Which batteries go on as which others, and what those are: one for one, merged, or split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from passport.rules.decimals import parse_decimal
from passport.rules.errors import Malformed, NotAllowed, Refusal
from passport.rules.lifecycle import Status

MOST = 100
QUANTITIES = (
    *("rated_capacity_ah", "rated_energy_kwh", "nominal_voltage_v"),
    *("minimum_voltage_v", "maximum_voltage_v", "mass_kg"),
)
LEVELS = ("CELL", "MODULE", "PACK", "SYSTEM")
CATEGORIES = ("EV", "LMT", "INDUSTRIAL", "STATIONARY")
ROLES = frozenset({"WORKSHOP", "KEEPER", "MAKER"})


class Ways(StrEnum):
    """What was done to them. [Art. 3(1)(29) to (32)]"""

    REUSED = Status.REUSED.value
    REPURPOSED = Status.REPURPOSED.value
    REMANUFACTURED = Status.REMANUFACTURED.value


class SecondLifeBroken(Malformed):
    """What was asked for cannot be read, or names too few or too many."""

    code = "second-life"
    title = "The second life cannot be read"


class MayNotRework(NotAllowed):
    """The party has no role in which batteries are reworked."""

    code = "may-not-rework"
    title = "This party does not rework batteries"


class NotRetired(Refusal):
    """A second life begins where the first has ended."""

    code = "not-retired"
    title = "The first life of this battery has not ended"


class HeldByAnother(Refusal):
    """Only whole units in the party's own hands go on as others."""

    code = "held-by-another"
    title = "Not all of these batteries are whole units in your hands"


class EvidenceMissing(Refusal):
    """What is waste stays waste until the file of Article 73 is whole."""

    code = "article-73-file-missing"
    title = "The battery is waste, and its file is missing"


@dataclass(frozen=True, kw_only=True)
class Original:
    """A battery that shall go on: what the rules ask of it."""

    identity: str
    level: str
    state: str
    status: str
    ours: bool
    evidence: bool
    chemistry: str
    figures: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A battery that comes of it; figures left out are those of the one original."""

    name: str = ""
    identity: str = ""
    level: str = ""
    category: str = ""
    figures: Mapping[str, Decimal]


def parse_lines(rows: Sequence[Mapping[str, Any]], *, pointer: str = "/batteries") -> list[Line]:
    """The batteries that come of it, 1 to 100. [second-life-1] Refuses SecondLifeBroken."""
    if not 1 <= len(rows) <= MOST:
        raise SecondLifeBroken(
            f"{len(rows)} batteries come of it", pointer=pointer, remedy=f"name 1 to {MOST}"
        )
    return [_line(row, pointer=f"{pointer}/{n}") for n, row in enumerate(rows)]


def check_act(
    *, originals: Sequence[Original], lines: Sequence[Line], roles: Sequence[str]
) -> None:
    """Retired units in hand, of one chemistry, none of them waste without its file. [second-life-2]

    One original goes on as one or several, several go on as one: no many-to-many, since nobody
    could say what came of what. [Art. 73, 77(7)]
    Refuses MayNotRework, SecondLifeBroken, HeldByAnother, NotRetired, EvidenceMissing.
    """
    if not ROLES & set(roles):
        raise MayNotRework(
            "second lives are begun by workshops, keepers and makers",
            remedy="hand the battery to one of them",
        )
    if len(originals) > 1 and len(lines) > 1:
        raise SecondLifeBroken(
            f"{len(originals)} batteries would go on as {len(lines)}",
            pointer="/batteries",
            remedy="merge several into one, or split one into several, in an act each",
        )
    if not 1 <= len(originals) <= MOST:
        raise SecondLifeBroken(
            f"{len(originals)} batteries go on", pointer="/originals", remedy=f"name 1 to {MOST}"
        )
    for number, each in enumerate(originals):
        _check_original(each, pointer=f"/originals/{number}")
    kinds = sorted({each.chemistry for each in originals})
    if len(kinds) > 1:
        raise SecondLifeBroken(
            f"these are {', '.join(kinds)}", pointer="/originals", remedy="merge one chemistry"
        )


def figures_of(line: Line, *, originals: Sequence[Original]) -> dict[str, Decimal]:
    """The rated figures of what comes of it. [second-life-3]

    Those that are left out are the original's where one goes on as one. Refuses SecondLifeBroken.
    """
    usual = originals[0].figures if len(originals) == 1 else {}
    figures = {**usual, **line.figures}
    missing = [name for name in QUANTITIES if name not in figures]
    if missing:
        raise SecondLifeBroken(
            f"{', '.join(missing)} of the new battery is not said",
            pointer="/batteries",
            remedy="write its rated figures: they do not follow from those of several",
        )
    low, usual_v, high = (
        figures[name] for name in ("minimum_voltage_v", "nominal_voltage_v", "maximum_voltage_v")
    )
    if not 0 < low < usual_v < high:
        raise SecondLifeBroken(
            f"voltages of {low}, {usual_v} and {high} do not stand in order",
            pointer="/batteries",
            remedy="write lowest, nominal and highest voltage, each above the one before",
        )
    return figures


def check_split(*, lines: Sequence[Mapping[str, Decimal]], originals: Sequence[Original]) -> None:
    """What comes of it has no more energy when new and no more mass than a tenth above what went
    in: what is added is a case and cables, no cells. [second-life-4] Refuses SecondLifeBroken.
    """
    for name in ("rated_energy_kwh", "mass_kg"):
        before = sum((each.figures[name] for each in originals), Decimal(0))
        after = sum((each[name] for each in lines), Decimal(0))
        if after > before * Decimal("1.1"):
            raise SecondLifeBroken(
                f"{name} of {before} would become {after}",
                pointer=f"/batteries/0/{name}",
                remedy="check the figures; cells that were added have passports of their own",
            )


def _check_original(each: Original, *, pointer: str) -> None:
    if not each.ours:
        raise HeldByAnother(
            f"{each.identity} is in other hands, or part of another battery",
            pointer=pointer,
            remedy="take it over first, or take it out of the whole",
        )
    if each.state != "RETIRED":
        raise NotRetired(
            f"{each.identity} is {each.state.lower().replace('_', ' ')}",
            pointer=pointer,
            remedy="retire it first; what has gone on already is found under its new name",
        )
    if each.status == Status.WASTE and not each.evidence:
        raise EvidenceMissing(
            f"{each.identity} is waste, and nobody has shown that it works",
            pointer=pointer,
            remedy="assemble the file of Article 73: test, contract, transport",
        )


def _line(row: Mapping[str, Any], *, pointer: str) -> Line:
    figures: dict[str, Decimal] = {}
    for name in QUANTITIES:
        if row.get(name) is not None:
            figures[name] = parse_decimal(row[name], f"{pointer}/{name}")
            if figures[name] <= 0:
                raise SecondLifeBroken(
                    f"{name} is {figures[name]}",
                    pointer=f"{pointer}/{name}",
                    remedy="write a figure above zero",
                )
    for name, known in (("level", LEVELS), ("category", CATEGORIES)):
        if row.get(name) and row[name] not in known:
            raise SecondLifeBroken(
                f"{row[name]} is no {name}",
                pointer=f"{pointer}/{name}",
                remedy="use " + ", ".join(known),
            )
    return Line(
        name=str(row.get("name", ""))[:120],
        identity=str(row.get("identity", "")),
        level=str(row.get("level", "")),
        category=str(row.get("category", "")),
        figures=figures,
    )
