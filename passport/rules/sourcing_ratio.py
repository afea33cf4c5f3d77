"""The material assistance cost ratio of a case: (A - B) / A, exact, in both readings, twice.

Supported: whatever is not shown counts as prohibited. Potential: it counts as clean. Only the
supported ratio of the strict reading can pass. [26 USC 7701(a)(52)(D); R-4, R-13, R-14, OI-1]
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from passport.rules.sourcing_case import Credit, Election, Line, Method, Reading
from passport.rules.sourcing_direct import direct_base
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_percent import percent_base
from passport.rules.sourcing_piece import KNOWN, Base, Doubt, DoubtKind, LeftOut, Piece, Step

FORMULAS = {
    "ROW": "the percentage that the table assigns to the row",
    "WHOLE_ROW": "the row, as good as the worst of its lines",
    "WEIGHT": "the nameplates, else the numbers, of the lines of a row",
    "PART": "row x share of the line in the weight",
    "COST": "sum of amount x rate over the costs that count",
    "WHOLE_COST": "the cost, all of it",
    "CERTIFIED_PART": "cost x the part of the certified price",
    "SUM_ALL": "A = sum of all pieces",
    "SUM_PROHIBITED": "B = sum of the pieces that are prohibited or not shown to be clean",
    "SUM_KNOWN": "B = sum of the pieces that are known to be prohibited",
    "RATIO": "(A - B) / A",
    "THRESHOLD": "the percentage of the year",
    "CONTENT": "sum of the rows of the United States",
}


@dataclass(frozen=True)
class Figures:
    """The sums and the ratios of one reading; ratios from 0 to 1."""

    total: Fraction
    prohibited: Fraction
    known: Fraction
    supported: Fraction
    potential: Fraction


@dataclass(frozen=True)
class Ratio:
    """What was counted, and what came of it; `strict` is None where there is nothing to count."""

    base: Base
    strict: Figures | None
    lenient: Figures | None
    steps: tuple[Step, ...]
    assigned_too_much: bool


def ratio_of(*, inquiry: Inquiry) -> Ratio | None:
    """The ratio of a case, in percent points of the table or in dollars. [sourcing-10]

    None where assigned percentages are asked of a rule set without a table for them.
    """
    lines, contracted = _under_contract(inquiry)
    if inquiry.case.project.method is Method.COST_PERCENTAGE:
        base = percent_base(inquiry=inquiry, lines=lines)
        if base is None:
            return None
    else:
        base = direct_base(inquiry=inquiry, lines=lines)
    if contracted:
        base = replace(
            base,
            left_out=(*base.left_out, *contracted),
            clauses=base.clauses | {"EXISTING_CONTRACT"},
        )
    return _measured(base, inquiry)


def _under_contract(inquiry: Inquiry) -> tuple[list[Line], list[LeftOut]]:
    """45X: what was bought under a contract of before the day may be left out of both sums, where
    it is used in a component that is sold before another day.
    """
    case, ends = inquiry.case, inquiry.rules.dates.contract_used_before
    sold_on = case.project.sold_on
    late = ends is not None and (sold_on is None or sold_on >= ends)
    if (
        Election.EXISTING_CONTRACT not in case.project.elections
        or case.project.credit is not Credit.COMPONENT_45X
        or late
    ):
        return list(case.lines), []
    lines, contracted = [], []
    for line in case.lines:
        day = line.contracted_on
        if day is not None and day < inquiry.rules.dates.contract_before:
            contracted.append(LeftOut(line.id, "EXISTING_CONTRACT", "EXISTING_CONTRACT"))
        else:
            lines.append(line)
    return lines, contracted


def _measured(base: Base, inquiry: Inquiry) -> Ratio:
    total = sum((piece.amount for piece in base.pieces), Fraction(0))
    base, too_much = _assigned(base, total, inquiry)
    if not total:
        return Ratio(base, None, None, base.steps, too_much)
    citation = "FORMULA"
    if inquiry.case.project.credit is Credit.COMPONENT_45X:
        citation = "FORMULA_45X"
    whole = Step("A", "SUM_ALL", tuple(each.id for each in base.pieces), total, citation)
    strict, strict_steps = _figures(base, Reading.STRICT, total, citation)
    lenient, lenient_steps = _figures(base, Reading.LENIENT, total, citation)
    steps = (*base.steps, whole, *strict_steps, *lenient_steps)
    return Ratio(base, strict, lenient, steps, too_much)


def _assigned(base: Base, total: Fraction, inquiry: Inquiry) -> tuple[Base, bool]:
    """What was assigned without tracking each has to stay below a tenth of the whole (R-6)."""
    assigned = sum((each.amount for each in base.pieces if each.assigned), Fraction(0))
    if not assigned:
        return base, False
    clauses = base.clauses | {"R-6"}
    if assigned * 100 < total * Fraction(inquiry.rules.assigned_below_percent):
        return replace(base, clauses=clauses), False
    doubt = frozenset({Doubt(DoubtKind.ASSIGNED, inquiry.case.project.id)})
    pieces = (
        replace(each, strict=each.strict | doubt, lenient=each.lenient | doubt)
        if each.assigned
        else each
        for each in base.pieces
    )
    return replace(base, pieces=tuple(pieces), clauses=clauses), True


def _figures(
    base: Base, reading: Reading, total: Fraction, citation: str
) -> tuple[Figures, list[Step]]:
    against = list(_against(base, reading))
    known = [each for each, doubts in against if any(doubt.kind in KNOWN for doubt in doubts)]
    prohibited = [each for each, _ in against]
    steps, ratios = [], []
    for name, formula, pieces in (
        ("supported", "SUM_PROHIBITED", prohibited),
        ("potential", "SUM_KNOWN", known),
    ):
        at = f"{reading.value.lower()}:{name}"
        summed = sum((each.amount for each in pieces), Fraction(0))
        ids = tuple(each.id for each in pieces)
        ratio = (total - summed) / total
        reason = "R-14" if reading is Reading.STRICT else "OI-1"
        steps.append(Step(f"B:{at}", formula, ids, summed, reason))
        steps.append(Step(f"ratio:{at}", "RATIO", ("A", f"B:{at}"), ratio, citation))
        ratios.append((summed, ratio))
    (bad, supported), (sure, potential) = ratios
    return Figures(total, bad, sure, supported, potential), steps


def _against(base: Base, reading: Reading) -> Iterator[tuple[Piece, frozenset[Doubt]]]:
    for piece in base.pieces:
        doubts = piece.strict if reading is Reading.STRICT else piece.lenient
        if doubts:
            yield piece, doubts
