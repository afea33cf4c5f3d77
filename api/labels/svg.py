"""Labels as SVG: millimetres, the code as one path, every text as wide as it was measured."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Final

from api.labels import mark
from api.labels.codes import Rows, strokes
from passport.rules.label import QUIET, Content, Stock
from passport.rules.label_flow import Face, Piece, Square
from passport.rules.label_layout import Layout

_FAMILIES: Final = {
    Face.MONO: 'font-family="Courier New,Liberation Mono,monospace" font-weight="700"',
    Face.PLAIN: 'font-family="Helvetica,Arial,Liberation Sans,sans-serif"',
    Face.BOLD: 'font-family="Helvetica,Arial,Liberation Sans,sans-serif" font-weight="700"',
}


def draw(*, link: str, rows: Rows, content: Content, layout: Layout) -> bytes:
    """Draw one label as a file."""
    size = f"{layout.stock.width_mm:g}mm", f"{layout.stock.height_mm:g}mm"
    box = f"0 0 {layout.stock.width_mm:g} {layout.stock.height_mm:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="{box}" role="img"><title>{escape(link)}</title>'
        f'<rect width="100%" height="100%" fill="white"/>'
        f"{inner(rows=rows, content=content, layout=layout)}</svg>"
    ).encode()


def inner(*, rows: Rows, content: Content, layout: Layout) -> str:
    """What stands on the label, in its own coordinates: for a file, or for a place on a sheet."""
    x, y, scale = placed(layout, len(rows))
    path = strokes(rows, head="M{x} {y}", tail="h{run}v1h-{run}z")
    frame, slots = _frame(layout)
    said = [escape(piece.said(content)) for piece in slots]
    return (
        f'<path transform="translate({x:.3f} {y:.3f}) scale({scale:.6g})" d="{path}" '
        f'shape-rendering="crispEdges"/>{frame.format(*said)}'
    )


def sheet(
    *,
    size: tuple[float, float],
    stock: Stock,
    frames: Iterable[tuple[float, float]],
    labels: Iterable[tuple[float, float, str]],
) -> bytes:
    """Draw a page with its labels, each as `inner` made it, and the edge of every place."""
    width, height = size
    edges = "".join(
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{stock.width_mm:g}" height="{stock.height_mm:g}" '
        'rx="1"/>'
        for x, y in frames
    )
    drawn = "".join(
        f'<g transform="translate({x:.3f} {y:.3f})">{told}</g>' for x, y, told in labels
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}" role="img"><rect width="100%" height="100%" '
        f'fill="white"/><g fill="none" stroke="silver" stroke-width="0.2">{edges}</g>{drawn}</svg>'
    ).encode()


def placed(layout: Layout, side: int) -> tuple[float, float, float]:
    """Where the first module lies, and the size of a module.

    A code that came out smaller than the layout allows for stands in the middle of its square.
    """
    spare = layout.code.side_mm - (side + 2 * QUIET) * layout.module_mm
    shift = spare / 2 + QUIET * layout.module_mm
    return layout.code.x_mm + shift, layout.code.y_mm + shift, layout.module_mm


@lru_cache(maxsize=256)
def _frame(layout: Layout) -> tuple[str, tuple[Piece, ...]]:
    """All but the code, with a {} for each text that differs from label to label."""
    slots = tuple(piece for piece in layout.pieces if piece.of is not None)
    texts = "".join(_text(piece) for piece in layout.pieces)
    return (_mark(layout.mark) if layout.mark else "") + texts, slots


def _text(piece: Piece) -> str:
    said = "{}" if piece.of is not None else _doubled(escape(piece.text))
    # Whatever font the reader has, the text ends where it was measured to end.
    held = f' textLength="{piece.width_mm:.3f}" lengthAdjust="spacingAndGlyphs"'
    if piece.of is not None:
        held = ""
    return (
        f'<text x="{piece.x_mm:.3f}" y="{piece.y_mm:.3f}" font-size="{piece.size_mm:g}"{held} '
        f"{_FAMILIES[piece.face]}>{said}</text>"
    )


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _mark(at: Square) -> str:
    lines = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in stroke) for stroke in mark.STROKES)
    x, y, radius = mark.WHEEL
    return (
        f'<g transform="translate({at.x_mm:.3f} {at.y_mm:.3f}) scale({at.side_mm / 100:.5g})" '
        f'fill="none" stroke="black" stroke-width="{mark.WIDTH:g}"><path d="{lines}"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="white"/></g>'
    )
