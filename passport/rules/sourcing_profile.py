"""What a mix is on a day, whatever the size of the project: worked out once, scaled many times."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from passport.rules.sourcing_content import Content
from passport.rules.sourcing_mix import (
    Good,
    Mix,
    Planned,
    Recipe,
    Standings,
    prohibited,
    share_of,
    tainted,
)
from passport.rules.sourcing_origin import content_of, duty_percent, stacked
from passport.rules.sourcing_party import Standing
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_tables import CostTable


@dataclass(frozen=True)
class Kind:
    """What goods have in common that are reckoned alike. `duty` is in percent; `stacked` says that
    a tariff of the rule set makes it; `strict` and `lenient` whether they count as prohibited.
    """

    by_kw: bool
    clean: bool
    strict: bool
    lenient: bool
    duty: Fraction
    stacked: bool


@dataclass(frozen=True)
class Profile:
    """Goods by their kind, in dollars for a kWh or kW of project, and what the table says."""

    goods: tuple[tuple[Kind, Fraction], ...]
    strict: Fraction  # the ratio by the table
    lenient: Fraction
    content: Content | None
    no_duty: tuple[str, ...]


def profile_of(
    *,
    mix: Mix,
    planned: Planned,
    pro_rata: bool,
    rules: RuleSet,
    table: CostTable,
    standings: Standings,
) -> Profile:
    """The profile of a mix on the days on which a project begins and its goods are paid for."""
    goods: dict[Kind, Fraction] = defaultdict(Fraction)
    untold = set()
    for part in mix.parts:
        for good in part.recipe.goods:
            kind = _kind(good, part.recipe, planned, rules, table, standings)
            goods[kind] += good.price * part.share
            if duty_percent(good=good, on=planned.incurred_on, rules=rules) is None:
                untold.add(good.made_in or "?")
    strict, lenient = (
        share_of(
            mix=mix, planned=planned, table=table, standings=standings, pro_rata=pro_rata,
            lenient=each,
        ).ratio
        for each in (False, True)
    )  # fmt: skip
    return Profile(
        goods=tuple(goods.items()), strict=strict, lenient=lenient, no_duty=tuple(sorted(untold)),
        content=content_of(mix=mix, planned=planned, table=table, rules=rules),
    )  # fmt: skip


def _kind(
    good: Good, recipe: Recipe, planned: Planned, rules: RuleSet, table: CostTable,
    standings: Standings,
) -> Kind:  # fmt: skip
    on, whole = planned.incurred_on, good.category in table.products
    around = {row.key: row.product for row in table.rows}
    strict, lenient = (
        tainted(
            row="" if whole else good.category,
            product=good.category if whole else around[good.category],
            recipe=recipe, on=on, standings=standings, lenient=each,
        )
        for each in (False, True)
    )  # fmt: skip
    standing = standings.get((good.maker, on), Standing.UNKNOWN)
    return Kind(
        by_kw=good.by_kw, clean=not prohibited(standing, lenient=False), strict=strict,
        lenient=lenient, duty=duty_percent(good=good, on=on, rules=rules) or Fraction(0),
        stacked=stacked(good=good, on=on, rules=rules) is not None,
    )  # fmt: skip
