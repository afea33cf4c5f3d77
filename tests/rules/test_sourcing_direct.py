"""By direct cost: what was paid counts, and what of it is prohibited only a certificate tells."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from passport.rules.sourcing_case import CostKind, Credit, LineKind, Method, Statement
from passport.rules.sourcing_inquiry import Inquiry, worst_standings
from passport.rules.sourcing_party import Listed, Standing
from passport.rules.sourcing_ratio import ratio_of
from tests.rules.sourcing_cases import (
    HOUSING,
    INVERTER,
    PACK,
    PAID,
    RULES,
    case,
    certificate,
    certified,
    cost,
    counted,
    doubts,
    flag,
    kwh,
    line,
    whole,
)

DIRECT = {"method": Method.DIRECT_COST, "elections": ("CERTIFICATION",)}
COMPONENT = {
    "credit": Credit.COMPONENT_45X, "component": "battery_module", "method": Method.DIRECT_COST,
    "sold_on": date(2026, 4, 1), "elections": ("CERTIFICATION",),
}  # fmt: skip
ALL_CLEAN = Statement.NOT_PROHIBITED


def test_unlisted_products_count_where_identification_is_not_elected():
    told = case(line("transformer", "transformer", costs=(cost(100),)), **DIRECT)
    assert doubts(told) == {"transformer": {"NOT_STATED:transformer/parts"}}
    facility = replace(told, project=replace(told.project, credit=Credit.FACILITY_48E))
    assert doubts(facility) == doubts(told)


def test_only_costs_that_count_are_summed_each_at_its_rate_with_its_paper():
    costs = (
        replace(cost(100, document_sha256="cd" * 32), currency="EUR", rate=Decimal("1.25")),
        cost(7, CostKind.FREIGHT), cost(5, CostKind.DUTY),
    )  # fmt: skip
    told = case(*whole(HOUSING, costs=costs), **DIRECT)
    assert counted(told).strict.total == 130
    step = next(each for each in counted(told).steps if each.id == f"cost:{HOUSING}")
    assert step.operands == ("case:/lines/0/costs/0", "case:/lines/0/costs/2")
    assert step.sources == ("cd" * 32,)
    apart = replace(told.project, elections=("DUTY_APART",))
    assert counted(replace(told, project=apart)).strict.total == 125


def test_nothing_counted_is_no_ratio():
    assert counted(case(*whole(HOUSING), **DIRECT)).strict is None
    assert counted(case(credit=Credit.FACILITY_48E)) is None
    assert (
        counted(case(**{**COMPONENT, "method": Method.COST_PERCENTAGE, "component": "x"})) is None
    )


SPLIT = {
    "the part that is said to be prohibited": (certified(30), 30),
    "what is not said to be free of it": (certified(clean=60), 40),
    "the larger of both": (certified(30, clean=60), 40),
    "all of it": (certified(130), 100),
    "none of it": (certified(0), 0),
    "no price": (certified(30, total=None), 100),
    "no part": (certified(), 100),
}


@pytest.mark.parametrize("what", SPLIT)
def test_a_certificate_tells_the_part_of_the_price_that_is_prohibited(what):
    paper, prohibited = SPLIT[what]
    bought = line(HOUSING, HOUSING, by="unknown", costs=(cost(100),), certificates=("C1",))
    told = case(bought, certificates=[paper], **DIRECT)
    assert counted(told).strict.prohibited == prohibited


def test_a_certificate_of_no_prohibited_cost_is_not_believed_against_a_known_part():
    inside = line("bms", HOUSING, "bms", by="listed", inside="clean")
    bought = line(HOUSING, HOUSING, costs=(cost(100),), certificates=("C1",))
    told = case(bought, inside, certificates=[certified(0)], **DIRECT)
    assert "UNPRICED:listed" in doubts(told)[HOUSING]
    all_clean = case(bought, inside, certificates=[certificate(statement=ALL_CLEAN)], **DIRECT)
    assert "UNPRICED:listed" in doubts(all_clean)[HOUSING]
    figures = counted(told).strict
    assert (figures.supported, figures.potential) == (0, 1)


def test_a_certificate_of_all_stands_for_the_whole_price():
    bought = line(HOUSING, HOUSING, by="unknown", costs=(cost(100),), certificates=("C1",))
    told = case(bought, certificates=[certificate(statement=ALL_CLEAN)], **DIRECT)
    assert doubts(told) == {}


def test_no_certificate_of_the_whole_helps_against_a_reason_to_know_of_what_is_inside():
    cells = line("bms", HOUSING, "bms", by="clean", inside="clean")
    bought = line(HOUSING, HOUSING, costs=(cost(100),), certificates=("C1",))
    for paper in (certificate(statement=ALL_CLEAN), certified(1)):
        told = case(bought, cells, certificates=[paper], flags=[flag("bms")], **DIRECT)
        assert counted(told).strict.supported == 0
        resolved = replace(told.flags[0], resolved_on=date(2026, 6, 1))
        assert counted(replace(told, flags=(resolved,))).strict.supported > 0


def test_a_certificate_that_names_another_item_splits_nothing():
    bought = line(HOUSING, HOUSING, costs=(cost(100),), certificates=("C1",), model="M2")
    told = case(bought, certificates=[certified(30)], **DIRECT)
    assert counted(told).strict.prohibited == 100


def test_in_the_lenient_reading_a_prohibited_maker_taints_what_is_not_certified():
    bought = line(PACK, by="listed", costs=(cost(100),), certificates=("C1",))
    ratio = counted(case(bought, certificates=[certified(20)], **DIRECT))
    assert (ratio.strict.supported, ratio.lenient.supported) == (0, Fraction(8, 10))


def test_what_the_taxpayer_made_itself_counts_at_material_and_labour():
    costs = (cost(60, CostKind.OWN_MATERIAL), cost(40, CostKind.OWN_LABOUR))
    made = line(PACK, by="owner", costs=costs)
    cells = line("cells", PACK, "cells", by="listed", inside="owner", costs=(cost(100),))
    ratio = counted(case(made, cells, **DIRECT))
    assert (ratio.strict.total, ratio.strict.supported) == (200, Fraction(1, 2))
    assert doubts(case(made, cells, **DIRECT)) == {"cells": {"PROHIBITED:listed"}}


def test_components_bought_apart_are_tainted_by_the_maker_of_the_product():
    cells = line("cells", PACK, "cells", inside="listed", costs=(cost(100),))
    ratio = counted(case(cells, **DIRECT))
    assert (ratio.strict.supported, ratio.lenient.supported) == (0, 1)


def test_a_component_bought_apart_is_not_in_the_price_of_the_product():
    apart = line("bms", HOUSING, "bms", by="listed", inside="clean", costs=(cost(10),))
    others = [each for each in whole(HOUSING, costs=(cost(90),)) if each.row != "bms"]
    assert doubts(case(apart, *others, **DIRECT)) == {"bms": {"PROHIBITED:listed"}}


def test_parts_short_of_the_nameplate_of_what_was_bought_leave_its_price_unshown():
    bought = whole(PACK, costs=(cost(100),), nameplate=kwh(100))
    told = [replace(each, nameplate=kwh(80 if each.row else 100)) for each in bought]
    assert f"UNCOVERED:{PACK}/cells" in doubts(case(*told, **DIRECT))[PACK]


def test_of_a_component_only_materials_count_and_their_makers():
    told = case(
        line("foil", "", kind=LineKind.MATERIAL, costs=(cost(70), cost(5, CostKind.FREIGHT))),
        line("salt", "", kind=LineKind.MATERIAL, costs=(cost(25),), by="listed"),
        line("pack", PACK, costs=(cost(900),)),
        **COMPONENT,
    )
    ratio = counted(told)
    assert (ratio.strict.total, ratio.strict.supported) == (100, Fraction(3, 4))
    assert [each.reason for each in ratio.base.left_out] == ["NOT_A_MATERIAL"]


def test_materials_under_an_early_contract_leave_both_sums_of_a_component_where_elected():
    early = line(
        "salt", "", kind=LineKind.MATERIAL, costs=(cost(25),), by="listed",
        contracted_on=date(2025, 6, 15),
    )  # fmt: skip
    late = replace(early, id="late", contracted_on=date(2025, 6, 16))
    told = case(
        early, late, line("foil", "", kind=LineKind.MATERIAL, costs=(cost(75),)), **COMPONENT
    )
    assert counted(told).strict.total == 125
    elected = replace(told, project=replace(told.project, elections=("EXISTING_CONTRACT",)))
    ratio = counted(elected)
    assert ratio.strict.total == 100
    assert [each.line for each in ratio.base.left_out] == ["salt"]
    # What is sold from 2030 on is no longer under it, nor what nobody says when it is sold.
    for day in (date(2030, 1, 1), None):
        sold = replace(elected, project=replace(elected.project, sold_on=day))
        assert counted(sold).strict.total == 125
    rules = replace(RULES, dates=replace(RULES.dates, contract_used_before=None))
    ever = ratio_of(inquiry=Inquiry(case=sold, rules=rules))
    assert ever.strict.total == 100


ASSIGNED = {"below a tenth": ("9.99", False), "a tenth": ("10", True)}


@pytest.mark.parametrize("how_much", ASSIGNED)
def test_what_is_assigned_without_tracking_stays_below_a_tenth(how_much):
    amount, too_much = ASSIGNED[how_much]
    told = case(
        *whole(HOUSING, costs=(cost(amount),), assigned=True),
        *whole(INVERTER, costs=(cost(100 - Decimal(amount)),)), **DIRECT,
    )  # fmt: skip
    ratio = counted(told)
    assert ratio.assigned_too_much is too_much
    assert (ratio.strict.potential == 1) is not too_much


def test_a_maker_is_tested_for_each_year_in_which_costs_were_incurred():
    later = replace(cost(50), incurred_on=date(2027, 3, 1))
    told = case(line(HOUSING, HOUSING, by="unknown", costs=(cost(50), later)), **DIRECT)
    inquiry = Inquiry(case=told, rules=RULES)
    ratio_of(inquiry=inquiry)
    assert inquiry.standing("unknown", PAID) is inquiry.standing("unknown", PAID)
    assert {on for _, on in inquiry.standings} == {PAID, date(2027, 3, 1)}
    for since, until in ((date(2026, 6, 1), None), (date(2023, 1, 1), date(2026, 6, 1))):
        entry = Listed("clean", "S1260H", "Clean", since, until, decision="CONFIRMED")
        cleared = replace(told, lines=tuple(replace(e, producer="clean") for e in told.lines))
        listed = replace(cleared, register=replace(told.register, listed=(entry,)))
        worst = worst_standings(case=listed, rules=RULES)
        assert worst["clean"].standing is Standing.SPECIFIED
    assert {str(each.tested_on) for each in inquiry.standings.values()} == {
        "2026-01-01", "2027-12-31",
    }  # fmt: skip
