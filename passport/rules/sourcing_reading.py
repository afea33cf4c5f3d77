"""A case as a JSON document that can be signed, and back: nothing is guessed, nothing is lost."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from passport.rules.errors import Refusal, Several
from passport.rules.sourcing_case import Case, CostKind, Line
from passport.rules.sourcing_shape import read, written

__all__ = ["NotACase", "WrongCase", "case_document", "check_case", "read_case"]


class WrongCase(Refusal):
    """One member of the case contradicts another, or names something that is not in it."""

    code = "sourcing-wrong-case"
    title = "The case contradicts itself"


class NotACase(Several):
    """What is told of the project does not hold together; each says where."""

    code = "sourcing-not-a-case"
    title = "The case does not hold together"


def read_case(document: Mapping[str, object]) -> Case:
    """The case that a document tells; numbers are decimal strings, days 2026-01-31. [sourcing-3]

    Refuses WrongShape and NotADecimal with a pointer, NotACase with all that does not fit.
    """
    case = read(Case, document)
    check_case(case)
    return case


def case_document(case: Case) -> dict[str, object]:
    """The document of a case, as `read_case` takes it; members at their default are left out."""
    found: dict[str, object] = written(case)
    return found


def check_case(case: Case) -> None:
    """All that is named is there, each name once, and no figure is below nothing. [sourcing-4]

    Refuses NotACase.
    """
    each = [*_names(case), *_register(case), *_figures(case), *_words(case)]
    for place, line in enumerate(case.lines):
        each += _line(case, line, f"/lines/{place}")
    if each:
        raise NotACase(f"{len(each)} members do not fit: {each[0].detail}", each=each)


def _names(case: Case) -> Iterator[WrongCase]:
    for name, times in Counter(line.id for line in case.lines).items():
        if times > 1:
            yield WrongCase(
                f"{times} lines are called {name}", pointer="/lines", remedy="name each line once"
            )
    for at, key, id in (
        *(("/certificates", key, each.id) for key, each in case.certificates.items()),
        *(("/register/entities", key, each.id) for key, each in case.register.entities.items()),
    ):
        if key != id:
            yield WrongCase(
                f"{id} stands under {key}", pointer=f"{at}/{key}", remedy="use one name"
            )


def _register(case: Case) -> Iterator[WrongCase]:
    register = case.register
    named = [("/project/owner", case.project.owner)]
    named += [(f"/certificates/{key}/supplier", c.supplier) for key, c in case.certificates.items()]
    for place, holding in enumerate(register.holdings):
        at = f"/register/holdings/{place}"
        named += [(f"{at}/owner", holding.owner), (f"{at}/owned", holding.owned)]
    for place, debt in enumerate(register.debts):
        at = f"/register/debts/{place}"
        named += [(f"{at}/lender", debt.lender), (f"{at}/borrower", debt.borrower)]
    for place, office in enumerate(register.offices):
        at = f"/register/offices/{place}"
        named += [(f"{at}/by", office.by), (f"{at}/at", office.at)]
    for place, contract in enumerate(register.contracts):
        at = f"/register/contracts/{place}"
        named += [(f"{at}/payer", contract.payer), (f"{at}/counterparty", contract.counterparty)]
    named += [
        (f"/register/listed/{place}/entity", each.entity)
        for place, each in enumerate(register.listed)
    ]
    return (_unknown(at, "entity", id) for at, id in named if id not in register.entities)


def _unknown(at: str, what: str, id: str) -> WrongCase:
    return WrongCase(f"no {what} {id} is told", pointer=at, remedy=f"add the {what}, or correct it")


def _figures(case: Case) -> Iterator[WrongCase]:
    figures: list[tuple[str, Decimal | None]] = [
        ("/project/nameplate_kwh", case.project.nameplate_kwh),
        ("/project/nameplate_kw", case.project.nameplate_kw),
    ]
    for key, certificate in case.certificates.items():
        for place, item in enumerate(certificate.items):
            at = f"/certificates/{key}/items/{place}"
            for name in ("quantity", "total_price", "not_prohibited_cost", "prohibited_cost"):
                figures.append((f"{at}/{name}", getattr(item, name)))
    return (_below(at, value) for at, value in figures if value is not None and value < 0)


def _below(at: str, value: object) -> WrongCase:
    return WrongCase(
        f"{value} is below nothing", pointer=at, remedy="check the figure and its sign"
    )


def _words(case: Case) -> Iterator[WrongCase]:
    """What somebody decided says why, and who did: else it decides nothing."""
    register = case.register
    told = [
        (f"/register/listed/{place}", (each.reason, each.reviewer))
        for place, each in enumerate(register.listed)
        if each.decision == "DISMISSED"
    ]
    told += [
        (f"/register/reviewed/{place}", (each.reason, each.reviewer))
        for place, each in enumerate(register.reviewed)
    ]
    told += [
        (f"/flags/{place}", (each.resolution, each.reviewer))
        for place, each in enumerate(case.flags)
        if each.resolved_on is not None
    ]
    for at, words in told:
        if not all(each.strip() for each in words):
            yield WrongCase(
                "it was decided, and not said why or by whom",
                pointer=at,
                remedy="say what was found, and who found it",
            )


def _line(case: Case, line: Line, at: str) -> Iterator[WrongCase]:
    for name in ("producer", "product_producer", "supplier"):
        id = getattr(line, name)
        if id is not None and id not in case.register.entities:
            yield _unknown(f"{at}/{name}", "entity", id)
    for place, id in enumerate(line.certificates):
        if id not in case.certificates:
            yield _unknown(f"{at}/certificates/{place}", "certificate", id)
    for name in ("quantity", "nameplate", "serials"):
        value = getattr(line, name)
        if value is not None and value < 0:
            yield _below(f"{at}/{name}", value)
    yield from _costs(line, f"{at}/costs")


def _costs(line: Line, at: str) -> Iterator[WrongCase]:
    for place, cost in enumerate(line.costs):
        if cost.rate <= 0 or (cost.currency == "USD" and cost.rate != 1):
            yield WrongCase(
                f"{cost.rate} is no rate of {cost.currency} in dollars",
                pointer=f"{at}/{place}/rate",
                remedy="write dollars for one unit of the currency; 1 for USD",
            )
    sums: dict[CostKind, Decimal] = defaultdict(Decimal)
    for cost in line.costs:
        sums[cost.kind] += cost.amount * cost.rate
    for kind in sorted(kind for kind, amount in sums.items() if amount < 0):
        # Kinds count or do not count: one must not pay for another.
        yield WrongCase(
            f"the costs of {line.id} of the kind {kind} sum to less than nothing",
            pointer=at,
            remedy="put a credit note to the line that it is about",
        )
