"""Readings outside physics are refused; readings of broken batteries are not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from passport.rules import health
from passport.rules.decimals import NotADecimal, OutOfRange, TooFine, parse_in_range
from passport.rules.errors import Refusal
from passport.rules.health import Kind, Method, NoSource, OutsidePhysics, Reading, make_reading
from passport.rules.lifecycle import BeforeManufacture, InTheFuture

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MADE = date(2022, 5, 1)


def reading(**told: Any) -> Reading:
    usual = {
        "soh": Decimal("0.83"),
        "method": Method.TESTED,
        "source": "bench 4",
        "measured_at": NOW - timedelta(days=3),
    }
    return make_reading(**{**usual, **told})


CASES: dict[str, tuple[dict[str, Any], type[Refusal] | None, str]] = {
    "a tested reading": ({}, None, ""),
    "a new battery above its rating": ({"soh": Decimal("1.04")}, None, ""),
    "a dead battery": ({"soh": Decimal(0), "minimum_cell_v": Decimal("-0.2")}, None, ""),
    "all that can be measured": (
        {
            "resistance_ratio": Decimal("1.42"),
            "capacity_ah": Decimal("232.4"),
            "equivalent_cycles": Decimal("1220.5"),
            "cell_spread_mv": Decimal(18),
            "isolation_ohm_per_v": Decimal(2400),
            "self_discharge_percent_per_month": Decimal("1.9"),
        },
        None,
        "",
    ),
    "per cent instead of a fraction": ({"soh": Decimal(83)}, OutsidePhysics, '"0.83"'),
    "below nothing": ({"soh": Decimal("-0.1")}, OutsidePhysics, "/soh"),
    "not a number": ({"soh": Decimal("NaN"), "soh_low": Decimal(0)}, OutsidePhysics, "/soh"),
    "infinite isolation": (
        {"isolation_ohm_per_v": Decimal("Infinity")},
        OutsidePhysics,
        "/isolation_ohm_per_v",
    ),
    "a cell of eight volts": ({"minimum_cell_v": Decimal(8)}, OutsidePhysics, "V a cell"),
    "negative cycles": ({"equivalent_cycles": Decimal(-1)}, OutsidePhysics, "/equivalent"),
    "outside its own interval": ({"soh_high": Decimal("0.8")}, OutsidePhysics, "interval"),
    "finer than is kept": ({"soh": Decimal("0.8312345")}, TooFine, "5 places"),
    "zeros at the end": ({"soh": Decimal("0.8300000")}, None, ""),
    "without a source": ({"source": " "}, NoSource, "/source"),
    "tomorrow": ({"measured_at": NOW + timedelta(days=1)}, InTheFuture, "/measured_at"),
    "before it was made": (
        {"measured_at": datetime(2022, 4, 1, tzinfo=UTC)},
        BeforeManufacture,
        "/measured_at",
    ),
}


@pytest.mark.parametrize(("told", "refused", "says"), CASES.values(), ids=CASES)
def test_reading(told: dict[str, Any], refused: type[Refusal] | None, says: str) -> None:
    if refused is None:
        health.check_reading(reading(**told), now=NOW, manufactured_on=MADE)
        return
    with pytest.raises(refused) as caught:
        health.check_reading(reading(**told), now=NOW, manufactured_on=MADE)
    assert says in f"{caught.value.detail} {caught.value.pointer} {caught.value.remedy}"


INTERVALS = {
    "tested": (Method.TESTED, "0.83", "0.82", "0.84"),
    "charge based": (Method.CHARGE_BASED, "0.83", "0.805", "0.855"),
    "from the BMS": (Method.BMS_REPORTED, "0.83", "0.785", "0.875"),
    "declared": (Method.DECLARED, "0.83", "0.73", "0.93"),
    "cut at the bottom": (Method.DECLARED, "0.05", "0", "0.15"),
    "cut at the top": (Method.DECLARED, "1.15", "1.05", "1.2"),
}


@pytest.mark.parametrize(("method", "soh", "low", "high"), INTERVALS.values(), ids=INTERVALS)
def test_the_interval_follows_the_method(method: Method, soh: str, low: str, high: str) -> None:
    found = reading(soh=Decimal(soh), method=method)

    assert (found.soh_low, found.soh_high) == (Decimal(low), Decimal(high))


def test_an_interval_that_is_told_is_kept() -> None:
    assert reading(soh_low=Decimal("0.5")).soh_low == Decimal("0.5")


BEFORE = {"measured_at": NOW - timedelta(days=90), "equivalent_cycles": Decimal(900)}
SEQUENCES: dict[str, tuple[dict[str, Any], bool]] = {
    "it aged": ({"soh": Decimal("0.80")}, True),
    "it rested and recovered a little": ({"soh": Decimal("0.86")}, True),
    "another battery's reading": ({"soh": Decimal("0.95")}, False),
    "a better method corrects a worse one": (
        {"soh": Decimal("0.95"), "method": Method.CHARGE_BASED},
        True,
    ),
    "certified energy is another figure": (
        {"soh": Decimal("0.95"), "kind": Kind.CERTIFIED_ENERGY},
        True,
    ),
    "cycles went on": ({"equivalent_cycles": Decimal(950)}, True),
    "cycles went back": ({"equivalent_cycles": Decimal(899)}, False),
    "an older reading that comes late": (
        {"measured_at": NOW - timedelta(days=200), "equivalent_cycles": Decimal(700)},
        True,
    ),
    "an older reading with more cycles": (
        {"measured_at": NOW - timedelta(days=200), "equivalent_cycles": Decimal(1000)},
        False,
    ),
}


@pytest.mark.parametrize(("told", "fine"), SEQUENCES.values(), ids=SEQUENCES)
def test_a_battery_does_not_grow_younger(told: dict[str, Any], fine: bool) -> None:
    def check() -> None:
        health.check_reading(
            reading(**told), now=NOW, manufactured_on=MADE, previous=reading(**BEFORE)
        )

    if fine:
        check()
        return
    with pytest.raises(OutsidePhysics, match="outside physics"):
        check()


@pytest.mark.parametrize("text", ["0", "3.65", "-0.5", "100", "0.000000000001", "-0"])
def test_reads_decimals(text: str) -> None:
    assert health.parse_decimal(text) == Decimal(text)
    assert str(health.parse_decimal("-0")) == "0"


NUMBERS: list[object] = [0.83, 1, True, None, [], {}, Decimal("1")]
TEXTS = ["", " 1", "+1", "1e3", "1,5", ".5", "5.", "007", "NaN", "Infinity", "1_0", "٣", "1\n"]


@pytest.mark.parametrize("value", [*NUMBERS, *TEXTS, "9" * 19, "0." + "1" * 13])
def test_refuses_what_is_no_decimal_in_a_string(value: object) -> None:
    with pytest.raises(NotADecimal) as caught:
        health.parse_decimal(value, "/soh")
    assert caught.value.pointer == "/soh"
    assert "write" in caught.value.remedy


def test_says_how_to_write_a_float() -> None:
    with pytest.raises(NotADecimal) as caught:
        health.parse_decimal(3.65)
    assert caught.value.remedy == 'write it as a string: "3.65"'


def test_keeps_a_decimal_in_its_range() -> None:
    low, high = Decimal(0), Decimal(1)
    assert parse_in_range("1", pointer="/x", low=low, high=high) == 1
    with pytest.raises(OutOfRange):
        parse_in_range("1.01", pointer="/x", low=low, high=high)
