"""What a party should look at in its fleet: units, and the modules and strings in them, by site."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F

from passport.models import Assembly, Battery, BatteryState, Facility, Party, Siting
from passport.queries import health
from passport.rules.health import Reading
from recycling.queries import outlook
from recycling.queries.standing import read_of
from recycling.rules.forecast import Forecast
from recycling.rules.forecast_looks import of_one_kind, unit_of
from recycling.rules.knee import knee
from recycling.rules.maintenance import (
    MOST_SPREAD,
    Task,
    Trigger,
    Watched,
    in_order,
    tasks_of,
    usual_resistance,
    weak_parts,
)

MOST_UNITS = 2_000
MOST_PARTS = 20_000
MOST_READINGS = 12
# Farther above its end than this no battery gets there within a year without a drop or a knee.
_NEAR_THE_END = Decimal("0.08")
_IN_USE = (BatteryState.REGISTERED, BatteryState.IN_SERVICE)


@dataclass(frozen=True)
class Site:
    """Where a unit stands; `id` is None on no site."""

    id: uuid.UUID | None
    name: str


@dataclass(frozen=True)
class Line:
    """One thing to look at: the battery it is about, the unit that it sits in, and its site."""

    task: Task
    battery_id: uuid.UUID
    serial: str
    level: str
    position: str
    unit_id: uuid.UUID
    unit_serial: str
    model: str
    site: Site


@dataclass(frozen=True)
class Upkeep:
    """The list, the soonest first; `looked_at` of `in_all` units were looked at."""

    lines: tuple[Line, ...]
    looked_at: int
    in_all: int


@dataclass(frozen=True)
class _Fleet:
    """What was fetched of the units that are looked at."""

    units: Sequence[Battery]
    parts: Mapping[uuid.UUID, Sequence[Battery]]
    readings: Mapping[uuid.UUID, Sequence[Reading]]
    resistances: Mapping[uuid.UUID, Sequence[tuple[Decimal | None, Decimal]]]
    by: Party
    on: datetime.date


def upkeep(*, by: Party, on: datetime.date, site: str = "") -> Upkeep:
    """What is due in the party's fleet within a year; of one `site` by its id, or "none".

    At most MOST_UNITS units are looked at, by serial: then a site narrows it down.
    """
    sites = _sites(by)
    rows = Battery.objects.filter(holder=by, unit_id=F("pk"), state__in=_IN_USE)
    if site:
        placed = [each for each, at in sites.items() if str(at.id) == site]
        rows = rows.exclude(pk__in=list(sites)) if site == "none" else rows.filter(pk__in=placed)
    in_all = rows.count()
    units = list(rows.select_related("model").order_by("serial", "pk")[:MOST_UNITS])
    fleet = _fetched(units, by=by, on=on)
    tasks = in_order(task for unit in units for task in _of_unit(unit, fleet))
    return Upkeep(lines=_lines(tasks, fleet, sites), looked_at=len(units), in_all=in_all)


def _sites(by: Party) -> dict[uuid.UUID, Site]:
    names = dict(Facility.objects.filter(party=by).values_list("pk", "name"))
    newest = Siting.objects.filter(party=by).order_by("battery", "-id").distinct("battery")
    rows: Iterable[tuple[uuid.UUID, uuid.UUID | None]] = newest.values_list(
        "battery_id", "facility_id"
    )
    return {battery: Site(at, names.get(at, "")) for battery, at in rows if at is not None}


def _fetched(units: Sequence[Battery], *, by: Party, on: datetime.date) -> _Fleet:
    ids = [unit.pk for unit in units]
    read = health.counting().filter(battery__unit_id__in=ids).exclude(battery_id__in=ids)
    inside = read.order_by().values_list("battery_id", flat=True).distinct()[:MOST_PARTS]
    parts: dict[uuid.UUID, list[Battery]] = defaultdict(list)
    for part in Battery.objects.filter(pk__in=list(inside)).order_by("serial", "pk"):
        parts[part.unit_id].append(part)
    every = ids + [part.pk for some in parts.values() for part in some]
    readings = read_of(battery_ids=every, most=MOST_READINGS)
    resistances: dict[uuid.UUID, list[tuple[Decimal | None, Decimal]]] = defaultdict(list)
    for unit in units:
        last = next(iter(readings.get(unit.pk, [])[-1:]), None)
        if last is not None and last.resistance_ratio is not None:
            resistances[unit.model_id].append((last.equivalent_cycles, last.resistance_ratio))
    return _Fleet(
        units=units, parts=parts, readings=readings, resistances=resistances, by=by, on=on
    )


def _of_unit(unit: Battery, fleet: _Fleet) -> list[Task]:
    """What is due on a unit and on its parts; their spread stands for one that nobody told."""
    parts = [
        Watched(id=str(part.pk), unit=str(unit.pk), readings=fleet.readings.get(part.pk, ()))
        for part in fleet.parts.get(unit.pk, ())
    ]
    spread, weak = weak_parts(str(unit.pk), parts, on=fleet.on)
    found = tasks_of(_watched(unit, fleet), on=fleet.on)
    told = any(task.trigger is Trigger.SPREAD for task in found)
    if spread is not None and spread > MOST_SPREAD and not told:
        found.append(
            Task(
                battery=str(unit.pk), trigger=Trigger.SPREAD, value=spread, limit=MOST_SPREAD,
                due_on=fleet.on,
            )
        )  # fmt: skip
    return [*found, *weak, *(task for part in parts for task in tasks_of(part, on=fleet.on))]


def _watched(unit: Battery, fleet: _Fleet) -> Watched:
    looks = fleet.readings.get(unit.pk, ())
    others = fleet.resistances.get(unit.model_id, ())
    series = of_one_kind(looks)
    window = unit.model.facts.get("34")
    return Watched(
        id=str(unit.pk),
        readings=looks,
        usual_resistance=usual_resistance(looks[-1].equivalent_cycles, others) if looks else None,
        hottest_c=outlook.figure(window.get("highest")) if isinstance(window, dict) else None,
        ahead=_ahead(unit, looks, fleet.by),
        knee=knee(series, unit=unit_of(series), born=outlook.born(unit.manufactured_on)),
    )


def _ahead(unit: Battery, looks: Sequence[Reading], by: Party) -> Forecast | None:
    end = outlook.exhausted_at(unit)
    if end is None or not looks or looks[-1].soh_low > end + _NEAR_THE_END:
        return None
    return outlook.of_battery(battery=unit, by=by).forecast


def _lines(
    tasks: Sequence[Task], fleet: _Fleet, sites: Mapping[uuid.UUID, Site]
) -> tuple[Line, ...]:
    units = {unit.pk: unit for unit in fleet.units}
    parts = {part.pk: part for some in fleet.parts.values() for part in some}
    known = {str(key): row for key, row in (units | parts).items()}
    places = dict(
        Assembly.objects.filter(child__in=list(parts), until__isnull=True).values_list(
            "child_id", "position"
        )
    )
    return tuple(_line(task, known[task.battery], units, places, sites) for task in tasks)


def _line(
    task: Task,
    about: Battery,
    units: Mapping[uuid.UUID, Battery],
    places: Mapping[uuid.UUID, str],
    sites: Mapping[uuid.UUID, Site],
) -> Line:
    unit = units[about.unit_id]
    return Line(
        task=task,
        battery_id=about.pk,
        serial=about.serial,
        level=about.level,
        position=places.get(about.pk, ""),
        unit_id=unit.pk,
        unit_serial=unit.serial,
        model=unit.model.name,
        site=sites.get(unit.pk, Site(None, "")),
    )
