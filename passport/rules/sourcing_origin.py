"""What the country of making decides, and nothing else: duty by the tariff's day, domestic content.

Neither is the ratio: that asks who made a thing, and these ask where.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from passport.rules.sourcing_case import Case, Line, LineKind, Method, Project
from passport.rules.sourcing_content import Content, domestic_content
from passport.rules.sourcing_mix import Good, Mix, Planned, Recipe
from passport.rules.sourcing_party import Register
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_tables import CostTable, RowKind, TariffRow

HOME: Final = "US"
BATTERIES: Final = "8507.60"  # the heading of lithium-ion accumulators


def tariff_of(*, rules: RuleSet, origin: str, on: date) -> TariffRow | None:
    """The stack in force for batteries of an origin on a day; None where none is told."""
    for row in rules.tariffs:
        lasts = row.since <= on and (row.until is None or on <= row.until)
        if lasts and row.origin == origin and row.hts.startswith(BATTERIES):
            return row
    return None


def stacked(*, good: Good, on: date, rules: RuleSet) -> TariffRow | None:
    """The rule set's stack for a good. What is bought by the kW is no battery, and has none."""
    if good.made_in == HOME or good.by_kw:
        return None
    return tariff_of(rules=rules, origin=good.made_in, on=on)


def duty_percent(*, good: Good, on: date, rules: RuleSet) -> Fraction | None:
    """Percent of duty on a good: the stack, else the buyer's own figure; None: not known.

    What is made at home pays none. [supply-8]
    """
    if good.made_in == HOME:
        return Fraction(0)
    row = stacked(good=good, on=on, rules=rules)
    if row is not None:
        return Fraction(row.total())
    return None if good.duty_percent is None else Fraction(good.duty_percent)


def content_of(*, mix: Mix, planned: Planned, table: CostTable, rules: RuleSet) -> Content | None:
    """The domestic content of a project as its file would have it. [supply-9]

    What comes inside a product is taken to be made where the product is made.
    """
    lines = [
        line for number, part in enumerate(mix.parts) for line in _lines(part.recipe, table, number)
    ]
    project = Project(
        id=planned.id, name=planned.name, owner="", owner_tax_id="", site="", begins_by="",
        credit=planned.credit, method=Method.COST_PERCENTAGE, begins_on=planned.begins_on,
        placed_on=None, nameplate_kwh=planned.kwh, nameplate_kw=planned.kw,
    )  # fmt: skip
    case = Case(
        project=project, as_of=planned.begins_on, rule_set=rules.id, lines=tuple(lines),
        register=Register(),
    )  # fmt: skip
    return domestic_content(case=case, rules=rules)


def _lines(recipe: Recipe, table: CostTable, number: int) -> Iterator[Line]:
    made_in = {good.category: good.made_in for good in recipe.goods}
    for product in table.products:
        if product in made_in:
            yield _line(f"{number}-{product}", LineKind.PRODUCT, product, "", made_in[product])
    for row in table.rows:
        if row.kind is RowKind.COMPONENT and row.product in made_in:
            origin = made_in.get(row.key, made_in[row.product])
            yield _line(f"{number}-{row.key}", LineKind.COMPONENT, row.product, row.key, origin)


def _line(id: str, kind: LineKind, product: str, row: str, made_in: str) -> Line:
    return Line(
        id=id, kind=kind, product=product, row=row, description="", model="", quantity=Decimal(1),
        costs=(), producer=None, product_producer=None, supplier=None, made_in=made_in,
    )  # fmt: skip
