"""A forecast is an interval with its level and its n, or it says that there is not enough data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from passport.rules.health import Kind, Method, Reading, make_reading
from recycling.queries import tables
from recycling.rules import forecast as forecasts
from recycling.rules.ageing_table import AgeingTableBroken, parse_ageing
from recycling.rules.forecast import Fleet, Forecast, Level, Life, forecast
from recycling.rules.forecast_looks import Unit, falling, of_one_kind, sigma_of, usage_at
from recycling.rules.knee import knee

BORN = datetime(2024, 1, 1, tzinfo=UTC)
END = Decimal("0.8")
LFP = tables.ageing().of("LFP")


def look(day: int, soh: str, cycles: str | None = None, **more: Any) -> Reading:
    return make_reading(
        soh=Decimal(soh), method=more.pop("method", Method.TESTED), source="bench",
        measured_at=BORN + timedelta(days=day),
        equivalent_cycles=None if cycles is None else Decimal(cycles), **more,
    )  # fmt: skip


def life(end: float, *, bend: float = 1.4) -> Life:
    """A life that falls from 1 to 0.8 at `end` cycles, and goes on to 0.7."""
    looks = []
    for part in np.linspace(0.05, 1.3, 20):
        soh = 1 - 0.2 * part**bend
        looks.append(look(round(400 * part), f"{soh:.4f}", f"{end * part:.1f}"))
    return Life(looks=looks, born=BORN)


FLEET = [life(1500 + 100 * n) for n in range(12)]
OWN = [look(0, "0.995", "100"), look(60, "0.975", "450"), look(120, "0.924", "1000")]


def ahead(**told: Any) -> Forecast:
    usual: dict[str, Any] = {"looks": OWN, "born": BORN, "fleet": (), "threshold": END}
    asked = usual | told
    return forecast(**asked | {"fleet": Fleet(asked["fleet"], threshold=asked["threshold"])})


LACKS = {
    forecasts.FEW_READINGS: {"looks": OWN[1:]},
    forecasts.SHORT_SPAN: {"looks": [look(40, "0.99", "1"), *OWN[1:]]},
    forecasts.NO_THRESHOLD: {"threshold": None},
    forecasts.NOTHING_USUAL: {"declared_cycles": Decimal(0)},
    forecasts.NO_USAGE: {
        "looks": [look(day, "0.9") for day in (0, 50, 100)], "born": BORN + timedelta(days=100)
    },
}  # fmt: skip


@pytest.mark.parametrize("why", LACKS)
def test_without_enough_there_is_no_number(why: str) -> None:
    found = ahead(**LACKS[why])
    assert (found.level, found.low, found.high, found.years_low) == (None, None, None, None)
    assert found.reason == f"not enough data: {why}"


def test_at_its_end_nothing_is_left() -> None:
    spent = [*OWN[:2], look(120, "0.75", "3000")]
    assert ahead(looks=spent, usual=LFP).reason == forecasts.AT_ITS_END


def test_the_fleet_comes_first_with_an_interval_that_holds_the_truth() -> None:
    found = ahead(fleet=FLEET, usual=LFP, declared_cycles=Decimal(9000))
    assert (found.level, found.unit, found.coverage) == (Level.FLEET, Unit.CYCLES, Decimal("0.8"))
    assert 10 <= found.n <= len(FLEET)
    assert found.low < found.middle < found.high  # type: ignore[operator]
    # 0.924 is passed at half of such a life, so as much again is left.
    assert found.low <= 1000 <= found.high  # type: ignore[operator]
    assert found.years_low < found.years_middle < found.years_high  # type: ignore[operator]
    assert ahead(fleet=FLEET, usual=LFP, declared_cycles=Decimal(9000)) == found


def test_nine_lives_bend_its_own_fall_instead() -> None:
    found = ahead(fleet=FLEET[:9])
    assert (found.level, found.n, found.coverage) == (Level.POWER_LAW, 9, Decimal("0.8"))
    assert found.low < 1000 < found.high  # type: ignore[operator]
    alone = ahead(usual=LFP)
    assert (alone.level, alone.n) == (Level.POWER_LAW, 3)
    assert alone.high - alone.low > found.high - found.low  # type: ignore[operator]


def test_what_is_read_badly_gets_a_wider_interval() -> None:
    vague = [replace(each, soh_low=each.soh - Decimal("0.05"), soh_high=each.soh + Decimal("0.05"),
                     method=Method.BMS_REPORTED) for each in OWN]  # fmt: skip
    good, bad = ahead(fleet=FLEET), ahead(fleet=FLEET, looks=vague)
    assert bad.level is good.level is Level.FLEET
    assert bad.high - bad.low > good.high - good.low  # type: ignore[operator]


def test_a_battery_that_has_not_fallen_is_told_by_word_and_by_table() -> None:
    level = [look(day, "0.99", str(100 + day)) for day in (0, 60, 120)]
    word = ahead(looks=level, usual=LFP, declared_cycles=Decimal(6000))
    assert (word.level, word.n, word.coverage) == (Level.DECLARED, 3, None)
    table = ahead(looks=level, usual=LFP)
    assert (table.level, table.coverage) == (Level.CHEMISTRY, None)
    assert table.low < word.middle < table.high  # type: ignore[operator]
    assert ahead(looks=level, usual=LFP, threshold=Decimal(1)).level is None


def test_where_nobody_counts_cycles_days_are_counted() -> None:
    plain = [replace(each, equivalent_cycles=None) for each in OWN]
    found = ahead(looks=plain, usual=LFP)
    assert (found.unit, found.cycles_low, found.cycles_high) == (Unit.DAYS, None, None)
    assert found.years_low == (found.low / Decimal("365.25")).quantize(  # type: ignore[operator]
        Decimal("0.01"), rounding="ROUND_FLOOR"
    )


def test_health_above_one_is_not_cut() -> None:
    fresh = [look(0, "1.06", "100"), look(60, "1.02", "450"), look(120, "0.95", "1000")]
    cut = [replace(each, soh=min(each.soh, Decimal(1)), soh_high=Decimal("1.1")) for each in fresh]
    assert ahead(looks=fresh, usual=LFP) != ahead(looks=cut, usual=LFP)


def test_nobody_makes_a_reading_better_than_its_method() -> None:
    sure = look(0, "0.9", method=Method.BMS_REPORTED, soh_low=Decimal("0.899"),
                soh_high=Decimal("0.901"))  # fmt: skip
    assert sigma_of(sure) == pytest.approx(0.045)
    assert sigma_of(replace(sure, soh_low=Decimal("0.8"), soh_high=Decimal(1))) == 0.1


def test_kinds_of_health_are_never_one_series() -> None:
    mixed = [*OWN, *(replace(each, kind=Kind.CERTIFIED_ENERGY) for each in OWN[:2])]
    assert of_one_kind(mixed) == OWN
    assert of_one_kind([]) == []


def test_a_reading_that_rises_is_levelled() -> None:
    assert falling(np.array([1.0, 0.9, 0.94, 0.8])) == pytest.approx([1.0, 0.92, 0.92, 0.8])
    assert usage_at(np.array([0.0, 10.0]), np.array([1.0, 0.8]), level=0.9) == pytest.approx(5)
    assert usage_at(np.array([0.0, 10.0]), np.array([1.0, 0.8]), level=0.7) is None


def series(*values: str, rise: str = "1.0") -> list[Reading]:
    return [
        look(30 * n, value, str(100 * (n + 1)), resistance_ratio=Decimal(rise) ** n)
        for n, value in enumerate(values)
    ]


KNEES = {
    "steady": (series("0.99", "0.97", "0.95", "0.93", "0.91", "0.89"), None, False),
    "steeper": (series("0.99", "0.98", "0.97", "0.96", "0.90", "0.80"), None, True),
    "near the knee of its model": (series("0.90", "0.89", "0.88"), Decimal("0.86"), True),
    "too few": (series("0.90", "0.89", "0.88"), None, None),
    "no reading": ([], None, None),
    "resistance turns": (
        [
            look(30 * n, "0.95", str(100 * (n + 1)), resistance_ratio=Decimal(ratio))
            for n, ratio in enumerate(("1.0", "1.01", "1.02", "1.03", "1.3", "1.7"))
        ],
        None,
        True,
    ),
    "at one usage": ([look(n, "0.9", "100") for n in range(6)], None, False),
}


@pytest.mark.parametrize("name", KNEES)
def test_the_knee_is_flagged_by_its_rule(name: str) -> None:
    looks, model_knee, flagged = KNEES[name]
    found = knee(looks, unit=Unit.CYCLES, born=BORN, model_knee=model_knee)
    assert found.flagged is flagged, found
    assert found.rule


def test_noise_alone_is_no_knee() -> None:
    noise = np.random.default_rng(5).normal(0, 0.01, (40, 9))
    flags = [
        knee(
            series(*(f"{0.99 - 0.01 * n + off:.4f}" for n, off in enumerate(row))),
            unit=Unit.CYCLES, born=BORN,
        ).flagged
        for row in noise
    ]  # fmt: skip
    assert sum(map(bool, flags)) <= 2


def test_a_table_that_lacks_a_figure_is_refused() -> None:
    row = {
        "exponent": {"mean": "1", "spread": "0.4"}, "cycles": {"low": "1", "high": "2"},
        "years": {"low": "1", "high": "2"},
    }  # fmt: skip
    whole = {"table": "x", "second_life_end": {"value": "0.6"}, "chemistries": {"LFP": row}}
    assert parse_ageing(whole).of("NMC") is None
    for wrong in (
        {"cycles": {"low": "3", "high": "2"}}, {"exponent": {"mean": "0", "spread": "1"}},
        {"years": {"low": "x", "high": "2"}}, {"years": {}},
    ):  # fmt: skip
        with pytest.raises(AgeingTableBroken):
            parse_ageing(whole | {"chemistries": {"LFP": row | wrong}})
