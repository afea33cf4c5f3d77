"""What the entities of a register are, by the newest rules, and what has changed of late."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from passport.models import Party, StandingFound
from passport.queries.battery import unknown
from passport.queries.sourcing_register import register_of
from passport.queries.sourcing_rules import newest
from passport.rules.sourcing_party import Determination, Entity, Register
from passport.rules.sourcing_standing import determine, determine_all


@dataclass(frozen=True)
class Judged:
    """An entity with what it was found to be."""

    entity: Entity
    determination: Determination


def judged(*, owner: Party, as_of: date, incurred_on: date) -> Sequence[Judged]:
    """Every entity of a register as it was known on a day, for a cost of a day, by its name."""
    register = register_of(owner=owner, as_of=as_of)
    found = determine_all(register=register, incurred_on=incurred_on, rules=newest())
    told = [Judged(register.entities[key], each) for key, each in found.items()]
    return sorted(told, key=lambda each: (each.entity.name.casefold(), each.entity.id))


def judged_one(
    *, owner: Party, key: str, as_of: date, incurred_on: date
) -> tuple[Register, Judged]:
    """One entity, with the whole register. Refuses NotFound."""
    register = register_of(owner=owner, as_of=as_of)
    if key not in register.entities:
        raise unknown("entity of this register")
    found = determine(register=register, entity=key, incurred_on=incurred_on, rules=newest())
    return register, Judged(register.entities[key], found)


def last_found(*, owner: Party) -> Mapping[str, StandingFound]:
    """The standing of each entity as it was found last, by key."""
    rows = StandingFound.objects.filter(owner=owner)
    return {each.entity: each for each in rows.order_by("entity", "-number").distinct("entity")}


def history(*, owner: Party, key: str) -> Sequence[StandingFound]:
    """How the standing of an entity has changed, the newest first."""
    return list(StandingFound.objects.filter(owner=owner, entity=key).order_by("-number"))


def changes_waiting(*, owner: Party) -> Sequence[StandingFound]:
    """The changes of standing that nobody has taken note of, the newest first."""
    rows = StandingFound.objects.filter(owner=owner, seen__isnull=True).exclude(before="")
    return list(rows.order_by("-id"))


def count_waiting(*, party_id: uuid.UUID) -> int:
    """How many changes of standing nobody of the party has taken note of."""
    rows = StandingFound.objects.filter(owner_id=party_id, seen__isnull=True)
    return rows.exclude(before="").count()
