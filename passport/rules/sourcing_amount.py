"""What a line cost, in dollars: which kinds of cost count, and the part a certificate tells of."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from passport.rules.sourcing_case import (
    CertificateItem,
    CostKind,
    Credit,
    Election,
    Line,
    Statement,
)
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_piece import Step

_CERTIFIES = {
    Credit.STORAGE_48E: Statement.DIRECT_COSTS,
    Credit.FACILITY_48E: Statement.DIRECT_COSTS,
    Credit.FACILITY_45Y: Statement.DIRECT_COSTS,
    Credit.COMPONENT_45X: Statement.MATERIAL_COSTS,
}


@dataclass(frozen=True)
class Amount:
    """The direct cost of a line, its step, and the clauses by which its kinds count."""

    value: Fraction
    step: Step
    clauses: frozenset[str]


@dataclass(frozen=True)
class Certified:
    """The part of a price that a certificate says to be prohibited, from 0 to 1."""

    share: Fraction
    certificate: str
    place: str  # of the item, in the inputs
    sha256: str


def counted_kinds(inquiry: Inquiry) -> dict[CostKind, str]:
    """The kinds of cost that count for the credit of a case, each with its clause.

    Duty is in, unless the taxpayer elects to leave it apart.
    """
    project = inquiry.case.project
    found = {
        each.kind: each.clause for each in inquiry.rules.counted if project.credit in each.credits
    }
    if Election.DUTY_APART in project.elections:
        found.pop(CostKind.DUTY, None)
    return found


def amount_of(*, line: Line, kinds: Mapping[CostKind, str], inquiry: Inquiry) -> Amount:
    """The direct cost of a line: each cost of a kind that counts, at its rate. [sourcing-7]"""
    value = Fraction(0)
    operands, sources, clauses = [], [], set()
    for place, cost in enumerate(line.costs):
        if cost.kind in kinds:
            value += Fraction(cost.amount) * Fraction(cost.rate)
            operands.append(inquiry.place(line.id, f"costs/{place}"))
            clauses.add(kinds[cost.kind])
            if cost.document_sha256:
                sources.append(cost.document_sha256)
    step = Step(
        id=f"cost:{line.id}",
        formula="COST",
        operands=tuple(operands),
        value=value,
        citation=", ".join(sorted(clauses)) or "R-1",
        sources=tuple(sources),
    )
    return Amount(value, step, frozenset(clauses))


def certified_part(*, line: Line, inquiry: Inquiry) -> Certified | None:
    """Which part of a line's price a certificate to be relied upon says to be prohibited.

    The largest part, where several tell one; None where none does. [sourcing-8]
    """
    found = []
    for reliance in inquiry.relied(line, _CERTIFIES[inquiry.case.project.credit]):
        certificate = inquiry.case.certificates[reliance.certificate]
        part = None if reliance.item is None else _part(reliance.item)
        if reliance.item is not None and part is not None:
            place = certificate.items.index(reliance.item)
            at = f"case:/certificates/{certificate.id}/items/{place}"
            found.append(Certified(part, certificate.id, at, certificate.sha256))
    return max(found, key=lambda each: (each.share, each.certificate), default=None)


def _part(item: CertificateItem) -> Fraction | None:
    """As much as is said to be prohibited, or is not said to be free of it."""
    if not item.total_price:
        return None
    total = Fraction(item.total_price)
    parts = []
    if item.prohibited_cost is not None:
        parts.append(Fraction(item.prohibited_cost))
    if item.not_prohibited_cost is not None:
        parts.append(total - Fraction(item.not_prohibited_cost))
    return min(Fraction(1), max(Fraction(0), *parts) / total) if parts else None
