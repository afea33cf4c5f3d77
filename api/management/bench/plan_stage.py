"""The stage of a whole plan in the database: retired packs with readings, and what takes them.

Synthetic, and the same for the same number of packs: seed 7. Twenty-four models in four
chemistries stand at 200 places all over a square of about 2,000 km; health is normal, .76 ± .10,
and tested; nine in ten packs pass every gate. Forty-two second lives take some chemistries within
a window of health, eight recyclers all; nothing is fetched from farther than 1,200 km. Second
lives have places for 45 % of the packs, recyclers for 65 %. Rows come in by COPY, as an
administrator; the market is published by the actions.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from api.management.bench import stage
from passport.actions import party
from passport.models import BatteryModel, Facility, Party
from passport.models.ids import new_ids
from recycling.actions import programme
from recycling.rules.feasibility import Kind
from recycling.rules.market import Route
from recycling.rules.programme import Asked

SEED, PLACES, RECYCLERS, SECOND_LIVES = 7, 200, 8, 42
SIZES = (24, 40, 52, 64, 77, 100)
# Shares and kilograms a kWh as in plan_market.
FAMILIES = (
    *(("LFP", 0.35, "6.5"), ("NMC622", 0.40, "5.2")),
    *(("NCA", 0.15, "5.0"), ("LMO", 0.10, "6.3")),
)
SOUTH, NORTH, WEST, EAST = 42, 60, -5, 23
_SOUND = json.dumps(
    {"recall_open": False, "thermal_event": False, "case_damage": False, "water_ingress": False,
     "crash_severity": "NONE"}
)  # fmt: skip
_HARMED = json.dumps({**json.loads(_SOUND), "water_ingress": True})


@dataclass(frozen=True)
class Stage:
    """Whose packs wait for the plan, and how many programmes there are for them."""

    keeper: Party
    programmes: int


def set_up(packs: int) -> Stage:
    """Load so many retired packs and publish what takes them; call it as the system."""
    at, dice = datetime.now(UTC), np.random.default_rng(SEED)
    maker, keeper = _party("maker", "MAKER", at), _party("keeper", "KEEPER", at)
    models = [_model(maker, family, size, at) for family in FAMILIES for size in SIZES]
    where = [_facility(keeper, number, dice) for number in range(PLACES)]
    _load(packs, maker, keeper, models, where, dice=dice, at=at)
    programmes = _publish(packs, dice=dice, at=at)
    with stage.admin() as admin:
        admin.execute("ANALYZE")
    return Stage(keeper, programmes)


def _party(slug: str, role: str, at: datetime) -> Party:
    name = slug.title()
    return party.register_party(name=name, slug=slug, roles=[role], country="DE", did=None, at=at)


def _model(maker: Party, family: tuple[str, float, str], size: int, at: datetime) -> BatteryModel:
    chemistry, _, per_kwh = family
    return BatteryModel.objects.create(
        maker=maker, code=f"{chemistry}-{size}", name=f"{chemistry} {size} kWh", level="PACK",
        category="EV", chemistry=chemistry, rated_capacity_ah=100, rated_energy_kwh=size,
        nominal_voltage_v=350, minimum_voltage_v=280, maximum_voltage_v=400,
        mass_kg=size * Decimal(per_kwh), digest=b"\0" * 32, registered_at=at,
    )  # fmt: skip


def _facility(keeper: Party, number: int, dice: np.random.Generator) -> Facility:
    latitude, longitude = _somewhere(dice)
    return party.add_facility(
        party=keeper, name=f"Site {number}", country="DE", latitude=latitude, longitude=longitude
    )


def _somewhere(dice: np.random.Generator) -> tuple[Decimal, Decimal]:
    return (
        Decimal(f"{dice.uniform(SOUTH, NORTH):.5f}"),
        Decimal(f"{dice.uniform(WEST, EAST):.5f}"),
    )


def _load(
    packs: int,
    maker: Party,
    keeper: Party,
    models: Sequence[BatteryModel],
    where: Sequence[Facility],
    *,
    dice: np.random.Generator,
    at: datetime,
) -> None:
    batteries, read, retired = (_ids(packs) for _ in range(3))
    chance = np.repeat([share / len(SIZES) for _, share, _ in FAMILIES], len(SIZES))
    of_model = dice.choice(len(models), packs, p=chance)
    soh = np.clip(dice.normal(0.76, 0.10, packs), 0.35, 0.99).round(5).tolist()
    ratio = dice.uniform(1.0, 1.7, packs).round(4).tolist()
    stands, harmed = dice.integers(0, len(where), packs), dice.random(packs) < 0.05
    made, seen = date(2019, 3, 2), at - timedelta(days=9)
    rows = range(packs)
    _copy(
        "passport_battery (id, identity, maker_id, model_id, level, serial, lot, manufactured_on,"
        " salt, unit_id, holder_id, status, state, registered_at)",
        (
            (b, f"https://id.example/01/09521234000020/21/R{n:07d}", maker.pk,
             models[of_model[n]].pk, "PACK", f"R{n:07d}", "", made, b"\0" * 16, b, keeper.pk,
             "original", "RETIRED", at)
            for n, b in zip(rows, batteries, strict=True)
        ),
    )  # fmt: skip
    events = (("HEALTH_READ", read, seen), ("RETIRED", retired, at))
    for kind, ids, happened in events:
        _copy(
            "passport_lifecycleevent (id, event_id, recorder_id, kind, battery_id, happened_at,"
            " recorded_at, body, body_sha256)",
            (
                (e, e, keeper.pk, kind, b, happened, at, e.bytes, hashlib.sha256(e.bytes).digest())
                for e, b in zip(ids, batteries, strict=True)
            ),
        )
    _copy(
        "passport_healthreading (id, battery_id, event_id, recorder_id, soh, soh_low, soh_high,"
        " method, source, measured_at, recorded_at, resistance_ratio, kind)",
        (
            (e, b, e, keeper.pk, soh[n], round(soh[n] - 0.01, 5), round(soh[n] + 0.01, 5), "TESTED",
             "bench", seen, at, ratio[n], "CAPACITY")
            for n, e, b in zip(rows, read, batteries, strict=True)
        ),
    )  # fmt: skip
    _copy(
        "recycling_retirement (id, battery_id, keeper_id, event_id, facility_id, reason,"
        " condition, declared_at, state)",
        (
            (e, b, keeper.pk, e, where[stands[n]].pk, "CAPACITY", _HARMED if harmed[n] else _SOUND,
             at, "OPEN")
            for n, e, b in zip(rows, retired, batteries, strict=True)
        ),
    )  # fmt: skip


def _ids(count: int) -> list[uuid.UUID]:
    return [uuid.UUID(bytes=each) for each in new_ids(count)]


def _copy(table: str, rows: Iterable[Sequence[object]]) -> None:
    """As an administrator: row-level security lets nobody else."""
    into = f"COPY {table} FROM STDIN"
    with stage.admin() as admin, admin.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def _publish(packs: int, *, dice: np.random.Generator, at: datetime) -> int:
    storage, recycler = _party("storage", "KEEPER", at), _party("recycler", "RECYCLER", at)
    second = dice.dirichlet(np.full(SECOND_LIVES, 2.0)) * 0.45 * packs
    burnt = np.ceil(dice.dirichlet(np.full(RECYCLERS, 4.0)) * 0.65 * packs)
    names = [chemistry for chemistry, _, _ in FAMILIES]
    for number in range(SECOND_LIVES):
        low = float(dice.choice([0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80]))
        high = min(1.0, low + float(dice.choice([0.10, 0.15, 0.25, 0.5])))
        takes = [name for name in names if dice.random() < 0.55] or names[:1]
        price = int(dice.uniform(3500, 8000) * (0.6 + 0.6 * low))
        asked = _asked(f"Second life {number}", int(second[number]), dice)
        programme.publish(
            asked=Asked(
                **asked, kind=Kind.SECOND_LIFE, route=Route.REPURPOSE, chemistries=tuple(takes),
                soh_min=Decimal(f"{low:.2f}"), soh_max=Decimal(f"{high:.2f}"),
                contract_years=Decimal(5), price_cents_per_kwh=price,
            ),
            by=storage, at=at,
        )  # fmt: skip
    for number in range(RECYCLERS):
        asked = _asked(f"Recycler {number}", int(burnt[number]), dice)
        programme.publish(
            asked=Asked(
                **asked, kind=Kind.RECYCLER, route=Route.RECYCLE, chemistries=("*",),
                fee_cents_per_kg=int(dice.normal(0, 25)),
            ),
            by=recycler, at=at,
        )  # fmt: skip
    return SECOND_LIVES + RECYCLERS


def _asked(name: str, places: int, dice: np.random.Generator) -> dict[str, Any]:
    latitude, longitude = _somewhere(dice)
    return {
        "name": name, "capacity_packs": max(1, places), "opens_on": date(2026, 1, 1),
        "latitude": latitude, "longitude": longitude, "max_distance_km": 1200,
    }  # fmt: skip
