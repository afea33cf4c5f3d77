"""Programmes out of a table that people keep: one a line, columns by their names."""

import csv
import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from passport.rules.decimals import check_places, parse_decimal
from passport.rules.errors import Malformed, Refusal
from recycling.rules.errors import TermsBroken
from recycling.rules.feasibility import Kind
from recycling.rules.grading import TransportCase
from recycling.rules.lanes import USUAL_CASES, Lane
from recycling.rules.market import Route
from recycling.rules.programme import Asked

NEEDED = ("name", "route", "chemistries", "capacity_packs")
_LANE = re.compile(
    r"(?P<country>[A-Z]{2})(=(?P<cents>[0-9]{1,9})(?P<flat> flat|/tkm))?(?P<cases>(\+[A-Z_]+)*)\Z"
)


class NoProgrammeTable(Malformed):
    """What was sent has no heading in which the needed columns stand."""

    code = "no-programme-table"
    title = "This is no table of programmes"


@dataclass(frozen=True)
class Table:
    """A table as it was read: its fields in order, and its lines with their numbers."""

    heading: str
    fields: Sequence[str]
    separator: str
    lines: Sequence[tuple[int, str]]


def read_table(text: str) -> Table:
    """Separator and columns by the heading. Refuses NoProgrammeTable. [programmes-1]"""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    heading = lines[0][1].lstrip("\ufeff") if lines else ""
    separator = max(";\t,", key=heading.count)
    fields = [each.strip().lower().replace(" ", "_") for each in _cells(heading, separator)]
    missing = [name for name in NEEDED if name not in fields]
    strange = [name for name in fields if name not in _READ]
    doubled = sorted({name for name in fields if fields.count(name) > 1})
    for names, says in (
        (missing, "the first line names no column"),
        (strange, "nobody knows the column"),
        (doubled, "two columns are called"),
    ):
        if names:
            raise NoProgrammeTable(
                f"{says} {', '.join(each[:40] for each in names)}",
                pointer="/table",
                remedy="begin with a line of names out of: " + ", ".join(_READ),
            )
    return Table(heading, fields, separator, lines[1:])


def read_line(line: str, *, table: Table, on: datetime.date) -> Asked:
    """The programme that a line asks for; it opens on that day where the line names none.

    Refuses TermsBroken and NotADecimal, with the field in the pointer. [programmes-2]
    """
    cells = [each.strip() for each in _cells(line, table.separator)]
    if len(cells) > len(table.fields):
        raise TermsBroken(
            f"the line has {len(cells)} cells under {len(table.fields)} names",
            remedy="put a text with a separator in it in quotes",
        )
    return ask(dict(zip(table.fields, cells, strict=False)), on=on)


def ask(told: Mapping[str, str], *, on: datetime.date) -> Asked:
    """The programme that named texts ask for, as a line or a form has them; empty is not said.

    Refuses as read_line() does.
    """
    values: dict[str, Any] = {"opens_on": on}
    for name, text in told.items():
        if text.strip():
            values[name] = _value(name, text.strip())
    for name in NEEDED:
        if name not in values:
            raise TermsBroken(f"{name} is empty", pointer=f"/{name}", remedy="fill it in")
    recycles = values["route"] is Route.RECYCLE
    return Asked(kind=Kind.RECYCLER if recycles else Kind.SECOND_LIFE, **values)


def _value(name: str, text: str) -> object:
    try:
        return _READ[name](text)
    except Refusal as refusal:
        raise refusal.pointing(refusal.pointer or f"/{name}") from None
    except (ValueError, LookupError):
        raise TermsBroken(
            f"“{text[:60]}” cannot be read as {name}",
            pointer=f"/{name}",
            remedy=_HOW.get(name, _WHOLE),
        ) from None


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator), [])


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in re.split(r"[|\s]+", text) if each))


def _parted(text: str) -> tuple[str, ...]:
    """Parts that may hold blanks."""
    return tuple(each.strip() for each in text.split("|") if each.strip())


def _number(places: int) -> Callable[[str], Decimal]:
    def read(text: str) -> Decimal:
        number = parse_decimal(text.replace(",", "."))
        check_places(number, places=places, pointer="")
        return number

    return read


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise ValueError(text)
    return int(text)


def _yes(text: str) -> bool:
    return {"yes": True, "no": False, "true": True, "false": False}[text.lower()] is True


def _lanes(text: str) -> tuple[Lane, ...]:
    return tuple(_lane(each) for each in _parted(text))


def _lane(text: str) -> Lane:
    found = _LANE.match(text)
    if found is None:
        raise ValueError(text)
    cents = None if found["cents"] is None else int(found["cents"])
    flat = found["flat"] == " flat"
    cases = tuple(TransportCase(each) for each in found["cases"].split("+")[1:])
    return Lane(
        country=found["country"],
        cents_per_tonne_km=None if flat else cents,
        flat_cents=cents if flat else None,
        cases=cases or USUAL_CASES,
    )


def _shares(text: str) -> dict[str, Decimal]:
    pairs = [each.partition("=") for each in _several(text)]
    return {name: _number(4)(share) for name, _, share in pairs}


_READ: Mapping[str, Callable[[str], object]] = {
    "name": str,
    "route": lambda text: Route(text.upper()),
    "use": str,
    "chemistries": _several,
    "models": _several,
    "soh_min": _number(3),
    "soh_max": _number(3),
    "resistance_max": _number(2),
    "contract_years": _number(1),
    "accepts_damaged": _yes,
    "price_cents_per_kwh": _whole,
    "fee_cents_per_kg": _whole,
    "capacity_packs": _whole,
    "weekly_capacity_packs": _whole,
    "lot_minimum_packs": _whole,
    "lot_maximum_packs": _whole,
    "band_width": _number(3),
    "process": str,
    "recovery": _shares,
    "permit_waste_codes": _parted,
    "permit_countries": _several,
    "lanes": _lanes,
    "latitude": _number(5),
    "longitude": _number(5),
    "max_distance_km": _whole,
    "opens_on": datetime.date.fromisoformat,
    "closes_on": datetime.date.fromisoformat,
}
_WHOLE = "write a whole number"
_DAY = "write a day as in 2026-03-02"
_HOW: Mapping[str, str] = {
    "route": "write one of: " + ", ".join(Route),
    "accepts_damaged": "write yes or no",
    "lanes": "write DE=31/tkm|FR=90000 flat|PL: cents for a tonne and kilometre, or a flat sum; "
    "after it, where others than intact ones are taken, +" + "+".join(TransportCase),
    "opens_on": _DAY,
    "closes_on": _DAY,
}
