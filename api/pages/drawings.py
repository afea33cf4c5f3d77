"""Drawings computed on the server: the gauge of one reading and the plot of many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Protocol

from api.pages.figures import day_text

WIDE, NARROW = 760, 350
_HEIGHT = 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 30
_AGAIN, _LEAST_AHEAD = 1, timedelta(days=730)


class Reading(Protocol):
    """What a drawing needs to know of a health reading."""

    @property
    def soh(self) -> Decimal: ...
    @property
    def soh_low(self) -> Decimal: ...
    @property
    def soh_high(self) -> Decimal: ...
    @property
    def method(self) -> str: ...
    @property
    def measured_at(self) -> datetime: ...


@dataclass(frozen=True)
class Point:
    """One reading on the paper: its middle, its interval, its method and its words."""

    x: str
    y: str
    top: str
    bottom: str
    method: str
    title: str


@dataclass(frozen=True)
class Tick:
    """A line of the grid and its name."""

    at: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Ahead:
    """What is foretold from a reading on: the days on which its health passes the threshold."""

    since: Reading
    threshold: Decimal
    first: datetime
    middle: datetime
    last: datetime


@dataclass(frozen=True)
class Plot:
    """All that the template needs; it computes nothing. `band` is what is foretold, if anything."""

    name: str
    width: int
    height: int
    left: int
    right: int
    floor: int
    points: tuple[Point, ...]
    levels: tuple[Tick, ...]
    dates: tuple[Tick, ...]
    path: str
    band: str = ""
    likely: str = ""
    threshold: str = ""


@dataclass(frozen=True)
class Gauge:
    """One interval on a scale from 0 to 1.1, in the units of its drawing."""

    start: str
    width: str
    mark: str
    ticks: tuple[str, ...]


_GAUGE_WIDTH = 166
_TICKS = tuple(f"{1 + _GAUGE_WIDTH * tenth / 11:.1f}" for tenth in range(12))


def gauge(*, low: Decimal, middle: Decimal, high: Decimal) -> Gauge:
    """Lay an interval on the scale; what lies beyond the scale stops at its end."""
    a, b, c = (
        1 + _GAUGE_WIDTH * float(min(max(each, Decimal(0)), Decimal("1.1"))) / 1.1
        for each in (low, middle, high)
    )
    return Gauge(start=f"{a:.1f}", width=f"{max(c - a, 2):.1f}", mark=f"{b:.1f}", ticks=_TICKS)


def plots(readings: Iterable[Reading], ahead: Ahead | None = None) -> tuple[Plot, ...]:
    """Draw the readings twice, for a phone and for a desk, so that words keep their size.

    What is foretold is drawn for as long again as there are readings, and for two years at least.
    """
    kept = sorted(readings, key=lambda each: each.measured_at)
    if not kept:
        return ()
    return (_plot(kept, NARROW, "narrow", ahead), _plot(kept, WIDE, "wide", ahead))


def _plot(readings: list[Reading], width: int, name: str, ahead: Ahead | None) -> Plot:
    low, high = _span(readings, ahead)
    first, last = readings[0].measured_at, readings[-1].measured_at
    if ahead is not None:
        seen = last - first
        last = min(ahead.last, last + max(seen * _AGAIN, _LEAST_AHEAD))
    seconds = max((last - first).total_seconds(), 1.0)
    reach = width - _LEFT - _RIGHT
    alone = first == last

    def across(at: datetime) -> float:
        return _LEFT + reach * (0.5 if alone else (at - first).total_seconds() / seconds)

    def down(level: Decimal) -> float:
        part = float((high - level) / (high - low))
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * part

    points = tuple(_point(each, across(each.measured_at), down) for each in readings)
    return Plot(
        name=name,
        width=width,
        height=_HEIGHT,
        left=_LEFT,
        right=width - _RIGHT,
        floor=_HEIGHT - _BOTTOM,
        points=points,
        levels=tuple(Tick(f"{down(level):.1f}", f"{level:.2f}") for level in _levels(low, high)),
        dates=_dates(first, last, width),
        path=" ".join(f"{point.x},{point.y}" for point in points),
        **({} if ahead is None else _foretold(ahead, last, across, down)),
    )


def _foretold(
    ahead: Ahead,
    edge: datetime,
    across: Callable[[datetime], float],
    down: Callable[[Decimal], float],
) -> dict[str, str]:
    """The band between the earliest and the latest way down, cut at the edge of the paper."""
    start = ahead.since

    def way(soh: Decimal, end: datetime) -> list[str]:
        until = min(end, edge)
        whole = (end - start.measured_at).total_seconds()
        part = Decimal((until - start.measured_at).total_seconds() / whole if whole > 0 else 1)
        reached = soh + (min(ahead.threshold, soh) - soh) * part
        ends = ((start.measured_at, soh), (until, reached))
        return [f"{across(at):.1f},{down(level):.1f}" for at, level in ends]

    best, worst = way(start.soh_high, ahead.last), way(start.soh_low, ahead.first)
    corner = f"{across(min(ahead.last, edge)):.1f},{down(ahead.threshold):.1f}"
    return {
        "band": " ".join([*best, corner, *reversed(worst)]),
        "likely": " ".join(way(start.soh, ahead.middle)),
        "threshold": f"{down(ahead.threshold):.1f}",
    }


def _point(reading: Reading, x: float, down: Callable[[Decimal], float]) -> Point:
    return Point(
        x=f"{x:.1f}",
        y=f"{down(reading.soh):.1f}",
        top=f"{down(reading.soh_high):.1f}",
        bottom=f"{down(reading.soh_low):.1f}",
        method=str(reading.method).lower(),
        title=f"{reading.soh} ({reading.soh_low}–{reading.soh_high}), {_day(reading.measured_at)}",
    )


def _span(readings: list[Reading], ahead: Ahead | None) -> tuple[Decimal, Decimal]:
    step = Decimal("0.05")
    ends = [] if ahead is None else [ahead.threshold]
    # Not //, which cuts a Decimal towards zero instead of rounding it down.
    low = min([*ends, *(each.soh_low for each in readings)])
    low = (low / step).to_integral_value(ROUND_FLOOR) * step
    high = max([*ends, *(each.soh_high for each in readings)])
    high = (high / step).to_integral_value(ROUND_CEILING) * step
    return (low, high) if high - low >= 2 * step else (max(low - step, Decimal(0)), high + step)


def _levels(low: Decimal, high: Decimal) -> list[Decimal]:
    step = Decimal("0.05") if high - low <= Decimal("0.3") else Decimal("0.1")
    level, levels = (low / step).to_integral_value(ROUND_CEILING) * step, []
    while level <= high:
        levels.append(level)
        level += step
    return levels


def _dates(first: datetime, last: datetime, width: int) -> tuple[Tick, ...]:
    if first == last:
        return (Tick(f"{_LEFT + (width - _LEFT - _RIGHT) / 2:.1f}", _day(first)),)
    return (Tick(str(_LEFT), _day(first), "start"), Tick(str(width - _RIGHT), _day(last), "end"))


def _day(at: date) -> str:
    return day_text(at)
