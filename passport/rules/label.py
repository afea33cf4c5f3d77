"""What a label carries, and whether the code fits it: sizes in millimetres, symbols in modules."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor

from passport.rules.errors import Malformed, Refusal

# ISO/IEC 18004: four light modules on each side. DIN SPEC 91406: no module below 0.35 mm.
QUIET = 4
SMALLEST_MODULE_MM, LARGEST_MODULE_MM = 0.35, 1.0
# Between whatever is printed and the edge of the label: printers and cutters are not exact.
MARGIN_MM = 0.5
# Four points: what is smaller is a pattern, no text.
SMALLEST_TEXT_MM, LARGEST_TEXT_MM = 1.4, 5.0
_ROOMIER = (1.0, 0.8, 0.7, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35)
_SLACK = 1e-6
# A printer draws a module of 1 to 10 dots; only the newest firmware knows more.
MOST_DOTS = 10


class Correction(StrEnum):
    """How much of a code may be lost: Q a quarter, M a seventh. Q where it lasts fifteen years."""

    Q = "Q"
    M = "M"


class Contents(StrEnum):
    """What stands beside the code."""

    CODE = "code"  # the identity in letters, and the host
    MARKS = "marks"  # besides, the mark of separate collection
    FULL = "full"  # besides, what Annex VI part A asks for


# ISO/IEC 18004, table 7: bytes that a symbol of version 1, 2, … holds.
_BYTES = {
    Correction.Q: (
        11, 20, 32, 46, 60, 74, 86, 108, 130, 151, 177, 203, 241, 258, 292, 322, 364, 394, 442, 482,
    ),
    Correction.M: (
        14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624,
        666,
    ),
}  # fmt: skip


class LinkTooLong(Refusal):
    """No code that a label holds carries so many characters."""

    code = "link-too-long"
    title = "The link is too long for a label"


class DoesNotFit(Refusal):
    """What is to be printed is larger than the label."""

    code = "does-not-fit"
    title = "This does not fit the label"


class NotASize(Malformed):
    """A label of this size is none."""

    code = "not-a-size"
    title = "This is no size of a label"


class NotThatMany(Refusal):
    """More labels than batteries, or none: that was not this print job."""

    code = "not-that-many"
    title = "The file has no such number of labels"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which labels of a file: of a level, a model, a lot; in which order, from which on, how many.

    A part of an empty name is any.
    """

    level: str = ""
    model: str = ""
    lot: str = ""
    by_serial: bool = True
    first: int = 0
    most: int = 2000


@dataclass(frozen=True, slots=True)
class Stock:
    """One label as it is bought: its name, its width and its height."""

    name: str
    width_mm: float
    height_mm: float

    @property
    def said(self) -> str:
        """Its name and its size, for people."""
        return f"{self.name} ({self.width_mm:g} × {self.height_mm:g} mm)"


@dataclass(frozen=True, slots=True)
class Content:
    """What one label says: `code` line by line, `particulars` as caption and text."""

    code: tuple[str, ...]
    host: str
    particulars: tuple[tuple[str, str], ...] = ()
    collected_apart: bool = False
    metals: tuple[str, ...] = ()


def side_of(*, length: int, correction: Correction) -> int:
    """Modules from edge to edge, quiet zone apart, of the code of a link of `length` bytes.

    An encoder that mixes modes may need fewer, never more. Refuses LinkTooLong.
    """
    for version, most in enumerate(_BYTES[correction], start=1):
        if length <= most:
            return 17 + 4 * version
    raise LinkTooLong(
        f"a link of {length} characters; a label carries {_BYTES[correction][-1]}",
        pointer="/identity",
        remedy="serve passports from a shorter domain, or choose shorter serials",
    )


def modules_for(*, side: int, stock: Stock, dot_mm: float) -> tuple[float, ...]:
    """The sizes of a module that the label holds, the largest first; whole dots of the printer.

    `dot_mm` is 0 where any size can be drawn. Refuses DoesNotFit, without naming another label.
    """
    room = min(stock.width_mm, stock.height_mm) - 2 * MARGIN_MM + _SLACK
    found = tuple(each for each in _sizes(dot_mm) if (side + 2 * QUIET) * each <= room)
    if found:
        return found
    least = _sizes(dot_mm)[-1]
    raise DoesNotFit(
        f"the code has {side} modules and four light ones around; at {least:.3g} mm a module it "
        f"takes {(side + 2 * QUIET) * least:.1f} mm, and {stock.said} leaves {room:.1f} mm",
        pointer="?label",
    )


def stock_of(text: str) -> Stock:
    """The label of a size written as 57x32: width and height in millimetres. Refuses NotASize."""
    width, found, height = text.lower().replace("×", "x").partition("x")
    try:
        size = (float(width), float(height)) if found else (0.0, 0.0)
    except ValueError:
        size = (0.0, 0.0)
    if not all(5 <= each <= 500 for each in size):
        raise NotASize(
            f'"{text[:20]}" is no size of a label',
            pointer="?label",
            remedy="name a sheet, or write width x height in millimetres, such as 57x32",
        )
    return Stock(f"{size[0]:g} × {size[1]:g} mm", *size)


def check_printed(*, count: int, of: int) -> None:
    """One print job holds each battery of its level once at most. Refuses NotThatMany."""
    if not 1 <= count <= of:
        raise NotThatMany(
            f"{count} labels cannot have been printed of {of} batteries",
            pointer="/count",
            remedy=f"write a number from 1 to {of}; record a second run apart",
        )


def smallest_first(stocks: Sequence[Stock]) -> list[Stock]:
    """Labels by their area: the first that holds something is the one to name."""
    return sorted(stocks, key=lambda each: (each.width_mm * each.height_mm, each.name))


def blank(line: str) -> str:
    """A line of the code with its key, and its value as zeros: the shape of it."""
    key, space, value = line.partition(" ")
    return f"{key} " + "0" * len(value) if space else "0" * len(line)


def _sizes(dot_mm: float) -> tuple[float, ...]:
    if not dot_mm:
        return _ROOMIER
    least = ceil(SMALLEST_MODULE_MM / dot_mm - _SLACK)
    most = min(MOST_DOTS, max(least, floor(LARGEST_MODULE_MM / dot_mm + _SLACK)))
    return tuple(dots * dot_mm for dots in range(most, least - 1, -1))
