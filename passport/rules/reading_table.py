"""Readings out of a table that people keep: columns by their names, commas or points."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from passport.rules.decimals import parse_decimal
from passport.rules.errors import Malformed
from passport.rules.health import Kind, Method, Reading, make_reading

# Field → how people call its column; compared in small letters, without blanks, marks and units.
NAMES: Mapping[str, tuple[str, ...]] = {
    "battery": ("battery", "serial", "serialnumber", "id", "identity", "batterie", "seriennummer"),
    "soh": ("soh", "stateofhealth", "health", "gesundheitszustand"),
    "soh_low": ("sohlow", "sohmin", "low"),
    "soh_high": ("sohhigh", "sohmax", "high"),
    "measured_at": ("measuredat", "time", "timestamp", "date", "moment", "zeit", "zeitpunkt"),
    "method": ("method", "methode"),
    "source": ("source", "bms", "quelle"),
    "resistance_ratio": ("resistanceratio", "resistance", "widerstand"),
    "capacity_ah": ("capacityah", "capacity", "kapazitat", "kapazität"),
    "equivalent_cycles": ("equivalentcycles", "cycles", "efc", "zyklen"),
    "minimum_cell_v": ("minimumcellv", "mincellv", "lowestcellv", "minzelle"),
    "cell_spread_mv": ("cellspreadmv", "spreadmv", "spread", "spreizung"),
    "isolation_ohm_per_v": ("isolationohmperv", "isolation"),
    "self_discharge_percent_per_month": (
        "selfdischargepercentpermonth",
        "selfdischarge",
        "selbstentladung",
    ),
    "module_spread": ("modulespread", "modulspreizung"),
    "highest_temperature_c": (
        "highesttemperaturec",
        "highesttemperature",
        "hochsttemperatur",
        "höchsttemperatur",
    ),
    "kind": ("kind", "art"),
}
NEEDED = ("battery", "soh", "measured_at")
_TEXTS = frozenset({"battery", "measured_at", "method", "source", "kind"})
_MARKS = re.compile(r"[^a-z0-9äöü%]")


class NoTable(Malformed):
    """What was sent has no heading in which the needed columns stand."""

    code = "no-table"
    title = "This is no table of readings"


class NoMoment(Malformed):
    """A moment that cannot be read, or that means another one in each country."""

    code = "no-moment"
    title = "The moment cannot be read"


class NoMethod(Malformed):
    """A method that nobody knows."""

    code = "no-method"
    title = "The method is not known"


class NoKind(Malformed):
    """A kind of state of health that nobody knows."""

    code = "no-kind"
    title = "The kind of state of health is not known"


@dataclass(frozen=True)
class Table:
    """A table as it was read: the place of each field, and those that stand in per cent."""

    heading: str
    columns: Mapping[str, int]
    percent: frozenset[str]
    separator: str
    lines: Sequence[tuple[int, str]]


def read_table(text: str) -> Table:
    """Find separator and columns of a table by its heading. Refuses NoTable. [readings-1]"""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    heading = lines[0][1].lstrip("\ufeff") if lines else ""
    separator = max(";\t,", key=heading.count)
    called = [_MARKS.sub("", each.lower()) for each in _cells(heading, separator)]
    columns: dict[str, int] = {}
    for field, names in NAMES.items():
        place = next((n for n, name in enumerate(called) if name.rstrip("%") in names), None)
        if place is not None:
            columns[field] = place
    missing = [field for field in NEEDED if field not in columns]
    if missing:
        raise NoTable(
            f"the first line names no column for {', '.join(missing)}",
            pointer="/table",
            remedy="begin with a line of names, such as serial;soh;measured_at;source",
        )
    percent = frozenset(field for field, place in columns.items() if called[place].endswith("%"))
    return Table(heading, columns, percent, separator, lines[1:])


def read_line(line: str, *, table: Table, source: str) -> tuple[str, Reading]:
    """The battery that a line names, and its reading; `source` where the line names none.

    Where commas do not part the columns, they part decimals. Refuses NoMoment, NoMethod,
    NotADecimal. [readings-2]
    """
    cells = _cells(line, table.separator)
    told = {
        field: cells[place].strip()
        for field, place in table.columns.items()
        if place < len(cells) and cells[place].strip()
    }
    numbers = {
        field: _number(text, field, table) for field, text in told.items() if field not in _TEXTS
    }
    soh = numbers.pop("soh", None)
    if soh is None:
        raise NoTable("the line has no state of health", pointer="/soh", remedy="add it")
    return told.get("battery", ""), make_reading(
        soh=soh,
        method=_method(told.get("method", Method.BMS_REPORTED)),
        source=told.get("source", source),
        kind=_kind(told.get("kind", Kind.CAPACITY)),
        measured_at=_moment(told.get("measured_at", "")),
        **numbers,
    )


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator), [])


def _number(text: str, field: str, table: Table) -> Decimal:
    plain = text if table.separator == "," else text.replace(",", ".")
    percent = field in table.percent or plain.endswith("%")
    value = parse_decimal(plain.rstrip("% "))
    return value / 100 if percent else value


def _method(text: str) -> Method:
    try:
        return Method(text.upper().replace(" ", "_").replace("-", "_"))
    except ValueError:
        raise NoMethod(
            f"no method is called {text[:40]}",
            pointer="/method",
            remedy="write one of: " + ", ".join(Method),
        ) from None


def _kind(text: str) -> Kind:
    short = {"SOHC": Kind.CAPACITY, "SOHE": Kind.ENERGY, "SOCE": Kind.CERTIFIED_ENERGY}
    word = text.upper().replace(" ", "_").replace("-", "_")
    try:
        return short.get(word) or Kind(word)
    except ValueError:
        raise NoKind(
            f"no state of health is called {text[:40]}",
            pointer="/kind",
            remedy="write one of: " + ", ".join((*Kind, *short)),
        ) from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NoMoment(
            f"{text[:40] or 'nothing'} is no moment with its time zone",
            pointer="/measured_at",
            remedy="write it as in 2026-03-02T10:00:00Z or 2026-03-02 11:00:00+01:00",
        )
    return moment
