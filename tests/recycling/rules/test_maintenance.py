"""What drifts out of its limits is told with its day; what only wobbles is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from passport.rules.health import Method, Reading, make_reading
from recycling.rules.forecast import COVERAGE, Forecast, Level
from recycling.rules.knee import Knee
from recycling.rules.maintenance import (
    Task,
    Trigger,
    Watched,
    in_order,
    tasks_of,
    usual_resistance,
    weak_parts,
)

ON = date(2026, 6, 1)


def read(days_ago: int, soh: str = "0.9", **more: Any) -> Reading:
    figures = {name: Decimal(value) for name, value in more.items() if name != "method"}
    return make_reading(
        soh=Decimal(soh), method=more.get("method", Method.TESTED), source="bench",
        measured_at=datetime(2026, 6, 1, 8, tzinfo=UTC) - timedelta(days=days_ago), **figures,
    )  # fmt: skip


def due(*readings: Reading, **more: Any) -> list[Task]:
    return tasks_of(Watched(id="P1", readings=readings, **more), on=ON)


def drift(name: str, *values: str) -> list[Reading]:
    last = len(values) - 1
    return [read(30 * (last - n), **{name: value}) for n, value in enumerate(values)]


ENDING = Forecast(level=Level.FLEET, years_low=Decimal("0.5"), coverage=COVERAGE)
NOW: dict[Trigger, tuple[list[Reading], dict[str, Any]]] = {
    Trigger.ISOLATION: ([read(1, isolation_ohm_per_v="499")], {}),
    Trigger.HOT: ([read(1, highest_temperature_c="46")], {"hottest_c": Decimal(45)}),
    Trigger.DROPPED: ([read(100, "0.9"), read(1, "0.869")], {}),
    Trigger.KNEE: ([read(1)], {"knee": Knee(flagged=True, rule="steeper")}),
    Trigger.SPREAD: ([read(1, module_spread="0.081")], {}),
    Trigger.CELL_SPREAD: ([read(1, cell_spread_mv="101")], {}),
    Trigger.SELF_DISCHARGE: ([read(1, self_discharge_percent_per_month="5.1")], {}),
    Trigger.RESISTANCE: ([read(1, resistance_ratio="1.5")], {"usual_resistance": Decimal("1.1")}),
    Trigger.OVERDUE: ([read(91)], {}),
    Trigger.UNREAD: ([], {}),
}


@pytest.mark.parametrize("trigger", NOW)
def test_what_is_past_its_limit_is_due(trigger: Trigger) -> None:
    readings, more = NOW[trigger]
    (task,) = due(*readings, **more)
    assert (task.trigger, task.battery, task.drifting) == (trigger, "P1", False)
    assert task.due_on <= ON


QUIET: dict[str, tuple[list[Reading], dict[str, Any]]] = {
    "all within": ([read(1, isolation_ohm_per_v="500", module_spread="0.08")], {}),
    "warm, and no limit is told": ([read(1, highest_temperature_c="60")], {}),
    "a drop over a year": ([read(200, "0.9"), read(1, "0.85")], {}),
    "a drop between methods": ([read(90, "0.95", method=Method.BMS_REPORTED), read(1, "0.9")], {}),
    "a module without a reading": ([], {"unit": "U1"}),
    "a module that nobody reads alone": ([read(200)], {"unit": "U1"}),
    "noise": (drift("module_spread", "0.050", "0.053", "0.049", "0.052"), {}),
    "too short": ([read(n, module_spread=f"0.07{9 - n}") for n in (9, 5, 1)], {}),
    "a drift the other way": (drift("cell_spread_mv", "80", "60", "40"), {}),
    "a drift that takes years": (drift("isolation_ohm_per_v", "5000", "4980", "4930"), {}),
    "no knee": ([read(1)], {"knee": Knee(flagged=None, rule="few")}),
    "an end of a mere word": ([read(1)], {"ahead": Forecast(years_low=Decimal("0.5"))}),
    "an end that is far": (
        [read(1)], {"ahead": Forecast(years_low=Decimal(2), coverage=COVERAGE)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_what_only_wobbles_is_not(name: str) -> None:
    readings, more = QUIET[name]
    assert due(*readings, **more) == []


def test_a_drift_is_due_on_the_day_on_which_it_gets_there() -> None:
    (task,) = due(*drift("module_spread", "0.02", "0.03", "0.04", "0.05"))
    assert (task.trigger, task.drifting, task.limit) == (Trigger.SPREAD, True, Decimal("0.08"))
    # A point a month: three points more take three months from today's reading.
    assert task.due_on == ON + timedelta(days=90)
    (falls,) = due(*drift("isolation_ohm_per_v", "900", "800", "700"))
    assert (falls.trigger, falls.drifting, falls.due_on) == (
        Trigger.ISOLATION, True, ON + timedelta(days=60)
    )  # fmt: skip


def test_one_bad_reading_turns_no_drift() -> None:
    values = ["0.02", "0.025", "0.03", "0.079", "0.04", "0.045", "0.05"]
    (task,) = due(*drift("module_spread", *values))
    assert ON + timedelta(days=150) < task.due_on < ON + timedelta(days=210)


def test_self_discharge_that_doubles_is_told_below_the_limit() -> None:
    readings = drift("self_discharge_percent_per_month", "1.0", "1.1", "1.6", "2.2")
    (task,) = due(*readings)
    assert (task.trigger, task.limit) == (Trigger.SELF_DISCHARGE, Decimal("2.1"))


def test_an_end_within_the_year_is_due_at_the_worst() -> None:
    (task,) = due(read(10), ahead=ENDING)
    assert (task.trigger, task.drifting) == (Trigger.END_OF_LIFE, True)
    assert task.due_on == ON - timedelta(days=10) + timedelta(days=182)


def test_a_unit_is_as_strong_as_its_weakest_module() -> None:
    parts = [
        Watched(id=name, unit="U1", readings=[read(1, soh)] if soh else [])
        for name, soh in (("M1", "0.92"), ("M2", "0.91"), ("M3", "0.80"), ("M4", ""))
    ]
    spread, weak = weak_parts("U1", parts, on=ON)
    assert spread == Decimal("0.12")
    assert [(task.battery, task.value, task.limit) for task in weak] == [
        ("M3", Decimal("0.80"), Decimal("0.83"))
    ]
    assert weak_parts("U1", parts[3:], on=ON) == (None, [])


def test_resistance_is_held_against_others_of_like_usage() -> None:
    like = [(Decimal(1000 + n), Decimal("1.4")) for n in range(5)]
    others = [*like, *((Decimal(100), Decimal("1.0")) for _ in range(9)), (None, Decimal("1.0"))]
    assert usual_resistance(Decimal(1050), others) == Decimal("1.4")
    assert usual_resistance(Decimal(9000), others) == Decimal("1.0")
    assert usual_resistance(None, others[:4]) is None


def test_the_soonest_stands_first() -> None:
    tasks = due(read(200, isolation_ohm_per_v="10", cell_spread_mv="300"))
    assert [task.trigger for task in tasks] == [
        Trigger.OVERDUE, Trigger.ISOLATION, Trigger.CELL_SPREAD,
    ]  # fmt: skip
    assert in_order(reversed(tasks)) == tasks
