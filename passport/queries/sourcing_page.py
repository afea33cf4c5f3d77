"""What the keeper's pages about companies show, gathered in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from passport.models import (
    ListSnapshot,
    Party,
    SourcingContract,
    SourcingEntity,
    SourcingFact,
    SourcingReview,
    StandingFound,
)
from passport.queries.sourcing_list import Matched, matches_at, newest_snapshots
from passport.queries.sourcing_register import (
    contracts_at,
    entities_at,
    facts_at,
    latest_entities,
    reviews_at,
)
from passport.queries.sourcing_rules import newest
from passport.queries.sourcing_standing import (
    Judged,
    changes_waiting,
    history,
    judged,
    judged_one,
)
from passport.rules.sourcing_party import Register, Standing
from passport.rules.sourcing_specified import Look
from passport.rules.sourcing_tables import EntityList


@dataclass(frozen=True)
class ListLine:
    """A list of the rule set, and the newest copy of it that is held, if any."""

    rule: EntityList
    snapshot: ListSnapshot | None


@dataclass(frozen=True)
class Change:
    """A change of standing that waits to be seen."""

    name: str
    found: StandingFound


@dataclass(frozen=True)
class MatchLine:
    """A match that waits for a decision, with the company's name."""

    name: str
    matched: Matched


@dataclass(frozen=True)
class RegisterPage:
    """All companies, with what waits."""

    companies: Sequence[Judged]
    changes: Sequence[Change]
    matches: Sequence[MatchLine]
    lists: Sequence[ListLine]


@dataclass(frozen=True)
class FactLine:
    """A fact with the name of the other side."""

    fact: SourcingFact
    other: str
    other_name: str
    held: bool  # on the day that is tested


@dataclass(frozen=True)
class ContractLine:
    """A contract with the name of the other side."""

    contract: SourcingContract
    other: str
    other_name: str


@dataclass(frozen=True)
class CompanyPage:
    """One company: what it is and why, who stands behind it, what it holds, on which lists."""

    company: Judged
    row: SourcingEntity
    register: Register
    specified: frozenset[str]
    held_by: Sequence[FactLine]
    holds: Sequence[FactLine]
    contracts: Sequence[ContractLine]
    matches: Sequence[Matched]
    reviews: Sequence[SourcingReview]
    history: Sequence[StandingFound]
    others: Sequence[tuple[str, str]]

    @property
    def tested_on(self) -> date:
        """The day on which its standing is found."""
        return self.company.determination.tested_on

    @property
    def open(self) -> bool:
        """Whether something is left for a reviewer."""
        found = self.company.determination
        return found.standing in (Standing.REVIEW, Standing.UNKNOWN) or bool(found.reviewer)


def register(*, owner: Party, as_of: date) -> RegisterPage:
    """Every company of a register as it is known, for costs of that day."""
    found = judged(owner=owner, as_of=as_of, incurred_on=as_of)
    names = {each.entity.id: each.entity.name for each in found}
    held = {each.list_id: each for each in newest_snapshots(owner=owner, as_of=as_of)}
    return RegisterPage(
        companies=found,
        changes=[
            Change(names.get(each.entity, each.entity), each)
            for each in changes_waiting(owner=owner)
        ],
        matches=[
            MatchLine(names.get(each.match.entity, each.match.entity), each)
            for each in matches_at(owner=owner, as_of=as_of)
            if each.open
        ],
        lists=[ListLine(each, held.get(each.id)) for each in newest().lists],
    )


def company(*, owner: Party, key: str, as_of: date, incurred_on: date) -> CompanyPage:
    """One company as it is known, for a cost of a day. Refuses NotFound."""
    known, found = judged_one(owner=owner, key=key, as_of=as_of, incurred_on=incurred_on)
    day = found.determination.tested_on
    look = Look(register=known, on=day, rules=newest())
    names = {each.key: each.name for each in entities_at(owner=owner, as_of=as_of)}
    facts = facts_at(owner=owner, as_of=as_of)
    return CompanyPage(
        company=found,
        row=latest_entities(owner=owner, keys=[key])[key],
        register=known,
        specified=look.specified(look.ownership.above(key) & known.entities.keys()),
        held_by=[_line(each, each.holder, names, day) for each in facts if each.of == key],
        holds=[_line(each, each.of, names, day) for each in facts if each.holder == key],
        contracts=[
            _agreed(each, key, names)
            for each in contracts_at(owner=owner, as_of=as_of)
            if key in (each.payer, each.counterparty)
        ],
        matches=[each for each in matches_at(owner=owner, as_of=as_of) if each.match.entity == key],
        reviews=[each for each in reviews_at(owner=owner, as_of=as_of) if each.entity == key],
        history=history(owner=owner, key=key),
        others=sorted(
            ((id, name) for id, name in names.items() if id != key),
            key=lambda each: each[1].casefold(),
        ),
    )


def _line(row: SourcingFact, other: str, names: Mapping[str, str], day: date) -> FactLine:
    held = row.since <= day and (row.until is None or day < row.until)
    return FactLine(row, other, names.get(other, other), held)


def _agreed(row: SourcingContract, key: str, names: Mapping[str, str]) -> ContractLine:
    other = row.counterparty if row.payer == key else row.payer
    return ContractLine(row, other, names.get(other, other))
