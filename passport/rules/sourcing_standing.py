"""Whether a producer is a prohibited foreign entity for the year in which a cost was incurred.

26 USC 7701(a)(51). What decides is named by its clause and said with its sources; what the law
leaves to counsel is REVIEW, what is not told is UNKNOWN, and neither is ever taken for clean.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from passport.rules.sourcing_attribution import HUNDRED
from passport.rules.sourcing_influence import influence_of
from passport.rules.sourcing_party import Determination, Entity, Register, Standing
from passport.rules.sourcing_prongs import Finding
from passport.rules.sourcing_rules import RuleSet
from passport.rules.sourcing_sentences import say
from passport.rules.sourcing_specified import (
    CONTROL,
    MEASURES,
    Look,
    control_of,
    counsel,
    has,
)
from passport.rules.sourcing_together import together_of
from passport.rules.sourcing_year import TaxableYear, taxable_year, tested_on, year_before

WHOLE = "7701(a)(51)"
YEAR = "7701(a)(51)(A)(ii)"
TRADED = "7701(a)(51)(E)"
ATTRIBUTION = "7701(a)(51)(H)"
CONTROLLED = "7701(a)(51)(G)"
# What is found of one of these counts before what is found of those behind it.
_DECIDED = (Standing.SPECIFIED, Standing.INFLUENCED)
_OPEN = (Standing.REVIEW, Standing.UNKNOWN)


def determine(
    *,
    register: Register,
    entity: str,
    incurred_on: date,
    rules: RuleSet,
    looks: dict[date, Look] | None = None,
) -> Determination:
    """What an entity is for its taxable year in which a cost was incurred. [sourcing-20]

    Tested on the last day of that year, in the first year that begins after 4 Jul 2025 on its first
    ((51)(A)(ii)); a year that began before is for counsel. In this order: lists, covered nations
    and control (specified); officers, 25 and 40 per cent with attribution by section 318(a)(2), 15
    per cent of debt, payments of the year before for effective control (influenced). A reviewer's
    conclusion for the day stands in for what is open, and overturns nothing that the facts decide.
    Days are dates, shares exact fractions. `looks` keeps, for many questions about one register and
    rule set, what was found of it on a day. Refuses NoSuchYear (441).
    """
    found = register.entities.get(entity)
    starts = found.tax_year_starts if found else "01-01"
    year = taxable_year(starts=starts, on=incurred_on, pointer="/tax_year_starts")
    day = tested_on(year=year, beginning_after=rules.tests.years_beginning_after)
    looks = {} if looks is None else looks
    if day not in looks:
        looks[day] = Look(register=register, on=day, rules=rules)
    look = looks[day]
    findings = list(_findings(look, entity, found, year))
    review = look.review(entity)
    if review is not None and review.conclusion not in _OPEN and not _decided(findings):
        return Determination(
            entity=entity,
            standing=review.conclusion,
            tested_on=day,
            clause=WHOLE,
            because=(counsel(review), *_texts(findings)),
            reviewer=review.reviewer,
        )
    return _determination(look, entity, findings, last_day=day == year.ends_on)


def determine_all(
    *, register: Register, incurred_on: date, rules: RuleSet
) -> Mapping[str, Determination]:
    """What every entity of a register is for a cost of a day, by id. [sourcing-20]

    As `determine`, with what is found of an owner found once. Refuses NoSuchYear.
    """
    looks: dict[date, Look] = {}
    return {
        id: determine(
            register=register, entity=id, incurred_on=incurred_on, rules=rules, looks=looks
        )
        for id in register.entities
    }


def _findings(look: Look, id: str, entity: Entity | None, year: TaxableYear) -> Iterator[Finding]:
    if entity is None:
        yield from look.by_itself(id)
        return
    if year.begins_on <= look.rules.tests.years_beginning_after:
        said = say("early_year", name=entity.name, begins=year.begins_on, ends=year.ends_on)
        yield Finding(Standing.REVIEW, YEAR, (said,))
        return
    own = look.by_itself(id)
    yield from own
    if entity.kind in MEASURES and not has(own, Standing.SPECIFIED):
        yield from _owned(look, entity, year)


def _owned(look: Look, entity: Entity, year: TaxableYear) -> Iterator[Finding]:
    """What owners, lenders, officers and contracts make of an entity that has owners."""
    if entity.publicly_traded:
        yield Finding(Standing.REVIEW, TRADED, (say("traded", name=entity.name),))
        return
    control = tuple(control_of(look, entity.id))
    yield from control
    if has(control, Standing.SPECIFIED):
        return
    yield from influence_of(look=look, id=entity.id, prior=year_before(year=year))
    yield from _too_much(look, entity.id)
    if entity.complete_on is None or entity.complete_on < look.on:
        said = say("not_told", name=entity.name, on=look.on)
        yield Finding(Standing.UNKNOWN, WHOLE, (said,))


def _too_much(look: Look, id: str) -> Iterator[Finding]:
    for each in sorted({id, *look.ownership.above(id)}):
        for measure, sum_ in sorted(look.ownership.told(each).items()):
            if sum_ > HUNDRED:
                said = say("too_much", name=look.name(each), measure=measure, percent=sum_)
                yield Finding(Standing.REVIEW, ATTRIBUTION, (said,))


def _determination(
    look: Look, id: str, findings: Sequence[Finding], *, last_day: bool
) -> Determination:
    first = next(
        (each for kind in (*_DECIDED, *_OPEN) for each in findings if each.standing is kind), None
    )
    standing = first.standing if first else Standing.CLEAN
    clause = first.clause if first else WHOLE
    decided = [each for each in findings if each.standing is standing]
    open_ = [each for each in findings if each.standing not in _DECIDED]
    rules = (clause, *([CONTROLLED] if clause == CONTROL else []), *([YEAR] if last_day else []))
    return Determination(
        entity=id,
        standing=standing,
        tested_on=look.on,
        clause=clause,
        because=_texts(decided) or _why_clean(look, id),
        unverified=_unverified(look.rules, rules),
        review=_texts(each for each in open_ if each.standing is Standing.REVIEW),
    )


def _why_clean(look: Look, id: str) -> tuple[str, ...]:
    entity = look.register.entities[id]
    if entity.kind not in MEASURES:
        return (say("clean_person", name=entity.name), *_unscreened(look))
    owners = look.specified(look.ownership.above(id) - {id})
    shares = (
        together_of(owners=owners, entity=id, measure=measure, ownership=look.ownership).most
        for measure in look.measures(id)
    )
    debts = [
        each
        for each in look.register.debts
        if each.borrower == id
        and each.since <= look.on
        and (not each.until or look.on < each.until)
    ]
    lenders = look.specified({each.lender for each in debts})
    said = say(
        "clean",
        percent=max(shares, default=Fraction(0)),
        name=entity.name,
        debt=sum((Fraction(each.percent) for each in debts if each.lender in lenders), Fraction(0)),
        on=entity.complete_on,
    )
    return (said, *_unscreened(look))


def _unscreened(look: Look) -> tuple[str, ...]:
    """The lists of the rule set of which the register holds no snapshot."""
    held = {each.list_id for each in look.register.snapshots}
    return tuple(
        say("unscreened", list=each.id) for each in look.rules.lists if each.id not in held
    )


def _unverified(rules: RuleSet, cited: Collection[str]) -> tuple[str, ...]:
    """Those of the rules cited that nobody has read at their place."""
    rows = {each.clause: each for each in rules.lists}
    clauses = {each.pin.removeprefix("26 USC "): each for each in rules.clauses.values()}
    found = [rows.get(pin) or clauses.get(pin) for pin in cited]
    unread = (each.id for each in found if each is not None and not each.verified)
    return tuple(dict.fromkeys(unread))


def _decided(findings: Collection[Finding]) -> bool:
    return any(each.standing in _DECIDED for each in findings)


def _texts(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for each in findings for text in each.says))
