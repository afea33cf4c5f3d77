"""What of a fleet drifts out of its limits: which unit, module or string, why, and by when.

A limit that is passed is due today. One that a steady drift will pass within the horizon is due on
the day on which it gets there. Nobody is sent out for noise: a drift needs three readings over a
month and a rise of more than what their methods miss.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from statistics import median

from passport.rules.health import Reading
from recycling.rules.drift import Point, crossing
from recycling.rules.forecast import Forecast
from recycling.rules.knee import Knee

HORIZON_DAYS = 365
OVERDUE_DAYS = 90
LEAST_ISOLATION = Decimal(500)
MOST_SPREAD = Decimal("0.08")
MOST_DROP, DROP_DAYS = Decimal("0.03"), 183
MOST_RESISTANCE = Decimal("1.3")
MOST_CELL_SPREAD = Decimal(100)
MOST_SELF_DISCHARGE = Decimal(5)
MOST_TEMPERATURE = Decimal(60)
_DOUBLED, _LEAST_POINTS = 2, 3
_LEAST_BEFORE = Decimal("0.5")
_RECENT = 12
# What a reading may miss, as a part of the limit it is held against.
_NOISE = Decimal("0.05")
# Usage is alike within a quarter of it; fewer than five others show no middle.
_ALIKE, _LEAST_OTHERS = Decimal("0.25"), 5


class Trigger(StrEnum):
    """Why somebody should look, in the order of how soon."""

    ISOLATION = "ISOLATION"
    HOT = "HOT"
    DROPPED = "DROPPED"
    KNEE = "KNEE"
    SPREAD = "SPREAD"
    WEAK = "WEAK"
    CELL_SPREAD = "CELL_SPREAD"
    SELF_DISCHARGE = "SELF_DISCHARGE"
    RESISTANCE = "RESISTANCE"
    END_OF_LIFE = "END_OF_LIFE"
    OVERDUE = "OVERDUE"
    UNREAD = "UNREAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One unit, or one module or string in it, with its readings in order of measuring.

    `usual_resistance` is the middle of the fleet at like usage, `hottest_c` what its model allows.
    """

    id: str
    readings: Sequence[Reading]
    unit: str = ""
    usual_resistance: Decimal | None = None
    hottest_c: Decimal | None = None
    ahead: Forecast | None = None
    knee: Knee | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to look at: of which battery, by which trigger, value and limit, due on a day."""

    battery: str
    trigger: Trigger
    value: Decimal | None
    limit: Decimal | None
    due_on: datetime.date
    drifting: bool = False


def tasks_of(watched: Watched, *, on: datetime.date) -> list[Task]:
    """All that is due on one battery, or will be within a year, the soonest first. [upkeep-1]"""
    if not watched.readings:
        return [_task(watched, Trigger.UNREAD, None, None, on)] if not watched.unit else []
    found = [
        _isolation(watched, on),
        _hot(watched, on),
        _dropped(watched, on),
        _knee(watched, on),
        _limit(watched, on, Trigger.SPREAD, "module_spread", MOST_SPREAD),
        _limit(watched, on, Trigger.CELL_SPREAD, "cell_spread_mv", MOST_CELL_SPREAD),
        _self_discharge(watched, on),
        _resistance(watched, on),
        _end_of_life(watched, on),
        _overdue(watched, on),
    ]
    return in_order(task for task in found if task is not None)


def weak_parts(
    unit: str, parts: Sequence[Watched], *, on: datetime.date
) -> tuple[Decimal | None, list[Task]]:
    """How far the parts of a unit stand apart, and the ones that hold it back. [upkeep-2]

    A string is as strong as its weakest module, so the spread is between the newest readings of the
    parts; a part is weak that lies more than the limit below the middle of them.
    """
    newest = {part.id: part.readings[-1].soh for part in parts if part.readings}
    if len(newest) < 2:
        return None, []
    middle, values = median(newest.values()), newest.values()
    weak = [
        Task(
            battery=part, trigger=Trigger.WEAK, value=soh, limit=middle - MOST_SPREAD, due_on=on
        )
        for part, soh in newest.items()
        if soh < middle - MOST_SPREAD
    ]  # fmt: skip
    return max(values) - min(values), weak


def usual_resistance(
    cycles: Decimal | None, others: Sequence[tuple[Decimal | None, Decimal]]
) -> Decimal | None:
    """The middle resistance of others of the model at like usage, else of all of them. [upkeep-4]

    `others`: (cycles, resistance ratio). None of fewer than five.
    """
    alike = [
        ratio
        for used, ratio in others
        if cycles is not None and used is not None and abs(used - cycles) <= _ALIKE * cycles
    ]
    chosen = alike if len(alike) >= _LEAST_OTHERS else [ratio for _, ratio in others]
    return median(chosen) if len(chosen) >= _LEAST_OTHERS else None


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """The soonest first, then by how soon each kind wants somebody, then by battery."""
    kinds = list(Trigger)
    return sorted(tasks, key=lambda task: (task.due_on, kinds.index(task.trigger), task.battery))


def _isolation(watched: Watched, on: datetime.date) -> Task | None:
    points = _points(watched, "isolation_ohm_per_v")
    return _held(watched, on, Trigger.ISOLATION, points, limit=LEAST_ISOLATION, rising=False)


def _limit(
    watched: Watched, on: datetime.date, trigger: Trigger, name: str, limit: Decimal
) -> Task | None:
    return _held(watched, on, trigger, _points(watched, name), limit=limit, rising=True)


def _resistance(watched: Watched, on: datetime.date) -> Task | None:
    if watched.usual_resistance is None:
        return None
    limit = (watched.usual_resistance * MOST_RESISTANCE).quantize(Decimal("0.0001"))
    return _limit(watched, on, Trigger.RESISTANCE, "resistance_ratio", limit)


def _held(
    watched: Watched,
    on: datetime.date,
    trigger: Trigger,
    points: Sequence[Point],
    *,
    limit: Decimal,
    rising: bool,
) -> Task | None:
    """Due today where the last reading is past the limit, else on the day of a drift past it."""
    if not points:
        return None
    value = points[-1][1]
    if (value > limit) if rising else (value < limit):
        return _task(watched, trigger, value, limit, on)
    day = crossing(points[-_RECENT:], limit=limit, rising=rising, noise=limit * _NOISE)
    if day is None or day > on + datetime.timedelta(days=HORIZON_DAYS):
        return None
    return _task(watched, trigger, value, limit, max(day, on), drifting=True)


def _hot(watched: Watched, on: datetime.date) -> Task | None:
    limit = MOST_TEMPERATURE if watched.hottest_c is None else watched.hottest_c
    last = watched.readings[-1].highest_temperature_c
    if last is None or last <= limit:
        return None
    return _task(watched, Trigger.HOT, last, limit, on)


def _dropped(watched: Watched, on: datetime.date) -> Task | None:
    """By more than three points within half a year, by the same method and of the same kind."""
    last = watched.readings[-1]
    before = [
        each
        for each in watched.readings[:-1]
        if (each.method, each.kind) == (last.method, last.kind)
        and (last.measured_at - each.measured_at).days < DROP_DAYS
    ]
    if not before or before[-1].soh - last.soh <= MOST_DROP:
        return None
    return _task(watched, Trigger.DROPPED, before[-1].soh - last.soh, MOST_DROP, on)


def _knee(watched: Watched, on: datetime.date) -> Task | None:
    if watched.knee is None or not watched.knee.flagged:
        return None
    return _task(watched, Trigger.KNEE, watched.readings[-1].soh, None, on)


def _self_discharge(watched: Watched, on: datetime.date) -> Task | None:
    """Above the limit; or twice what it was over the first half of its readings."""
    points = _points(watched, "self_discharge_percent_per_month")
    usual = [value for _, value in points[: len(points) // 2]]
    limit = MOST_SELF_DISCHARGE
    if len(points) > _LEAST_POINTS:
        limit = min(limit, _DOUBLED * max(_LEAST_BEFORE, median(usual)))
    if not points or points[-1][1] <= limit:
        return None
    return _task(watched, Trigger.SELF_DISCHARGE, points[-1][1], limit, on)


def _end_of_life(watched: Watched, on: datetime.date) -> Task | None:
    ahead = watched.ahead
    if ahead is None or ahead.years_low is None or ahead.coverage is None:
        return None
    days = int(ahead.years_low * 365)
    if days > HORIZON_DAYS:
        return None
    last = watched.readings[-1].measured_at.date()
    due = max(on, last + datetime.timedelta(days=days))
    return _task(watched, Trigger.END_OF_LIFE, ahead.years_low, None, due, drifting=True)


def _overdue(watched: Watched, on: datetime.date) -> Task | None:
    due = watched.readings[-1].measured_at.date() + datetime.timedelta(days=OVERDUE_DAYS)
    if watched.unit or due >= on:
        return None
    return _task(watched, Trigger.OVERDUE, Decimal((on - due).days + OVERDUE_DAYS), None, due)


def _points(watched: Watched, name: str) -> list[Point]:
    found: list[Point] = []
    for each in watched.readings:
        value: Decimal | None = getattr(each, name)
        if value is not None:
            found.append((each.measured_at.date(), value))
    return found


def _task(
    watched: Watched,
    trigger: Trigger,
    value: Decimal | None,
    limit: Decimal | None,
    due_on: datetime.date,
    *,
    drifting: bool = False,
) -> Task:
    return Task(
        battery=watched.id,
        trigger=trigger,
        value=value,
        limit=limit,
        due_on=due_on,
        drifting=drifting,
    )
