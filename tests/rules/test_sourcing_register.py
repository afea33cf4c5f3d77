"""What may be entered of entities, of what one has in another, and of contracts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from passport.rules.errors import Refusal
from passport.rules.sourcing_party import Contract, Entity, EntityKind, Payment
from passport.rules.sourcing_register import (
    BadFact,
    FactKind,
    HeldByItself,
    check_contract,
    check_entity,
    check_fact,
)
from passport.rules.sourcing_year import NoSuchYear

DAY = date(2026, 1, 5)
ENTITIES: dict[str, tuple[dict[str, Any], type[Refusal] | None, str]] = {
    "all that is due": ({}, None, ""),
    "countries not known": ({"country": "", "principal_place": ""}, None, ""),
    "a person of two nations": (
        {"kind": EntityKind.PERSON, "nationalities": ("US", "CN")}, None, "",
    ),
    "a key with spaces": ({"id": "a b"}, BadFact, "/key"),
    "no name": ({"name": " "}, BadFact, "/name"),
    "a name that never ends": ({"name": "x" * 201}, BadFact, "/name"),
    "three letters": ({"country": "USA"}, BadFact, "/country"),
    "small letters": ({"principal_place": "us"}, BadFact, "/principal_place"),
    "an empty nation": (
        {"kind": EntityKind.PERSON, "nationalities": ("US", "")}, BadFact, "/nationalities/1",
    ),
    "a corporation of a nation": ({"nationalities": ("US",)}, BadFact, "/nationalities"),
    "a year of no day": ({"tax_year_starts": "02-30"}, NoSuchYear, "/tax_year_starts"),
}  # fmt: skip


@pytest.mark.parametrize(("told", "refused", "pointer"), ENTITIES.values(), ids=ENTITIES)
def test_entities(told: dict[str, Any], refused: type[Refusal] | None, pointer: str) -> None:
    known = {"id": "a", "name": "A", "kind": EntityKind.CORPORATION, "country": "US"}
    _ask(lambda: check_entity(entity=Entity(**(known | told))), refused, pointer)


FACTS: dict[str, tuple[dict[str, Any], type[Refusal] | None, str]] = {
    "a holding": ({}, None, ""),
    "all of it": ({"percent": Decimal(100)}, None, ""),
    "a debt": ({"kind": FactKind.DEBT, "measure": ""}, None, ""),
    "an office": ({"kind": FactKind.OFFICE, "percent": None, "office": "CFO"}, None, ""),
    "in itself": ({"of": "a"}, HeldByItself, "/of"),
    "no source": ({"source": " "}, BadFact, "/source"),
    "over before it began": ({"until": DAY}, BadFact, "/until"),
    "nothing of it": ({"percent": Decimal(0)}, BadFact, "/percent"),
    "more than all": ({"percent": Decimal("100.01")}, BadFact, "/percent"),
    "no part told": ({"percent": None}, BadFact, "/percent"),
    "of what, not told": ({"measure": ""}, BadFact, "/measure"),
    "no office told": ({"kind": FactKind.OFFICE, "office": ""}, BadFact, "/office"),
}


@pytest.mark.parametrize(("told", "refused", "pointer"), FACTS.values(), ids=FACTS)
def test_facts(told: dict[str, Any], refused: type[Refusal] | None, pointer: str) -> None:
    known = {
        "kind": FactKind.HOLDING, "holder": "a", "of": "b", "since": DAY, "until": None,
        "source": "register", "measure": "VALUE", "percent": Decimal(1),
    }  # fmt: skip
    _ask(lambda: check_fact(**(known | told)), refused, pointer)


def _paid(day: date, amount: int) -> dict[str, Any]:
    return {"payments": (Payment(DAY, Decimal(1)), Payment(day, Decimal(amount)))}


CONTRACTS: dict[str, tuple[dict[str, Any], type[Refusal] | None, str]] = {
    "all that is due": ({"rights": ("AA",)}, None, ""),
    "with itself": ({"counterparty": "a"}, HeldByItself, "/counterparty"),
    "a right of nobody": ({"rights": ("AA", "ZZ")}, BadFact, "/rights"),
    "no source": ({"source": ""}, BadFact, "/source"),
    "a key with spaces": ({"id": "c 1"}, BadFact, "/key"),
    "paid before it was signed": (_paid(date(2026, 1, 4), 1), BadFact, "/payments/1"),
    "nothing paid": (_paid(DAY, 0), BadFact, "/payments/1"),
}


@pytest.mark.parametrize(("told", "refused", "pointer"), CONTRACTS.values(), ids=CONTRACTS)
def test_contracts(told: dict[str, Any], refused: type[Refusal] | None, pointer: str) -> None:
    known = {
        "id": "c", "payer": "a", "counterparty": "b", "kind": "SUPPLY", "signed_on": DAY,
        "source": "the paper",
    }  # fmt: skip
    made = Contract(**(known | told))
    _ask(lambda: check_contract(contract=made, rights=["AA", "BB"]), refused, pointer)


def _ask(check: Any, refused: type[Refusal] | None, pointer: str) -> None:
    if refused is None:
        check()
        return
    with pytest.raises(refused) as told:
        check()
    assert told.value.pointer == pointer
