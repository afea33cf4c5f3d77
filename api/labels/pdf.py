"""Labels as PDF: vectors, page after page as they are made, so that no job is held whole."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from api.labels import mark
from api.labels.codes import Rows, strokes
from api.labels.lettering import FONTS, printed
from api.labels.svg import placed
from passport.rules.label import Content
from passport.rules.label_flow import Face, Piece, Square
from passport.rules.label_layout import Layout

_POINT: Final = 72 / 25.4
_NAMES: Final = {face: f"F{number}" for number, face in enumerate(FONTS, start=1)}
_CATALOGUE, _PAGES = 1, 2
# Circles out of four curves.
_KAPPA: Final = 0.5523


def stream(pages: Iterable[tuple[tuple[float, float], bytes]], *, title: str) -> Iterator[bytes]:
    """A file of pages, each of a size in millimetres and operators in millimetres from the top."""
    writer = _Writer()
    yield writer.head()
    fonts = {}
    for face, name in FONTS.items():
        number, data = writer.add(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        )
        fonts[_NAMES[face]] = number
        yield data
    resources = " ".join(f"/{name} {number} 0 R" for name, number in fonts.items())
    kids = []
    for size, operators in pages:
        width, height = (each * _POINT for each in size)
        flipped = f"{_POINT:.6f} 0 0 {-_POINT:.6f} 0 {height:.3f} cm\n".encode()
        number, data = writer.add_stream(flipped + operators)
        page, told = writer.add(
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {width:.3f} {height:.3f}] "
            f"/Resources << /Font << {resources} >> >> /Contents {number} 0 R >>"
        )
        kids.append(page)
        yield data + told
    yield writer.end(kids, title)


def inner(*, rows: Rows, content: Content, layout: Layout) -> bytes:
    """The operators of one label, from its upper left corner. Refuses NoSuchLetter."""
    x, y, scale = placed(layout, len(rows))
    boxes = strokes(rows, head="{x} {y} ", tail="{run} 1 re\n")
    code = f"q {scale:.6f} 0 0 {scale:.6f} {x:.4f} {y:.4f} cm\n{boxes}f Q\n".encode()
    drawn = [code, _still(layout)]
    slots = (piece for piece in layout.pieces if piece.of is not None)
    drawn += [_text(piece, piece.said(content)) for piece in slots]
    return b"".join(drawn)


def at(x_mm: float, y_mm: float, operators: bytes) -> bytes:
    """The same operators elsewhere on the page."""
    return f"q 1 0 0 1 {x_mm:.3f} {y_mm:.3f} cm\n".encode() + operators + b"Q\n"


def frame(x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> bytes:
    """A hairline along which a label is cut."""
    return f"q 0.75 G 0.1 w {x_mm:.3f} {y_mm:.3f} {width_mm:.3f} {height_mm:.3f} re S Q\n".encode()


def gauge(x_mm: float, y_mm: float) -> bytes:
    """A line of 50 mm that shows whether a sheet was printed at its size."""
    ends = "".join(
        f"{x_mm + each:g} {y_mm - 1:g} m {x_mm + each:g} {y_mm + 1:g} l S " for each in (0, 50)
    )
    said = "Print at 100 %, not fitted to the page: this line is then 50 mm long."
    words = Piece(x_mm + 52, y_mm + 0.9, 2.5, 0, Face.PLAIN, said)
    line = f"q 0.4 G 0.2 w {x_mm:g} {y_mm:g} m {x_mm + 50:g} {y_mm:g} l S {ends}0.4 g\n"
    return line.encode() + _text(words, said) + b"Q\n"


@lru_cache(maxsize=256)
def _still(layout: Layout) -> bytes:
    """What is the same on every label of a layout."""
    drawn = [_mark(layout.mark)] if layout.mark is not None else []
    drawn += [_text(piece, piece.text) for piece in layout.pieces if piece.of is None]
    return b"".join(drawn)


def _text(piece: Piece, said: str) -> bytes:
    escaped = printed(said)
    for each in (b"\\", b"(", b")"):
        escaped = escaped.replace(each, b"\\" + each)
    size, font = piece.size_mm, _NAMES[piece.face]
    place = f"BT /{font} {size:g} Tf 1 0 0 -1 {piece.x_mm:.3f} {piece.y_mm:.3f} Tm ("
    return place.encode() + escaped + b") Tj ET\n"


def _mark(where: Square) -> bytes:
    unit = where.side_mm / 100
    drawn = [f"q {unit:.5f} 0 0 {unit:.5f} {where.x_mm:.3f} {where.y_mm:.3f} cm {mark.WIDTH:g} w"]
    for first, *rest in mark.STROKES:
        lines = " ".join(f"{x:g} {y:g} l" for x, y in rest)
        drawn.append(f"{first[0]:g} {first[1]:g} m {lines} S")
    drawn.append(f"1 g {_circle(*mark.WHEEL)} b Q\n")
    return "\n".join(drawn).encode()


def _circle(x: float, y: float, r: float) -> str:
    k = r * _KAPPA
    curves = (
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    )
    return f"{x + r:g} {y:g} m " + " ".join(
        " ".join(f"{each:g}" for each in curve) + " c" for curve in curves
    )


class _Writer:
    """Numbers the objects of a file and remembers where each of them lies."""

    def __init__(self) -> None:
        self.size = 0
        self.offsets: dict[int, int] = {}
        self.next = _PAGES + 1

    def head(self) -> bytes:
        return self._out(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, body: str, *, number: int = 0) -> tuple[int, bytes]:
        return self._object(body.encode("latin-1"), number)

    def add_stream(self, data: bytes) -> tuple[int, bytes]:
        packed = zlib.compress(data, 6)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
        return self._object(head + packed + b"\nendstream", 0)

    def end(self, kids: list[int], title: str) -> bytes:
        """The tree of pages, what a viewer is asked for, and the table of offsets."""
        named = b"/Title (" + printed(title).replace(b"(", b"").replace(b")", b"") + b")"
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        told = self.add(f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>", number=_PAGES)[1]
        # No viewer shall fit a sheet of labels to the page.
        told += self.add(
            f"<< /Type /Catalog /Pages {_PAGES} 0 R "
            "/ViewerPreferences << /PrintScaling /None >> >>",
            number=_CATALOGUE,
        )[1]
        info, data = self._object(b"<< " + named + b" >>", 0)
        return told + data + self._table(info)

    def _table(self, info: int) -> bytes:
        rows = b"".join(b"%010d 00000 n \n" % self.offsets[n] for n in range(1, self.next))
        start = self.size
        return (
            b"xref\n0 %d\n0000000000 65535 f \n" % self.next
            + rows
            + b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R >>\n" % (self.next, _CATALOGUE, info)
            + b"startxref\n%d\n%%%%EOF\n" % start
        )

    def _object(self, body: bytes, number: int) -> tuple[int, bytes]:
        if not number:
            number, self.next = self.next, self.next + 1
        self.offsets[number] = self.size
        return number, self._out(b"%d 0 obj\n" % number + body + b"\nendobj\n")

    def _out(self, data: bytes) -> bytes:
        self.size += len(data)
        return data
