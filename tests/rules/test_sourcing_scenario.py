"""Mixes against a pipeline: totals, what moves them, at which premium or tariff one pays."""

from dataclasses import replace
from fractions import Fraction

import pytest

from passport.rules.sourcing_mix import Mix, NoMix, Part, Recipe
from passport.rules.sourcing_outcome import Shift, Terms
from passport.rules.sourcing_scenario import (
    CURVE,
    Point,
    Scenario,
    check,
    curve,
    premium,
    sensitivity,
    tariff,
    total,
    totals,
)
from tests.rules.sourcing_stage import (
    BOX,
    BY_TABLE,
    CLEAN,
    GROUND,
    OTHER,
    PACK,
    TABLE,
    good,
    mix,
    planned,
)

PIPELINE = tuple(planned(year) for year in (2026, 2027, 2028, 2030))
BEFORE = Fraction(0)


def scenario(*mixes, terms=BY_TABLE, pipeline=PIPELINE):
    return Scenario(mixes or (mix(100), mix(0)), pipeline, terms)


def test_sixty_against_seventy_five_percent_is_a_cliff_by_year():
    weighed = replace(BY_TABLE, pro_rata=True)
    told = scenario(mix(60), mix(75), terms=weighed)
    check(told, table=TABLE)
    sixty, more = totals(scenario=told, ground=GROUND)
    assert [each.supported for each in sixty.outcomes] == [True, True, False, False]
    assert [each.supported for each in more.outcomes] == [True, True, True, True]
    assert (sixty.lost, more.lost) == (sixty.capex / 2 * Fraction(3, 10), 0)
    assert sixty.duty == 4 * Fraction(12_000_000) * Fraction("0.409") * Fraction(4, 10)
    assert sixty.credit == sixty.lost
    assert sixty.net == sixty.capex - sixty.credit
    with pytest.raises(NoMix):
        check(scenario(Mix("half", mix(50).parts[:1])), table=TABLE)


def test_the_strongest_driver_stands_first_and_says_where_a_verdict_turns():
    goods = (good(PACK, "clean", 61), good(BOX, "other", 39))
    near = Mix("near", (Part(Recipe("r", goods), Fraction(1)),))
    told = scenario(near, terms=Terms(), pipeline=(planned(2026),))
    bars = sensitivity(
        mix=near, scenario=told, ground=GROUND, spread=Fraction(1, 2), points=Fraction(5)
    )
    swings = [each.swing for each in bars]
    assert swings == sorted(swings, reverse=True)
    turns = {each.driver: each.turns for each in bars}
    assert turns == {
        "clean_price": True, "other_price": True, "other_cost": False, "tariff_points": False,
        "credit_points": False,
    }  # fmt: skip
    assert bars[0].driver in ("clean_price", "other_price")


def test_the_premium_is_where_two_mixes_cost_the_same():
    told = scenario()
    found = premium(
        clean=mix(100), other=mix(0), scenario=told, ground=GROUND, tariff_points=BEFORE
    )
    assert found.at is not None
    here = total(mix=mix(100), scenario=told, ground=GROUND, shift=Shift(clean_price=found.at))
    assert here.net == total(mix=mix(0), scenario=told, ground=GROUND).net


def test_where_there_is_no_premium_it_says_why():
    def ask(clean, other, **more):
        return premium(
            clean=clean, other=other, scenario=scenario(clean, other, **more), ground=GROUND,
            tariff_points=BEFORE,
        )  # fmt: skip

    assert ask(mix(0), mix(0)) == Point(None, "no-clean-goods")
    free = Recipe("free", tuple(replace(each, price=BEFORE) for each in OTHER.goods))
    dear = Mix("dear", (Part(CLEAN, Fraction(1, 2)), Part(OTHER, Fraction(1, 2))))
    given_away = Mix("free", (Part(free, Fraction(1)),))
    assert ask(dear, given_away) == Point(None, "not-even-for-nothing")
    # By cost, clean goods at a much lower price are too small a part of it.
    cheap = Recipe("c", (good(PACK, "clean", 61), good(BOX, "influenced", 39)))
    paid = Recipe(
        "d", (good(PACK, "other", 30, made_in="US"), good(BOX, "other", 20, made_in="US"))
    )
    turning = ask(
        Mix("c", (Part(cheap, Fraction(1)),)), Mix("d", (Part(paid, Fraction(1)),)), terms=Terms(),
        pipeline=(planned(2027),),
    )  # fmt: skip
    assert turning == Point(None, "verdict-turns")


def test_a_tariff_makes_two_mixes_cost_the_same_or_none_does():
    cheap = Recipe("cheap", tuple(replace(each, price=each.price / 3) for each in OTHER.goods))
    far = Mix("far", (Part(cheap, Fraction(1)),))
    found = tariff(clean=mix(100), other=far, scenario=scenario(mix(100), far), ground=GROUND)
    assert found.at is not None
    assert found.at > 0
    moved = Shift(tariff_points=found.at)
    ends = totals(scenario=scenario(mix(100), far), ground=GROUND, shift=moved)
    assert ends[0].net == ends[1].net
    home = scenario(mix(100), mix(100))
    assert (
        tariff(clean=mix(100), other=mix(100), scenario=home, ground=GROUND).why == "same-tariffs"
    )
    # China at any tariff below nothing is no cheaper than at none.
    dear = Recipe("dear", tuple(replace(each, price=each.price * 3) for each in OTHER.goods))
    costly = Mix("costly", (Part(dear, Fraction(1)),))
    none = tariff(clean=mix(100), other=costly, scenario=scenario(), ground=GROUND)
    assert none == Point(None, "verdict-turns")


def test_the_curve_has_a_point_for_each_tariff_and_rises_with_it():
    drawn = curve(clean=mix(100), other=mix(0), scenario=scenario(), ground=GROUND)
    assert [points for points, _ in drawn] == list(CURVE)
    reached = [point.at for _, point in drawn]
    assert None not in reached
    assert reached == sorted(reached)
