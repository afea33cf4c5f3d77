"""What a planned project costs with a mix: goods, duty, credit, and what failing would cost.

The credit is all or nothing: a ratio below its threshold loses the whole of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from passport.rules.sourcing_case import CostKind, Method
from passport.rules.sourcing_mix import (
    Good,
    Mix,
    Part,
    Planned,
    Recipe,
    Standings,
    prohibited,
    share_of,
)
from passport.rules.sourcing_origin import domestic_share, duty_percent, stacked
from passport.rules.sourcing_outcome import Bill, Outcome, Shift, Terms
from passport.rules.sourcing_party import Standing
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_tables import CostTable

_WHOLE: Final = Fraction(100)


def outcome(
    *,
    mix: Mix,
    planned: Planned,
    terms: Terms,
    rules: RuleSet,
    table: CostTable,
    standings: Standings,
    shift: Shift | None = None,
) -> Outcome:
    """Reckon one project with one mix; nothing is rounded. [supply-7]"""
    moved = shift or Shift()
    priced = _priced(mix, planned, standings, moved)
    duties = {
        good: good.price * _duty(good, planned, rules, moved) / _WHOLE for good, _ in _goods(priced)
    }
    strict, lenient = (
        share_of(
            mix=priced, planned=planned, table=table, standings=standings, method=terms.method,
            pro_rata=terms.pro_rata, lenient=each,
            duties=duties if duty_clause(rules, planned) else {},
        ).ratio
        for each in (False, True)
    )  # fmt: skip
    asked, limit = planned.begins_on > rules.dates.construction_after, threshold(planned, rules)
    holds = not asked or (limit is not None and strict * _WHOLE >= limit)
    domestic = domestic_share(mix=priced, table=table, kwh=planned.kwh)
    due = _content_due(planned, rules)
    bill = _bill(priced, planned, duties, standings, rules, moved)
    rate = (Fraction(terms.credit_percent) + moved.credit_points) / _WHOLE
    extra = Fraction(0)
    if due is not None and domestic >= due:
        extra = Fraction(terms.adder_percent) / _WHOLE
    return Outcome(
        mix=mix.name, project=planned.id, name=planned.name, year=planned.begins_on.year,
        asked=asked, ratio=strict, potential=lenient, threshold=limit, supported=holds,
        domestic=domestic, domestic_threshold=due, bill=bill, credit=bill.capex * rate * holds,
        adder=bill.capex * extra * holds, at_stake=bill.capex * (rate + extra),
        unverified=_unverified(terms, rules, planned, table, bill),
        no_duty=_untold(priced, planned, rules),
    )  # fmt: skip


def threshold(planned: Planned, rules: RuleSet) -> Fraction | None:
    """Percent below which a project fails, by the year in which its construction begins."""
    found = rules.threshold(credit=planned.credit, component="")
    year = planned.begins_on.year
    for row in found.years if found else ():
        if row.since <= year and (row.until is None or year <= row.until):
            return Fraction(row.percent)
    return None


def _content_due(planned: Planned, rules: RuleSet) -> Fraction | None:
    for row in rules.domestic_content:
        if row.since <= planned.begins_on and (row.until is None or planned.begins_on <= row.until):
            return Fraction(row.percent)
    return None


def _goods(mix: Mix) -> Iterator[tuple[Good, Fraction]]:
    for part in mix.parts:
        for good in part.recipe.goods:
            yield good, part.share


def _clean(good: Good, planned: Planned, standings: Standings) -> bool:
    found = standings.get((good.maker, planned.incurred_on), Standing.UNKNOWN)
    return not prohibited(found, lenient=False)


def _priced(mix: Mix, planned: Planned, standings: Standings, shift: Shift) -> Mix:
    """The mix at other prices; clean is what counts as such on the day of the cost."""
    if not shift.clean_price and not shift.other_price:
        return mix

    def at(good: Good) -> Good:
        clean = _clean(good, planned, standings)
        moved = shift.clean_price if clean else shift.other_price
        return replace(good, price=good.price * (1 + moved))

    return Mix(
        mix.name,
        tuple(
            Part(Recipe(part.recipe.name, tuple(map(at, part.recipe.goods))), part.share)
            for part in mix.parts
        ),
    )


def _duty(good: Good, planned: Planned, rules: RuleSet, shift: Shift) -> Fraction:
    percent = duty_percent(good=good, on=planned.incurred_on, rules=rules) or Fraction(0)
    if stacked(good=good, on=planned.incurred_on, rules=rules) is None:
        return percent
    return max(percent + shift.tariff_points, Fraction(0))


def duty_clause(rules: RuleSet, planned: Planned) -> str:
    """By which clause duty is a direct cost of the credit; "" where it is none."""
    for each in rules.counted:
        if each.kind is CostKind.DUTY and planned.credit in each.credits:
            return each.clause
    return ""


def _bill(
    mix: Mix, planned: Planned, duties: Mapping[Good, Fraction], standings: Standings,
    rules: RuleSet, shift: Shift,
) -> Bill:  # fmt: skip
    goods = duty = clean = dutiable = Fraction(0)
    for good, share in _goods(mix):
        many = planned.quantity(good) * share
        goods += good.price * many
        duty += duties[good] * many
        clean += (good.price + duties[good]) * many * _clean(good, planned, standings)
        if stacked(good=good, on=planned.incurred_on, rules=rules) is not None:
            dutiable += good.price * many
    other = Fraction(planned.other_cost) * (1 + shift.other_cost)
    return Bill(goods=goods, duty=duty, other=other, clean=clean, dutiable=dutiable)


def _untold(mix: Mix, planned: Planned, rules: RuleSet) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                good.made_in or "?"
                for good, _ in _goods(mix)
                if duty_percent(good=good, on=planned.incurred_on, rules=rules) is None
            }
        )
    )


def _unverified(
    terms: Terms, rules: RuleSet, planned: Planned, table: CostTable, bill: Bill
) -> tuple[str, ...]:
    """What was reckoned with and nobody has read in its primary text, by the rule set's words."""
    found = rules.threshold(credit=planned.credit, component="")
    ids = {found.id} if found and not found.verified else set()
    if terms.method is Method.COST_PERCENTAGE:
        ids |= set() if table.verified else {table.id}
        clauses = ["R-5"] if terms.pro_rata else []
    else:
        clauses = [duty_clause(rules, planned)] if bill.duty else []
    ids |= {each for each in clauses if each and not rules.clauses[each].verified}
    return tuple(sorted(ids))
