"""A party's own figures over the released ones: each in its shape and range, or refused there."""

from decimal import Decimal

import pytest

from passport.rules.errors import Refusal
from recycling.queries.tables import planning, price_document
from recycling.rules.prices import check_figures, check_version, figures_of, merged

BROKEN = {
    "none": ({}, "/figures"),
    "of nothing": ({"moon_cents": "1"}, "/figures/moon_cents"),
    "no text": ({"road_factor": 1.3}, "/figures/road_factor"),
    "below zero": ({"test_cents_per_pack": "-1"}, "/figures/test_cents_per_pack"),
    "a share above one": ({"discount_per_year": "1.1"}, "/figures/discount_per_year"),
    "one where there are several": (
        {"recycler_fee_cents_per_kg": "10"},
        "/figures/recycler_fee_cents_per_kg",
    ),
    "of no chemistry": (
        {"recycler_fee_cents_per_kg": {"LEAD": "10"}},
        "/figures/recycler_fee_cents_per_kg/LEAD",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_figure_that_cannot_be_is_refused(case):
    figures, pointer = BROKEN[case]
    with pytest.raises(Refusal) as told:
        check_figures(figures, document=price_document())
    assert told.value.pointer == pointer


def test_own_figures_lie_over_the_released_ones():
    said = {"recycler_fee_cents_per_kg": {"LFP": "-90.50"}, "haul_cents_per_tonne_km": "31"}
    figures = check_figures(said, document=price_document())
    prices = merged(document=price_document(), figures=figures, version="2026-Q4", party="keeper")
    released = planning().prices
    assert prices.version == f"{released.version}+keeper:2026-Q4"
    assert prices.fee_per_kg("LFP") == Decimal("-90.5")
    assert prices.fee_per_kg("NMC622") == released.fee_per_kg("NMC622")
    assert prices.haul_per_tonne_km == 31
    assert prices.road_factor == released.road_factor
    assert set(figures_of(price_document())) > set(figures)


@pytest.mark.parametrize("version", ["", "-1", "a b", "x" * 41, "é"])
def test_a_version_is_a_short_name(version):
    with pytest.raises(Refusal):
        check_version(version)
