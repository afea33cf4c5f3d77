"""A register to judge by: makers, holders and lenders of several lands."""

import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from passport.rules.sourcing_party import (
    Debt,
    Determination,
    Entity,
    EntityKind,
    Holding,
    Listed,
    Measure,
    Register,
    Standing,
)
from passport.rules.sourcing_rules import RuleSet, rule_set
from passport.rules.sourcing_standing import determine

FIRST = date(2026, 1, 1)  # the day on which a calendar year of 2026 is tested
LAW = Path(__file__).parents[2] / "fixtures" / "reference" / "feoc_2026_10.json"


@cache
def rules() -> RuleSet:
    return rule_set(json.loads(LAW.read_bytes()))


def entity(id: str, country: str = "US", **told: object) -> Entity:
    known = {"principal_place": country, "complete_on": FIRST, "kind": EntityKind.CORPORATION}
    return Entity(id=id, name=id.title(), country=country, **{**known, **told})  # type: ignore[arg-type]


def person(id: str, *nationalities: str, us_person: bool | None = False) -> Entity:
    return Entity(
        id=id,
        name=id.title(),
        kind=EntityKind.PERSON,
        nationalities=nationalities,
        us_person=us_person,
    )


def holding(
    owner: str, owned: str, percent: str, measure: Measure = Measure.VALUE, **told: object
) -> Holding:
    since = {"since": date(2025, 1, 1), "source": "share register"}
    return Holding(owner, owned, measure, Decimal(percent), **{**since, **told})  # type: ignore[arg-type]


def debt(lender: str, borrower: str, percent: str) -> Debt:
    return Debt(lender, borrower, Decimal(percent), date(2025, 1, 1), source="debt table")


def listed(entity: str, list_id: str, since: date, decision: str = "CONFIRMED") -> Listed:
    return Listed(entity, list_id, entity.upper(), since, decision=decision, score=Decimal("0.9"))


def register(*facts: object, **told: object) -> Register:
    """Of entities, holdings, debts and list entries as they come."""
    return Register(
        entities={each.id: each for each in facts if isinstance(each, Entity)},
        holdings=tuple(each for each in facts if isinstance(each, Holding)),
        debts=tuple(each for each in facts if isinstance(each, Debt)),
        listed=tuple(each for each in facts if isinstance(each, Listed)),
        **told,  # type: ignore[arg-type]
    )


def held(entity_id: str, *parts: tuple[str, str]) -> list[Holding]:
    """Holdings of one entity by value that add up to the whole, the rest a US person's."""
    rest = Decimal(100) - sum((Decimal(percent) for _, percent in parts), Decimal(0))
    named = [holding(owner, entity_id, percent) for owner, percent in parts]
    return [*named, holding("people", entity_id, str(rest))]


PEOPLE = person("people", "US", us_person=True)

STATE = entity("state", "CN", kind=EntityKind.GOVERNMENT)
X = entity("x")
CLEAN_X = (X, *held("x"))


def maker(id: str, holder: str = "state") -> tuple[object, ...]:
    """A company of a covered nation that its state, or somebody else, holds alone."""
    return entity(id, "CN"), holding(holder, id, "100")


def parts_of_x(percents: list[str]) -> list[object]:
    """x, of which makers of a covered nation, each with its own person, hold so much."""
    facts: list[object] = [X, *held("x", *((f"m{n}", p) for n, p in enumerate(percents)))]
    for number in range(len(percents)):
        facts += [*maker(f"m{number}", f"li{number}"), person(f"li{number}", "CN")]
    return facts


def ask(
    *facts: object, of: str = "x", on: date = date(2026, 3, 1), **told: object
) -> Determination:
    """What an entity is for a cost of a day, the state of a covered nation known."""
    known = register(PEOPLE, STATE, *facts, **told)
    return determine(register=known, entity=of, incurred_on=on, rules=rules())


def told(*facts: object, **more: object) -> tuple[Standing, str]:
    """The same, as standing and clause behind 7701(a)(51)."""
    found = ask(*facts, **more)  # type: ignore[arg-type]
    return found.standing, found.clause.removeprefix("7701(a)(51)")
