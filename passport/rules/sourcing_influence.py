"""Who is foreign-influenced: 25 and 40 per cent, 15 per cent of debt, officers, paid-for control.

26 USC 7701(a)(51)(D). Only specified foreign entities influence; one that is itself only influenced
does not: what it owns is looked through to its owners instead.
"""

from collections.abc import Collection, Iterator
from fractions import Fraction

from passport.rules.sourcing_attribution import Share, share_of
from passport.rules.sourcing_party import Contract, Debt, Measure, Office, Standing
from passport.rules.sourcing_prongs import Finding
from passport.rules.sourcing_sentences import say
from passport.rules.sourcing_specified import NOBODY, STAGES, Look, chain, could_own
from passport.rules.sourcing_together import together_of
from passport.rules.sourcing_year import TaxableYear

OFFICER = "7701(a)(51)(D)(i)(I)(aa)"
ONE = "7701(a)(51)(D)(i)(I)(bb)"
ALL = "7701(a)(51)(D)(i)(I)(cc)"
DEBT = "7701(a)(51)(D)(i)(I)(dd)"
PAID = "7701(a)(51)(D)(i)(II)"
LICENCE, LATE = "LICENCE", "GG"
CONTROLS = "EFFECTIVE_CONTROL"  # what counsel may say of a contract


def influence_of(*, look: Look, id: str, prior: TaxableYear) -> Iterator[Finding]:
    """All that influences an entity, or might; `prior` is the year before the tested one."""
    yield from _officers(look, id)
    yield from _owners(look, id)
    yield from _lenders(look, id)
    yield from _payments(look, id, prior)


def _owners(look: Look, id: str) -> Iterator[Finding]:
    owners = look.specified(look.ownership.above(id) - {id})
    found = [
        finding
        for measure in look.measures(id)
        for finding in (*_one(look, id, owners, measure), *_all(look, id, owners, measure))
    ]
    yield from found
    if not found:
        yield from _could(look, id, owners)


def _one(look: Look, id: str, owners: Collection[str], measure: Measure) -> Iterator[Finding]:
    border = Fraction(look.rules.tests.one_owner_percent)
    for owner in sorted(owners):
        share = share_of(owners={owner}, entity=id, measure=measure, ownership=look.ownership)
        if share.least >= border:
            said = say(
                "one_owner",
                owner=look.name(owner),
                percent=share.least,
                name=look.name(id),
                measure=measure,
                border=border,
            )
            yield Finding(Standing.INFLUENCED, ONE, (said, *chain(look, owner, id)))
        elif share.most >= border:
            yield _circle(look, id, share, measure, ONE, border)


def _all(look: Look, id: str, owners: Collection[str], measure: Measure) -> Iterator[Finding]:
    border = Fraction(look.rules.tests.all_owners_percent)
    share = together_of(owners=owners, entity=id, measure=measure, ownership=look.ownership)
    if share.least >= border:
        said = say(
            "all_owners",
            percent=share.least,
            name=look.name(id),
            measure=measure,
            border=border,
        )
        why = dict.fromkeys(text for each in sorted(owners) for text in chain(look, each, id))
        yield Finding(Standing.INFLUENCED, ALL, (said, *why))
    elif share.most >= border:
        yield _circle(look, id, share, measure, ALL, border)


def _circle(
    look: Look, id: str, share: Share, measure: Measure, clause: str, border: Fraction
) -> Finding:
    said = say(
        "circle",
        percent=share.least,
        most=share.most,
        name=look.name(id),
        measure=measure,
        border=border,
    )
    return Finding(Standing.REVIEW, clause, (said,))


def _could(look: Look, id: str, owners: Collection[str]) -> Iterator[Finding]:
    """Whether those of whom it is open what they are could tip a test, with those that are told."""
    above = look.ownership.above(id) - {id}
    for standings in STAGES:
        doubtful = look.open(above, *standings)
        one, by = could_own(look, owners, doubtful, id)
        together, also = could_own(look, [NOBODY], {*owners, *doubtful} if doubtful else (), id)
        if one >= Fraction(look.rules.tests.one_owner_percent):
            clause, most, measure = ONE, one, by
        elif together >= Fraction(look.rules.tests.all_owners_percent):
            clause, most, measure = ALL, together, also
        else:
            continue
        said = say("could", percent=most, name=look.name(id), measure=measure)
        yield Finding(standings[-1], clause, (said, *_why_open(look, id, doubtful)))
        return


def _why_open(look: Look, id: str, doubtful: Collection[str]) -> tuple[str, ...]:
    missing = (
        say(
            "remainder",
            percent=max(look.ownership.holders(each)[NOBODY].values()),
            name=look.name(each),
        )
        for each in sorted({id, *look.ownership.above(id)})
        if NOBODY in look.ownership.holders(each)
    )
    texts = (
        text
        for each in sorted(set(doubtful) - {NOBODY})
        for found in look.of(each)
        for text in found.says
    )
    return tuple(dict.fromkeys((*missing, *texts)))


