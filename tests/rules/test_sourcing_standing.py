"""What a producer is for the year of a cost: by which clause, on which day, and what is open."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from passport.rules.sourcing_party import (
    Contract,
    EntityKind,
    Measure,
    Office,
    Payment,
    Standing,
)
from passport.rules.sourcing_standing import determine
from tests.oracle_data import oracle
from tests.rules.sourcing_world import (
    CLEAN_X,
    FIRST,
    PEOPLE,
    X,
    ask,
    debt,
    entity,
    held,
    holding,
    listed,
    maker,
    parts_of_x,
    person,
    register,
    rules,
)
from tests.rules.sourcing_world import told as told_of

SPECIFIED, INFLUENCED, CLEAN = Standing.SPECIFIED, Standing.INFLUENCED, Standing.CLEAN
REVIEW, UNKNOWN = Standing.REVIEW, Standing.UNKNOWN
OWNED: dict[str, tuple[tuple[object, ...], tuple[Standing, str]]] = {
    "told completely, and nobody of a covered nation": (CLEAN_X, (CLEAN, "")),
    "organised in a covered nation": ((entity("x", "CN"),), (SPECIFIED, "(C)(iv)")),
    "its place of business there": (
        (entity("x", principal_place="RU"), *held("x")),
        (SPECIFIED, "(C)(iv)"),
    ),
    "organised in a region of one": ((entity("x", "HK"), *held("x")), (REVIEW, "(C)(iv)")),
    "organised nobody knows where": (
        (entity("x", "", principal_place="US"), *held("x")),
        (UNKNOWN, "(C)(iv)"),
    ),
    "its place of business nobody knows where": (
        (entity("x", principal_place=""), *held("x")),
        (UNKNOWN, "(C)(iv)"),
    ),
    "nothing recorded": ((), (UNKNOWN, "")),
    "owners not told": ((entity("x", complete_on=None), *held("x")), (UNKNOWN, "")),
    "owners told before the day": (
        (entity("x", complete_on=date(2025, 12, 31)), *held("x")),
        (UNKNOWN, ""),
    ),
    "a quarter told of nobody": ((X, holding("people", "x", "75")), (UNKNOWN, "(D)(i)(I)(bb)")),
    "less than a quarter told of nobody": ((X, holding("people", "x", "75.1")), (CLEAN, "")),
    "more than half by its state": ((X, *held("x", ("state", "50.01"))), (SPECIFIED, "(C)(v)")),
    "half by its state is no control": (
        (X, *held("x", ("state", "50"))),
        (INFLUENCED, "(D)(i)(I)(bb)"),
    ),
    "control by votes alone": (
        (X, *held("x"), holding("state", "x", "51", Measure.VOTE)),
        (SPECIFIED, "(C)(v)"),
    ),
    "more than half by one that is only listed": (
        (
            X,
            *held("x", ("lister", "60")),
            entity("lister"),
            *held("lister"),
            listed("lister", "S1260H", FIRST),
        ),
        (INFLUENCED, "(D)(i)(I)(bb)"),
    ),
    "more than half by a person of a covered nation": (
        (X, person("li", "CN"), *held("x", ("li", "51"))),
        (SPECIFIED, "(C)(v)"),
    ),
    "the same person, a permanent resident": (
        (X, person("li", "CN", us_person=True), *held("x", ("li", "51"))),
        (CLEAN, ""),
    ),
    "the same person, not known to be one": (
        (X, person("li", "CN", us_person=None), *held("x", ("li", "51"))),
        (UNKNOWN, "(D)(i)(I)(bb)"),
    ),
    "a person of whom no nation is known": (
        (X, person("li"), *held("x", ("li", "30"))),
        (UNKNOWN, "(D)(i)(I)(bb)"),
    ),
    "influence does not chain": (
        # y is influenced with 30 per cent; 60 per cent of x is y's, but none of it attributed.
        (X, *held("x", ("y", "60")), entity("y"), *held("y", ("state", "30"))),
        (CLEAN, ""),
    ),
    "attributed through half of a corporation": (
        (X, *held("x", ("y", "50")), entity("y"), *held("y", ("li", "50")), person("li", "CN")),
        (INFLUENCED, "(D)(i)(I)(bb)"),
    ),
    "an owner of whom nothing is recorded": (
        (X, *held("x", ("ghost", "30"))),
        (UNKNOWN, "(D)(i)(I)(bb)"),
    ),
    "an owner whose own owners are not told": (
        (X, *held("x", ("y", "60")), entity("y")),
        (UNKNOWN, "(D)(i)(I)(bb)"),
    ),
    "many small ones of whom nothing is known": (
        (X, *held("x", ("state", "20"), ("g", "20")), entity("g", "", complete_on=None)),
        (UNKNOWN, "(D)(i)(I)(bb)"),
    ),
    "an owner that is publicly traded": (
        (X, *held("x", ("y", "60")), entity("y", publicly_traded=True), *held("y")),
        (REVIEW, "(D)(i)(I)(bb)"),
    ),
    "publicly traded itself": (
        (entity("x", publicly_traded=True), *held("x")),
        (REVIEW, "(E)"),
    ),
    "publicly traded, and organised in a covered nation": (
        (entity("x", "IR", publicly_traded=True),),
        (SPECIFIED, "(C)(iv)"),
    ),
    "holdings that add up to too much": (
        (X, *held("x"), holding("li", "x", "1"), person("li", "CA")),
        (REVIEW, "(H)"),
    ),
    "a government of a covered nation": (
        (entity("x", "KP", kind=EntityKind.GOVERNMENT),),
        (SPECIFIED, "(C)(i)"),
    ),
    "a government of a region": (
        (entity("x", "MO", kind=EntityKind.GOVERNMENT),),
        (REVIEW, "(C)(i)"),
    ),
    "a government of nobody knows where": (
        (entity("x", "", kind=EntityKind.GOVERNMENT),),
        (UNKNOWN, "(C)(i)"),
    ),
    "another government": ((entity("x", "CA", kind=EntityKind.GOVERNMENT),), (CLEAN, "")),
}


@pytest.mark.parametrize(("facts", "due"), OWNED.values(), ids=OWNED)
def test_what_an_entity_is(facts: tuple[object, ...], due: tuple[Standing, str]):
    assert told_of(*facts) == due


def test_the_vectors_of_ownership_and_debt():
    vectors = json.loads(oracle("feoc/logic_vectors.json").read_bytes())
    for each in vectors["fie_ownership"]:
        found = ask(*parts_of_x(each["sfe_pct"])).standing
        assert found is (INFLUENCED if each["expect"] else CLEAN), each
    for each in vectors["fie_debt"]:
        found = ask(*CLEAN_X, *maker("bank"), debt("bank", "x", each["sfe_debt_pct"]))
        assert found.standing is (INFLUENCED if each["expect"] else CLEAN), each
        assert not each["expect"] or found.clause.endswith("(dd)")


def test_the_vectors_of_the_day_that_is_tested():
    vectors = json.loads(oracle("feoc/logic_vectors.json").read_bytes())
    for each in vectors["determination_date"]:
        starts = {"calendar": "01-01", "starts 04-01": "04-01"}[each["producer_fy"]]
        told = (entity("x", tax_year_starts=starts, complete_on=date(2028, 1, 1)), *held("x"))
        found = ask(*told, on=date.fromisoformat(each["cost_incurred"]))
        assert found.tested_on == date.fromisoformat(each["expect_test_date"])
        assert found.standing is (REVIEW if starts == "04-01" else CLEAN)


def test_the_vectors_of_lists():
    # A listed maker that is of no covered nation otherwise, so that only the list speaks.
    def on_first(*entries: object) -> tuple[Standing, str]:
        return told_of(*CLEAN_X, *entries)

    section, june = date(2023, 12, 22), date(2026, 6, 8)
    byd = ask(*CLEAN_X, listed("x", "NDAA_154B", section), listed("x", "S1260H", june))
    assert (byd.standing, byd.clause) == (SPECIFIED, "7701(a)(51)(B)(iv)")
    assert not any("S1260H" in text for text in byd.because)
    catl = ask(*CLEAN_X, listed("x", "NDAA_154B", section), listed("x", "S1260H", date(2025, 1, 7)))
    assert sum("stands on the list" in text for text in catl.because) == 2
    assert on_first(listed("x", "S1260H", june)) == (CLEAN, "")
    # The same maker, organised in a covered nation: the other prong is asked on its own.
    assert told_of(entity("x", "CN"), listed("x", "S1260H", june)) == (SPECIFIED, "(C)(iv)")


def test_only_what_is_decided_of_a_match_decides():
    since = date(2023, 12, 22)
    for decision, due in {
        "CONFIRMED": (SPECIFIED, "(B)(iv)"),
        "DISMISSED": (CLEAN, ""),
        "OPEN": (REVIEW, "(B)(iv)"),
    }.items():
        assert told_of(*CLEAN_X, listed("x", "NDAA_154B", since, decision)) == due
    left = replace(listed("x", "NDAA_154B", since), until=FIRST)
    assert told_of(*CLEAN_X, left) == (CLEAN, "")
    assert told_of(*CLEAN_X, listed("x", "ANOTHER", since)) == (REVIEW, "")
    assert told_of(*CLEAN_X, listed("x", "UFLPA", since)) == (SPECIFIED, "(B)(iii)")
    assert ask(*CLEAN_X, listed("x", "UFLPA", since)).unverified == ("UFLPA",)
    early = replace(rules().lists[0], id="LATER", since=date(2026, 6, 1))
    later = replace(rules(), lists=(early,))
    known = register(PEOPLE, *CLEAN_X, listed("x", "LATER", since))
    asked = determine(register=known, entity="x", incurred_on=FIRST, rules=later)
    assert asked.standing is CLEAN
    assert not any("LATER" in text for text in ask(*CLEAN_X).because)


def test_lenders_and_officers():
    bank = maker("bank")
    open_bank = (entity("bank", ""),)
    near = (entity("bank"), *held("bank"), listed("bank", "UFLPA", FIRST, "OPEN"))
    assert told_of(*CLEAN_X, *open_bank, debt("bank", "x", "15")) == (UNKNOWN, "(D)(i)(I)(dd)")
    assert told_of(*CLEAN_X, *open_bank, debt("bank", "x", "14")) == (CLEAN, "")
    assert told_of(*CLEAN_X, *near, debt("bank", "x", "15")) == (REVIEW, "(D)(i)(I)(dd)")
    paid_back = replace(debt("bank", "x", "20"), until=FIRST)
    assert told_of(*CLEAN_X, *bank, paid_back, debt("bank", "y", "20")) == (CLEAN, "")

    def names(*facts: object, **told: object) -> tuple[Standing, str]:
        seat = Office("bank", "x", "CFO", date(2025, 1, 1), **told)  # type: ignore[arg-type]
        other = replace(seat, at="y")
        return told_of(*CLEAN_X, *facts, offices=(other, seat))

    assert names(*bank) == (INFLUENCED, "(D)(i)(I)(aa)")
    assert names(*bank, until=FIRST) == (CLEAN, "")
    assert names(*open_bank) == (UNKNOWN, "(D)(i)(I)(aa)")
    assert names(*near) == (REVIEW, "(D)(i)(I)(aa)")
    assert names(entity("bank"), *held("bank")) == (CLEAN, "")


def _contract(**told: object) -> Contract:
    paid = (Payment(date(2025, 12, 31), Decimal(1)), Payment(date(2026, 1, 1), Decimal(1)))
    known = {
        "id": "c1",
        "payer": "x",
        "counterparty": "m",
        "kind": "SERVICE",
        "signed_on": date(2024, 1, 1),
        "rights": ("OPERATION",),
        "payments": paid,
    }
    return Contract(**{**known, **told})  # type: ignore[arg-type]


COUNSEL = {"counsel": "EFFECTIVE_CONTROL"}
PAID: dict[str, tuple[dict[str, object], tuple[Standing, str]]] = {
    "a right, paid the year before": ({}, (REVIEW, "(D)(i)(II)")),
    "counsel saw control": (COUNSEL, (INFLUENCED, "(D)(i)(II)")),
    "counsel saw none": ({"counsel": "NONE"}, (CLEAN, "")),
    "no right": ({"rights": ()}, (CLEAN, "")),
    "no right but counsel's": ({"rights": (), **COUNSEL}, (INFLUENCED, "(D)(i)(II)")),
    "paid by who has it": ({"payer": "people"}, (REVIEW, "(D)(i)(II)")),
    "paid by what it has": ({"payer": "sub", **COUNSEL}, (REVIEW, "(D)(i)(II)")),
    "paid by what it has half of": ({"payer": "half"}, (CLEAN, "")),
    "a licence of before the law": ({"rights": (), "kind": "LICENCE"}, (CLEAN, "")),
    "a licence changed since": (
        {"rights": (), "kind": "LICENCE", "modified_on": date(2025, 7, 4)},
        (REVIEW, "(D)(i)(II)"),
    ),
    "paid in the year itself": (
        {"payments": (Payment(date(2026, 1, 1), Decimal(1)),)},
        (CLEAN, ""),
    ),
    "another's contract": ({"payer": "y"}, (CLEAN, "")),
    "with somebody not known": ({"counterparty": "ghost"}, (UNKNOWN, "(D)(i)(II)")),
    "with a related company": ({"counterparty": "child"}, (REVIEW, "(D)(i)(II)")),
    "with somebody clean": ({"counterparty": "people"}, (CLEAN, "")),
}


@pytest.mark.parametrize(("told", "due"), PAID.values(), ids=PAID)
def test_payments_for_control(told: dict[str, object], due: tuple[Standing, str]):
    # A company of which one that is only listed has 60 per cent: related, not specified itself.
    lister = (entity("lister"), *held("lister"), listed("lister", "S1260H", FIRST))
    child = (entity("child"), *held("child", ("lister", "60")))
    owned = (entity("sub"), *held("sub", ("x", "60")), entity("half"), *held("half", ("x", "50")))
    facts = (*CLEAN_X, *maker("m"), *lister, *child, *owned)
    assert told_of(*facts, contracts=(_contract(**told),)) == due


def test_together_with_what_is_not_known():
    # Three of 14 per cent are told; a fourth that holds 20 is not known: 24 alone, 48 together.
    parts = [("m0", "14"), ("m1", "14"), ("ghost", "10")]
    facts = [X, *held("x", *parts)]
    for number in range(2):
        facts += [*maker(f"m{number}", f"li{number}"), person(f"li{number}", "CN")]
    assert told_of(*facts) == (CLEAN, "")
    facts[1:5] = held("x", *parts[:2], ("m2", "9"), ("ghost", "5"))
    facts += [*maker("m2", "li2"), person("li2", "CN")]
    assert told_of(*facts) == (UNKNOWN, "(D)(i)(I)(cc)")
