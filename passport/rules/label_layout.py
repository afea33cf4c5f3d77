"""Where everything stands on a label, so that nothing overflows; how it is drawn is told elsewhere.

1. the code goes to the left of the text, or above it;
2. the mark of separate collection goes to the lower right of the text, which flows around it;
3. code and text are as large as both can be; below the smallest text nothing is printed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from passport.rules.label import (
    LARGEST_TEXT_MM,
    MARGIN_MM,
    QUIET,
    SMALLEST_TEXT_MM,
    Content,
    Correction,
    DoesNotFit,
    Stock,
    modules_for,
    side_of,
    smallest_first,
)

# Text keeps more of a distance from the edge than the code, which brings its quiet zone.
_EDGE_MM = 1.2
_GAP_MM = 0.6
# On a label that is higher than its code by this, both begin at the top.
_TALL_MM = 10.0
_LEADING = 1.22
_ASCENT = 0.78
_TEXT_MM = (LARGEST_TEXT_MM, 4.2, 3.6, 3.2, 2.8, 2.5, 2.2, 2.0, 1.8, 1.6, SMALLEST_TEXT_MM)
# Annex VI part B: at least 0.47 cm a side on the battery; beside it stands the name of the metal.
_MARK_MM = (20.0, 15.0, 12.0, 10.0, 8.0, 6.0, 5.0)
_METAL = 0.58
# Of the height of the text, which shall not have to flow around a tower.
_MARK_SHARE = 0.6
# A word or a serial that runs on in the next line is worth a smaller letter.
_CUT = 0.2
MONO_EM = 0.6
_SLACK = 1e-6


class Face(StrEnum):
    """The letters of a run of text."""

    MONO = "mono"
    PLAIN = "plain"
    BOLD = "bold"


# Width of a text in the em of its face.
Measure: TypeAlias = Callable[[str, Face], float]


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in one place: `x`, `y` of its baseline, millimetres from the upper left corner.

    `of` names the line of the code that it is a part of, with start and end; the text of such a
    piece is taken from each label's own content.
    """

    x_mm: float
    y_mm: float
    size_mm: float
    width_mm: float
    face: Face
    text: str
    of: tuple[int, int, int] | None = None
    cut: bool = False

    def said(self, content: Content) -> str:
        """What stands there on the label of this content."""
        if self.of is None:
            return self.text
        line, start, end = self.of
        return content.code[line][start:end]


