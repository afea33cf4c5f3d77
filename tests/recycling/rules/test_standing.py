"""How a battery stands: a test outweighs a later word, until the word lies below it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from passport.rules.health import Kind, Method, Reading, make_reading
from recycling.rules.forecast import Forecast
from recycling.rules.knee import Knee
from recycling.rules.standing import Standing, standing

ON = date(2026, 6, 1)


def read(days_ago: int, soh: str, method: Method = Method.TESTED, **more: Any) -> Reading:
    return make_reading(
        soh=Decimal(soh), method=method, source="bench",
        measured_at=datetime(2026, 6, 1, 8, tzinfo=UTC) - timedelta(days=days_ago), **more,
    )  # fmt: skip


def test_without_a_reading_nothing_is_known() -> None:
    assert standing([], on=ON) == Standing()
    assert standing([read(-3, "0.9")], on=ON) == Standing(), "what comes later is not known yet"


def test_a_test_outweighs_a_later_word_that_does_not_contradict_it() -> None:
    test, word = read(100, "0.88"), read(1, "0.92", Method.BMS_REPORTED)
    found = standing([word, test], on=ON)
    assert (found.soh_mean, found.soh_method, found.reading_age_days) == (
        Decimal("0.88"), Method.TESTED, Decimal(100)
    )  # fmt: skip
    worse = read(1, "0.70", Method.BMS_REPORTED)
    assert standing([test, worse], on=ON).soh_mean == Decimal("0.70")
    old = read(181, "0.88")
    assert standing([old, word], on=ON).soh_method is Method.BMS_REPORTED
    newer = read(30, "0.87", Method.CHARGE_BASED)
    assert standing([test, newer], on=ON).soh_mean == Decimal("0.87")


def test_kinds_are_kept_apart() -> None:
    capacity = read(50, "0.88")
    certified = replace(read(1, "0.93"), kind=Kind.CERTIFIED_ENERGY)
    assert standing([capacity, certified], on=ON).soh_mean == Decimal("0.88")
    alone = standing([certified], on=ON)
    assert (alone.soh_kind, alone.soh_mean) == (Kind.CERTIFIED_ENERGY, Decimal("0.93"))


def test_what_was_measured_beside_it_is_the_newest_of_a_year() -> None:
    readings = [
        read(400, "0.95", module_spread=Decimal("0.02"), resistance_ratio=Decimal("1.1")),
        read(90, "0.90", resistance_ratio=Decimal("1.3")),
        read(1, "0.89"),
    ]
    found = standing(
        readings, on=ON, knee=Knee(flagged=True, rule="x"), ahead=Forecast(years_low=Decimal(3))
    )
    assert (found.resistance_ratio, found.module_spread) == (Decimal("1.3"), None)
    assert (found.knee, found.rul_low_years) == (True, Decimal(3))
