"""What a planned project costs with a mix: goods, duty, credit, and what failing would cost.

The credit is all or nothing: a ratio below its threshold loses the whole of it.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from passport.rules.sourcing_case import CostKind, Method
from passport.rules.sourcing_content import Content
from passport.rules.sourcing_mix import Mix, Planned, Share, Standings
from passport.rules.sourcing_outcome import Bill, Outcome, Shift, Terms
from passport.rules.sourcing_profile import Kind, Profile, profile_of
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
    profile: Profile | None = None,
) -> Outcome:
    """Reckon one project with one mix; nothing is rounded. `profile` is the mix's own, if it was
    worked out already. [supply-7]
    """
    moved = shift or Shift()
    known = profile or profile_of(
        mix=mix, planned=planned, pro_rata=terms.pro_rata, rules=rules, table=table,
        standings=standings,
    )  # fmt: skip
    sums = _sums(known, planned, moved, with_duty=bool(duty_clause(rules, planned)))
    strict, lenient = known.strict, known.lenient
    if terms.method is Method.DIRECT_COST:
        strict, lenient = (Share(sums.base, each).ratio for each in (sums.strict, sums.lenient))
    asked, limit = planned.begins_on > rules.dates.construction_after, threshold(planned, rules)
    holds = not asked or (limit is not None and strict * _WHOLE >= limit)
    content, bill = known.content, sums.bill
    rate = (Fraction(terms.credit_percent) + moved.credit_points) / _WHOLE
    extra = Fraction(0)
    if content is not None and content.reached:
        extra = Fraction(terms.adder_percent) / _WHOLE
    return Outcome(
        mix=mix.name, project=planned.id, name=planned.name, year=planned.begins_on.year,
        asked=asked, ratio=strict, potential=lenient, threshold=limit, supported=holds,
        domestic=content.share * _WHOLE if content else Fraction(0), bill=bill,
        domestic_threshold=_due(content),
        credit=bill.capex * rate * holds, adder=bill.capex * extra * holds,
        at_stake=bill.capex * (rate + extra), no_duty=known.no_duty,
        unverified=_unverified(terms, rules, planned, table, bill),
    )  # fmt: skip


@dataclass(frozen=True)
class _Sums:
    bill: Bill
    base: Fraction
    strict: Fraction
    lenient: Fraction


def _sums(profile: Profile, planned: Planned, shift: Shift, *, with_duty: bool) -> _Sums:
    """The bill, and A and B by cost, at other prices and tariffs."""
    goods = duty = clean = dutiable = base = strict = lenient = Fraction(0)
    for kind, price in profile.goods:
        cost = price * Fraction(planned.kw if kind.by_kw else planned.kwh)
        cost *= 1 + (shift.clean_price if kind.clean else shift.other_price)
        due = cost * _percent(kind, shift) / _WHOLE
        counted = cost + due if with_duty else cost
        goods, duty, base = goods + cost, duty + due, base + counted
        clean += (cost + due) * kind.clean
        dutiable += cost * kind.stacked
        strict += counted * kind.strict
        lenient += counted * kind.lenient
    other = Fraction(planned.other_cost) * (1 + shift.other_cost)
    return _Sums(Bill(goods, duty, other, clean, dutiable), base, strict, lenient)


def _percent(kind: Kind, shift: Shift) -> Fraction:
    """No tariff is below nothing, and a shift moves those of the rule set alone."""
    return max(kind.duty + shift.tariff_points, Fraction(0)) if kind.stacked else kind.duty


def threshold(planned: Planned, rules: RuleSet) -> Fraction | None:
    """Percent below which a project fails, by the year in which its construction begins."""
    found = rules.threshold(credit=planned.credit, component="")
    year = planned.begins_on.year
    for row in found.years if found else ():
        if row.since <= year and (row.until is None or year <= row.until):
            return Fraction(row.percent)
    return None


def _due(content: Content | None) -> Fraction | None:
    """Percent that the adder asks for; None where nobody says."""
    return None if content is None or content.percent is None else Fraction(content.percent)


def duty_clause(rules: RuleSet, planned: Planned) -> str:
    """By which clause duty is a direct cost of the credit; "" where it is none."""
    for each in rules.counted:
        if each.kind is CostKind.DUTY and planned.credit in each.credits:
            return each.clause
    return ""


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
