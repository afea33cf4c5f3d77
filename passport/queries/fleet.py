"""The batteries in a keeper's hands: by site, state and health, and what each of them needs."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from passport.models import Facility
from passport.queries.desk import Soh

# In the order of how soon somebody should look.
NEEDS = ("ISOLATION", "DROPPED", "RESISTANCE", "OVERDUE", "UNREAD")
SORTS = ("serial", "soh", "soh-high", "measured", "site")
STATES = ("REGISTERED", "IN_SERVICE", "RETIRED", "RECYCLED")
PAGE_SIZE = 50
MOST_AT_ONCE = 10_000
_DIRECT = frozenset({"TESTED", "CHARGE_BASED"})


@dataclass(frozen=True)
class Site:
    """A place where the party keeps batteries; `id` is None for those on no site.

    `bands` counts readings by five points of SoH from below 0.50 up: measured, and only reported.
    """

    id: uuid.UUID | None
    name: str
    country: str
    count: int
    by_state: Mapping[str, int]
    needing: int
    unread: int
    bands: tuple[tuple[int, int], ...]
    middle: tuple[Decimal, Decimal, Decimal] | None


@dataclass(frozen=True)
class Overview:
    """The whole fleet at a glance."""

    count: int
    by_state: Mapping[str, int]
    needs: Mapping[str, int]
    sites: tuple[Site, ...]


@dataclass(frozen=True)
class FleetLine:
    """One battery of a fleet."""

    battery_id: uuid.UUID
    serial: str
    model: str
    state: str
    site_name: str | None
    soh: Decimal | None
    soh_low: Decimal | None
    soh_high: Decimal | None
    method: str | None
    source: str | None
    measured_at: datetime | None
    needs: Sequence[str]

    @property
    def reading(self) -> Soh | None:
        """Its newest reading as the pages show it, in whole hundredths."""
        if self.soh is None or self.soh_low is None or self.soh_high is None:
            return None
        value, low, high = (
            each.quantize(Decimal("0.01")) for each in (self.soh, self.soh_low, self.soh_high)
        )
        at = self.measured_at
        assert at is not None  # noqa: S101 - a reading has its moment
        return Soh(value, low, high, self.method or "", self.source or "", at)


@dataclass(frozen=True)
class Filter:
    """What is looked for; what is empty filters nothing. `site` is an id, or "none"."""

    site: str = ""
    state: str = ""
    need: str = ""
    text: str = ""
    sort: str = "serial"


@dataclass(frozen=True)
class FleetPage:
    """Some of the batteries of a filter, and how many there are in all."""

    lines: tuple[FleetLine, ...]
    total: int


def overview(*, party_id: uuid.UUID, at: datetime) -> Overview:
    """The acting party's batteries counted, in two questions, however many they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fleet_counted_v2(%s)", [at])
        told = cursor.fetchone()[0]
    told = json.loads(told) if isinstance(told, str) else told
    cells: list[dict[str, Any]] = told["cells"]
    middles = {each["site_id"]: each for each in told["middles"]}
    places = {str(row.pk): row for row in Facility.objects.filter(party_id=party_id)}
    sites = [_site(each, cells, places, middles.get(each)) for each in (*places, None)]
    return Overview(
        count=sum(each["n"] for each in cells),
        by_state=_by_state(cells),
        needs=_needs(cells),
        sites=tuple(
            sorted(
                (each for each in sites if each.count or each.id),
                key=lambda each: (each.id is None, each.name.lower()),
            )
        ),
    )


def page(*, wanted: Filter, at: datetime, skip: int = 0, most: int = PAGE_SIZE) -> FleetPage:
    """Batteries of the acting party by a filter, in its order, from the `skip`-th on."""
    columns = [each.name for each in fields(FleetLine)]
    asked: list[Any] = [
        at,
        wanted.site,
        wanted.state,
        wanted.need,
        wanted.text,
        wanted.sort,
        skip,
        most,
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)}, total"  # noqa: S608 - our own names
            " FROM fleet_page_v2(%s, %s, %s, %s, %s, %s, %s, %s)",
            asked,
        )
        rows = cursor.fetchall()
    lines = tuple(FleetLine(*row[:-1]) for row in rows)
    return FleetPage(lines=lines, total=rows[0][-1] if rows else 0)


def _by_state(cells: list[dict[str, Any]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for each in cells:
        found[each["state"]] += each["n"]
    return {state: found[state] for state in STATES}


def _needs(cells: list[dict[str, Any]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for each in cells:
        for need in each["needs"]:
            found[need] += each["n"]
    return {need: found[need] for need in NEEDS}


def _site(
    key: str | None,
    cells: list[dict[str, Any]],
    places: Mapping[str, Facility],
    middle: dict[str, str] | None,
) -> Site:
    own = [each for each in cells if each["site_id"] == key]
    place = places.get(key or "")
    return Site(
        id=place.pk if place else None,
        name=place.name if place else "",
        country=place.country if place else "",
        count=sum(each["n"] for each in own),
        by_state=_by_state(own),
        needing=sum(each["n"] for each in own if each["needs"]),
        unread=sum(each["n"] for each in own if each["band"] is None),
        bands=_bands(own),
        middle=_middle(middle) if middle else None,
    )


def _middle(told: Mapping[str, str]) -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(told["soh"]), Decimal(told["low"]), Decimal(told["high"])


def _bands(cells: list[dict[str, Any]]) -> tuple[tuple[int, int], ...]:
    measured: Counter[int] = Counter()
    reported: Counter[int] = Counter()
    for each in cells:
        if each["band"] is not None:
            (measured if each["method"] in _DIRECT else reported)[each["band"]] += each["n"]
    return tuple((measured[band], reported[band]) for band in range(9, 22))
