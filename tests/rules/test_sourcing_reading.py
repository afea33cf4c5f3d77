"""A case is a document that can be signed: read back it is the same, and nothing dangles."""

import copy
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from passport.proof import canonical
from passport.rules.sourcing_party import Contract, Debt, Holding, Listed, Measure, Office
from passport.rules.sourcing_reading import NotACase, case_document, read_case
from passport.rules.sourcing_shape import WrongShape
from tests.rules.sourcing_cases import PACK, case, certificate, cost, flag, whole

DAY = date(2026, 1, 1)
CASE = case(
    *whole(PACK, costs=(cost("8000000.00"), cost("-0.00")), certificates=("C1",)),
    certificates=[certificate()],
    flags=[flag("C1")],
)
CASE = replace(
    CASE,
    register=replace(
        CASE.register,
        holdings=(Holding("other", "clean", Measure.VOTE, Decimal("24.99"), DAY),),
        debts=(Debt("other", "clean", Decimal(3), DAY),),
        offices=(Office("other", "clean", "CFO", DAY),),
        contracts=(Contract("K1", "owner", "seller", "SUPPLY", DAY),),
        listed=(Listed("other", "UFLPA", "Other", DAY),),
    ),
)


def changed(*path, to):
    document = copy.deepcopy(case_document(CASE))
    *way, last = path
    at = document
    for each in way:
        at = at[each]
    at[last] = to
    return document


def test_a_case_is_read_back_as_it_was_and_can_be_signed():
    document = case_document(CASE)
    assert read_case(document) == CASE
    assert canonical.encode(document)
    assert document["lines"][0]["costs"][0]["amount"] == "8000000.00"
    assert document["lines"][0]["costs"][1]["amount"] == "0.00"


def test_a_decision_that_says_why_and_by_whom_is_read():
    ended = replace(flag("C1"), resolved_on=DAY, resolution="another company", reviewer="A. B.")
    told = replace(CASE, flags=(ended,))
    assert read_case(case_document(told)) == told


def test_what_stands_at_its_default_is_left_out():
    assert "excluded" not in case_document(CASE)["lines"][0]


DANGLING = {
    "two lines of one name": (changed("lines", 1, "id", to=PACK), "/lines"),
    "a certificate under another name": (
        changed("certificates", "C1", "id", to="C2"), "/certificates/C1",
    ),
    "an entity under another name": (
        changed("register", "entities", "clean", "id", to="neat"), "/register/entities/clean",
    ),
    "an owner that nobody tells of": (changed("project", "owner", to="who"), "/project/owner"),
    "a maker nobody tells of": (changed("lines", 1, "producer", to="who"), "/lines/1/producer"),
    "a certificate that is not there": (
        changed("lines", 0, "certificates", to=["C9"]), "/lines/0/certificates/0",
    ),
    "a supplier of a certificate": (
        changed("certificates", "C1", "supplier", to="who"), "/certificates/C1/supplier",
    ),
    "a holder": (
        changed("register", "holdings", 0, "owner", to="who"), "/register/holdings/0/owner",
    ),
    "a lender": (changed("register", "debts", 0, "lender", to="who"), "/register/debts/0/lender"),
    "an appointer": (changed("register", "offices", 0, "by", to="who"), "/register/offices/0/by"),
    "a counterparty": (
        changed("register", "contracts", 0, "counterparty", to="who"),
        "/register/contracts/0/counterparty",
    ),
    "a name on a list": (
        changed("register", "listed", 0, "entity", to="who"), "/register/listed/0/entity",
    ),
    "a quantity below nothing": (changed("lines", 0, "quantity", to="-1"), "/lines/0/quantity"),
    "a nameplate below nothing": (
        changed("project", "nameplate_kwh", to="-1"), "/project/nameplate_kwh",
    ),
    "a certified amount below nothing": (
        changed("certificates", "C1", "items", 0, "prohibited_cost", to="-1"),
        "/certificates/C1/items/0/prohibited_cost",
    ),
    "dollars that are not worth a dollar": (
        changed("lines", 0, "costs", 0, "rate", to="1.1"), "/lines/0/costs/0/rate",
    ),
    "a rate of nothing": (
        changed("lines", 0, "costs", 0, "rate", to="0"), "/lines/0/costs/0/rate",
    ),
    "costs of a kind below nothing, made up for by another": (
        changed("lines", 0, "costs", to=[
            {"kind": "PRICE", "amount": "-900", "currency": "USD", "incurred_on": "2026-03-01"},
            {"kind": "FREIGHT", "amount": "1000", "currency": "USD", "incurred_on": "2026-03-01"},
        ]),
        "/lines/0/costs",
    ),
    "a match dismissed without a reason": (
        changed("register", "listed", 0, "decision", to="DISMISSED"), "/register/listed/0",
    ),
    "a flag resolved by nobody": (
        changed("flags", 0, "resolved_on", to="2026-06-01"), "/flags/0",
    ),
    "a conclusion without a reason": (
        changed("register", "reviewed", to=[{
            "entity": "clean", "tested_on": "2026-01-01", "conclusion": "CLEAN", "reason": " ",
            "reviewer": "A. Person", "decided_on": "2026-02-01",
        }]),
        "/register/reviewed/0",
    ),
    "costs below nothing": (
        changed("lines", 0, "costs", 1, "amount", to="-9000000"), "/lines/0/costs",
    ),
}  # fmt: skip


@pytest.mark.parametrize("told", DANGLING)
def test_refuses_a_case_that_does_not_hold_together(told):
    document, pointer = DANGLING[told]
    with pytest.raises(NotACase) as refused:
        read_case(document)
    assert pointer in [each.pointer for each in refused.value.each]
    assert all(each.remedy for each in refused.value.each)


def test_refuses_what_has_another_shape():
    with pytest.raises(WrongShape) as refused:
        read_case(changed("lines", 0, "colour", to="red"))
    assert refused.value.pointer == "/lines/0/colour"
