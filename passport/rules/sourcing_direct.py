"""The pieces of a ratio by direct cost: what the taxpayer paid, or spent in making it itself.

What was bought counts at its price (R-1); which part of the price is prohibited only its supplier
can say, so without a certificate that may be relied upon, or makers shown for all that is inside,
all of it counts. What the taxpayer made itself counts at material and labour (R-2).
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from passport.rules.sourcing_amount import (
    Certified,
    amount_of,
    certified_part,
    counted_kinds,
)
from passport.rules.sourcing_case import CostKind, Credit, Election, Line, LineKind
from passport.rules.sourcing_group import Group, days_of, groups_of, missing, uncovered
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_piece import (
    NOTHING,
    Base,
    Doubt,
    DoubtKind,
    LeftOut,
    Piece,
    Step,
    inside,
    shown,
    told,
)
from passport.rules.sourcing_tables import RowKind

_PARTS = "parts"


def direct_base(*, inquiry: Inquiry, lines: Sequence[Line]) -> Base:
    """The pieces by direct cost, in dollars: of products and components, or of the materials of an
    eligible component (45X). [sourcing-9]
    """
    project = inquiry.case.project
    listed = _listed(inquiry) if Election.IDENTIFICATION in project.elections else None
    counted, left_out = [], []
    for line in lines:
        reason = _reason(line, project.credit, listed)
        if reason is None:
            counted.append(line)
        else:
            left_out.append(LeftOut(line.id, *reason))
    counting = _Counting(inquiry)
    for group in groups_of(lines=counted, as_of=inquiry.case.as_of):
        counting.group(group)
    return Base(
        pieces=tuple(counting.pieces),
        steps=tuple(counting.steps),
        left_out=tuple(left_out),
        clauses=frozenset(counting.clauses | ({"IDENTIFICATION"} if listed is not None else set())),
    )


class _Counting:
    """Pieces and steps, group by group."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.kinds: Mapping[CostKind, str] = counted_kinds(inquiry)
        self.pieces: list[Piece] = []
        self.steps: list[Step] = []
        self.clauses: set[str] = set()

    def group(self, group: Group) -> None:
        """All lines of a product of one maker."""
        certified = {
            line.id: certified_part(line=line, inquiry=self.inquiry) for line in group.lines()
        }
        own = {line.id: self._own(line, group, certified[line.id]) for line in group.lines()}
        made = self._made(group, own)
        parts = self._parts(group, own)
        for line in group.lines():
            if line.kind is LineKind.PRODUCT:
                self._whole(line, own[line.id], parts, certified[line.id])
            else:
                strict = own[line.id] | made
                self._add(line, strict, own[line.id] | inside(made), certified[line.id])

    def _own(self, line: Line, group: Group, certified: Certified | None) -> frozenset[Doubt]:
        found = self.inquiry.own(line, days_of(line, group.days))
        return shown(found) if certified is not None else found

    def _made(self, group: Group, own: Mapping[str, frozenset[Doubt]]) -> frozenset[Doubt]:
        """What speaks against the maker of the product; materials stand in none (45X)."""
        if self.inquiry.case.project.credit is Credit.COMPONENT_45X:
            return NOTHING
        if group.wholes:
            return NOTHING.union(*(own[line.id] for line in group.wholes))
        return self.inquiry.maker(group.maker, group.days, f"{group.product}/maker")

    def _whole(
        self,
        line: Line,
        own: frozenset[Doubt],
        parts: frozenset[Doubt],
        certified: Certified | None,
    ) -> None:
        if line.producer == self.inquiry.case.project.owner:
            self._add(line, own, own, None)
            return
        clean_inside = not any(each.kind is DoubtKind.UNPRICED for each in parts)
        # A certificate of the whole helps against no reason to know of what is inside it.
        flagged = frozenset(each for each in parts if each.kind is DoubtKind.FLAGGED)
        if certified is not None and (certified.share or clean_inside):
            self._add(line, own | flagged, inside(own) | flagged, certified)
        elif clean_inside and self.inquiry.cleared(line):
            self._add(line, own | flagged, own | flagged, None)
        else:
            self._add(line, own | parts, own | parts, None)

    def _parts(self, group: Group, own: Mapping[str, frozenset[Doubt]]) -> frozenset[Doubt]:
        """What speaks against what is inside a product, whose cost nobody tells apart."""
        found = set()
        for row, lines in group.parts.items():
            within = [line for line in lines if all(c.kind not in self.kinds for c in line.costs)]
            for doubt in NOTHING.union(*(own[line.id] for line in within)):
                known = doubt.kind is DoubtKind.PROHIBITED
                found.add(Doubt(DoubtKind.UNPRICED, doubt.about) if known else doubt)
            if uncovered(group, row):
                found.add(Doubt(DoubtKind.UNCOVERED, f"{group.product}/{row}"))
        rows = (_listed(self.inquiry) or {}).get(group.product, {_PARTS})
        return frozenset(found | {missing(group, row) for row in rows - group.parts.keys()})

    def _add(
        self,
        line: Line,
        strict: frozenset[Doubt],
        lenient: frozenset[Doubt],
        certified: Certified | None,
    ) -> None:
        amount = amount_of(line=line, kinds=self.kinds, inquiry=self.inquiry)
        if not amount.value:
            return
        self.clauses |= amount.clauses
        self.steps.append(amount.step)
        for suffix, value, doubt in _split(line, amount.value, certified):
            piece = Piece(
                id=f"counted:{line.id}{suffix}",
                amount=value,
                strict=strict | doubt,
                lenient=lenient | doubt,
                lines=(line.id,),
                assigned=line.assigned,
            )
            self.pieces.append(piece)
            self.steps.append(self._step(line, piece, certified))

    def _step(self, line: Line, piece: Piece, certified: Certified | None) -> Step:
        papers = self.inquiry.papers(line)
        return Step(
            id=piece.id,
            formula="WHOLE_COST" if certified is None else "CERTIFIED_PART",
            operands=(f"cost:{line.id}", *(() if certified is None else (certified.place,))),
            value=piece.amount,
            citation="R-1" if certified is None else "CERTIFICATION",
            sources=papers,
            notes=told(piece.strict),
        )


