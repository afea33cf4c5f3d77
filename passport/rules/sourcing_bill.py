"""A bill of materials out of a spreadsheet: a line a row, columns by their names."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from passport.rules.decimals import check_places, parse_decimal
from passport.rules.errors import Malformed, Refusal, Several
from passport.rules.sourcing_case import Cost, CostKind, Line, LineKind
from passport.rules.sourcing_entry import LineBroken, check_line

NEEDED = ("line", "kind", "quantity")
MOST_ROWS = 20_000
# A cost column → what kind of cost stands in it; all of a row are in one currency, of one day.
COSTS: Mapping[str, CostKind] = {
    "price": CostKind.PRICE,
    "freight": CostKind.FREIGHT,
    "duty": CostKind.DUTY,
    "own_material": CostKind.OWN_MATERIAL,
    "own_labour": CostKind.OWN_LABOUR,
}
TEXTS = (
    "product", "row", "description", "model", "producer", "product_producer", "supplier",
    "facility", "made_in", "excluded",
)  # fmt: skip
OF_COSTS = ("currency", "incurred_on", "invoice", "rate", "rate_on", "document_sha256")
COLUMNS = (*NEEDED, "nameplate", *TEXTS, "contracted_on", "assigned", *COSTS, *OF_COSTS)
LONGEST = {"description": 255, "model": 120, "facility": 120, "excluded": 255, "invoice": 80}
_COMPANIES = ("producer", "product_producer", "supplier")
_THOUSANDS = re.compile(r"(?<=[0-9])[ '\u00a0\u202f](?=[0-9]{3})")


class NoBill(Malformed):
    """What was sent has no heading in which the needed columns stand, or no rows, or too many."""

    code = "no-bill-of-materials"
    title = "This is no bill of materials"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: which, in which column, what to do."""

    row: int
    column: str
    detail: str
    remedy: str = ""
    code: str = LineBroken.code


@dataclass(frozen=True)
class Bill:
    """The lines that are good, with the row in which each begins; what is wrong with the others."""

    lines: Sequence[Line]
    rows: Mapping[str, int]
    faults: Sequence[Fault]


@dataclass
class _Row:
    number: int
    cells: Mapping[str, str]


@dataclass
class _Group:
    """The rows of one line: the first says what it is, further ones bring further costs."""

    first: _Row
    more: list[_Row] = field(default_factory=list)


def read_bill(text: str, *, companies: Mapping[str, str]) -> Bill:
    """Read a table; each line that is good, and what is wrong with each other one. [bill-1]

    The first row names the columns; separators are tab, semicolon or comma, whichever stands there
    most. A row with the `line` of an earlier one brings further costs of it. `companies` gives the
    id of a company by its id and by each of its names, as name_key() spells them. One fault takes
    its whole line out, and no other. Refuses NoBill.
    """
    groups: dict[str, _Group] = {}
    faults: list[Fault] = []
    for row in _rows(text):
        name = row.cells.get("line", "")
        if not name:
            faults.append(Fault(row.number, "line", "the row names no line", "name each line"))
        elif name in groups:
            groups[name].more.append(row)
        else:
            groups[name] = _Group(row)
    lines: list[Line] = []
    rows: dict[str, int] = {}
    for name, group in groups.items():
        found = list(_faults_or(group, companies, lines))
        faults.extend(found)
        if not found:
            rows[name] = group.first.number
    return Bill(lines, rows, sorted(faults, key=lambda each: each.row))


def name_key(name: str) -> str:
    """How a company's name is looked up: without regard to case and outer blanks. [bill-2]"""
    return " ".join(name.casefold().split())


