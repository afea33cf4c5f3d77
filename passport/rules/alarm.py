"""What looks wrong about a name: two makers, no maker, or one battery in two places at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import asin, cos, hypot, radians, sin
from typing import Any

from passport.rules.errors import Conflict, Malformed

EARTH_KM = 6371.0
# A coordinate is kept to a tenth of a degree: up to 8 km from where it was.
GRID_KM = 8.0
# More of these of one party stay open as one alarm about the whole prefix or domain.
MOST_SINGLE = 100


class AlarmKind(StrEnum):
    """What looks wrong."""

    CLASH = "CLASH"  # another maker has registered, or wanted to, the same identity
    UNREGISTERED = "UNREGISTERED"  # scanned under a proven prefix, and registered by nobody
    TOO_FAST = "TOO_FAST"  # scanned in two places with too little time between


class AlarmState(StrEnum):
    """Whether the party has looked at it."""

    OPEN = "OPEN"
    DISMISSED = "DISMISSED"


class AlreadyDismissed(Conflict):
    """An alarm is dismissed once; what happens again raises another one."""

    code = "already-dismissed"
    title = "The alarm was dismissed already"


class NotAPlace(Malformed):
    """A place is a latitude and a longitude in degrees."""

    code = "not-a-place"
    title = "This is no place"


@dataclass(frozen=True)
class Sighting:
    """Where a label was read: a point on a grid of 0.1°, a country, or neither."""

    at: datetime
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Limit:
    """From a day on: how fast a battery may travel, and how far readings may err."""

    since: date
    km_per_h: float
    slack_km: float
    source: str


@dataclass(frozen=True)
class Region:
    """A circle that a reading lies in."""

    latitude: float
    longitude: float
    radius_km: float


@dataclass(frozen=True)
class Limits:
    """The dated table of limits, oldest first, and the countries as circles."""

    version: str
    rows: tuple[Limit, ...]
    countries: Mapping[str, Region]

    def on(self, day: date) -> Limit:
        """The limit in force on a day; before the first, the first."""
        return next((row for row in reversed(self.rows) if row.since <= day), self.rows[0])


@dataclass(frozen=True)
class Leap:
    """Two readings that one battery cannot have had: at least so far apart, in so little time."""

    before: Sighting
    after: Sighting
    km: int
    minutes: int


def load(data: bytes) -> Limits:
    """The tables of fixtures/reference/alarms.json."""
    told: dict[str, Any] = json.loads(data)
    rows = [
        Limit(
            since=date.fromisoformat(row["since"]),
            km_per_h=float(row["km_per_h"]),
            slack_km=float(row["slack_km"]),
            source=row["source"],
        )
        for row in told["limits"]
    ]
    countries = {code: Region(*map(float, place)) for code, place in told["countries"].items()}
    return Limits(told["version"], tuple(sorted(rows, key=lambda row: row.since)), countries)


def too_fast(*, sightings: Sequence[Sighting], limits: Limits) -> Leap | None:
    """The newest leap between two readings in a row that is beyond the limit. [alarm-1]

    Distances are lower bounds: a country is a circle around it, a point a cell of the grid.
    """
    found: list[Leap] = []
    ordered = sorted(sightings, key=lambda each: each.at)
    placed = [(each, region) for each in ordered if (region := _region(each, limits))]
    for (before, here), (after, there) in pairwise(placed):
        limit = limits.on(after.at.date())
        apart, passed = _apart(here, there), after.at - before.at
        hours = passed / timedelta(hours=1)
        if apart > limit.km_per_h * hours + limit.slack_km:
            found.append(Leap(before, after, int(apart), int(passed / timedelta(minutes=1))))
    return found[-1] if found else None


def coarse(*, text: str) -> tuple[str, str] | None:
    """ "52.52,13.405" as tenths of a degree: ("52.5", "13.4"); None for no text. [alarm-2]

    Refuses NotAPlace. Nothing finer leaves this function.
    """
    if not text:
        return None
    try:
        latitude, longitude = (float(part) for part in text.split(",", 1))
    except ValueError:
        raise _no_place(text) from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise _no_place(text)
    # Adding zero makes of a small negative, rounded to -0.0, what it is.
    return f"{round(latitude, 1) + 0.0:.1f}", f"{round(longitude, 1) + 0.0:.1f}"


def check_dismissal(*, state: str) -> None:
    """An open alarm is dismissed. [alarm-3] Refuses AlreadyDismissed."""
    if AlarmState(state) is AlarmState.DISMISSED:
        raise AlreadyDismissed(
            "the alarm was dismissed already",
            remedy="read who dismissed it and why: GET /api/v1/alarms",
        )


def in_words(*, sighting: Sighting) -> str:
    """A place as coarse as it is kept."""
    if sighting.latitude is not None and sighting.longitude is not None:
        return f"{sighting.latitude:.1f}, {sighting.longitude:.1f}"
    return sighting.country


def _no_place(text: str) -> NotAPlace:
    return NotAPlace(
        f'"{text[:40]}" is no place',
        pointer="?place",
        remedy="write latitude and longitude in degrees, as in 52.5,13.4, or leave it out",
    )


def _region(sighting: Sighting, limits: Limits) -> Region | None:
    if sighting.latitude is not None and sighting.longitude is not None:
        return Region(sighting.latitude, sighting.longitude, GRID_KM)
    return limits.countries.get(sighting.country)


def _apart(here: Region, there: Region) -> float:
    return max(0.0, _great_circle(here, there) - here.radius_km - there.radius_km)


def _great_circle(here: Region, there: Region) -> float:
    """Kilometres over the ground (haversine on a sphere)."""
    north = sin(radians(there.latitude - here.latitude) / 2)
    east = sin(radians(there.longitude - here.longitude) / 2)
    shrink = cos(radians(here.latitude)) * cos(radians(there.latitude))
    return 2 * EARTH_KM * asin(min(1.0, hypot(north, east * shrink**0.5)))
