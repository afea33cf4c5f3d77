"""What of a row of the table is prohibited: as good as the worst of its lines, or each by its part.

Weighed only where like stands beside like (all lines of components, or all of products): by
nameplate where all tell one, else by number (R-5). In any other case the worst decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from passport.rules.sourcing_case import Election, Line, LineKind
from passport.rules.sourcing_group import Group, days_of, missing, uncovered
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_piece import NOTHING, Doubt, DoubtKind, Piece, Step, inside, told
from passport.rules.sourcing_tables import Row, RowKind


@dataclass(frozen=True)
class _Share:
    """What lines bring to a row: how much, of which sort, and what speaks against it."""

    lines: tuple[Line, ...]
    nameplate: Fraction | None
    number: Fraction | None
    sort: str
    strict: frozenset[Doubt]
    lenient: frozenset[Doubt]


def row_pieces(
    *,
    row: Row,
    amount: Fraction,
    groups: Sequence[tuple[Group, frozenset[Doubt]]],
    inquiry: Inquiry,
) -> tuple[list[Piece], list[Step]]:
    """The pieces of one row, and their steps; `groups` with what speaks against their maker.
    [sourcing-6]
    """
    shares = [share for group, made in groups for share in _shares(row, group, made, inquiry)]
    weights = _weights(shares) if Election.PRO_RATA in inquiry.case.project.elections else None
    if weights is None:
        piece, step = _piece(row, "", amount, shares, inquiry)
        return [piece], [step]
    total = sum(weights, Fraction(0))
    lines = dict.fromkeys(line.id for share in shares for line in share.lines)
    whole = Step(
        f"weight:{row.key}", "WEIGHT", tuple(inquiry.place(id) for id in lines), total, "R-5"
    )
    made = [
        _piece(row, f":{place}", amount * weight / total, [share], inquiry)
        for place, (share, weight) in enumerate(zip(shares, weights, strict=True))
    ]
    return [piece for piece, _ in made], [whole, *(step for _, step in made)]


def _shares(row: Row, group: Group, made: frozenset[Doubt], inquiry: Inquiry) -> Iterator[_Share]:
    if row.kind is RowKind.COMPONENT:
        yield from _component(row, group, made, inquiry)
        return
    for line in group.wholes:
        own = inquiry.own(line, days_of(line, group.days))
        yield _of_line(line, own, own)
    for line in group.parts.get(row.key, ()):
        own = inquiry.own(line, days_of(line, group.days)) | made
        yield _of_line(line, own, own)
    if not group.wholes and row.key not in group.parts:
        yield _of_group(group, made, made)


def _component(
    row: Row, group: Group, made: frozenset[Doubt], inquiry: Inquiry
) -> Iterator[_Share]:
    lines = group.parts.get(row.key, ())
    for line in lines:
        own = inquiry.own(line, days_of(line, group.days))
        yield _of_line(line, own | made, own | inside(made))
    if lines:
        short = uncovered(group, row.key)
        if short:
            doubt = frozenset({Doubt(DoubtKind.UNCOVERED, f"{group.product}/{row.key}")})
            yield _Share(
                group.wholes, short, None, LineKind.COMPONENT, made | doubt, inside(made) | doubt
            )
        return
    absent = frozenset({missing(group, row.key)})
    for line in group.wholes:
        own = inquiry.own(line, days_of(line, group.days))
        untold = NOTHING if inquiry.cleared(line) else absent
        yield _of_line(line, own | untold, inside(own) | untold)
    if not group.wholes:
        yield _of_group(group, made | absent, inside(made) | absent)


def _of_line(line: Line, strict: frozenset[Doubt], lenient: frozenset[Doubt]) -> _Share:
    nameplate = None if line.nameplate is None else Fraction(line.nameplate)
    return _Share((line,), nameplate, Fraction(line.quantity), line.kind, strict, lenient)


def _of_group(group: Group, strict: frozenset[Doubt], lenient: frozenset[Doubt]) -> _Share:
    """A product of which no line tells as a whole: as large as the most of its rows."""
    told_of = [
        sum(Fraction(line.nameplate or 0) for line in lines) for lines in group.parts.values()
    ]
    return _Share(group.lines(), Fraction(max(told_of)) or None, None, "GROUP", strict, lenient)


def _weights(shares: Sequence[_Share]) -> list[Fraction] | None:
    if len({each.sort for each in shares}) > 1:
        return None
    nameplates = [each.nameplate for each in shares if each.nameplate is not None]
    if len(nameplates) == len(shares) and any(nameplates):
        return nameplates
    numbers = [each.number for each in shares if each.number is not None]
    return numbers if len(numbers) == len(shares) and any(numbers) else None


def _piece(
    row: Row, suffix: str, amount: Fraction, shares: Sequence[_Share], inquiry: Inquiry
) -> tuple[Piece, Step]:
    lines = [line for share in shares for line in share.lines]
    strict = NOTHING.union(*(share.strict for share in shares))
    piece = Piece(
        id=f"counted:{row.key}{suffix}",
        amount=amount,
        strict=strict,
        lenient=NOTHING.union(*(share.lenient for share in shares)),
        lines=tuple(dict.fromkeys(line.id for line in lines)),
        assigned=any(line.assigned for line in lines),
    )
    step = Step(
        id=piece.id,
        formula="PART" if suffix else "WHOLE_ROW",
        operands=(
            f"row:{row.key}",
            *((f"weight:{row.key}",) if suffix else ()),
            *(inquiry.place(id) for id in piece.lines),
        ),
        value=amount,
        citation="R-5" if suffix else "COST_PERCENTAGE",
        sources=tuple(sorted({paper for line in lines for paper in inquiry.papers(line)})),
        notes=told(strict),
    )
    return piece, step