def _rows(text: str) -> Iterator[_Row]:
    plain = text.lstrip("\ufeff")
    heading = plain.split("\n", 1)[0]
    reader = csv.reader(plain.splitlines(keepends=True), delimiter=max(";\t,", key=heading.count))
    names = [each.strip().lower().replace(" ", "_") for each in next(reader, [])]
    _check_heading(names)
    count = 0
    for number, cells in _numbered(reader):
        if any(cell.strip() for cell in cells):
            count += 1
            told = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            extra = [cell for cell in cells[len(names) :] if cell.strip()]
            yield _Row(number, told | ({"\u2026": extra[0]} if extra else {}))
    if not 1 <= count <= MOST_ROWS:
        raise NoBill(
            f"the table has {count} rows", pointer="/table", remedy=f"send 1 to {MOST_ROWS}"
        )


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line of the file in which it begins."""
    begins = reader.line_num + 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _check_heading(names: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    strange = [name for name in names if name and name not in COLUMNS]
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    for some, says in (
        (missing, "the first row names no column"),
        (strange, "nobody knows the column"),
        (doubled, "two columns are called"),
    ):
        if some:
            raise NoBill(
                f"{says} {', '.join(each[:40] for each in some)}",
                pointer="/table",
                remedy="begin with a row of names out of: " + ", ".join(COLUMNS),
            )


def _faults_or(group: _Group, companies: Mapping[str, str], lines: list[Line]) -> Iterator[Fault]:
    """What is wrong with a line; one that is good is added to `lines`."""
    costs: list[Cost] = []
    whole = True
    for row in (group.first, *group.more):
        try:
            costs.extend(_costs(row.cells))
        except Refusal as refusal:
            whole = False
            yield _fault(row, refusal)
    for row in group.more:
        other = _differs(group.first.cells, row.cells)
        if other:
            whole = False
            yield Fault(
                row.number, other, f"row {group.first.number} says something else of this line",
                "leave all but costs out of its further rows, or name another line",
            )  # fmt: skip
    try:
        line = replace(_line(group.first.cells, companies), costs=tuple(costs))
        check_line(line)
    except Several as several:
        yield from (_fault(group.first, each) for each in several.each)
        return
    except Refusal as refusal:
        yield _fault(group.first, refusal)
        return
    if whole:
        lines.append(line)


def _fault(row: _Row, refusal: Refusal) -> Fault:
    column = refusal.pointer.rpartition("/")[2]
    return Fault(row.number, column, refusal.detail, refusal.remedy, refusal.code)


def _differs(first: Mapping[str, str], more: Mapping[str, str]) -> str:
    """The column in which a further row of a line says another thing of it."""
    for name, said in more.items():
        if said and name not in COSTS and name not in OF_COSTS and said != first.get(name, ""):
            return name
    return ""


def _line(cells: Mapping[str, str], companies: Mapping[str, str]) -> Line:
    if "\u2026" in cells:
        raise LineBroken(
            "the row has more cells than there are names",
            remedy="put a text with a separator in it in quotes",
        )
    told = {name: cells.get(name, "") for name in TEXTS}
    for name, text in told.items():
        if len(text) > LONGEST.get(name, 64):
            raise LineBroken(
                f"{len(text)} characters are too many", pointer=f"/{name}",
                remedy=f"write {LONGEST.get(name, 64)} at the most",
            )  # fmt: skip
    own: dict[str, Any] = {name: _company(told.pop(name), name, companies) for name in _COMPANIES}
    texts: dict[str, Any] = told
    return Line(
        id=cells["line"],
        kind=_kind(cells.get("kind", "")),
        quantity=_number(cells, "quantity", places=4) or Decimal(0),
        nameplate=_number(cells, "nameplate", places=4),
        costs=(),
        contracted_on=_day(cells, "contracted_on"),
        assigned=_yes(cells.get("assigned", "")),
        **own,
        **texts,
    )


def _company(text: str, column: str, companies: Mapping[str, str]) -> str | None:
    if not text:
        return None
    found = companies.get(name_key(text))
    if found is None:
        raise LineBroken(
            f"“{text[:60]}” is none of your companies",
            pointer=f"/{column}",
            remedy="enter the company first, or write its name as it stands there",
        )
    return found


def _kind(text: str) -> LineKind:
    try:
        return LineKind(text.upper().replace(" ", "_").replace("/", "_"))
    except ValueError:
        raise LineBroken(
            f"“{text[:40]}” is no kind of line",
            pointer="/kind",
            remedy="write one of: " + ", ".join(LineKind),
        ) from None


def _yes(text: str) -> bool:
    found = {"": False, "no": False, "false": False, "yes": True, "true": True}.get(text.lower())
    if found is None:
        raise LineBroken(
            f"“{text[:20]}” is neither yes nor no", pointer="/assigned", remedy="write yes or no"
        )
    return found


def _costs(cells: Mapping[str, str]) -> Iterator[Cost]:
    amounts = [
        (kind, amount)
        for name, kind in COSTS.items()
        for amount in [_number(cells, name, places=4)]
        if amount is not None
    ]
    if not amounts:
        return
    if len(cells.get("invoice", "")) > LONGEST["invoice"]:
        raise LineBroken("the invoice has a long name", pointer="/invoice", remedy="shorten it")
    incurred = _day(cells, "incurred_on")
    if incurred is None:
        raise LineBroken(
            "no day is named on which the cost was paid or incurred",
            pointer="/incurred_on",
            remedy="write it as in 2026-03-02: it decides for which year a producer is tested",
        )
    for kind, amount in amounts:
        yield Cost(
            kind=kind,
            amount=amount,
            currency=cells.get("currency", "").upper() or "USD",
            incurred_on=incurred,
            rate=_number(cells, "rate", places=10) or Decimal(1),
            rate_on=_day(cells, "rate_on"),
            invoice=cells.get("invoice", ""),
            document_sha256=cells.get("document_sha256", "").lower(),
        )


def _number(cells: Mapping[str, str], column: str, *, places: int) -> Decimal | None:
    """The number in a cell: 1234.5, or 1,234.5 and 1 234.5 as spreadsheets write it."""
    text = _THOUSANDS.sub("", cells.get(column, ""))
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", text):
        text = text.replace(",", "")
    try:
        number = parse_decimal(text)
        check_places(number, places=places, pointer="")
    except Refusal as refusal:
        raise LineBroken(refusal.detail, pointer=f"/{column}", remedy=refusal.remedy) from None
    return number


def _day(cells: Mapping[str, str], column: str) -> date | None:
    text = cells.get(column, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LineBroken(
            f"“{text[:20]}” is no day", pointer=f"/{column}", remedy="write it as in 2026-03-02"
        ) from None
