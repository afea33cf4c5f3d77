"""The ratio and the bill of what is only planned, by table and by cost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from passport.rules.sourcing_case import Credit
from passport.rules.sourcing_mix import (
    Mix,
    NoMix,
    NoRecipe,
    Part,
    Recipe,
    Share,
    check_mix,
    check_recipe,
    share_of,
)
from passport.rules.sourcing_net import outcome, threshold
from passport.rules.sourcing_origin import content_of, duty_percent, tariff_of
from passport.rules.sourcing_outcome import Bill, Shift, Terms
from passport.rules.sourcing_tables import RowKind
from tests.rules.sourcing_stage import (
    BOX,
    BY_TABLE,
    CLEAN,
    INVERTER,
    OTHER,
    PACK,
    RULES,
    STANDINGS,
    TABLE,
    good,
    mix,
    planned,
    recipe,
)

WHOLE = Fraction(1)


def alone(made: Recipe) -> Mix:
    return Mix(made.name, (Part(made, WHOLE),))


def ratio(made, *, pro_rata=False, lenient=False, **more):
    return share_of(
        mix=made if isinstance(made, Mix) else alone(made), planned=planned(**more), table=TABLE,
        standings=STANDINGS, pro_rata=pro_rata, lenient=lenient,
    ).ratio  # fmt: skip


def without_inverter(maker, **makers):
    made = recipe("dc", maker, **makers)
    return Recipe("dc", tuple(each for each in made.goods if each.category != INVERTER))


# The vectors of the table, as percent of a grid-scale property (a distributed one where said).
BY_ROWS = {
    "CP-01 a prohibited packer": (recipe("a", "clean", **{PACK: "other"}), {}, "34.4"),
    "CP-02 prohibited cells in clean packs": (recipe("a", "clean", cells="other"), {}, "48"),
    "CP-03 inverter and container": (
        recipe("a", "clean", **{BOX: "other", INVERTER: "other"}), {}, "65.6",
    ),
    "CP-04 the inverter alone": (recipe("a", "clean", **{INVERTER: "other"}), {}, "95.4"),
    "CP-06 cells and BMS": (recipe("a", "clean", cells="other", bms="other"), {}, "40.6"),
    "CP-10 distributed cells": (
        recipe("a", "clean", cells="other"), {"kwh": Decimal(1000)}, "73.1",
    ),
    "CP-13 all": (OTHER, {}, "0"),
    "CP-14 none": (CLEAN, {}, "100"),
    "influenced is prohibited": (recipe("a", "clean", cells="influenced"), {}, "48"),
    "for counsel is not clean": (recipe("a", "clean", cells="counsel"), {}, "48"),
    "unknown is not clean": (recipe("a", "clean", cells="nobody"), {}, "48"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "more", "percent"), BY_ROWS.values(), ids=BY_ROWS)
def test_by_the_table_each_row_counts_by_its_maker_and_its_product(made, more, percent):
    assert ratio(made, **more) * 100 == Fraction(percent)


def test_an_absent_inverter_leaves_the_base():
    assert ratio(without_inverter("clean", cells="other")) == (Fraction("95.4") - 52) / Fraction(
        "95.4"
    )


def test_a_row_of_two_makers_counts_wholly_unless_weighed():
    half = mix(50, second=recipe("cn cells", "clean", cells="other"))
    assert ratio(half) == Fraction(48, 100)
    assert ratio(half, pro_rata=True) == Fraction(74, 100)  # CP-09


def test_what_is_not_known_is_clean_in_the_potential_ratio_only():
    made = recipe("a", "clean", cells="nobody", bms="other")
    assert (ratio(made), ratio(made, lenient=True)) == (Fraction("0.406"), Fraction("0.926"))


def test_by_cost_each_dollar_counts_where_it_is_spent():
    goods = (good(PACK, "clean", 48), good("cells", "influenced", 32), good(BOX, "clean", 20))
    made = Recipe("a", goods)
    assert reckoned(made, terms=Terms()).ratio == Fraction(68, 100)
    tainted = Recipe("b", (good(PACK, "influenced", 48), good("cells", "clean", 32), goods[2]))
    assert reckoned(tainted, terms=Terms()).ratio == Fraction(20, 100)


def test_nothing_bought_is_no_ratio():
    assert Share(Fraction(0), Fraction(0)).ratio == 0
    # A table without a column for the nameplate has no rows for it.
    bare = replace(TABLE, variants=())
    share = share_of(
        mix=alone(CLEAN), planned=planned(), table=bare, standings=STANDINGS, pro_rata=False
    )
    assert share == Share(Fraction(0), Fraction(0))


RECIPES = {
    "a category of no table": (("soap",), "/soap"),
    "a row that is the making": (("pack_production", PACK), "/pack_production"),
    "a category twice": ((PACK, PACK), f"/{PACK}"),
    "cells in no pack": (("cells",), f"/{PACK}"),
    "nothing": ((), ""),
}


@pytest.mark.parametrize(("categories", "pointer"), RECIPES.values(), ids=RECIPES)
def test_a_recipe_names_who_makes_all_it_takes(categories, pointer):
    with pytest.raises(NoRecipe) as refused:
        check_recipe(Recipe("r", tuple(good(each, "clean") for each in categories)), table=TABLE)
    assert refused.value.pointer == pointer
    check_recipe(CLEAN, table=TABLE)


MIXES = {
    "too little": ((Part(CLEAN, Fraction(1, 2)),), "make 50.00 %"),
    "one below nothing": ((Part(CLEAN, Fraction(2)), Part(OTHER, Fraction(-1))), "make 100.00 %"),
    "other products": (
        (Part(CLEAN, Fraction(1, 2)), Part(without_inverter("other"), Fraction(1, 2))),
        "not of the same products",
    ),
}


@pytest.mark.parametrize(("parts", "words"), MIXES.values(), ids=MIXES)
def test_a_mix_is_one_whole_of_alike_recipes(parts, words):
    with pytest.raises(NoMix, match=words):
        check_mix(Mix("m", parts), table=TABLE)
    check_mix(mix(60), table=TABLE)


STACKS = {
    "2025-11-09": None,
    "2025-11-10": "30.9",
    "2026-01-01": "48.4",
    "2026-03-01": "38.4",
    "2026-11-29": "40.9",
}


@pytest.mark.parametrize(("on", "total"), STACKS.items())
def test_the_tariff_is_that_of_the_day(on, total):
    row = tariff_of(rules=RULES, origin="CN", on=date.fromisoformat(on))
    assert (row and row.total()) == (total and Decimal(total))


def test_duty_is_the_stacks_or_the_buyers_or_not_known():
    def duty(**more):
        return duty_percent(good=good("cells", "x", **more), on=date(2027, 1, 1), rules=RULES)

    assert duty(made_in="CN", duty_percent=Decimal(1)) == Fraction("40.9")
    assert duty(made_in="US", duty_percent=Decimal(9)) == 0
    assert duty(made_in="KR", duty_percent=Decimal("3.4")) == Fraction("3.4")
    assert duty(made_in="KR") is None
    assert duty(made_in="CN", by_kw=True) is None


def test_domestic_content_is_where_it_was_made_and_not_who_made_it():
    def content(made, **more):
        found = made if isinstance(made, Mix) else alone(made)
        told = content_of(mix=found, planned=planned(**more), table=TABLE, rules=RULES)
        return told.share * 100

    assert content(CLEAN) == 100
    assert content(recipe("a", "clean", cells="other")) == 40  # the making of packs falls with it
    prohibited_at_home = Recipe("b", tuple(replace(each, made_in="US") for each in OTHER.goods))
    assert content(prohibited_at_home) == 100
    assert content(without_inverter("clean")) == Fraction("95.4")
    assert content(mix(50)) == 0  # a row counts when all of it is of the United States


def reckoned(made, *, year=2027, terms=BY_TABLE, shift=None, rules=RULES, **more):
    return outcome(
        mix=made if isinstance(made, Mix) else alone(made), planned=planned(year, **more),
        terms=terms, rules=rules, table=TABLE, standings=STANDINGS, shift=shift,
    )  # fmt: skip


def test_the_bill_of_a_clean_project_at_home():
    found = reckoned(CLEAN, other_cost=Decimal(1_000_000))
    assert found.bill == Bill(
        goods=Fraction(13_000_000), duty=Fraction(0), other=Fraction(1_000_000),
        clean=Fraction(13_000_000), dutiable=Fraction(0),
    )  # fmt: skip
    assert (found.supported, found.threshold, found.domestic_threshold) == (True, 60, 55)
    assert (found.credit, found.adder, found.net) == (4_200_000, 1_400_000, 8_400_000)
    assert (found.at_stake, found.kept, found.no_duty, found.unverified) == (
        5_600_000, Fraction(3, 5), (), (),
    )  # fmt: skip


def test_the_whole_credit_is_lost_a_hair_below_the_threshold():
    goods = (good(PACK, "clean", 6000), good(BOX, "influenced", 4000))
    equal = reckoned(Recipe("a", goods), terms=Terms())
    below = reckoned(Recipe("b", (goods[0], good(BOX, "influenced", 4001))), terms=Terms())
    assert (equal.ratio, equal.supported) == (Fraction(60, 100), True)
    assert (below.supported, below.credit, below.adder) == (False, 0, 0)
    assert below.at_stake == below.bill.capex * Fraction(4, 10)
    assert below.net == below.bill.capex


def test_duty_is_paid_on_what_comes_from_a_tariffed_origin_and_counts_in_the_base():
    found = reckoned(OTHER, terms=Terms())
    assert found.bill.dutiable == 12_000_000  # the inverter is no battery
    assert found.bill.duty == 12_000_000 * Fraction("0.409")
    assert found.no_duty == ("CN",)
    assert found.unverified == ("R-1-DUTY",)
    without = replace(RULES, counted=())
    halves = reckoned(mix(50), terms=Terms(), rules=without)
    assert (halves.ratio, halves.unverified) == (Fraction(1, 2), ())
    assert reckoned(mix(50), terms=Terms()).ratio < Fraction(1, 2)


def test_the_threshold_is_of_the_year_in_which_construction_begins():
    years = {year: threshold(planned(year), RULES) for year in (2025, 2026, 2028, 2031)}
    assert years == {2025: None, 2026: 55, 2028: 65, 2031: 75}
    assert threshold(planned(credit=Credit.COMPONENT_45X), RULES) is None
    early = reckoned(OTHER, year=2025)
    assert (early.asked, early.supported, early.domestic_threshold) == (False, True, None)
    long_ago = reckoned(CLEAN, year=2024)
    assert (long_ago.domestic_threshold, long_ago.adder) == (None, 0)
    no_table = reckoned(CLEAN, credit=Credit.FACILITY_48E)
    assert (no_table.domestic, no_table.domestic_threshold, no_table.adder) == (0, None, 0)
    nobody_says = reckoned(CLEAN, rules=replace(RULES, thresholds=()))
    assert (nobody_says.threshold, nobody_says.supported) == (None, False)


def test_what_nobody_has_read_is_named():
    weighed = replace(BY_TABLE, pro_rata=True)
    assert reckoned(CLEAN, terms=weighed).unverified == ("R-5",)
    doubted = replace(RULES, thresholds=(replace(RULES.thresholds[0], verified=False),))
    found = outcome(
        mix=alone(CLEAN), planned=planned(), terms=BY_TABLE, rules=doubted,
        table=replace(TABLE, verified=False), standings=STANDINGS,
    )  # fmt: skip
    assert found.unverified == ("EST_48E", TABLE.id)
    assert {row.kind for row in TABLE.rows} == set(RowKind)


SHIFTS = {
    "clean goods dearer": (Shift(clean_price=Fraction(1, 10)), 6_500_000 * Fraction(1, 10)),
    "others dearer, with their duty": (
        Shift(other_price=Fraction(1, 10)), (6_500_000 + 6_000_000 * Fraction("0.409")) / 10,
    ),
    "tariffs higher": (Shift(tariff_points=Fraction(10)), Fraction(600_000)),
    "no tariff is below nothing": (
        Shift(tariff_points=Fraction(-50)), -6_000_000 * Fraction("0.409"),
    ),
    "all else dearer": (Shift(other_cost=Fraction(1, 2)), Fraction(50)),
    "the credit is no cost": (Shift(credit_points=Fraction(5)), Fraction(0)),
}  # fmt: skip


@pytest.mark.parametrize(("shift", "more"), SHIFTS.values(), ids=SHIFTS)
def test_a_shift_moves_what_it_names(shift, more):
    was = reckoned(mix(50), other_cost=Decimal(100))
    now = reckoned(mix(50), other_cost=Decimal(100), shift=shift)
    assert now.bill.capex - was.bill.capex == more
    rate = Fraction(30) + shift.credit_points
    assert now.at_stake == now.bill.capex * rate / 100


def test_an_empty_project_keeps_each_dollar():
    nothing = reckoned(Recipe("n", (good(PACK, "clean", 0),)))
    assert (nothing.net, nothing.kept) == (0, 1)
