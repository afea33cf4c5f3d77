"""The public passport: what anybody may know of one battery (Annex XIII point 1)."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from passport.models import BatteryModel, BatteryState, Facility, Party
from passport.queries.legacy import PublicLegacy
from passport.queries.legacy import public as public_legacy
from passport.queries.naming_right import standing_of
from passport.queries.recall import Hit, of_battery
from passport.queries.seal import Seal, public_seal
from passport.rules import identity as identities
from passport.rules.datapoints import Catalogue, Category, DataPoint, Due, completeness, load
from passport.rules.disclosure import Access
from passport.rules.errors import NotFound
from passport.rules.naming_right import Standing, advice

CATALOGUE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "datapoints.json"

# Where each run of data points begins, and what a reader calls it.
_GROUPS = (
    (1, "Identity and maker"),
    (10, "What it is"),
    (13, "Substances and safety"),
    (17, "Footprint and sourcing"),
    (20, "Recycled and renewable content"),
    (25, "Electrical limits"),
    (31, "Expected life"),
    (36, "Efficiency and resistance"),
    (40, "Marks, papers and return"),
)


@dataclass(frozen=True)
class Point:
    """One data point; `standing` is known, missing, not_applicable or not_yet."""

    number: int
    group: str
    label: str
    value: str | None
    unit: str
    standing: str
    due_on: date | None
    source: str


@dataclass(frozen=True)
class PublicRecord:
    battery_id: uuid.UUID
    identity: str
    gtin: str
    serial: str
    level: str
    category: str
    state: str
    registered_at: datetime
    recycled_at: datetime | None
    model_name: str
    model_code: str
    chemistry: str
    rated_energy_kwh: Decimal
    rated_capacity_ah: Decimal
    nominal_voltage_v: Decimal
    minimum_voltage_v: Decimal
    maximum_voltage_v: Decimal
    mass_kg: Decimal
    manufactured_on: date
    facility_name: str
    facility_country: str
    facility_address: str
    maker_name: str
    maker_country: str
    maker_did: str
    extinguishing_agent: str | None
    points: tuple[Point, ...]
    components: int
    naming: Standing
    naming_advice: str
    legacy: PublicLegacy | None
    seal: Seal
    recalls: tuple[Hit, ...]
    etag: str

    @property
    def answers_as(self) -> str:
        """The identity under which this record goes on: its maker's, once two have become one."""
        return (self.legacy and self.legacy.merged_identity) or self.identity


@dataclass(frozen=True)
class _Row:
    """What public_record_v1 answers, by its own column names."""

    battery_id: uuid.UUID
    identity: str
    level: str
    serial: str
    manufactured_on: date
    model_id: uuid.UUID
    maker_id: uuid.UUID
    facility_id: uuid.UUID | None
    recycled: bool
    recycled_at: datetime | None
    components: int
    registered_at: datetime


@cache
def catalogue() -> Catalogue:
    """The Commission's data points, as this service keeps them."""
    return load(CATALOGUE.read_bytes())


def public_record(*, identity: str, on: date) -> PublicRecord:
    """The public record of a battery on a day; needs no tenant. Refuses NotFound."""
    row = _row(identity)
    model = BatteryModel.objects.get(pk=row.model_id)
    maker = Party.objects.get(pk=row.maker_id)
    found = public_legacy(identity=identity)
    if found is not None and not found.claimed:
        # Who found it is written as its maker, and nobody's business; the plate speaks for it.
        maker = Party(name=found.maker_name or "unknown")
    facility = Facility.objects.filter(pk=row.facility_id).first() if row.facility_id else None
    facts = model.facts
    values = _values(row, model, maker, facility)
    points = _points(model, _read(values, found), on)
    seal = public_seal(battery_id=row.battery_id)
    naming = standing_of(identity=row.identity, by=row.maker_id)
    recalls = tuple(of_battery(battery_id=row.battery_id))
    hits = [(hit.recall.pk, hit.itself, hit.inside) for hit in recalls]
    said = repr((row, points, naming, found, seal, facts, hits)).encode()
    return PublicRecord(
        battery_id=row.battery_id,
        identity=row.identity,
        gtin=identities.parse(row.identity).gtin,
        serial=row.serial,
        level=row.level,
        category=model.category,
        # The status of Annex XIII 4(c) is not public; that a passport has ceased to exist is.
        state=BatteryState.RECYCLED if row.recycled else BatteryState.REGISTERED,
        registered_at=row.registered_at,
        recycled_at=row.recycled_at,
        model_name=model.name,
        model_code=model.code,
        manufactured_on=row.manufactured_on,
        facility_name=facility.name if facility else "",
        facility_country=facility.country if facility else "",
        facility_address=facility.address if facility else "",
        maker_name=maker.name,
        maker_country=maker.country,
        maker_did=maker.did or "",
        extinguishing_agent=_text(facts.get("14")),
        points=points,
        components=row.components,
        naming=naming,
        naming_advice=advice(standing=naming),
        legacy=found,
        seal=seal,
        recalls=recalls,
        etag=f'"{hashlib.sha256(said).hexdigest()[:32]}"',
        **_electrical(model),
    )


