"""The pieces of a ratio by assigned percentages: the rows of the table that a property includes.

Each row of an included product is there with its percentage; a listed product that is not part of
the property is in neither sum (R-9). A row is as good as the worst of its lines, or, where the
part is weighed by nameplate (R-5), each of its lines has its part of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from passport.rules.sourcing_case import Credit, Election, Line, LineKind
from passport.rules.sourcing_group import Group, groups_of, making
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_piece import Base, Doubt, LeftOut, Piece, Step
from passport.rules.sourcing_share import row_pieces
from passport.rules.sourcing_tables import CostTable, Row, Variant

_NOT_COUNTED = {
    LineKind.STEEL_IRON: LeftOut("", "STEEL_IRON", "R-10"),
    LineKind.SITE: LeftOut("", "SITE", "R-10"),
    LineKind.MATERIAL: LeftOut("", "MATERIAL", "IDENTIFICATION"),
}


@dataclass(frozen=True)
class _Sheet:
    """The table as far as it is asked: its place, its column, its rows."""

    table: CostTable
    place: int
    variant: Variant
    rows: tuple[tuple[int, Row], ...]


def percent_base(*, inquiry: Inquiry, lines: Sequence[Line]) -> Base | None:
    """The pieces by the table of the rule set, in points; None when it has no column for this."""
    sheet = _sheet(inquiry)
    if sheet is None:
        return None
    products = {row.product for _, row in sheet.rows}
    reasons = {line.id: _reason(line, sheet, products) for line in lines}
    counted = [line for line in lines if reasons[line.id] is None]
    groups = groups_of(lines=counted, as_of=inquiry.case.as_of)
    pieces, steps = _counted(sheet, [(group, making(group, inquiry)) for group in groups], inquiry)
    absent = products - {group.product for group in groups}
    return Base(
        pieces=tuple(pieces),
        steps=tuple(steps),
        left_out=tuple(each for each in reasons.values() if each is not None),
        absent=tuple(sorted(absent)),
        clauses=_clauses(inquiry, absent),
        variant=sheet.variant.key,
        table=sheet.table.id,
    )


def _counted(
    sheet: _Sheet, makings: Sequence[tuple[Group, frozenset[Doubt]]], inquiry: Inquiry
) -> tuple[list[Piece], list[Step]]:
    """Row by row, what of it there is in the property."""
    pieces: list[Piece] = []
    steps: list[Step] = []
    for place, row in sheet.rows:
        there = [each for each in makings if each[0].product == row.product]
        if there:
            at = f"rules:/tables/{sheet.place}/rows/{place}/percent/{sheet.variant.key}"
            amount = Fraction(row.percent[sheet.variant.key])
            steps.append(Step(f"row:{row.key}", "ROW", (at,), amount, sheet.table.id))
            found, told = row_pieces(row=row, amount=amount, groups=there, inquiry=inquiry)
            pieces += found
            steps += told
    return pieces, steps


def _clauses(inquiry: Inquiry, absent: Collection[str]) -> frozenset[str]:
    project = inquiry.case.project
    base = inquiry.rules.component_base(project.component)
    found = {"COST_PERCENTAGE", "IDENTIFICATION", *({"R-9"} if absent else ())}
    if project.credit is Credit.COMPONENT_45X and base is not None:
        found.add(base.clause)
    return frozenset(found | ({"R-5"} if Election.PRO_RATA in project.elections else set()))


def _sheet(inquiry: Inquiry) -> _Sheet | None:
    project, rules = inquiry.case.project, inquiry.rules
    table = rules.table(project.credit)
    variant = table.variant(project.nameplate_kwh) if table else None
    if table is None or variant is None:
        return None
    rows = tuple((place, row) for place, row in enumerate(table.rows) if variant.key in row.percent)
    if project.credit is Credit.COMPONENT_45X:
        base = rules.component_base(project.component)
        if base is None:
            return None
        rows = tuple(
            (place, row)
            for place, row in rows
            if row.product == base.product and row.kind in base.kinds
        )
    return _Sheet(table, rules.tables.index(table), variant, rows)


def _reason(line: Line, sheet: _Sheet, products: set[str]) -> LeftOut | None:
    if line.excluded:
        return LeftOut(line.id, "EXCLUDED", "R-9")
    if line.kind in _NOT_COUNTED:
        why = _NOT_COUNTED[line.kind]
        return LeftOut(line.id, why.reason, why.clause)
    rows = {row.key for _, row in sheet.rows if row.product == line.product}
    if line.product not in products or (line.row and line.row not in rows):
        return LeftOut(line.id, "NOT_LISTED", "IDENTIFICATION")
    return None
