"""What a BMS sums up becomes a reading by what it measured, or is refused for what it lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from passport.rules.errors import Refusal
from passport.rules.health import Kind, Method, Reading
from passport.rules.telemetry import NotInSummary, Summary, SummaryTwisted, reading_of

UNTIL = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
CHARGE = {"charged_ah": "180", "soc_from": "0.1", "soc_to": "0.9"}


def read(**told: Any) -> Reading:
    figures = {
        name: tuple(map(Decimal, value)) if isinstance(value, list) else Decimal(value)
        for name, value in told.items()
    }
    summary = Summary(until=UNTIL, source="gateway 4", **figures)  # type: ignore[arg-type]
    return reading_of(
        summary, rated_capacity_ah=Decimal(250), rated_energy_kwh=Decimal("10.752")
    )  # fmt: skip


def test_one_long_charge_measures_capacity() -> None:
    found = read(**CHARGE)
    assert (found.method, found.kind, found.source) == (
        Method.CHARGE_BASED,
        Kind.CAPACITY,
        "gateway 4",
    )
    assert (found.soh, found.capacity_ah) == (Decimal("0.9"), Decimal(225))
    # Two ends of 0.02 over 0.8 of the scale, and the counter: 0.036 + 0.0045 of 0.9.
    assert found.soh - found.soh_low == pytest.approx(Decimal("0.0363"), abs=Decimal("0.001"))
    shorter = read(**CHARGE | {"charged_ah": "90", "soc_to": "0.5"})
    assert shorter.soh == found.soh
    assert shorter.soh_high - shorter.soh_low > found.soh_high - found.soh_low
    assert read(**CHARGE | {"charged_ah": "238"}).soh_high == Decimal("1.2"), (
        "cut where physics ends"
    )


@pytest.mark.parametrize("lacks", [{"soc_to": "0.4"}, {}])
def test_without_one_the_word_of_the_bms_is_no_more_than_that(lacks: dict[str, str]) -> None:
    told = CHARGE | lacks if lacks else {"soc_from": "0.1"}
    found = read(**told, soh="0.93")
    assert (found.method, found.soh) == (Method.BMS_REPORTED, Decimal("0.93"))
    assert (found.soh_low, found.soh_high) == (Decimal("0.885"), Decimal("0.975"))
    with pytest.raises(NotInSummary, match="neither a state of health nor a charge"):
        read(**told)


def test_what_was_seen_beside_it_goes_with_it() -> None:
    found = read(
        soh="0.9", throughput_kwh="21504", lowest_cell_v="3.301", highest_cell_v="3.3245",
        module_soh=["0.91", "0.82", "0.9"], rest_days="10", rest_soc_from="0.5",
        rest_soc_to="0.49", highest_temperature_c="41.5", isolation_ohm_per_v="900",
        resistance_ratio="1.2",
    )  # fmt: skip
    assert found.equivalent_cycles == 1000
    assert (found.minimum_cell_v, found.cell_spread_mv) == (Decimal("3.301"), Decimal("23.5"))
    assert found.module_spread == Decimal("0.09")
    assert found.self_discharge_percent_per_month == 3
    assert (found.highest_temperature_c, found.resistance_ratio) == (
        Decimal("41.5"),
        Decimal("1.2"),
    )
    assert found.isolation_ohm_per_v == 900


def test_what_was_not_seen_is_left_out() -> None:
    found = read(soh="0.9", module_soh=["0.9"], rest_days="6", rest_soc_from="1", rest_soc_to="0.9")
    assert (found.equivalent_cycles, found.cell_spread_mv, found.module_spread) == (
        None,
        None,
        None,
    )
    assert found.self_discharge_percent_per_month is None, "six days are too few"


TWISTED: dict[str, dict[str, str]] = {
    "/soc_to": CHARGE | {"soc_to": "0.05"},
    "/soc_to ": CHARGE | {"soc_to": "90"},
    "/highest_cell_v": {"soh": "0.9", "lowest_cell_v": "3.4", "highest_cell_v": "3.3"},
    "/rest_soc_to": {"soh": "0.9", "rest_days": "9", "rest_soc_from": "0.5", "rest_soc_to": "0.6"},
}


@pytest.mark.parametrize("pointer", TWISTED)
def test_figures_that_contradict_each_other_are_refused(pointer: str) -> None:
    with pytest.raises(SummaryTwisted) as refused:
        read(**TWISTED[pointer])
    assert isinstance(refused.value, Refusal)
    assert refused.value.pointer == pointer.strip()
    assert refused.value.remedy
