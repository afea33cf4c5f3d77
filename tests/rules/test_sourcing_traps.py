"""Twelve things that are told of this test and are wrong, one test each."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from passport.rules.sourcing_case import Credit
from passport.rules.sourcing_party import Debt, Holding, Listed, Measure, Standing
from passport.rules.sourcing_threshold import held_against
from passport.rules.sourcing_verdict import Verdict, judge
from passport.rules.sourcing_warning import Notice
from tests.rules.sourcing_cases import (
    HOUSING,
    PACK,
    RULES,
    case,
    company,
    project,
    property_of,
)

LONG_AGO = date(2020, 1, 1)
ALL_HELD = Holding("other", "maker", Measure.VALUE, Decimal(100), LONG_AGO, source="register")


def judged(told):
    return judge(case=told, rules=RULES)


def threshold(year, credit=Credit.STORAGE_48E, component=""):
    day = date(year, 4, 1)
    told = project(credit=credit, component=component, begins_on=day, sold_on=day)
    return held_against(project=told, rules=RULES).percent


def packs_by_maker(*held, debts=(), listed=(), **entity):
    """A property whose packs a company makes of which all holders are told."""
    maker = company("maker", complete_on=date(2026, 12, 31), **entity)
    told = case(*property_of({PACK: "maker"}), entities=[maker])
    register = replace(told.register, holdings=held, debts=debts, listed=listed)
    return replace(told, register=register)


def held(percent):
    """So much of the maker is held by a specified foreign entity, the rest by an American."""
    return (
        replace(ALL_HELD, owner="listed", percent=Decimal(percent)),
        replace(ALL_HELD, percent=100 - Decimal(percent)),
    )


def standing(told):
    return next(each for each in judged(told).determinations if each.entity == "maker").standing


def test_the_ratio_is_the_share_that_is_not_prohibited():
    figures = judged(case(*property_of(parts={"bms": "listed"}))).ratio.strict
    assert figures.prohibited == Fraction("7.4")
    assert figures.supported == Fraction("92.6") / 100


def test_who_made_it_decides_and_not_the_country_of_origin():
    abroad = [replace(each, made_in="CN") for each in property_of()]
    home = [replace(each, made_in="US") for each in property_of({PACK: "listed"})]
    assert judged(case(*abroad)).verdict is Verdict.SUPPORTED
    assert judged(case(*home)).verdict is Verdict.NOT_SUPPORTED


def test_a_quarter_of_the_shares_is_not_the_only_test():
    owed = Debt("listed", "maker", Decimal(15), LONG_AGO, source="debt table")
    on_a_list = Listed("maker", "UFLPA", "MAKER", date(2025, 1, 1), decision="CONFIRMED")
    assert standing(packs_by_maker(*held("24.99"))) is Standing.CLEAN
    assert standing(packs_by_maker(ALL_HELD, debts=[owed])) is Standing.INFLUENCED
    assert standing(packs_by_maker(ALL_HELD, listed=[on_a_list])) is Standing.SPECIFIED
    assert standing(packs_by_maker(ALL_HELD, principal_place="CN")) is Standing.SPECIFIED


def test_influence_counts_from_the_first_year_and_not_only_from_2028():
    told = packs_by_maker(*held("25"))
    assert standing(told) is Standing.INFLUENCED
    assert judged(told).ratio.strict.supported == Fraction("34.4") / 100


def test_the_year_in_which_construction_begins_picks_the_threshold():
    late = project(begins_on=date(2026, 12, 31), placed_on=date(2029, 6, 30))
    assert held_against(project=late, rules=RULES).percent == 55


def test_a_solar_facility_is_held_against_forty_and_its_components_against_fifty():
    assert threshold(2026, Credit.FACILITY_48E) == 40
    assert threshold(2026, Credit.COMPONENT_45X, "solar_component") == 50


def test_battery_components_rise_by_ten_from_2028_to_2029():
    found = [threshold(year, Credit.COMPONENT_45X, "battery_cell") for year in range(2026, 2032)]
    assert found == [60, 65, 70, 80, 85, 85]


def test_fifty_five_is_the_threshold_of_storage_and_none_of_minerals():
    assert threshold(2026) == 55
    assert threshold(2026, Credit.COMPONENT_45X, "applicable_critical_mineral") == 0


def test_companies_stand_on_lists_of_other_laws_and_not_in_the_tax_code():
    named = packs_by_maker(ALL_HELD, also_called=("BYD Company",))
    assert standing(named) is Standing.CLEAN
    assert all("7701" not in each.title for each in RULES.lists)


def test_making_the_pack_at_home_does_not_cure_prohibited_cells():
    told = [replace(each, made_in="US") for each in property_of(parts={"cells": "listed"})]
    result = judged(case(*told))
    assert (result.verdict, result.ratio.strict.supported) == (
        Verdict.NOT_SUPPORTED,
        Fraction(48, 100),
    )


def test_an_absent_inverter_leaves_the_whole():
    told = case(*property_of(parts={"cells": "listed"}, products=(PACK, HOUSING)))
    result = judged(told)
    assert result.ratio.strict.total == Fraction("95.4")
    assert [each.about for each in result.warnings if each.notice is Notice.PRODUCT_ABSENT] == [
        "inverter_converter"
    ]


def test_an_early_contract_does_not_rescue_storage():
    told = [
        replace(each, contracted_on=date(2025, 6, 1))
        for each in property_of(parts={"cells": "listed"})
    ]
    elections = ("IDENTIFICATION", "COST_PERCENTAGE", "EXISTING_CONTRACT")
    result = judged(case(*told, elections=elections))
    assert result.ratio.strict.supported == Fraction(48, 100)
    assert result.verdict is Verdict.NOT_SUPPORTED
    assert Notice.CONTRACT_ELECTION in [each.notice for each in result.warnings]