def _officers(look: Look, id: str) -> Iterator[Finding]:
    for each in look.register.offices:
        if each.at == id and _held(each, look):
            told = {"owner": look.name(each.by), "office": each.office, "name": look.name(id)}
            if look.specified({each.by}):
                said = say("office", since=each.since, source=each.source, **told)
                yield Finding(Standing.INFLUENCED, OFFICER, (said, *_why(look, each.by)))
            elif look.open({each.by}, *STAGES[-1]):
                yield _open(look, each.by, OFFICER, say("office_unknown", **told))


def _lenders(look: Look, id: str) -> Iterator[Finding]:
    border = Fraction(look.rules.tests.debt_percent)
    debts = [each for each in look.register.debts if each.borrower == id and _held(each, look)]
    lenders = {each.lender for each in debts}
    sure = look.specified(lenders)
    known = sum((Fraction(each.percent) for each in debts if each.lender in sure), Fraction(0))
    told = {"name": look.name(id), "border": border}
    if known >= border:
        whys = (text for each in sorted(sure) for text in _why(look, each))
        said = (say("debt", percent=known, **told), *_loans(look, debts, sure), *whys)
        yield Finding(Standing.INFLUENCED, DEBT, said)
        return
    for standings in STAGES:
        doubtful = look.open(lenders, *standings)
        more = (Fraction(each.percent) for each in debts if each.lender in doubtful)
        most = known + sum(more, Fraction(0))
        if most >= border:
            said = (say("debt_unknown", percent=most, **told), *_loans(look, debts, doubtful))
            yield Finding(standings[-1], DEBT, said)
            return


def _loans(look: Look, debts: Collection[Debt], lenders: Collection[str]) -> tuple[str, ...]:
    return tuple(
        say(
            "lender",
            owner=look.name(each.lender),
            percent=each.percent,
            name=look.name(each.borrower),
            since=each.since,
            source=each.source,
        )
        for each in debts
        if each.lender in lenders
    )


def _payments(look: Look, id: str, prior: TaxableYear) -> Iterator[Finding]:
    for each in look.register.contracts:
        rights = _rights(each, look)
        paid = [p.paid_on for p in each.payments if prior.begins_on <= p.paid_on <= prior.ends_on]
        gives = (rights or each.counsel == CONTROLS) and each.counsel != "NONE"
        if gives and paid and (each.payer == id or _one_group(look, each.payer, id)):
            told = {
                "name": look.name(each.payer),
                "owner": look.name(each.counterparty),
                "paid": max(paid),
                "contract": each.id,
                "rights": ", ".join(rights) or CONTROLS,
            }
            yield from _paid(look, each, told, own=each.payer == id)


def _one_group(look: Look, payer: str, id: str) -> bool:
    """Whether one has more than half of the other: what related persons pay is for counsel."""
    border = Fraction(look.rules.tests.control_above_percent)
    return any(
        share_of(owners={one}, entity=other, measure=measure, ownership=look.ownership).most
        > border
        for one, other in ((payer, id), (id, payer))
        for measure in look.measures(other)
    )


def _paid(
    look: Look, contract: Contract, told: dict[str, object], *, own: bool
) -> Iterator[Finding]:
    if look.specified({contract.counterparty}) or _related(look, contract.counterparty):
        why = _why(look, contract.counterparty)
        if own and contract.counsel == CONTROLS:
            said = say("paid_controlled", source=contract.source, **told)
            yield Finding(Standing.INFLUENCED, PAID, (said, *why))
        else:
            yield Finding(Standing.REVIEW, PAID, (say("paid_review", **told), *why))
    elif look.open({contract.counterparty}, *STAGES[-1]):
        yield _open(look, contract.counterparty, PAID, say("paid_unknown", **told))


def _rights(contract: Contract, look: Look) -> tuple[str, ...]:
    """Its rights, and of a licence that it was made or changed since the law (GG)."""
    last = contract.modified_on or contract.signed_on
    # The law took effect the day on which it was enacted; that day counts already.
    late = contract.kind == LICENCE and last >= look.rules.tests.years_beginning_after
    return tuple(dict.fromkeys((*contract.rights, *([LATE] if late else []))))


def _related(look: Look, id: str) -> bool:
    """Whether a specified foreign entity has more than half of it: payments to it count, too."""
    border = Fraction(look.rules.tests.control_above_percent)
    return any(
        share_of(owners={owner}, entity=id, measure=measure, ownership=look.ownership).most > border
        for owner in look.specified(look.ownership.above(id))
        for measure in look.measures(id)
    )


def _why(look: Look, id: str) -> tuple[str, ...]:
    return tuple(
        text for each in look.of(id) if each.standing is Standing.SPECIFIED for text in each.says
    )


def _open(look: Look, id: str, clause: str, said: str) -> Finding:
    missing = bool(look.open({id}, Standing.UNKNOWN))
    texts = (text for each in look.of(id) for text in each.says)
    return Finding(Standing.UNKNOWN if missing else Standing.REVIEW, clause, (said, *texts))


def _held(each: Debt | Office, look: Look) -> bool:
    return each.since <= look.on and (each.until is None or look.on < each.until)