@dataclass(frozen=True, slots=True)
class Square:
    """A square by its upper left corner."""

    x_mm: float
    y_mm: float
    side_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A label: the square of the code with its quiet zone, its module, the mark, the texts.

    Known by itself alone, so that who draws many looks up what it has made of one at once.
    """

    stock: Stock
    code: Square
    module_mm: float
    pieces: tuple[Piece, ...]
    mark: Square | None


@dataclass(frozen=True, slots=True)
class _Area:
    """Where text goes, and the corner of it that the mark takes."""

    left: float
    top: float
    right: float
    bottom: float
    mark: Square | None = None

    def width_at(self, bottom: float) -> float:
        """The room of a line; nothing runs into the mark."""
        if self.mark is not None and bottom > self.mark.y_mm - _GAP_MM:
            return self.mark.x_mm - _GAP_MM - self.left
        return self.right - self.left


def lay_out(
    *, content: Content, stock: Stock, side: int, measure: Measure, dot_mm: float = 0
) -> Layout:
    """Place a code of `side` modules and its texts on a label. [Annex VI]

    Refuses DoesNotFit, without naming another label.
    """
    best: tuple[float, Layout] | None = None
    for module_mm in modules_for(side=side, stock=stock, dot_mm=dot_mm):
        for size_mm in _TEXT_MM:
            # Legible text is worth more than a code that is larger than a phone needs.
            worth = _worth(module_mm, size_mm)
            if best is not None and worth <= best[0]:
                break
            found = _placed(content, stock, side, module_mm, _Ink(measure, size_mm))
            if found is None:
                continue
            cuts = sum(each.cut for each in found.pieces)
            if best is None or worth - cuts * _CUT > best[0]:
                best = (worth - cuts * _CUT, found)
            if not cuts:
                break
    if best is None:
        raise DoesNotFit(
            f"the texts of the label do not fit {stock.said} beside the code, "
            f"not even {SMALLEST_TEXT_MM} mm high",
            pointer="?label",
        )
    return best[1]


def _worth(module_mm: float, size_mm: float) -> float:
    """From half a millimetre a module and seven points on, more of it is worth little."""
    code = min(module_mm, 0.5) + 0.1 * module_mm
    return code + 0.3 * min(size_mm, 2.5) + 0.02 * size_mm


def holds(*, content: Content, stock: Stock, side: int, measure: Measure, dot_mm: float) -> bool:
    """Whether a label holds this with the smallest module and the smallest text."""
    try:
        module_mm = modules_for(side=side, stock=stock, dot_mm=dot_mm)[-1]
    except DoesNotFit:
        return False
    ink = _Ink(measure, SMALLEST_TEXT_MM)
    return _placed(content, stock, side, module_mm, ink) is not None


def fit(
    *,
    content: Content,
    length: int,
    correction: Correction,
    stock: Stock,
    others: Sequence[Stock],
    measure: Measure,
    dot_mm: float = 0,
) -> Layout:
    """Lay a label out; a refusal says which of the `others` would hold it.

    `length` is of the link in bytes. Refuses DoesNotFit, LinkTooLong.
    """
    side = side_of(length=length, correction=correction)
    try:
        return lay_out(content=content, stock=stock, side=side, measure=measure, dot_mm=dot_mm)
    except DoesNotFit as refusal:
        enough = (
            each.said
            for each in smallest_first(others)
            if holds(content=content, stock=each, side=side, measure=measure, dot_mm=dot_mm)
        )
        wanted = next(enough, "")
        remedy = f"the smallest label that holds it is {wanted}" if wanted else "print it on A4"
        weaker = side_of(length=length, correction=Correction.M)
        if holds(content=content, stock=stock, side=weaker, measure=measure, dot_mm=dot_mm):
            remedy += "; or ask for correction M, whose code is smaller and bears half the damage"
        if content.particulars:
            remedy += "; or leave the particulars to the packaging and the papers [Art. 13(7)]"
        raise DoesNotFit(refusal.detail, pointer=refusal.pointer, remedy=remedy) from None


@dataclass(frozen=True, slots=True)
class _Ink:
    """Letters of one size."""

    measure: Measure
    size_mm: float

    def fills(self, content: Content, area: "_Area") -> bool:
        """Whether the words alone are more than an area holds, however they are broken."""
        ems = MONO_EM * sum(map(len, content.code)) + self.measure(content.host, Face.PLAIN)
        for caption, text in content.particulars:
            ems += self.measure(caption, Face.BOLD) + self.measure(text, Face.PLAIN)
        most = (area.right - area.left) * (area.bottom - area.top + self.size_mm)
        return ems * self.size_mm * self.size_mm * _LEADING > most

    def width(self, text: str, face: Face) -> float:
        return self.measure(text, face) * self.size_mm


def _placed(
    content: Content, stock: Stock, side: int, module_mm: float, ink: _Ink
) -> Layout | None:
    """The first way in which all texts fit, or nothing."""
    box = (side + 2 * QUIET) * module_mm
    for square, area in _arrangements(stock, box):
        if ink.fills(content, area):
            continue
        for mark in _marks(content, area):
            inner = _Area(area.left, area.top, area.right, area.bottom, mark)
            pieces = _flow(content, inner, ink)
            if pieces is not None:
                return Layout(stock, square, module_mm, pieces + _metals(content, mark, ink), mark)
    return None


def _arrangements(stock: Stock, box: float) -> Iterator[tuple[Square, _Area]]:
    """The code on the left and the text beside it; the code above and the text below."""
    width, height = stock.width_mm, stock.height_mm
    beside = MARGIN_MM + box + _GAP_MM
    right, bottom = width - _EDGE_MM, height - _EDGE_MM
    spare = height - box
    top = spare / 2 if spare < _TALL_MM else MARGIN_MM
    yield Square(MARGIN_MM, top, box), _Area(beside, _EDGE_MM, right, bottom)
    below = _Area(_EDGE_MM, MARGIN_MM + box, right, bottom)
    yield Square((width - box) / 2, MARGIN_MM, box), below


def _marks(content: Content, area: _Area) -> Iterator[Square | None]:
    """Where the mark may stand, the largest first; the names of metals stand beneath it."""
    if not content.collected_apart:
        yield None
        return
    for side in _MARK_MM:
        tall = side * (1 + _METAL * len(content.metals))
        if (
            side <= (area.right - area.left)
            and tall <= (area.bottom - area.top) * _MARK_SHARE + _SLACK
        ):
            yield Square(area.right - side, area.bottom - tall, side)


def _metals(content: Content, mark: Square | None, ink: _Ink) -> tuple[Piece, ...]:
    """Cd and Pb under the bin, each a quarter of its area at least. [Annex VI part B]"""
    if mark is None:
        return ()
    size, found = mark.side_mm * _METAL, []
    for number, text in enumerate(content.metals):
        width = ink.measure(text, Face.BOLD) * size
        x = mark.x_mm + (mark.side_mm - width) / 2
        y = mark.y_mm + mark.side_mm + size * (number + _ASCENT)
        found.append(Piece(x, y, size, width, Face.BOLD, text))
    return tuple(found)


def _flow(content: Content, area: _Area, ink: _Ink) -> tuple[Piece, ...] | None:
    """All lines from the top down, or nothing where they run out of the area."""
    pieces: list[Piece] = []
    top = area.top
    for paragraph in _paragraphs(content):
        lines = paragraph(area, top, ink)
        if lines is None:
            return None
        new, top = lines
        pieces += new
    return tuple(pieces)


_Laid: TypeAlias = "tuple[list[Piece], float] | None"
_Paragraph: TypeAlias = Callable[[_Area, float, _Ink], _Laid]


def _paragraphs(content: Content) -> Iterator[_Paragraph]:
    for number, line in enumerate(content.code):
        yield _code_line(number, line)
    yield _words((("", content.host),))
    for caption, text in content.particulars:
        yield _words(((caption, text),))


def _code_line(number: int, line: str) -> _Paragraph:
    """A line of letters of one width; where the room ends it goes on below, best at its space."""

    def laid(area: _Area, top: float, ink: _Ink) -> _Laid:
        pieces, start = [], 0
        while start < len(line):
            room = area.width_at(top + ink.size_mm)
            most = int(room / (MONO_EM * ink.size_mm) + _SLACK)
            if most < 5 or top + ink.size_mm > area.bottom + _SLACK:
                return None
            end = _end(line, start, most)
            baseline = top + _ASCENT * ink.size_mm
            width = (end - start) * MONO_EM * ink.size_mm
            cut = end < len(line) and line[end - 1] != " "
            of = (number, start, end)
            pieces.append(Piece(area.left, baseline, ink.size_mm, width, Face.MONO, "", of, cut))
            start, top = end, top + _LEADING * ink.size_mm
        return pieces, top

    return laid


def _end(line: str, start: int, most: int) -> int:
    """Where a line of the code ends: all of it, else after the name of its key, else anywhere."""
    if len(line) - start <= most:
        return len(line)
    key = line.find(" ", start, start + most) + 1
    return key or start + most


def _words(said: Sequence[tuple[str, str]]) -> _Paragraph:
    """A caption and its words, broken between words; a word longer than a line is cut."""
    words = [
        (word, face)
        for caption, text in said
        for part, face in ((caption, Face.BOLD), (text, Face.PLAIN))
        for word in part.split()
    ]

    def laid(area: _Area, top: float, ink: _Ink) -> _Laid:
        pieces: list[Piece] = []
        waiting = list(words)
        while waiting:
            room = area.width_at(top + ink.size_mm)
            if room < 4 * ink.size_mm or top + ink.size_mm > area.bottom + _SLACK:
                return None
            before = len(waiting)
            taken, waiting = _line(waiting, room, ink)
            cut = before < len(taken) + len(waiting)
            pieces += _runs(taken, area.left, top + _ASCENT * ink.size_mm, ink, cut=cut)
            top += _LEADING * ink.size_mm
        return pieces, top

    return laid


_Words: TypeAlias = "list[tuple[str, Face]]"


def _line(words: _Words, room: float, ink: _Ink) -> tuple[_Words, _Words]:
    """As many words as a line holds, and the rest."""
    space, used = ink.width(" ", Face.PLAIN), 0.0
    for count, (word, face) in enumerate(words):
        used += ink.width(word, face) + (space if count else 0)
        if used > room + _SLACK:
            if count:
                return words[:count], words[count:]
            return _cut(word, face, words[1:], room, ink)
    return words, []


def _cut(word: str, face: Face, rest: _Words, room: float, ink: _Ink) -> tuple[_Words, _Words]:
    end = len(word)
    while ink.width(word[:end], face) > room:
        end -= 1
    return [(word[:end], face)], [(word[end:], face), *rest]


def _runs(words: _Words, left: float, baseline: float, ink: _Ink, *, cut: bool) -> list[Piece]:
    """Neighbours of one face as one piece."""
    pieces: list[Piece] = []
    space = ink.width(" ", Face.PLAIN)
    while words:
        face = words[0][1]
        count = next((n for n, each in enumerate(words) if each[1] is not face), len(words))
        text = " ".join(word for word, _ in words[:count])
        width = ink.width(text, face)
        pieces.append(Piece(left, baseline, ink.size_mm, width, face, text, cut=cut))
        left, words = left + width + space, words[count:]
    return pieces
