"""Sheets and rolls of labels: where each label of a sheet lies, and which place is the next."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from passport.rules.errors import Malformed
from passport.rules.label import Stock

# Points of a page, in millimetres: ISO 216 and ANSI.
PAPERS: Mapping[str, tuple[float, float]] = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
MOST_NUDGE_MM = 10.0


class NotASheet(Malformed):
    """The file does not describe sheets."""

    code = "not-a-sheet"
    title = "This describes no sheets of labels"


class WrongPlace(Malformed):
    """A place that the sheet does not have, or a shift that would leave it."""

    code = "wrong-place"
    title = "This place is not on the sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Labels on a page: how many, from where, how far apart; millimetres from the upper left."""

    key: str
    paper: str
    stock: Stock
    across: int
    down: int
    left_mm: float
    top_mm: float
    step_x_mm: float
    step_y_mm: float
    durable: bool
    plain: bool

    @property
    def places(self) -> int:
        """How many labels a sheet has."""
        return self.across * self.down

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the page."""
        return PAPERS[self.paper]

    def corner(self, place: int) -> tuple[float, float]:
        """The upper left corner of a label; places run from 0, row by row."""
        row, column = divmod(place, self.across)
        return self.left_mm + column * self.step_x_mm, self.top_mm + row * self.step_y_mm


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What one can print on: sheets for an office printer, rolls for a label printer."""

    source: str
    sheets: Mapping[str, Sheet]
    rolls: Mapping[str, Stock]

    @property
    def stocks(self) -> tuple[Stock, ...]:
        """Every label of a sheet."""
        return tuple(each.stock for each in self.sheets.values())


@dataclass(frozen=True, slots=True)
class Start:
    """Where printing begins on the first sheet, from 1, and how far a printer is off."""

    place: int = 1
    right_mm: float = 0.0
    down_mm: float = 0.0


def check_start(start: Start, *, sheet: Sheet) -> None:
    """Refuses WrongPlace."""
    if not 1 <= start.place <= sheet.places:
        raise WrongPlace(
            f"{sheet.stock.name} has places 1 to {sheet.places}, not {start.place}",
            pointer="?start",
            remedy="count from the upper left, row by row",
        )
    if not all(abs(each) <= MOST_NUDGE_MM for each in (start.right_mm, start.down_mm)):
        raise WrongPlace(
            f"a shift of more than {MOST_NUDGE_MM:g} mm is no tolerance of a printer",
            pointer="?right_mm",
            remedy="print at 100 %, without fitting to the page, and measure again",
        )


def places(start: Start, *, sheet: Sheet) -> Iterator[tuple[int, float, float]]:
    """Page from 0, and the corner of each label to be printed, without end. Refuses WrongPlace."""
    check_start(start, sheet=sheet)
    number = start.place - 1
    while True:
        page, place = divmod(number, sheet.places)
        x, y = sheet.corner(place)
        yield page, x + start.right_mm, y + start.down_mm
        number += 1


def load(data: bytes) -> Catalogue:
    """The catalogue in the bytes of a file. Refuses NotASheet."""
    try:
        parsed = json.loads(data)
        sheets = {each["key"]: _sheet(each) for each in parsed["sheets"]}
        rolls = {each["key"]: _stock(each) for each in parsed["rolls"]}
        return Catalogue(str(parsed["source"]), sheets, rolls)
    except (ValueError, KeyError, TypeError) as error:
        raise NotASheet(
            f"the sheets cannot be read: {error!r}", remedy="restore the file as released"
        ) from error


def _stock(value: Mapping[str, str]) -> Stock:
    return Stock(value["name"], float(value["width_mm"]), float(value["height_mm"]))


def _sheet(value: Mapping[str, str]) -> Sheet:
    made = Sheet(
        key=value["key"],
        paper=value["paper"],
        stock=_stock(value),
        across=int(value["across"]),
        down=int(value["down"]),
        left_mm=float(value["left_mm"]),
        top_mm=float(value["top_mm"]),
        step_x_mm=float(value["step_x_mm"]),
        step_y_mm=float(value["step_y_mm"]),
        durable=bool(value.get("durable", False)),
        plain=bool(value.get("plain", False)),
    )
    x, y = made.corner(made.places - 1)
    width, height = PAPERS[made.paper]
    if x + made.stock.width_mm > width or y + made.stock.height_mm > height:
        raise ValueError(f"{made.key} is larger than its page")
    return made
