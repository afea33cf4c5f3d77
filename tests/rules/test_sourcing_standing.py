"""What a producer is for the year of a cost: by which clause, on which day, and what is open."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from passport.rules.sourcing_party import (
    Contract,
    EntityKind,
    Holding,
    Measure,
    Office,
    Payment,
    Register,
    Reviewed,
    Snapshot,
    Standing,
)
from passport.rules.sourcing_sentences import say
from passport.rules.sourcing_standing import determine
from passport.rules.sourcing_year import NoSuchYear, taxable_year
from tests.oracle_data import oracle
from tests.rules.sourcing_world import (
    FIRST,
    PEOPLE,
    debt,
    entity,
    held,
    holding,
    listed,
    person,
    register,
    rules,
)

SPECIFIED, INFLUENCED, CLEAN = Standing.SPECIFIED, Standing.INFLUENCED, Standing.CLEAN
REVIEW, UNKNOWN = Standing.REVIEW, Standing.UNKNOWN
STATE = entity("state", "CN", kind=EntityKind.GOVERNMENT)


def _maker(id: str, holder: str = "state") -> tuple[object, ...]:
    """A company of a covered nation that its state holds alone."""
    return entity(id, "CN"), holding(holder, id, "100")


def _ask(*facts: object, of: str = "x", on: date = date(2026, 3, 1), **told: object):
    return determine(
        register=register(PEOPLE, STATE, *facts, **told),
        entity=of,
        incurred_on=on,
        rules=rules(),
    )


def _told(*facts: object, **told: object) -> tuple[Standing, str]:
    found = _ask(*facts, **told)
    return found.standing, found.clause.removeprefix("7701(a)(51)")


X = entity("x")
CLEAN_X = (X, *held("x"))
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
    assert _told(*facts) == due


def _parts(percents: list[str]) -> list[object]:
    """An entity of which makers of a covered nation, each with its own person, hold so much."""
    facts: list[object] = [X, *held("x", *((f"m{n}", p) for n, p in enumerate(percents)))]
    for number in range(len(percents)):
        facts += [*_maker(f"m{number}", f"li{number}"), person(f"li{number}", "CN")]
    return facts


def test_the_vectors_of_ownership_and_debt():
    vectors = json.loads(oracle("feoc/logic_vectors.json").read_bytes())
    for each in vectors["fie_ownership"]:
        found = _ask(*_parts(each["sfe_pct"])).standing
        assert found is (INFLUENCED if each["expect"] else CLEAN), each
    for each in vectors["fie_debt"]:
        found = _ask(*CLEAN_X, *_maker("bank"), debt("bank", "x", each["sfe_debt_pct"]))
        assert found.standing is (INFLUENCED if each["expect"] else CLEAN), each
        assert not each["expect"] or found.clause.endswith("(dd)")


def test_the_vectors_of_the_day_that_is_tested():
    vectors = json.loads(oracle("feoc/logic_vectors.json").read_bytes())
    for each in vectors["determination_date"]:
        starts = {"calendar": "01-01", "starts 04-01": "04-01"}[each["producer_fy"]]
        told = (entity("x", tax_year_starts=starts, complete_on=date(2028, 1, 1)), *held("x"))
        found = _ask(*told, on=date.fromisoformat(each["cost_incurred"]))
        assert found.tested_on == date.fromisoformat(each["expect_test_date"])
        assert found.standing is (REVIEW if starts == "04-01" else CLEAN)


def test_the_vectors_of_lists():
    # A listed maker that is of no covered nation otherwise, so that only the list speaks.
    def on_first(*entries: object) -> tuple[Standing, str]:
        return _told(*CLEAN_X, *entries)

    section, june = date(2023, 12, 22), date(2026, 6, 8)
    byd = _ask(*CLEAN_X, listed("x", "NDAA_154B", section), listed("x", "S1260H", june))
    assert (byd.standing, byd.clause) == (SPECIFIED, "7701(a)(51)(B)(iv)")
    assert not any("S1260H" in text for text in byd.because)
    catl = _ask(
        *CLEAN_X, listed("x", "NDAA_154B", section), listed("x", "S1260H", date(2025, 1, 7))
    )
    assert sum("stands on the list" in text for text in catl.because) == 2
    assert on_first(listed("x", "S1260H", june)) == (CLEAN, "")
    # The same maker, organised in a covered nation: the other prong is asked on its own.
    assert _told(entity("x", "CN"), listed("x", "S1260H", june)) == (SPECIFIED, "(C)(iv)")


def test_only_what_is_decided_of_a_match_decides():
    since = date(2023, 12, 22)
    for decision, due in {
        "CONFIRMED": (SPECIFIED, "(B)(iv)"),
        "DISMISSED": (CLEAN, ""),
        "OPEN": (REVIEW, "(B)(iv)"),
    }.items():
        assert _told(*CLEAN_X, listed("x", "NDAA_154B", since, decision)) == due
    left = replace(listed("x", "NDAA_154B", since), until=FIRST)
    assert _told(*CLEAN_X, left) == (CLEAN, "")
    assert _told(*CLEAN_X, listed("x", "ANOTHER", since)) == (REVIEW, "")
    assert _told(*CLEAN_X, listed("x", "UFLPA", since)) == (SPECIFIED, "(B)(iii)")
    assert _ask(*CLEAN_X, listed("x", "UFLPA", since)).unverified == ("UFLPA",)
    early = replace(rules().lists[0], id="LATER", since=date(2026, 6, 1))
    later = replace(rules(), lists=(early,))
    known = register(PEOPLE, *CLEAN_X, listed("x", "LATER", since))
    asked = determine(register=known, entity="x", incurred_on=FIRST, rules=later)
    assert asked.standing is CLEAN
    assert not any("LATER" in text for text in _ask(*CLEAN_X).because)


def test_lenders_and_officers():
    bank = _maker("bank")
    open_bank = (entity("bank", ""),)
    near = (entity("bank"), *held("bank"), listed("bank", "UFLPA", FIRST, "OPEN"))
    assert _told(*CLEAN_X, *open_bank, debt("bank", "x", "15")) == (UNKNOWN, "(D)(i)(I)(dd)")
    assert _told(*CLEAN_X, *open_bank, debt("bank", "x", "14")) == (CLEAN, "")
    assert _told(*CLEAN_X, *near, debt("bank", "x", "15")) == (REVIEW, "(D)(i)(I)(dd)")
    paid_back = replace(debt("bank", "x", "20"), until=FIRST)
    assert _told(*CLEAN_X, *bank, paid_back, debt("bank", "y", "20")) == (CLEAN, "")

    def names(*facts: object, **told: object) -> tuple[Standing, str]:
        seat = Office("bank", "x", "CFO", date(2025, 1, 1), **told)  # type: ignore[arg-type]
        other = replace(seat, at="y")
        return _told(*CLEAN_X, *facts, offices=(other, seat))

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


PAID: dict[str, tuple[dict[str, object], tuple[Standing, str]]] = {
    "a right, paid the year before": ({}, (REVIEW, "(D)(i)(II)")),
    "counsel saw control": ({"counsel": "EFFECTIVE_CONTROL"}, (INFLUENCED, "(D)(i)(II)")),
    "counsel saw none": ({"counsel": "NONE"}, (CLEAN, "")),
    "no right": ({"rights": ()}, (CLEAN, "")),
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
    facts = (*CLEAN_X, *_maker("m"), *lister, *child)
    assert _told(*facts, contracts=(_contract(**told),)) == due


def test_together_with_what_is_not_known():
    # Three of 14 per cent are told; a fourth that holds 20 is not known: 24 alone, 48 together.
    parts = [("m0", "14"), ("m1", "14"), ("ghost", "10")]
    facts = [X, *held("x", *parts)]
    for number in range(2):
        facts += [*_maker(f"m{number}", f"li{number}"), person(f"li{number}", "CN")]
    assert _told(*facts) == (CLEAN, "")
    facts[1:5] = held("x", *parts[:2], ("m2", "9"), ("ghost", "5"))
    facts += [*_maker("m2", "li2"), person("li2", "CN")]
    assert _told(*facts) == (UNKNOWN, "(D)(i)(I)(cc)")


CIRCLE = (holding("z", "y", "30"), holding("y", "z", "60"), holding("people", "z", "40"))


def test_circles_are_for_counsel_where_they_decide():
    listing = (entity("lister"), *held("lister"), listed("lister", "S1260H", FIRST))
    circle = (X, entity("y"), entity("z"), *CIRCLE, *listing)
    by_lister, by_state = (holding(each, "y", "70") for each in ("lister", "state"))
    # Of z, whoever holds y has 42 or 51.2 per cent.
    assert _told(*circle, by_lister, *held("x", ("z", "50"))) == (REVIEW, "(D)(i)(I)(bb)")
    assert _told(*circle, by_lister, *held("x", ("z", "10"))) == (CLEAN, "")
    found = _ask(*circle, by_state, *held("x", ("z", "100")))
    assert found.standing is INFLUENCED
    assert found.review
    assert all("run in a circle" in text for text in found.review)


def test_partnerships_in_a_circle():
    p, q = (entity(each, kind=EntityKind.PARTNERSHIP) for each in "pq")
    parts = {"sp": "20", "qp": "50", "pp": "30", "pq": "100"}
    names = {"s": "lister", "p": "p", "q": "q"}
    loop = [
        Holding(names[pair[0]], names[pair[1]], Measure.CAPITAL, Decimal(part), date(2025, 1, 1))
        for pair, part in parts.items()
    ]
    listing = (entity("lister"), *held("lister"), listed("lister", "S1260H", FIRST))
    # One has all of what is not the partnerships' own; of all together it is 20 or more, up to 100.
    facts = (X, p, q, *loop, *listing)
    assert _told(*facts, *held("x", ("p", "20"))) == (CLEAN, "")
    assert _told(*facts, *held("x", ("p", "24.9"), ("lister", "20"))) == (
        INFLUENCED,
        "(D)(i)(I)(bb)",
    )
    assert _told(*facts, *held("x", ("p", "24"), ("lister", "0.5"))) == (CLEAN, "")


def _reviewed(conclusion: Standing, entity_id: str = "x", **told: object) -> Reviewed:
    known = {
        "entity": entity_id,
        "tested_on": FIRST,
        "conclusion": conclusion,
        "reviewer": "counsel",
        "decided_on": date(2026, 2, 1),
        "reason": "read the ladder",
    }
    return Reviewed(**{**known, **told})  # type: ignore[arg-type]


def test_a_reviewer_speaks_where_the_law_leaves_it_open_and_nowhere_else():
    traded = (entity("x", publicly_traded=True), *held("x"))
    for conclusion in (CLEAN, INFLUENCED, SPECIFIED):
        found = _ask(*traded, reviewed=(_reviewed(conclusion),))
        assert (found.standing, found.reviewer) == (conclusion, "counsel")
    assert _told(*traded, reviewed=(_reviewed(REVIEW),)) == (REVIEW, "(E)")
    another_day = _reviewed(CLEAN, tested_on=date(2027, 12, 31))
    assert _told(*traded, reviewed=(another_day,)) == (REVIEW, "(E)")
    newer = _reviewed(REVIEW, decided_on=date(2026, 3, 1))
    assert _told(*traded, reviewed=(newer, _reviewed(CLEAN))) == (REVIEW, "(E)")
    assert _told(entity("x", "CN"), reviewed=(_reviewed(CLEAN),)) == (SPECIFIED, "(C)(iv)")


def test_a_reviewer_speaks_of_an_owner_too():
    facts = (X, *held("x", ("y", "60")), entity("y", publicly_traded=True))
    for conclusion, due in {
        CLEAN: (CLEAN, ""),
        SPECIFIED: (INFLUENCED, "(D)(i)(I)(bb)"),
        UNKNOWN: (UNKNOWN, "(D)(i)(I)(bb)"),
    }.items():
        assert _told(*facts, reviewed=(_reviewed(conclusion, "y"),)) == due


def test_what_it_says_has_its_sources_and_what_nobody_has_read():
    found = _ask(*_parts(["25"]))
    assert any("source: share register" in text for text in found.because)
    late = _ask(X, *held("x"), on=date(2027, 1, 1))
    assert late.unverified == ("ANY_YEAR",)
    shown = _ask(*CLEAN_X, snapshots=(Snapshot("UFLPA", "ab", FIRST),))
    assert sum("No copy of the list" in text for text in shown.because) == 3
    assert say("remainder", percent=Fraction(2500005, 100000), name="X").startswith(
        "Who owns 25.00005 % of X"
    )
    assert "8.3333… (25/3) %" in say("remainder", percent=Fraction(25, 3), name="X")


def test_years_begin_on_a_day_that_every_year_has():
    assert taxable_year(starts="07-01", on=date(2026, 6, 30)).begins_on == date(2025, 7, 1)
    for wrong in ("02-29", "13-01", "4-1", "06-31"):
        with pytest.raises(NoSuchYear):
            taxable_year(starts=wrong, on=FIRST)


def test_nobody_on_record_is_not_known():
    found = determine(register=Register(), entity="x", incurred_on=FIRST, rules=rules())
    assert (found.standing, found.because) == (UNKNOWN, ("Nothing is recorded of x.",))
