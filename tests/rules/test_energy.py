"""Limits are what the model says, and a kilowatt-hour costs what the operands say."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from passport.rules.decimals import outwards
from passport.rules.energy import degradation, limits_of

FACTS = {
    "29": "44800",
    "30": {"continuous discharge": "44800", "continuous charge": "22401", "ten seconds": "67200"},
    "34": {"lowest": "-20", "highest": "45", "test": "IEC 62619"},
    "36": "95.2",
    "37": "93.8",
    "39": "0.5",
}


def test_limits_are_the_model_s_own_words() -> None:
    found = limits_of(facts=FACTS, rated_energy_kwh=Decimal("89.6"))
    assert (found.power_w, found.test_charge_c) == (Decimal("44800"), Decimal("0.5"))
    assert (found.temperature_low_c, found.temperature_high_c) == (Decimal(-20), Decimal(45))
    assert (found.round_trip_percent, found.round_trip_half_life_percent) == (
        Decimal("95.2"), Decimal("93.8"),
    )  # fmt: skip
    assert (found.discharge_c, found.charge_c) == (Decimal("0.5"), Decimal("0.25"))
    assert found.unknown == ()


def test_what_is_not_said_is_none_and_named() -> None:
    found = limits_of(
        facts={"29": "about 40 kW", "30": "44800", "34": {"lowest": "cold"}, "36": True},
        rated_energy_kwh=Decimal(90),
    )
    assert set(found.unknown) == {
        "power_w", "continuous_charge_w", "continuous_discharge_w", "charge_c", "discharge_c",
        "test_charge_c", "temperature_low_c", "temperature_high_c", "round_trip_percent",
        "round_trip_half_life_percent",
    }  # fmt: skip


def test_the_cost_is_an_interval_around_the_true_quotients() -> None:
    found = degradation(
        replacement_price=Decimal("1000"),
        throughput_low_kwh=Decimal(3000),
        throughput_high_kwh=Decimal(7000),
    )
    assert (found.low, found.high) == (Decimal("0.142857"), Decimal("0.333334"))
    assert found.low <= Fraction(1, 7) < Fraction(1, 3) <= found.high
    exact = degradation(
        replacement_price=Decimal("4200.00"),
        throughput_low_kwh=Decimal(42000),
        throughput_high_kwh=Decimal(84000),
    )
    assert (exact.low, exact.high, exact.reason) == (Decimal("0.05"), Decimal("0.1"), "")


WHY = {
    "remaining throughput": (Decimal(1), None, None),
    "remaining throughput is": (Decimal(1), Decimal(1), None),
    "price of a replacement": (None, Decimal(1), Decimal(2)),
    "end of life": (Decimal(1), Decimal(0), Decimal(2)),
}


@pytest.mark.parametrize("why", WHY)
def test_without_its_operands_there_is_no_cost(why: str) -> None:
    price, low, high = WHY[why]
    found = degradation(replacement_price=price, throughput_low_kwh=low, throughput_high_kwh=high)
    assert (found.low, found.high) == (None, None)
    assert why in found.reason


def test_fractions_are_rounded_outwards_exactly() -> None:
    third = Fraction(1, 3)
    assert outwards(third, places=2, up=False) == Decimal("0.33")
    assert outwards(third, places=2, up=True) == Decimal("0.34")
    assert outwards(-third, places=2, up=False) == Decimal("-0.34")
    # Less than any precision of a decimal away from a whole hundredth.
    near = Fraction(1, 10**2) - Fraction(1, 10**60)
    assert outwards(near, places=2, up=False) == Decimal("0.00")
    assert outwards(near, places=2, up=True) == Decimal("0.01")
