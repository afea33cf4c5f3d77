"""Labels as PNG: eight dots a module, at the resolution that gives the module its size."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Final

import reportlab
from PIL import Image, ImageDraw, ImageFont

from api.labels import mark
from api.labels.codes import Rows, runs
from api.labels.lettering import printed
from api.labels.svg import placed
from passport.rules.label import Content
from passport.rules.label_flow import MONO_EM, Face, Piece, Square
from passport.rules.label_layout import Layout

DOTS: Final = 8
_FONTS: Final = Path(reportlab.__file__).parent / "fonts"
_FILES: Final = {Face.PLAIN: "Vera.ttf", Face.BOLD: "VeraBd.ttf", Face.MONO: "VeraBd.ttf"}


def draw(*, rows: Rows, content: Content, layout: Layout) -> bytes:
    """Draw one label as a file. Refuses NoSuchLetter."""
    scale = DOTS / layout.module_mm
    size = round(layout.stock.width_mm * scale), round(layout.stock.height_mm * scale)
    image = Image.new("1", size, 1)
    pen = ImageDraw.Draw(image)
    left, top, _ = placed(layout, len(rows))
    x0, y0 = round(left * scale), round(top * scale)
    for start, end in zip(*runs(rows), strict=True):
        row, column = divmod(start, len(rows) + 1)
        x, y = x0 + column * DOTS, y0 + row * DOTS
        pen.rectangle((x, y, x + (end - start) * DOTS - 1, y + DOTS - 1), fill=0)
    if layout.mark is not None:
        _mark(pen, layout.mark, scale)
    for piece in layout.pieces:
        _write(image, piece, piece.said(content), scale)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(scale * 25.4, scale * 25.4))
    return out.getvalue()


def _mark(pen: ImageDraw.ImageDraw, at: Square, scale: float) -> None:
    unit = at.side_mm * scale / 100

    def dot(x: float, y: float) -> tuple[float, float]:
        return at.x_mm * scale + x * unit, at.y_mm * scale + y * unit

    width = max(1, round(mark.WIDTH * unit))
    for stroke in mark.STROKES:
        pen.line([dot(*each) for each in stroke], fill=0, width=width, joint="curve")
    x, y, radius = mark.WHEEL
    box = (*dot(x - radius, y - radius), *dot(x + radius, y + radius))
    pen.ellipse(box, fill=1, outline=0, width=width)


def _write(image: Image.Image, piece: Piece, text: str, scale: float) -> None:
    """Write a text as wide as it was measured, whatever the font's own width is."""
    printed(text)
    size = round(piece.size_mm * scale)
    x, y = piece.x_mm * scale, round(piece.y_mm * scale)
    if piece.face is not Face.MONO:
        _stamp(image, text, piece.face, size, (round(x), y, round(piece.width_mm * scale)))
        return
    cell = MONO_EM * piece.size_mm * scale
    for number, letter in enumerate(text):
        _stamp(image, letter, piece.face, size, (round(x + number * cell), y, round(cell * 0.94)))


def _stamp(image: Image.Image, text: str, face: Face, size: int, at: tuple[int, int, int]) -> None:
    """Letters on their baseline: at its left end, its height, and how wide they may be."""
    x, y, width = at
    ink = _ink(text, face, size, width)
    shift = (width - ink.width) // 2 if len(text) == 1 else 0
    image.paste(0, (x + shift, y - round(size * 1.5)), ink)


@lru_cache(maxsize=1024)
def _ink(text: str, face: Face, size: int, width: int) -> Image.Image:
    """A mask of letters; those wider than they may be are drawn together."""
    font = _font(face, size)
    natural, high = max(1, round(font.getlength(text))), round(size * 2)
    ink = Image.new("L", (natural, high), 0)
    ImageDraw.Draw(ink).text((0, round(size * 1.5)), text, fill=255, font=font, anchor="ls")
    ink = ink.resize((max(1, min(natural, width)), high), Image.Resampling.LANCZOS)
    return ink.point(lambda dot: 255 if dot > 110 else 0).convert("1")


@lru_cache(maxsize=64)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / _FILES[face]), size)
