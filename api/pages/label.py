"""Draws the label of one battery: a QR code of its canonical link, and the same in letters."""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from PIL import Image, ImageDraw, ImageFont

from api.labels.codes import careful
from passport.rules.errors import Malformed
from passport.rules.identity import Identity, digital_link, display
from passport.rules.label import QUIET, Correction

# DIN SPEC 91406: no module below 0.35 mm.
SMALLEST_MM, USUAL_MM, LARGEST_MM = Decimal("0.35"), Decimal("0.5"), Decimal("5")
_DOTS = 8
_LETTER = Decimal("3.6")
_LINE_LENGTH = 24
_BESIDE = 54


class WrongModule(Malformed):
    """A code that a phone cannot read, or that no label holds."""

    code = "wrong-module-size"
    title = "The code would not be readable"


@dataclass(frozen=True)
class Label:
    """What is printed: the link, the dark modules row by row, the lines beside, the module."""

    uri: str
    rows: tuple[tuple[bool, ...], ...]
    lines: tuple[str, ...]
    module_mm: Decimal

    @property
    def side(self) -> int:
        """Modules from edge to edge, quiet zone included."""
        return len(self.rows) + 2 * QUIET

    @property
    def size_mm(self) -> tuple[Decimal, Decimal]:
        """Width and height of the whole label."""
        return (self.side + _BESIDE) * self.module_mm, self.side * self.module_mm


def make(*, identity: Identity, host: str, module_mm: Decimal = USUAL_MM) -> Label:
    """Lay out the label of one battery as it opens at `host`; module in millimetres.

    Model 2, byte mode, error correction Q: the label has to last as long as the battery.
    Refuses WrongModule (below 0.35 mm or above 5 mm) and NotAnIdentity.
    """
    if not (module_mm.is_finite() and SMALLEST_MM <= module_mm <= LARGEST_MM):
        raise WrongModule(
            f"a module of {module_mm} mm",
            pointer="/module_mm",
            remedy=f"choose between {SMALLEST_MM} and {LARGEST_MM} mm",
        )
    uri = digital_link(identity, host)
    rows = tuple(tuple(not dot for dot in row) for row in careful(uri, Correction.Q))
    return Label(uri, rows, _lines(identity, uri), module_mm)


def svg(label: Label) -> bytes:
    """Draw the label in vectors, in millimetres; one unit of the drawing is one module."""
    width, height = label.size_mm
    units = f"0 0 {label.side + _BESIDE} {label.side}"
    text = "".join(
        f'<text x="{label.side}" y="{_baseline(index)}">{escape(line)}</text>'
        for index, line in enumerate(label.lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="{units}" role="img"><title>{escape(label.uri)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<path d="{_path(label)}" shape-rendering="crispEdges"/>'
        f'<g font-family="monospace" font-size="{_LETTER}">{text}</g></svg>'
    ).encode()


def png(label: Label) -> bytes:
    """Draw the label in dots, eight a module, at the resolution that gives the module its size."""
    size = ((label.side + _BESIDE) * _DOTS, label.side * _DOTS)
    image = Image.new("1", size, 1)
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(label.rows, QUIET):
        for x, dark in enumerate(row, QUIET):
            if dark:
                box = (x * _DOTS, y * _DOTS, (x + 1) * _DOTS - 1, (y + 1) * _DOTS - 1)
                draw.rectangle(box, fill=0)
    font = ImageFont.load_default(size=float(_LETTER * _DOTS))
    for index, line in enumerate(label.lines):
        at = (label.side * _DOTS, float(_baseline(index) * _DOTS))
        draw.text(at, line, fill=0, font=font, anchor="ls")
    dots_per_inch = float(_DOTS * Decimal("25.4") / label.module_mm)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dots_per_inch, dots_per_inch), optimize=True)
    return out.getvalue()


def _path(label: Label) -> str:
    """Each run of dark modules as one rectangle of the path."""
    strokes = []
    for y, row in enumerate(label.rows, QUIET):
        start = None
        for x, dark in enumerate((*row, False), QUIET):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                strokes.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
                start = None
    return "".join(strokes)


def _lines(identity: Identity, uri: str) -> tuple[str, ...]:
    """The identity by its application identifiers, and where to look it up without a camera."""
    parts = display(identity).replace(" (", "\n(").split("\n")
    host = uri.partition("://")[2].partition("/")[0]
    return tuple(
        part[start : start + _LINE_LENGTH]
        for part in (*parts, host)
        for start in range(0, len(part), _LINE_LENGTH)
    )[:7]


def _baseline(index: int) -> Decimal:
    return QUIET + _LETTER + index * _LETTER * Decimal("1.5")
