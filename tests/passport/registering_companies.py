"""A register of the keeper's as tests enter it: makers, holders, and what is said between them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from passport.actions import sourcing_list, sourcing_register
from passport.actions.sourcing_register import Told
from passport.models import ListSnapshot, Party, SourcingFact
from passport.rules.sourcing_party import Entity, EntityKind
from passport.rules.sourcing_register import FactKind
from tests.cast import THEN
from tests.passport.acting import acting

FIRST = date(2026, 1, 1)


def company(key: str = "maker", country: str = "US", **told: Any) -> Entity:
    """A corporation whose owners were told completely."""
    known: dict[str, Any] = {
        "name": key.title(), "kind": EntityKind.CORPORATION, "principal_place": country,
        "complete_on": FIRST,
    }  # fmt: skip
    return Entity(id=key, country=country, **(known | told))


def enter(keeper: Party, *entities: Entity, at: datetime = THEN) -> None:
    """Enter entities in the keeper's register."""
    with acting(keeper):
        for each in entities:
            sourcing_register.record_entity(entity=each, who="Kim", by=keeper, at=at)


def holds(keeper: Party, holder: str, of: str, percent: str, at: datetime = THEN) -> SourcingFact:
    """Enter a holding by value."""
    told = Told(
        kind=FactKind.HOLDING, holder=holder, of=of, since=date(2025, 1, 1), measure="VALUE",
        percent=Decimal(percent), source="share register",
    )  # fmt: skip
    with acting(keeper):
        return sourcing_register.record_fact(told=told, who="Kim", by=keeper, at=at)


def takes_list(
    keeper: Party, *names: str, list_id: str = "NDAA_154B", since: str = "2023-12-22"
) -> ListSnapshot:
    """Take in a list of these names."""
    rows = "".join(f'"{name}",{since}\n' for name in names)
    with acting(keeper):
        return sourcing_list.take_in(
            list_id=list_id, content=f"name,since\n{rows}".encode(), retrieved_on=THEN.date(),
            who="Kim", by=keeper, at=THEN,
        )  # fmt: skip


def clean_maker(keeper: Party) -> None:
    """A maker held by people of its own country alone."""
    people = Entity("people", "People", EntityKind.PERSON, nationalities=("US",), us_person=True)
    enter(keeper, company(), people)
    holds(keeper, "people", "maker", "76")