def _row(identity: str) -> _Row:
    columns = [each.name for each in fields(_Row)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM public_record_v1(%s)",  # noqa: S608 - our own names
            [identity],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound(
            f"no battery is registered as {identity}",
            remedy="check the serial on the label; the maker may not have registered it",
        )
    return _Row(*row)


def _electrical(model: BatteryModel) -> dict[str, Any]:
    names = ("chemistry", "rated_energy_kwh", "rated_capacity_ah", "nominal_voltage_v")
    more = ("minimum_voltage_v", "maximum_voltage_v", "mass_kg")
    return {name: getattr(model, name) for name in (*names, *more)}


def _values(
    row: _Row, model: BatteryModel, maker: Party, facility: Facility | None
) -> Mapping[int, object]:
    """Every known value by data point number: what fields say, then the facts of the model."""
    made = {1: row.identity, 2: maker.name, 3: maker.name, 7: f"{model.code}, {row.serial}"}
    if facility is not None:
        place = (facility.name, facility.address, facility.country)
        made[8] = ", ".join(each for each in place if each)
    made[9] = row.manufactured_on.strftime("%B %Y")
    said = {6: model.get_category_display(), 12: model.chemistry}
    for number, name in {
        10: "mass_kg",
        11: "rated_capacity_ah",
        26: "minimum_voltage_v",
        27: "nominal_voltage_v",
        28: "maximum_voltage_v",
    }.items():
        said[number] = format(getattr(model, name).normalize(), "f")
    return {int(number): fact for number, fact in model.facts.items()} | made | said


# What is only assumed of a battery that was found, by the points that would tell it as known.
_ASSUMED = {"manufactured_on": 9, "minimum_voltage_v": 26, "maximum_voltage_v": 28}


def _read(values: Mapping[int, object], found: PublicLegacy | None) -> Mapping[int, object]:
    """The values without those that nobody has read."""
    if found is None or found.claimed:
        return values
    guessed = {_ASSUMED.get(name) for name in found.assumed}
    if not found.maker_name:
        guessed |= {2, 3}
    return {number: value for number, value in values.items() if number not in guessed}


def _points(model: BatteryModel, values: Mapping[int, object], on: date) -> tuple[Point, ...]:
    report = completeness(values, model.category, on, of=catalogue())
    hidden = set(report.not_yet) | set(report.too_early)
    never = set(report.not_applicable)
    found = []
    for point in catalogue().points:
        if point.access is not Access.PUBLIC:
            continue
        standing = "known" if point.number in values else "missing"
        if point.number in never:
            standing = "not_applicable"
        elif point.number in hidden:
            standing = "not_yet"
        value = _text(values.get(point.number)) if standing == "known" else None
        found.append(_point(point, value, standing, model.category))
    return tuple(found)


def _point(point: DataPoint, value: str | None, standing: str, category: str) -> Point:
    return Point(
        number=point.number,
        group=next(name for first, name in reversed(_GROUPS) if point.number >= first),
        label=point.name,
        value=value,
        unit=point.unit or "",
        standing=standing,
        due_on=_due_on(point, category) if standing == "not_yet" else None,
        source=point.source,
    )


def _due_on(point: DataPoint, category: str) -> date | None:
    """The first day from which the point may be filled, when the law names one."""
    dated = point.applicability[Category(category)]
    return next((day for day, due in dated if due not in (Due.NOT_YET, Due.NEVER)), None)


def _text(value: object) -> str | None:
    """A fact as a reader sees it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(_text(each)) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(each)}" for name, each in value.items())
    return str(value)
