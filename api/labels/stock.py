"""What one can print on, as the file of reference has it; and what a request asks for of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from api.labels.zpl import DOTS_PER_MM
from passport.rules.assembly import Level
from passport.rules.decimals import NotADecimal, parse_decimal
from passport.rules.errors import Malformed
from passport.rules.label import Choice, Contents, Correction, Stock, stock_of
from passport.rules.label_sheets import Catalogue, Sheet, Start, check_start, load

_FILE: Final = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "label_sheets.json"
USUAL: Final = "L7163"
_LEVELS: Final = tuple(level.value for level in Level)
_ORDERS: Final = ("serial", "file")

Word = TypeVar("Word", bound=StrEnum)


class WrongWish(Malformed):
    """A parameter that says nothing we know."""

    code = "wrong-parameter"
    title = "A parameter of the label cannot be read"


@dataclass(frozen=True, slots=True)
class Wish:
    """How labels are to look: on what, with what, how well protected, for which printer."""

    stock: Stock
    sheet: Sheet | None
    contents: Contents
    correction: Correction
    dpi: int
    start: Start

    @property
    def dot_mm(self) -> float:
        """The dot of the printer."""
        return 1 / DOTS_PER_MM[self.dpi]


@cache
def catalogue() -> Catalogue:
    """Sheets and rolls. Refuses NotASheet."""
    return load(_FILE.read_bytes())


def others() -> tuple[Stock, ...]:
    """What a refusal may name instead: a label of a sheet or of a roll."""
    return (*catalogue().stocks, *catalogue().rolls.values())


def wish(asked: Mapping[str, str]) -> Wish:
    """What a request asks for.

    `label` names a sheet, a roll or a size such as 57x32; `contents` is full, marks or code; `ec`
    is Q or M; `dpi` is the printer's; `start`, `right_mm`, `down_mm` say where the first sheet
    begins and how far a printer is off. Refuses WrongWish, NotASize, WrongPlace.
    """
    key = asked.get("label", USUAL)
    sheet = catalogue().sheets.get(key)
    start = Start(
        place=_whole(asked, "start", "1"),
        right_mm=_millimetres(asked, "right_mm"),
        down_mm=_millimetres(asked, "down_mm"),
    )
    if sheet is not None:
        check_start(start, sheet=sheet)
    return Wish(
        stock=sheet.stock if sheet else catalogue().rolls.get(key) or stock_of(key),
        sheet=sheet,
        contents=_word(asked, "contents", Contents, Contents.FULL),
        correction=_word(asked, "ec", Correction, Correction.Q),
        dpi=_dpi(asked),
        start=start,
    )


def choice(asked: Mapping[str, str], *, most: int) -> Choice:
    """Which labels of a file a request asks for, `most` a part. Refuses WrongWish."""
    level, order = asked.get("level", ""), asked.get("sort", "serial")
    if level not in ("", *_LEVELS):
        raise _wrong("level", level, "write " + ", ".join(_LEVELS))
    if order not in _ORDERS:
        raise _wrong("sort", order, "write " + " or ".join(_ORDERS))
    part = _whole(asked, "part", "1")
    if not part:
        raise _wrong("part", "0", "count from 1")
    return Choice(
        level=level,
        model=asked.get("model", ""),
        lot=asked.get("lot", ""),
        by_serial=order == "serial",
        first=(part - 1) * most,
        most=most,
    )


def _word(asked: Mapping[str, str], name: str, kind: type[Word], usual: Word) -> Word:
    said = asked.get(name, usual.value)
    if said in {each.value for each in kind}:
        return kind(said)
    raise _wrong(name, said, "write " + ", ".join(each.value for each in kind))


def _dpi(asked: Mapping[str, str]) -> int:
    said = _whole(asked, "dpi", "203")
    if said not in DOTS_PER_MM:
        raise _wrong("dpi", str(said), "write " + ", ".join(map(str, DOTS_PER_MM)))
    return said


def _whole(asked: Mapping[str, str], name: str, usual: str) -> int:
    said = asked.get(name, usual)
    if said.isascii() and said.isdecimal() and len(said) <= 6:
        return int(said)
    raise _wrong(name, said, "write digits")


def _millimetres(asked: Mapping[str, str], name: str) -> float:
    said = asked.get(name, "0").strip().replace(",", ".") or "0"
    try:
        return float(parse_decimal(said))
    except NotADecimal:
        raise _wrong(name, said, "write millimetres such as 0.5 or -1") from None


def _wrong(name: str, said: str, remedy: str) -> WrongWish:
    return WrongWish(f'{name}: "{said[:20]}" is not known', pointer=f"?{name}", remedy=remedy)
