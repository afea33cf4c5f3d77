"""What if a maker becomes prohibited in the middle of a year: whom it hits, and from when."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from passport.rules.errors import NotFound
from passport.rules.sourcing_mix import Mix, Part
from passport.rules.sourcing_party import (
    Entity,
    EntityKind,
    Holding,
    Measure,
    Register,
    Standing,
)
from passport.rules.sourcing_scenario import Ground, Scenario
from passport.rules.sourcing_what_if import changes, pairs, standings, with_listing
from tests.rules.sourcing_stage import BY_TABLE, CLEAN, RULES, TABLE, planned

MAKER = Entity(
    "clean", "Clean Cells", EntityKind.CORPORATION, country="KR", principal_place="KR",
    complete_on=date(2026, 10, 1),
)  # fmt: skip
OWNER = Entity("owner", "Owner", EntityKind.PERSON, nationalities=("KR",))
WHOLE = Holding("owner", "clean", Measure.VALUE, Decimal(100), date(2020, 1, 1), source="register")
ENTITIES = {"clean": MAKER, "owner": OWNER, "bare": replace(MAKER, id="bare", complete_on=None)}
REGISTER = Register(entities=ENTITIES, holdings=(WHOLE, replace(WHOLE, measure=Measure.VOTE)))
MIX = Mix("all", (Part(CLEAN, Fraction(1)),))
PIPELINE = (
    planned(2026, incurred_on=date(2026, 11, 1)),
    planned(2027, incurred_on=date(2027, 2, 1)),
    planned(2028, incurred_on=date(2028, 2, 1), other_cost=Decimal(5)),
)
SCENARIO = Scenario((MIX,), PIPELINE, BY_TABLE)


def looked_at(register):
    return standings(register=register, rules=RULES, asked=pairs(SCENARIO))


def test_a_listing_in_june_counts_for_february_and_in_the_first_year_not_at_all():
    before = looked_at(REGISTER)
    assert set(before.values()) == {Standing.CLEAN}
    listed = with_listing(register=REGISTER, maker="clean", list_id="S1260H", on=date(2027, 6, 10))
    after = looked_at(listed)
    assert after == {
        ("clean", date(2026, 11, 1)): Standing.CLEAN,
        ("clean", date(2027, 2, 1)): Standing.SPECIFIED,
        ("clean", date(2028, 2, 1)): Standing.SPECIFIED,
    }
    told = changes(scenario=SCENARIO, ground=Ground(RULES, TABLE, before), supposed=after)
    assert [(each.before.year, each.falls) for each in told] == [
        (2028, True), (2027, True), (2026, False),
    ]  # fmt: skip
    lost = told[0].before
    assert told[0].dearer == lost.credit + lost.adder
    assert told[2].dearer == 0
    in_2026 = with_listing(register=REGISTER, maker="clean", list_id="S1260H", on=date(2026, 6, 10))
    assert looked_at(in_2026)["clean", date(2026, 11, 1)] is Standing.CLEAN


def test_a_maker_that_is_not_in_the_register_is_not_known():
    day = date(2027, 1, 1)
    assert standings(register=REGISTER, rules=RULES, asked=[("bare", day)]) == {
        ("bare", day): Standing.UNKNOWN
    }
    assert standings(register=Register(), rules=RULES, asked=[("x", date(2027, 1, 1))]) == {}
    with pytest.raises(NotFound) as refused:
        with_listing(register=REGISTER, maker="x", list_id="S1260H", on=date(2027, 1, 1))
    assert refused.value.pointer == "/maker"
