"""How text flows on a label: line by line, around a square that stands in its way."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from passport.rules.label import Content

GAP_MM = 0.6
LEADING = 1.22
ASCENT = 0.78
MONO_EM = 0.6
SLACK = 1e-6


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


@dataclass(frozen=True, slots=True)
class Area:
    """Where text goes, and the corner of it that the mark takes."""

    left: float
    top: float
    right: float
    bottom: float
    mark: Square | None = None

    def width_at(self, bottom: float) -> float:
        """The room of a line; nothing runs into the mark."""
        if self.mark is not None and bottom > self.mark.y_mm - GAP_MM:
            return self.mark.x_mm - GAP_MM - self.left
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Ink:
    """Letters of one size."""

    measure: Measure
    size_mm: float

    def fills(self, content: Content, area: "Area") -> bool:
        """Whether the words alone are more than an area holds, however they are broken."""
        ems = MONO_EM * sum(map(len, content.code)) + self.measure(content.host, Face.PLAIN)
        for caption, text in content.particulars:
            ems += self.measure(caption, Face.BOLD) + self.measure(text, Face.PLAIN)
        most = (area.right - area.left) * (area.bottom - area.top + self.size_mm)
        return ems * self.size_mm * self.size_mm * LEADING > most

    def width(self, text: str, face: Face) -> float:
        return self.measure(text, face) * self.size_mm


def flow(*, content: Content, area: Area, ink: Ink) -> tuple[Piece, ...] | None:
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
_Paragraph: TypeAlias = Callable[[Area, float, Ink], _Laid]


def _paragraphs(content: Content) -> Iterator[_Paragraph]:
    for number, line in enumerate(content.code):
        yield _code_line(number, line)
    yield _words((("", content.host),))
    for caption, text in content.particulars:
        yield _words(((caption, text),))


def _code_line(number: int, line: str) -> _Paragraph:
    """A line of letters of one width; where the room ends it goes on below, best at its space."""

    def laid(area: Area, top: float, ink: Ink) -> _Laid:
        pieces, start = [], 0
        while start < len(line):
            room = area.width_at(top + ink.size_mm)
            most = int(room / (MONO_EM * ink.size_mm) + SLACK)
            if most < 5 or top + ink.size_mm > area.bottom + SLACK:
                return None
            end = _end(line, start, most)
            baseline = top + ASCENT * ink.size_mm
            width = (end - start) * MONO_EM * ink.size_mm
            cut = end < len(line) and line[end - 1] != " "
            of = (number, start, end)
            pieces.append(Piece(area.left, baseline, ink.size_mm, width, Face.MONO, "", of, cut))
            start, top = end, top + LEADING * ink.size_mm
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

    def laid(area: Area, top: float, ink: Ink) -> _Laid:
        pieces: list[Piece] = []
        waiting = list(words)
        while waiting:
            room = area.width_at(top + ink.size_mm)
            if room < 4 * ink.size_mm or top + ink.size_mm > area.bottom + SLACK:
                return None
            before = len(waiting)
            taken, waiting = _line(waiting, room, ink)
            cut = before < len(taken) + len(waiting)
            pieces += _runs(taken, area.left, top + ASCENT * ink.size_mm, ink, cut=cut)
            top += LEADING * ink.size_mm
        return pieces, top

    return laid


_Words: TypeAlias = "list[tuple[str, Face]]"


def _line(words: _Words, room: float, ink: Ink) -> tuple[_Words, _Words]:
    """As many words as a line holds, and the rest."""
    space, used = ink.width(" ", Face.PLAIN), 0.0
    for count, (word, face) in enumerate(words):
        used += ink.width(word, face) + (space if count else 0)
        if used > room + SLACK:
            if count:
                return words[:count], words[count:]
            return _cut(word, face, words[1:], room, ink)
    return words, []


def _cut(word: str, face: Face, rest: _Words, room: float, ink: Ink) -> tuple[_Words, _Words]:
    end = len(word)
    while ink.width(word[:end], face) > room:
        end -= 1
    return [(word[:end], face)], [(word[end:], face), *rest]


def _runs(words: _Words, left: float, baseline: float, ink: Ink, *, cut: bool) -> list[Piece]:
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
