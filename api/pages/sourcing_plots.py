"""Plots of a scenario, drawn on the server: net cost by mix and year, break-even, what moves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from api.pages.drawings import NARROW, WIDE
from api.pages.sourcing_desk_tags import driver, written
from passport.rules.sourcing_scenario import Bar, Point, Total

_HEIGHT = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 14, 34
_MILLION = 1_000_000
_STEPS = 4


@dataclass(frozen=True)
class Tick:
    """A line of the grid and its words."""

    at: str
    text: str


@dataclass(frozen=True)
class Column:
    """A bar that stands or lies; `fails` is drawn as an outline and says so."""

    x: str
    y: str
    width: str
    height: str
    place: int
    fails: bool
    title: str


@dataclass(frozen=True)
class Chart:
    """All that a template needs; it computes nothing."""

    name: str
    width: int
    height: int
    left: int
    right: int
    floor: int
    levels: tuple[Tick, ...]
    labels: tuple[Tick, ...]
    columns: tuple[Column, ...] = ()
    lines: tuple[str, ...] = ()
    dots: tuple[Tick, ...] = ()
    zero: str = ""


@dataclass(frozen=True)
class Plots:
    """Each plot twice, for a phone and for a desk."""

    net: tuple[Chart, ...]
    curve: tuple[Chart, ...]
    swings: tuple[Chart, ...]


def plots(
    *,
    totals: Sequence[Total],
    curve: Sequence[tuple[Fraction, Point]],
    bars: Sequence[Bar],
    now: Fraction,
) -> Plots:
    """Draw a scenario; `now` is the net cost that the bars of the tornado start from."""
    sizes = ((NARROW, "narrow"), (WIDE, "wide"))
    return Plots(
        net=tuple(_net(totals, *size) for size in sizes),
        curve=tuple(_curve(curve, *size) for size in sizes),
        swings=tuple(_swings(bars, now, *size) for size in sizes),
    )


def _scale(low: Fraction, high: Fraction, top: float, bottom: float) -> Callable[[Fraction], float]:
    reach = high - low or Fraction(1)
    return lambda value: bottom + (top - bottom) * float((value - low) / reach)


def _levels(low: Fraction, high: Fraction) -> list[Fraction]:
    return [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]


def _millions(value: Fraction) -> str:
    return f"${written(value / _MILLION, 1)}M"


def _by_year(total: Total) -> dict[int, tuple[Fraction, bool]]:
    """Net cost of the projects of each year, and whether one of them fails."""
    found: dict[int, tuple[Fraction, bool]] = {}
    for each in total.outcomes:
        net, fails = found.get(each.year, (Fraction(0), False))
        found[each.year] = (net + each.net, fails or not each.supported)
    return found


def _net(totals: Sequence[Total], width: int, name: str) -> Chart:
    years = sorted({each.year for total in totals for each in total.outcomes})
    held = [_by_year(total) for total in totals]
    high = max(net for each in held for net, _fails in each.values())
    down = _scale(Fraction(0), high, _TOP, _HEIGHT - _BOTTOM)
    group = (width - _LEFT - _RIGHT) / len(years)
    each_wide = min(group * 0.8 / len(totals), 56)
    columns, labels = [], []
    for number, year in enumerate(years):
        middle = _LEFT + group * (number + 0.5)
        labels.append(Tick(f"{middle:.1f}", str(year)))
        for place, (total, found) in enumerate(zip(totals, held, strict=True)):
            if year not in found:
                continue
            net, fails = found[year]
            start = middle + each_wide * (place - len(totals) / 2)
            verdict = _("fails: no credit") if fails else _("holds")
            columns.append(
                Column(
                    x=f"{start + 1:.1f}", y=f"{down(net):.1f}", width=f"{each_wide - 2:.1f}",
                    height=f"{max(_HEIGHT - _BOTTOM - down(net), 0):.1f}", place=place % 3,
                    fails=fails, title=f"{total.mix}, {year}: ${written(net, 0)} · {verdict}",
                )
            )  # fmt: skip
    return Chart(
        name=name, width=width, height=_HEIGHT, left=_LEFT, right=width - _RIGHT,
        floor=_HEIGHT - _BOTTOM, columns=tuple(columns), labels=tuple(labels),
        levels=tuple(
            Tick(f"{down(each):.1f}", _millions(each))
            for each in _levels(Fraction(0), high)
        ),
    )  # fmt: skip


def _curve(curve: Sequence[tuple[Fraction, Point]], width: int, name: str) -> Chart:
    reached = [point.at for _points, point in curve if point.at is not None]
    low = min([Fraction(0), *reached])
    high = max([Fraction(1, 100), *reached])
    down = _scale(low, high, _TOP, _HEIGHT - _BOTTOM)
    across = _scale(curve[0][0], curve[-1][0], width - _RIGHT - 10, _LEFT + 4)
    runs: list[list[str]] = [[]]
    dots = []
    for points, point in curve:
        if point.at is None:
            runs.append([])
            continue
        runs[-1].append(f"{across(points):.1f},{down(point.at):.1f}")
        said = f"{written(points, 0)}: {written(point.at * 100, 1)} %"
        dots.append(Tick(f"{across(points):.1f} {down(point.at):.1f}", said))
    return Chart(
        name=name, width=width, height=_HEIGHT, left=_LEFT, right=width - _RIGHT,
        floor=_HEIGHT - _BOTTOM, zero=f"{down(Fraction(0)):.1f}", dots=tuple(dots),
        lines=tuple(" ".join(run) for run in runs if len(run) > 1),
        levels=tuple(
            Tick(f"{down(each):.1f}", f"{written(each * 100, 0)} %") for each in _levels(low, high)
        ),
        labels=tuple(
            Tick(f"{across(each):.1f}", f"{'+' if each > 0 else ''}{written(each, 0)}")
            for each, _point in curve[:: 1 if width == WIDE else 2]
        ),
    )  # fmt: skip


def _swings(bars: Sequence[Bar], now: Fraction, width: int, name: str) -> Chart:
    ends = [end for bar in bars for end in (bar.low, bar.high)]
    low, high = min([now, *ends]), max([now, *ends])
    across = _scale(low, high, width - _RIGHT, 8.0)
    step, columns, labels = 46, [], []
    for number, bar in enumerate(bars):
        top = _TOP + step * number
        start, end = sorted((across(bar.low), across(bar.high)))
        words = f"{driver(bar.driver)}: {_millions(bar.low)} – {_millions(bar.high)}"
        words += f" · {_('a verdict turns')}" if bar.turns else ""
        labels.append(Tick(str(top + 12), words))
        columns.append(
            Column(
                x=f"{start:.1f}", y=str(top + 18), width=f"{max(end - start, 2):.1f}", height="14",
                place=0, fails=bar.turns, title=words,
            )
        )  # fmt: skip
    floor = _TOP + step * len(bars)
    return Chart(
        name=name, width=width, height=floor + 8, left=8, right=width - _RIGHT, floor=floor,
        columns=tuple(columns), labels=tuple(labels), levels=(), zero=f"{across(now):.1f}",
    )  # fmt: skip
