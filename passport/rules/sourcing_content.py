"""The domestic content of a property, from the same lines: another test, kept apart.

It asks where a thing was made, not who made it. The making of a product counts where the product
and all its listed components are of the United States; what is absent counts nothing over the
whole table. [Notice 2023-38; Notice 2025-08]
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from passport.rules.sourcing_case import Case, Credit, Line, LineKind
from passport.rules.sourcing_piece import Step
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_tables import CostTable, Row, RowKind

HOME = "US"


@dataclass(frozen=True)
class Content:
    """The share that is of the United States, from 0 to 1, and what a construction has to reach."""

    share: Fraction
    percent: Decimal | None  # None: no row for the day on which construction begins
    reached: bool
    steps: tuple[Step, ...]


def domestic_content(*, case: Case, rules: RuleSet) -> Content | None:
    """The domestic content by the cost table; None for a component, or without a table.

    A row is of the United States when all of its lines are; origin that is not told is not.
    [sourcing-11]
    """
    project = case.project
    table = None if project.credit is Credit.COMPONENT_45X else rules.table(project.credit)
    variant = table.variant(project.nameplate_kwh) if table else None
    if table is None or variant is None:
        return None
    at = f"rules:/tables/{rules.tables.index(table)}/rows"
    rows = [
        (f"{at}/{place}/percent/{variant.key}", Fraction(row.percent[variant.key]))
        for place, row in _domestic(case, table, variant.key)
    ]
    share = sum((percent for _, percent in rows), Fraction(0)) / Fraction(variant.sum)
    step = Step("content", "CONTENT", tuple(each for each, _ in rows), share, "DOMESTIC_CONTENT")
    percent = _percent(case, rules)
    reached = percent is not None and share * 100 >= Fraction(percent)
    return Content(share, percent, reached, (step,))


def _domestic(case: Case, table: CostTable, variant: str) -> Iterator[tuple[int, Row]]:
    wholes: dict[str, list[Line]] = defaultdict(list)
    parts: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in case.lines:
        if not line.excluded and line.kind is LineKind.PRODUCT:
            wholes[line.product].append(line)
        elif not line.excluded and line.kind is LineKind.COMPONENT:
            parts[line.product, line.row].append(line)
    rows = [(place, row) for place, row in enumerate(table.rows) if variant in row.percent]
    home = {
        row.key
        for _, row in rows
        if row.kind is RowKind.COMPONENT and _of_home(parts[row.product, row.key])
    }
    for place, row in rows:
        others = {r.key for _, r in rows if r.product == row.product and r.kind == "COMPONENT"}
        if row.key in home or (
            row.kind is RowKind.PRODUCTION and others <= home and _of_home(wholes[row.product])
        ):
            yield place, row


def _of_home(lines: list[Line]) -> bool:
    return bool(lines) and all(line.made_in == HOME for line in lines)


def _percent(case: Case, rules: RuleSet) -> Decimal | None:
    day = case.project.begins_on
    for row in rules.domestic_content:
        if day is not None and row.since <= day and (row.until is None or day <= row.until):
            return row.percent
    return None
