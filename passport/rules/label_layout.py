"""Where everything stands on a label, so that nothing overflows; how it is drawn is told elsewhere.

1. the code goes to the left of the text, or above it;
2. the mark of separate collection goes to the lower right of the text, which flows around it;
3. code and text are as large as both can be; below the smallest text nothing is printed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
from passport.rules.label_flow import (
    ASCENT,
    GAP_MM,
    SLACK,
    Area,
    Face,
    Ink,
    Measure,
    Piece,
    Square,
    flow,
)

# Text keeps more of a distance from the edge than the code, which brings its quiet zone.
_EDGE_MM = 1.2
# On a label that is higher than its code by this, both begin at the top.
_TALL_MM = 10.0
_TEXT_MM = (LARGEST_TEXT_MM, 4.2, 3.6, 3.2, 2.8, 2.5, 2.2, 2.0, 1.8, 1.6, SMALLEST_TEXT_MM)
# Annex VI part B: at least 0.47 cm a side on the battery; beside it stands the name of the metal.
_MARK_MM = (20.0, 15.0, 12.0, 10.0, 8.0, 6.0, 5.0)
_METAL = 0.58
# Of the height of the text, which shall not have to flow around a tower.
_MARK_SHARE = 0.6
# A word or a serial that runs on in the next line is worth a smaller letter.
_CUT = 0.2


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
            found = _placed(content, stock, side, module_mm, Ink(measure, size_mm))
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
    ink = Ink(measure, SMALLEST_TEXT_MM)
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


def _placed(content: Content, stock: Stock, side: int, module_mm: float, ink: Ink) -> Layout | None:
    """The first way in which all texts fit, or nothing."""
    box = (side + 2 * QUIET) * module_mm
    for square, area in _arrangements(stock, box):
        if ink.fills(content, area):
            continue
        for mark in _marks(content, area):
            inner = Area(area.left, area.top, area.right, area.bottom, mark)
            pieces = flow(content=content, area=inner, ink=ink)
            if pieces is not None:
                return Layout(stock, square, module_mm, pieces + _metals(content, mark, ink), mark)
    return None


def _arrangements(stock: Stock, box: float) -> Iterator[tuple[Square, Area]]:
    """The code on the left and the text beside it; the code above and the text below."""
    width, height = stock.width_mm, stock.height_mm
    beside = MARGIN_MM + box + GAP_MM
    right, bottom = width - _EDGE_MM, height - _EDGE_MM
    spare = height - box
    top = spare / 2 if spare < _TALL_MM else MARGIN_MM
    yield Square(MARGIN_MM, top, box), Area(beside, _EDGE_MM, right, bottom)
    below = Area(_EDGE_MM, MARGIN_MM + box, right, bottom)
    yield Square((width - box) / 2, MARGIN_MM, box), below


def _marks(content: Content, area: Area) -> Iterator[Square | None]:
    """Where the mark may stand, the largest first; the names of metals stand beneath it."""
    if not content.collected_apart:
        yield None
        return
    for side in _MARK_MM:
        tall = side * (1 + _METAL * len(content.metals))
        if (
            side <= (area.right - area.left)
            and tall <= (area.bottom - area.top) * _MARK_SHARE + SLACK
        ):
            yield Square(area.right - side, area.bottom - tall, side)


def _metals(content: Content, mark: Square | None, ink: Ink) -> tuple[Piece, ...]:
    """Cd and Pb under the bin, each a quarter of its area at least. [Annex VI part B]"""
    if mark is None:
        return ()
    size, found = mark.side_mm * _METAL, []
    for number, text in enumerate(content.metals):
        width = ink.measure(text, Face.BOLD) * size
        x = mark.x_mm + (mark.side_mm - width) / 2
        y = mark.y_mm + mark.side_mm + size * (number + ASCENT)
        found.append(Piece(x, y, size, width, Face.BOLD, text))
    return tuple(found)
