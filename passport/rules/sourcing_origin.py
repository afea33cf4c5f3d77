"""What the country of making decides, and nothing else: duty by the tariff's day, domestic content.

Neither is the ratio: that asks who made a thing, and these ask where.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from passport.rules.sourcing_mix import Good, Mix, rows_of
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


def domestic_share(*, mix: Mix, table: CostTable, kwh: Decimal) -> Fraction:
    """Percent of domestic content by the table: what is absent counts as made abroad. [supply-9]

    The making of a product counts only where all its components were made at home too.
    """
    rows = rows_of(mix=mix, table=table, kwh=kwh)
    found = Fraction(0)
    for part in mix.parts:
        made_in = {good.category: good.made_in for good in part.recipe.goods}
        home = {
            row.key: made_in.get(row.key, made_in[row.product]) == HOME
            for row, _ in rows
            if row.kind is RowKind.COMPONENT
        }
        for row, value in rows:
            if row.kind is RowKind.COMPONENT:
                counted = home[row.key]
            else:
                inside = (
                    home[each.key] for each, _ in rows
                    if each.product == row.product and each.kind is RowKind.COMPONENT
                )  # fmt: skip
                counted = made_in[row.product] == HOME and all(inside)
            found += value * part.share * counted
    return found