def _split(
    line: Line, value: Fraction, certified: Certified | None
) -> Iterator[tuple[str, Fraction, frozenset[Doubt]]]:
    if certified is None:
        yield "", value, NOTHING
        return
    if certified.share:
        doubt = frozenset({Doubt(DoubtKind.CERTIFIED, line.id)})
        yield ":prohibited", value * certified.share, doubt
    if certified.share != 1:
        yield ":clean", value * (1 - certified.share), NOTHING


def _listed(inquiry: Inquiry) -> dict[str, set[str]] | None:
    """The components of each listed product; None where the rule set has no table for this."""
    project = inquiry.case.project
    table = inquiry.rules.table(project.credit)
    variant = table.variant(project.nameplate_kwh) if table else None
    if table is None or variant is None:
        return None
    found: dict[str, set[str]] = {product: set() for product in table.products}
    for row in table.rows:
        if row.kind is RowKind.COMPONENT and variant.key in row.percent:
            found[row.product].add(row.key)
    return found


def _reason(
    line: Line, credit: Credit, listed: Mapping[str, set[str]] | None
) -> tuple[str, str] | None:
    if line.excluded:
        return "EXCLUDED", "R-9"
    if line.kind in (LineKind.STEEL_IRON, LineKind.SITE):
        return line.kind.value, "R-10"
    if credit is Credit.COMPONENT_45X:
        return None if line.kind is LineKind.MATERIAL else ("NOT_A_MATERIAL", "FORMULA_45X")
    if line.kind is LineKind.MATERIAL:
        return "MATERIAL", "FORMULA"
    if listed is not None and (
        line.product not in listed or (line.row and line.row not in listed[line.product])
    ):
        return "NOT_LISTED", "IDENTIFICATION"
    return None
