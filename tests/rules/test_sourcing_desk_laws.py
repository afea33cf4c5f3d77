"""What holds of every mix at every price: more that is clean never harms, tariffs never help."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as some

from passport.rules.sourcing_mix import Mix, Part, Recipe
from passport.rules.sourcing_net import outcome
from passport.rules.sourcing_outcome import Shift, Terms
from passport.rules.sourcing_party import Standing
from passport.rules.sourcing_scenario import Scenario, total
from tests.rules.sourcing_stage import (
    BOX,
    BY_TABLE,
    GROUND,
    INVERTER,
    PACK,
    RULES,
    STANDINGS,
    TABLE,
    good,
    mix,
    planned,
)

PIPELINE = tuple(planned(year) for year in (2026, 2028))
PERCENT = some.integers(0, 100)
MAKERS = some.sampled_from(["clean", "other", "influenced", "counsel", "nobody"])
PRICES = some.integers(1, 200)


@some.composite
def mixes(draw):
    """Any mix of two recipes of any makers at any prices."""
    parts = []
    share = Fraction(draw(some.integers(1, 99)), 100)
    for each in (share, 1 - share):
        goods = [good(key, draw(MAKERS), draw(PRICES)) for key in (PACK, BOX, INVERTER)]
        inside = draw(some.sets(some.sampled_from(["cells", "bms", "enclosure", "packaging"])))
        goods += [good(key, draw(MAKERS), draw(PRICES)) for key in sorted(inside)]
        parts.append(Part(Recipe(str(each), tuple(goods)), each))
    return Mix("any", tuple(parts))


TERMS = some.sampled_from(
    [Terms(), BY_TABLE, replace(BY_TABLE, pro_rata=True), Terms(adder_percent=Decimal(0))]
)


@settings(max_examples=40, deadline=None)
@given(mixes(), TERMS, some.sampled_from(sorted({key[0] for key in STANDINGS} | {"nobody"})))
def test_a_maker_that_becomes_clean_never_costs_a_project_its_verdict(made, terms, maker):
    day = PIPELINE[0].incurred_on
    better = {**STANDINGS, (maker, day): Standing.CLEAN}
    for each in PIPELINE:
        was, now = (
            outcome(
                mix=made, planned=each, terms=terms, rules=RULES, table=TABLE, standings=standings
            )
            for standings in (STANDINGS, better)
        )
        assert now.ratio >= was.ratio
        assert now.supported >= was.supported
        assert now.net <= was.net


@settings(max_examples=40, deadline=None)
@given(PERCENT, PERCENT, some.booleans())
def test_a_larger_clean_share_never_costs_a_project_its_verdict(less, more, pro_rata):
    less, more = sorted((less, more))
    terms = replace(BY_TABLE, pro_rata=pro_rata)
    for each in PIPELINE:
        low, high = (
            outcome(
                mix=mix(share), planned=each, terms=terms, rules=RULES, table=TABLE,
                standings=STANDINGS,
            )
            for share in (less, more)
        )  # fmt: skip
        assert low.supported <= high.supported


def _clean_at_home(made):
    """Nothing of clean make is imported: the duty on that would count as clean (R-1-DUTY)."""
    parts = []
    for part in made.parts:
        goods = [
            replace(each, made_in="US" if each.maker == "clean" else each.made_in)
            for each in part.recipe.goods
        ]
        parts.append(Part(Recipe(part.recipe.name, tuple(goods)), part.share))
    return Mix(made.name, tuple(parts))


@settings(max_examples=40, deadline=None)
@given(mixes(), TERMS, some.integers(0, 100), some.integers(0, 100))
def test_a_higher_tariff_never_lowers_the_cost_of_what_is_imported(made, terms, less, more):
    less, more = sorted((less, more))
    at_home = _clean_at_home(made)
    told = Scenario((at_home,), PIPELINE, terms)
    low, high = (
        total(
            mix=at_home, scenario=told, ground=GROUND, shift=Shift(tariff_points=Fraction(points))
        )
        for points in (less, more)
    )
    assert low.net <= high.net


@settings(max_examples=40, deadline=None)
@given(mixes())
def test_what_is_not_known_never_beats_what_is_known_to_be_clean(made):
    for terms in (Terms(), BY_TABLE):
        found = outcome(
            mix=made, planned=planned(), terms=terms, rules=RULES, table=TABLE, standings=STANDINGS
        )
        assert 0 <= found.ratio <= found.potential <= 1
