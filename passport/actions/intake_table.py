"""Reads a table (CSV): the first line names the fields, each row becomes one line of NDJSON."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from passport.actions.intake_text import LINE_BYTES, Numbered, Unreadable, unreadable
from passport.rules.errors import Malformed, Refusal
from passport.rules.intake import FIELDS_OF

_DELIMITERS: Final = (",", ";", "\t", "|")
_NAMES_OF: Final = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar"}
_KNOWN: Final = frozenset().union(*FIELDS_OF.values())
_FACTS: Final = "facts"
# Lines that a broken row has eaten are read again, but not without end.
_MOST_AGAIN: Final = 8 << 20
# No cell is longer than the row that it stands in.
csv.field_size_limit(LINE_BYTES)
_encode: Final = msgspec.json.Encoder().encode


class NoHeader(Malformed):
    """The first line does not name the fields of the rows below it."""

    code = "no-header"
    title = "The first line does not name the fields"


class NotARow(Malformed):
    """A row whose quotes or cells do not fit."""

    code = "not-a-row"
    title = "The row cannot be read"


@dataclass(frozen=True)
class Header:
    """What the first line of a table says of the rows below it."""

    delimiter: str
    names: tuple[str, ...]
    kind: str | None

    @property
    def said(self) -> str:
        """How the file is read, for its sender."""
        kinds = f"each row a {self.kind}" if self.kind else 'the column "type" says what a row is'
        return f"CSV with {_NAMES_OF[self.delimiter]}s, {len(self.names)} columns; {kinds}"


def rows(lines: Iterable[Numbered]) -> Iterator[Numbered]:
    """(number, NDJSON) of each row that is not empty; a row that cannot be read is `Unreadable`.

    The number is that of the first line of the row, as an editor counts. Empty cells are left out.
    Refuses NoHeader.
    """
    feed = _Feed(lines)
    found_header = _header(feed)
    write = _Writer(found_header)
    while (found := feed.row(found_header.delimiter)) is not None:
        number, raw, cells = found
        if isinstance(cells, Refusal):
            yield number, unreadable(raw, cells)
        elif line := write(cells, raw):
            yield number, line


def header(lines: Iterable[Numbered]) -> Header:
    """What the first lines of a table say. Refuses NoHeader."""
    return _header(_Feed(lines))


def header_of(first: str, *, delimiter: str = "") -> Header:
    """What the first line of a table says. Refuses NoHeader."""
    among = (delimiter,) if delimiter else _DELIMITERS
    parsed = {each: _cells(first, each) for each in among}
    best = max(among, key=lambda each: _score(parsed[each]))
    names = parsed[best]
    while names and not names[-1]:
        names.pop()
    _check_names(names, first)
    return Header(best, tuple(names), _kind(names))


def _header(feed: "_Feed") -> Header:
    first = feed.line()
    if first.lower().startswith("sep=") and first[4:] in _NAMES_OF:
        return header_of(feed.line(), delimiter=first[4])
    return header_of(first)


def _cells(first: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([first], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def _score(names: Sequence[str]) -> int:
    return sum(name.partition(".")[0] in _KNOWN for name in names)


def _check_names(names: Sequence[str], first: str) -> None:
    if not _score(names):
        raise NoHeader(
            f"the first line names no field: {first[:80]!r}",
            remedy="write the names of the fields into the first line, such as"
            " type,model,id,manufactured_on",
        )
    for at, name in enumerate(names, start=1):
        stem, _, inner = name.partition(".")
        if stem not in _KNOWN or bool(inner) != (stem == _FACTS):
            raise NoHeader(
                f"column {at} is named {name[:60]!r}, which is no field",
                pointer=f"/{name[:60]}",
                remedy="take the column out, or name it as one of "
                + ", ".join(sorted(_KNOWN))
                + "; facts are named by their data point, facts.13",
            )
        for other in names[: at - 1]:
            if name == other or name.startswith(f"{other}.") or other.startswith(f"{name}."):
                raise NoHeader(
                    f"{other!r} and {name!r} are columns of one field",
                    remedy="name each field once",
                )


def _kind(names: Sequence[str]) -> str | None:
    """What all rows are, where no column says it."""
    given = {name.partition(".")[0] for name in names}
    if "type" in given:
        return None
    fitting = [kind for kind, fields in FIELDS_OF.items() if given <= fields]
    if len(fitting) == 1:
        return fitting[0]
    raise NoHeader(
        "the columns do not tell whether the rows are models, batteries or assemblies",
        remedy='add a column "type" that says model, battery or assembly on each row',
    )


class _Broken(Exception):
    """The next line cannot be read; what came before it in the same row has no end."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal


