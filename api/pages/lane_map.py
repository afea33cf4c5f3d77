"""A map of lanes drawn on the server: from where packs stand to who takes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from api.pages.drawings import NARROW, WIDE

_HEIGHT = 300
_MARGIN = 26
# More would be a tangle; the table beside it names them all.
MOST_LANES = 60
_LEAST_DEGREES = 0.5


class Lane(Protocol):
    """What the map needs to know of a lane; degrees north and east."""

    @property
    def packs(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def recycles(self) -> bool: ...
    @property
    def start(self) -> tuple[float, float]: ...
    @property
    def end(self) -> tuple[float, float]: ...


@dataclass(frozen=True)
class Stroke:
    """One lane on the paper, its breadth by the packs that take it."""

    x1: str
    y1: str
    x2: str
    y2: str
    breadth: str
    recycles: bool
    title: str


@dataclass(frozen=True)
class Spot:
    """Where packs stand, or where a programme is."""

    x: str
    y: str
    size: str
    title: str


@dataclass(frozen=True)
class LaneMap:
    """All that the template needs; it computes nothing."""

    name: str
    width: int
    height: int
    strokes: tuple[Stroke, ...]
    starts: tuple[Spot, ...]
    ends: tuple[Spot, ...]
    left_out: int


def maps(lanes: Sequence[Lane]) -> tuple[LaneMap, ...]:
    """Draw the lanes twice, for a phone and for a desk; nothing without a place at both ends."""
    if not lanes:
        return ()
    kept = sorted(lanes, key=lambda lane: -lane.packs)
    return (_map(kept, NARROW, "narrow"), _map(kept, WIDE, "wide"))


def _map(lanes: Sequence[Lane], width: int, name: str) -> LaneMap:
    drawn = lanes[:MOST_LANES]
    paper = _Paper.of([each for lane in drawn for each in (lane.start, lane.end)], width)
    most = max(lane.packs for lane in drawn)
    starts: dict[tuple[float, float], int] = {}
    ends: dict[tuple[float, float], dict[str, int]] = {}
    for lane in drawn:
        starts[lane.start] = starts.get(lane.start, 0) + lane.packs
        there = ends.setdefault(lane.end, {})
        there[lane.name] = there.get(lane.name, 0) + lane.packs
    return LaneMap(
        name=name,
        width=width,
        height=_HEIGHT,
        strokes=tuple(_stroke(lane, paper, most=most) for lane in drawn),
        starts=tuple(
            paper.spot(at, packs=packs, title=f"{packs} stand here") for at, packs in starts.items()
        ),
        ends=tuple(
            paper.spot(
                at,
                packs=sum(names.values()),
                title=", ".join(f"{name}: {packs}" for name, packs in sorted(names.items())),
            )
            for at, names in ends.items()
        ),
        left_out=len(lanes) - len(drawn),
    )


def _stroke(lane: Lane, paper: _Paper, *, most: int) -> Stroke:
    (x1, y1), (x2, y2) = paper.place(lane.start), paper.place(lane.end)
    return Stroke(
        x1=f"{x1:.1f}",
        y1=f"{y1:.1f}",
        x2=f"{x2:.1f}",
        y2=f"{y2:.1f}",
        breadth=f"{1 + 5 * math.sqrt(lane.packs / most):.1f}",
        recycles=lane.recycles,
        title=f"{lane.packs} to {lane.name}",
    )


@dataclass(frozen=True)
class _Paper:
    """Degrees to points; a degree of longitude is as long as it is in the middle of the map."""

    west: float
    north: float
    scale: float
    squeeze: float
    left: float
    top: float

    @classmethod
    def of(cls, places: Sequence[tuple[float, float]], width: int) -> _Paper:
        south, north = min(lat for lat, _ in places), max(lat for lat, _ in places)
        west, east = min(lon for _, lon in places), max(lon for _, lon in places)
        squeeze = max(math.cos(math.radians((south + north) / 2)), 0.1)
        across = max((east - west) * squeeze, _LEAST_DEGREES)
        down = max(north - south, _LEAST_DEGREES)
        inner = (width - 2 * _MARGIN, _HEIGHT - 2 * _MARGIN)
        scale = min(inner[0] / across, inner[1] / down)
        left = _MARGIN + (inner[0] - (east - west) * squeeze * scale) / 2
        top = _MARGIN + (inner[1] - (north - south) * scale) / 2
        return cls(west, north, scale, squeeze, left, top)

    def place(self, at: tuple[float, float]) -> tuple[float, float]:
        latitude, longitude = at
        x = self.left + (longitude - self.west) * self.squeeze * self.scale
        return x, self.top + (self.north - latitude) * self.scale

    def spot(self, at: tuple[float, float], *, packs: int, title: str) -> Spot:
        x, y = self.place(at)
        size = min(4 + math.log10(packs), 9)
        return Spot(x=f"{x:.1f}", y=f"{y:.1f}", size=f"{size:.1f}", title=title)
