"""The public passport: what anybody may know of one battery (Annex XIII point 1)."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from passport.models import BatteryModel, BatteryState, Facility, Party
from passport.queries.legacy import PublicLegacy
from passport.queries.legacy import public as public_legacy
from passport.queries.naming_right import standing_of
from passport.queries.public_points import Point, points_of, text_of, values_of_model
from passport.queries.recall import Hit, of_battery
from passport.queries.seal import Seal, public_seal
from passport.queries.second_life import onwards
from passport.rules import identity as identities
from passport.rules.errors import NotFound
from passport.rules.naming_right import Standing, advice


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
    follows_on: tuple[str, ...]
    goes_on_as: tuple[str, ...]
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
    points = points_of(model=model, values=_read(values, found), on=on)
    seal = public_seal(battery_id=row.battery_id)
    naming = standing_of(identity=row.identity, by=row.maker_id)
    recalls = tuple(of_battery(battery_id=row.battery_id))
    before, after = onwards(identity=identity)
    hits = [(hit.recall.pk, hit.itself, hit.inside) for hit in recalls]
    said = repr((row, points, naming, found, seal, facts, hits, before, after)).encode()
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
        extinguishing_agent=text_of(facts.get("14")),
        points=points,
        components=row.components,
        naming=naming,
        naming_advice=advice(standing=naming),
        legacy=found,
        follows_on=before,
        goes_on_as=after,
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
    made: dict[int, object] = {
        1: row.identity,
        2: maker.name,
        3: maker.name,
        7: f"{model.code}, {row.serial}",
    }
    if facility is not None:
        place = (facility.name, facility.address, facility.country)
        made[8] = ", ".join(each for each in place if each)
    made[9] = row.manufactured_on.strftime("%B %Y")
    return values_of_model(model=model) | made


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
