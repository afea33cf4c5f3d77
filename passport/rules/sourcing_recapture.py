"""What is paid for ten years after a property was placed in service (26 USC 50(a)(4)).

A payment under a contract that gives a specified foreign entity effective control raises the tax by
the whole credit. Only such a payment does: not every one to such an entity.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from passport.rules.sourcing_case import Credit, Project
from passport.rules.sourcing_party import Contract, Register, Standing

CLAUSE = "26 USC 50(a)(4)"
CREDITS = frozenset({Credit.STORAGE_48E, Credit.FACILITY_48E})


@dataclass(frozen=True)
class RecaptureRule:
    """The law as of a day: for tax years that begin after this day, for so many years."""

    tax_years_after: date
    years: int


@dataclass(frozen=True)
class Window:
    """From the day on which the property was placed in service until before another."""

    since: date
    until: date

    def holds(self, day: date) -> bool:
        """Whether a payment of this day is inside."""
        return self.since <= day < self.until


class Weight(StrEnum):
    """How a payment stands."""

    TRIPS = "TRIPS"  # it raises the tax by the whole credit
    REVIEW = "REVIEW"  # counsel has to say whether it does
    AHEAD = "AHEAD"  # nothing was paid yet; a payment would


@dataclass(frozen=True)
class Alert:
    """A payment, or a contract under which one is to come, that would cost the credit."""

    weight: Weight
    contract: str
    counterparty: str
    paid_on: date | None
    amount: Decimal | None
    currency: str
    says: str
    clause: str = CLAUSE


def window(*, project: Project, rule: RecaptureRule) -> Window | None:
    """The years in which payments count; None where they do not. [recapture-1]

    They count for a credit under 48E that is allowed for a tax year which begins after the day in
    the rule; while the property is not placed in service nothing can be said.
    """
    placed = project.placed_on
    if placed is None or project.credit not in CREDITS:
        return None
    if tax_year_of(placed, starts=project.tax_year_starts) <= rule.tax_years_after:
        return None
    return Window(placed, _years_on(placed, rule.years))


def tax_year_of(day: date, *, starts: str) -> date:
    """The first day of the taxable year in which a day lies; `starts` is month and day.
    [recapture-2]
    """
    month, number = (int(part) for part in starts.split("-"))
    begins = _on(day.year, month, number)
    return begins if begins <= day else _on(day.year - 1, month, number)


def alerts(
    *,
    project: Project,
    register: Register,
    standings: Mapping[str, Standing],
    rule: RecaptureRule,
    as_of: date,
) -> tuple[Alert, ...]:
    """The payments of the owner that trip recapture or may, in the order of their days.
    [recapture-3]

    `standings` are of the counterparties; one that is not in it is not known. A contract counts
    when counsel found effective control in it, or when it has any of its marks and counsel has not
    said that there is none.
    """
    years = window(project=project, rule=rule)
    if years is None:
        return ()
    found = [
        alert
        for contract in register.contracts
        if contract.payer == project.owner and _may_control(contract)
        for alert in _of_contract(
            contract, years, standings.get(contract.counterparty, Standing.UNKNOWN), as_of
        )
    ]
    return tuple(sorted(found, key=lambda each: (each.paid_on or date.max, each.contract)))


def _may_control(contract: Contract) -> bool:
    if contract.counsel == "NONE":
        return False
    return contract.counsel == "EFFECTIVE_CONTROL" or bool(contract.rights)


def _of_contract(
    contract: Contract, years: Window, standing: Standing, as_of: date
) -> Iterator[Alert]:
    if standing in (Standing.CLEAN, Standing.INFLUENCED):
        # Influence does not chain: only a specified entity can hold effective control.
        return
    sure = standing is Standing.SPECIFIED and contract.counsel == "EFFECTIVE_CONTROL"
    inside = [each for each in contract.payments if years.holds(each.paid_on)]
    why = (
        "counsel found effective control"
        if contract.counsel == "EFFECTIVE_CONTROL"
        else f"it has marks of effective control ({', '.join(contract.rights)})"
    )
    who = f"{contract.counterparty}, which is {standing.lower()}"
    for paid in inside:
        yield Alert(
            weight=Weight.TRIPS if sure else Weight.REVIEW,
            contract=contract.id,
            counterparty=contract.counterparty,
            paid_on=paid.paid_on,
            amount=paid.amount,
            currency=paid.currency,
            says=f"paid to {who}, before {years.until}, under a contract of which {why}",
        )
    running = contract.ended_on is None or contract.ended_on > as_of
    if not inside and running and as_of < years.until:
        yield Alert(
            weight=Weight.AHEAD,
            contract=contract.id,
            counterparty=contract.counterparty,
            paid_on=None,
            amount=None,
            currency="",
            says=f"a payment to {who}, before {years.until} would count: {why}",
        )


def _years_on(day: date, years: int) -> date:
    return _on(day.year + years, day.month, day.day)


def _on(year: int, month: int, day: int) -> date:
    """That day; the first of March where the year has no 29th of February."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 3, 1)