class _Feed:
    """Gives lines to the reader of rows, and takes back those that a broken row has eaten."""

    def __init__(self, lines: Iterable[Numbered]) -> None:
        self._lines = iter(lines)
        self._back: list[Numbered] = []
        self._taken: list[Numbered] = []
        self._size = self._again = 0
        self._reader: Iterator[list[str]] | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        numbered = self._back.pop() if self._back else next(self._lines)
        # Empty lines are not read; inside of a quoted cell they are a part of it.
        empty = numbered[0] - self._taken[-1][0] - 1 if self._taken else 0
        self._taken.append(numbered)
        self._size += len(numbered[1]) + empty
        if isinstance(numbered[1], Unreadable):
            raise _Broken(numbered[1].refusal)
        if self._size > LINE_BYTES:
            raise _Broken(_not_a_row(""))
        return "\n" * empty + numbered[1].decode() + "\n"

    def line(self) -> str:
        """One line as it stands. Refuses NoHeader at the end, and what cannot be read."""
        self._clear()
        try:
            return next(self).rstrip("\n")
        except StopIteration:
            raise NoHeader(
                "the file has no line", remedy="write the names of the fields into the first line"
            ) from None
        except _Broken as broken:
            raise broken.refusal from None

    def row(self, delimiter: str) -> tuple[int, bytes, list[str] | Refusal] | None:
        """The next row with the number of its first line, or why that line is none.

        Refuses NotARow for a file in which quotes open everywhere and never close.
        """
        self._clear()
        if self._reader is None:
            self._reader = csv.reader(self, delimiter=delimiter, strict=True)
        try:
            cells = next(self._reader)
        except StopIteration:
            return None
        except csv.Error as error:
            return self._refused(_not_a_row(str(error)))
        except _Broken as broken:
            # Alone it is its own fault; inside of quotes the row that opened them has no end.
            alone = len(self._taken) == 1
            return self._refused(broken.refusal if alone else _not_a_row("unexpected end"))
        number, raw = self._taken[0]
        if len(self._taken) > 1:
            raw = b"\n".join(each for _, each in self._taken)
        return number, raw, cells

    def _refused(self, refusal: Refusal) -> tuple[int, bytes, Refusal]:
        number, raw = self._taken[0]
        self._back += reversed(self._taken[1:])
        self._reader = None
        self._again += self._size - len(raw)
        if self._again > _MOST_AGAIN:
            raise NotARow(
                f"up to line {number} so many quotes are opened and never closed that no row can"
                " be told from the next",
                remedy="check what the file is quoted with, and which delimiter it has",
            )
        return number, raw, refusal

    def _clear(self) -> None:
        self._taken.clear()
        self._size = 0


def _not_a_row(reason: str) -> NotARow:
    if "expected after" in reason:
        return NotARow(
            "a quoted cell goes on after its closing quote",
            remedy='write a quote inside of a quoted cell twice: "5"" pack"',
        )
    return NotARow(
        "a quote is opened on this line and never closed", remedy="close it, or take it out"
    )


class _Writer:
    """From the cells of a row to its line."""

    def __init__(self, header: Header) -> None:
        self._paths = tuple(name.split(".") for name in header.names)
        self._names, self._width = header.names, len(header.names)
        self._flat = all(len(path) == 1 for path in self._paths)
        self._start: Mapping[str, str] = {"type": header.kind} if header.kind else {}

    def __call__(self, cells: list[str], raw: bytes) -> bytes:
        """The line; empty for a row of empty cells."""
        given = [cell.strip() for cell in cells]
        if not any(given):
            return b""
        if len(given) < self._width or any(given[self._width :]):
            return unreadable(
                raw,
                NotARow(
                    f"the row has {len(given)} cells, the first line names {self._width} columns",
                    remedy="write each cell, also the empty ones; quote a cell that holds the"
                    " delimiter",
                ),
            )
        if self._flat:
            filled = zip(self._names, given, strict=False)
            return _encode({**self._start, **{name: cell for name, cell in filled if cell}})
        return _encode(self._nested(given))

    def _nested(self, given: list[str]) -> dict[str, object]:
        line: dict[str, object] = dict(self._start)
        for path, cell in zip(self._paths, given, strict=False):
            if cell:
                _put(line, path, cell)
        return line


def _put(into: dict[str, object], path: Sequence[str], cell: str) -> None:
    for step in path[:-1]:
        inner = into.setdefault(step, {})
        if not isinstance(inner, dict):
            raise TypeError("a header names a field and something inside of it")
        into = inner
    into[path[-1]] = cell
