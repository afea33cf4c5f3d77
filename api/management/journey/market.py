"""Who is in the market, and what each takes: programmes from use profiles, with tight capacity."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from passport.actions import party
from passport.models import Facility, Party
from recycling.actions import programme
from recycling.models import Programme
from recycling.rules.chemistry import ANY, takes
from recycling.rules.feasibility import Kind
from recycling.rules.market import Route
from recycling.rules.programme import Asked

# Share of all packs for which second lives, and recyclers, have places: too few on purpose.
SECOND_LIFE_SHARE = Decimal("0.45")
RECYCLER_SHARE = Decimal("0.65")
YARDS = (
    ("Leipzig", "51.3397", "12.3731"),
    ("Lyon", "45.764", "4.8357"),
    ("Eindhoven", "51.4416", "5.4697"),
)
# Where each programme stands, and what it pays: cents a usable kWh, or cents a kilogram (below
# zero the holder pays; None: the usual fee of each chemistry). This project's own choice.
PLACES: Mapping[str, tuple[str, str, int | None]] = {
    "btm_storage": ("48.1351", "11.582", 4500),
    "dc_backup": ("50.1109", "8.6821", 5600),
    "ev_hub_buffer": ("52.3676", "4.9041", 6000),
    "grid_array": ("53.5511", "9.9937", 3600),
    "low_speed_mobility": ("45.4642", "9.19", 5000),
    "offgrid_solar": ("41.3874", "2.1686", 3300),
    "reman_vehicle": ("49.4521", "11.0767", 7200),
    "recycle_hydro_nmc": ("51.9244", "4.4777", 80),
    "recycle_lfp": ("52.2297", "21.0122", -70),
    "recycle_pyro_any": ("51.2194", "4.4025", None),
}
_ROUTES = {"reman_vehicle": Route.REMANUFACTURE, "low_speed_mobility": Route.REUSE}


@dataclass(frozen=True)
class Cast:
    """The parties of one journey; `yards` are where the keeper's packs stand."""

    tag: str
    maker: Party
    keeper: Party
    yards: tuple[Facility, ...]


def gather(*, tag: str, at: datetime) -> Cast:
    """Register a maker and a keeper with its yards."""
    maker = _party("Pack maker", slug="maker", role="MAKER", tag=tag, at=at)
    keeper = _party("Fleet keeper", slug="keeper", role="KEEPER", tag=tag, at=at)
    yards = tuple(
        party.add_facility(
            party=keeper,
            name=name,
            country="EU",
            latitude=Decimal(latitude),
            longitude=Decimal(longitude),
        )
        for name, latitude, longitude in YARDS
    )
    return Cast(tag=tag, maker=maker, keeper=keeper, yards=yards)


def profiles(path: Path) -> list[dict[str, Any]]:
    """The use profiles that this market knows prices for. Refuses another kind of file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["profiles"]
        known = [profile for profile in found if profile["id"] in PLACES]
    except OSError as missing:
        raise CommandError(
            f"{path} cannot be read: {missing.strerror}. Name the file with --profiles."
        ) from missing
    except (ValueError, KeyError, TypeError) as strange:
        raise CommandError(f"{path} is not a file of use profiles.") from strange
    if not known:
        raise CommandError(f"{path} has none of: {', '.join(PLACES)}.")
    return known


def publish(
    found: list[dict[str, Any]], *, packs: list[tuple[str, str]], tag: str, at: datetime
) -> list[Programme]:
    """One operator and one programme a profile. `packs`: model and chemistry of each pack.

    Places are shared out by how many packs a profile could take, and run short.
    """
    reach = {profile["id"]: _reach(profile, packs=packs) for profile in found}
    made = []
    for profile in found:
        share = RECYCLER_SHARE if _recycles(profile) else SECOND_LIFE_SHARE
        peers = sum(reach[p["id"]] for p in found if _recycles(p) == _recycles(profile))
        places = int(share * len(packs) * reach[profile["id"]] / max(1, peers))
        same = sorted({model for model, _ in packs})
        made.append(_publish(profile, places=max(1, places), same_models=same, tag=tag, at=at))
    return made


def _reach(profile: dict[str, Any], *, packs: list[tuple[str, str]]) -> int:
    wanted = profile["chem"] if _recycles(profile) else profile["chem_pref"]
    accepted = [ANY] if wanted == ["same_model"] else wanted
    return sum(takes(accepted=accepted, chemistry=chemistry) for _, chemistry in packs)


def _publish(
    profile: dict[str, Any], *, places: int, same_models: list[str], tag: str, at: datetime
) -> Programme:
    recycles = _recycles(profile)
    operator = _party(
        str(profile["label"]).capitalize(),
        slug=str(profile["id"]).replace("_", "-"),
        role="RECYCLER" if recycles else "KEEPER",
        tag=tag,
        at=at,
    )
    terms = _recycling(profile) if recycles else _second_life(profile, same_models=same_models)
    latitude, longitude, _ = PLACES[profile["id"]]
    asked = Asked(
        name=f"{profile['id']} {tag}",
        capacity_packs=places,
        opens_on=at.date(),
        latitude=Decimal(latitude),
        longitude=Decimal(longitude),
        max_distance_km=1500,
        **terms,
    )
    return programme.publish(asked=asked, by=operator, at=at)


def _second_life(profile: dict[str, Any], *, same_models: list[str]) -> dict[str, Any]:
    wanted = profile["chem_pref"]
    same = wanted == ["same_model"]
    return {
        "kind": Kind.SECOND_LIFE,
        "route": _ROUTES.get(profile["id"], Route.REPURPOSE),
        "chemistries": ("*",) if same else tuple(wanted),
        "models": tuple(same_models) if same else (),
        "soh_min": Decimal(profile["soh_min"]),
        "soh_max": Decimal(profile["soh_max"]),
        "resistance_max": Decimal(profile["max_r_ratio"]),
        "contract_years": Decimal(profile["contract_years"]),
        "price_cents_per_kwh": PLACES[profile["id"]][2],
    }


def _recycling(profile: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": Kind.RECYCLER,
        "route": Route.RECYCLE,
        "chemistries": tuple(profile["chem"]),
        "accepts_damaged": bool(profile.get("accepts_damaged", False)),
        "fee_cents_per_kg": PLACES[profile["id"]][2],
    }


def _recycles(profile: dict[str, Any]) -> bool:
    return "process" in profile


def _party(name: str, *, slug: str, role: str, tag: str, at: datetime) -> Party:
    slug = f"{slug}-{tag}"
    did = f"did:web:{slug}.example"
    return party.register_party(name=name, slug=slug, roles=[role], country="DE", did=did, at=at)
