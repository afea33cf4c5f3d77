"""What anybody may know of a model by its GTIN: what all its batteries share."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from passport.models import BatteryModel
from passport.queries.naming_right import judge
from passport.queries.public_points import (
    Point,
    catalogue,
    points_of,
    text_of,
    values_of_model,
)
from passport.rules.datapoints import Scope
from passport.rules.errors import NotFound
from passport.rules.identity import CANONICAL_STEM, parse_any
from passport.rules.naming_right import Standing, advice, stem_of

# A GTIN is one model's; a maker's versions of it, and what others say, are told so far.
MOST = 20


@dataclass(frozen=True)
class PublicModel:
    """One model; its points are those that the catalogue has at the level of a model."""

    name: str
    code: str
    level: str
    category: str
    chemistry: str
    rated_energy_kwh: Decimal
    rated_capacity_ah: Decimal
    nominal_voltage_v: Decimal
    minimum_voltage_v: Decimal
    maximum_voltage_v: Decimal
    mass_kg: Decimal
    maker_name: str
    maker_country: str
    maker_did: str
    extinguishing_agent: str | None
    naming: Standing
    naming_advice: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class PublicModels:
    """The models under one GTIN: a maker may have several, and two makers may say the same GTIN.

    Who has proven that the prefix is its own comes first, then who was first.
    """

    identity: str
    gtin: str
    models: tuple[PublicModel, ...]
    etag: str


def known(*, gtin: str) -> bool:
    """Whether anybody may read a model under this GTIN."""
    return bool(_ids(gtin))


def unknown(*, gtin: str) -> NotFound:
    """The one refusal for a GTIN that nobody has and for one without a battery."""
    return NotFound(
        f"no battery of the GTIN {gtin} is registered",
        remedy="check the code on the label; the maker may not have registered it",
    )


def of_gtin(*, gtin: str, on: date) -> PublicModels:
    """The models under a GTIN on a day; needs no tenant. Refuses NotFound."""
    ids = _ids(gtin)
    if not ids:
        raise unknown(gtin=gtin)
    rows = BatteryModel.objects.filter(pk__in=ids).select_related("maker")
    told = _told(rows.order_by("registered_at", "pk"), gtin, on)
    said = repr((gtin, told)).encode()
    return PublicModels(
        identity=f"{CANONICAL_STEM}/01/{gtin}",
        gtin=gtin,
        models=told,
        etag=f'"{hashlib.sha256(said).hexdigest()[:32]}"',
    )


def _ids(gtin: str) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM public_models_v1(%s)", [gtin])
        return [found for (found,) in cursor.fetchall()]


def _told(rows: Iterable[BatteryModel], gtin: str, on: date) -> tuple[PublicModel, ...]:
    """Whoever has proven the prefix is not crowded out by those who only say the GTIN."""
    stem = stem_of(identity=parse_any(f"{CANONICAL_STEM}/01/{gtin}"))
    every = list(rows)
    naming = {by: judge(stems=[stem], by=by)[stem] for by in {row.maker_id for row in every}}
    every.sort(key=lambda row: naming[row.maker_id] is not Standing.PROVEN)
    return tuple(_model(row, naming[row.maker_id], on) for row in every[:MOST])


def _model(row: BatteryModel, naming: Standing, on: date) -> PublicModel:
    values = values_of_model(model=row) | {3: row.maker.name}
    shared = {point.number for point in catalogue().points if point.level is Scope.MODEL}
    points = points_of(model=row, values=values, on=on)
    return PublicModel(
        name=row.name,
        code=row.code,
        level=row.level,
        category=row.category,
        chemistry=row.chemistry,
        rated_energy_kwh=row.rated_energy_kwh,
        rated_capacity_ah=row.rated_capacity_ah,
        nominal_voltage_v=row.nominal_voltage_v,
        minimum_voltage_v=row.minimum_voltage_v,
        maximum_voltage_v=row.maximum_voltage_v,
        mass_kg=row.mass_kg,
        maker_name=row.maker.name,
        maker_country=row.maker.country,
        maker_did=row.maker.did or "",
        extinguishing_agent=text_of(row.facts.get("14")),
        naming=naming,
        naming_advice=advice(standing=naming),
        points=tuple(each for each in points if each.number in shared),
    )
