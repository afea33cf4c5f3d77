"""Labels as ZPL: the printer draws the code, and no text can become a command.

Traps of the language, and how each is met:
1. the printer moves `^BQ` down by the height of the last `^BY`, which it keeps from label to label:
   `^BY2,3,10` stands before every code, and the code is asked for ten dots higher;
2. `^FD` of a code begins with its error correction and `A,`; without it the link loses letters;
3. `^`, `~` and `_` in data are commands: with `^FH_` they go as _5E, _7E and _5F; with `^CI28`
   whatever is not ASCII goes as the bytes of its UTF-8.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from api.labels import mark
from passport.rules.label import Content, Correction
from passport.rules.label_flow import ASCENT, Piece, Square
from passport.rules.label_layout import Layout

# Dots a millimetre of the usual heads: 203 dpi is eight to the millimetre.
DOTS_PER_MM: Final = {203: 8.0, 300: 300 / 25.4, 600: 600 / 25.4}
_SHIFT: Final = 10
_SPECIAL: Final = re.compile(r"[^ !-\]`-}]")


def draw(
    *, link: str, side: int, content: Content, layout: Layout, correction: Correction, dpi: int
) -> bytes:
    """One label as a format that the printer prints at once; `side` is what the layout is for."""
    before, after, slots = _frame(layout, side, correction, dpi)
    said = [escaped(piece.said(content)) for piece in slots]
    return (before + escaped(link) + after % tuple(said)).encode("ascii")


def escaped(text: str) -> str:
    """Data in which nothing is a command: all but plain ASCII as the bytes of its UTF-8."""
    return _SPECIAL.sub(_hex, text)


def _hex(found: re.Match[str]) -> str:
    return "".join(f"_{byte:02X}" for byte in found[0].encode("utf-8"))


@lru_cache(maxsize=256)
def _frame(
    layout: Layout, side: int, correction: Correction, dpi: int
) -> tuple[str, str, tuple[Piece, ...]]:
    """What stands before the link and behind it, with a %s for each text that differs."""
    scale = DOTS_PER_MM[dpi]
    module = round(layout.module_mm * scale)
    shift = (layout.code.side_mm * scale - side * module) / 2
    x = round(layout.code.x_mm * scale + shift)
    y = max(0, round(layout.code.y_mm * scale + shift) - _SHIFT)
    size = round(layout.stock.width_mm * scale), round(layout.stock.height_mm * scale)
    before = (
        f"^XA^CI28^PW{size[0]}^LL{size[1]}^LH0,0^BY2,3,{_SHIFT}"
        f"^FO{x},{y}^BQN,2,{module}^FH_^FD{correction.value}A,"
    )
    slots = tuple(piece for piece in layout.pieces if piece.of is not None)
    drawn = _mark(layout.mark, scale) if layout.mark is not None else ""
    texts = "".join(_text(piece, scale) for piece in layout.pieces)
    return before, f"^FS{drawn}{texts}^PQ1^XZ\n", slots


def _text(piece: Piece, scale: float) -> str:
    height = round(piece.size_mm * scale)
    x, y = round(piece.x_mm * scale), round((piece.y_mm - ASCENT * piece.size_mm) * scale)
    said = "%s" if piece.of is not None else escaped(piece.text).replace("%", "%%")
    return f"^FO{x},{max(0, y)}^A0N,{height},{height}^FH_^FD{said}^FS"


def _mark(at: Square, scale: float) -> str:
    """The bin out of the printer's own lines: no picture travels with every label."""
    unit, left, top = at.side_mm * scale / 100, at.x_mm * scale, at.y_mm * scale
    width = max(1, round(mark.WIDTH * unit))
    drawn = []
    for stroke in mark.STROKES:
        for start, end in pairwise(stroke):
            a, b = ((left + x * unit, top + y * unit) for x, y in (start, end))
            drawn.append(_line(a, b, width))
    x, y, radius = mark.WHEEL
    corner = round(left + (x - radius) * unit), round(top + (y - radius) * unit)
    across = max(3, round(2 * radius * unit))
    drawn.append(f"^FO{corner[0]},{corner[1]}^GC{across},{width},B^FS")
    return "".join(drawn)


def _line(a: tuple[float, float], b: tuple[float, float], width: int) -> str:
    (x0, y0), (x1, y1) = sorted((a, b))
    left, top = round(x0), round(min(y0, y1))
    wide, high = round(abs(x1 - x0)), round(abs(y1 - y0))
    if not high or not wide:
        box = f"^GB{max(wide, width)},{max(high, width)},{width},B"
    else:
        box = f"^GD{max(wide, 3)},{max(high, 3)},{width},B,{'L' if y1 > y0 else 'R'}"
    return f"^FO{left},{top}{box}^FS"
