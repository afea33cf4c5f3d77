"""A sourcing desk with something on it, entered through its own forms."""

from __future__ import annotations

from typing import Any

from django.test import Client

from passport.models import Party
from passport.rules.sourcing_party import Entity, EntityKind
from tests.passport.registering_companies import company, enter, holds

HERE = "/desk/sourcing/"
MAKERS = {"kim": ("Kim Cells", "KR"), "ohio": ("Ohio Packs", "US"), "hai": ("Hai Energy", "CN")}
# Maker, category, unit, dollars, made in, duty: the cheap ones come from a prohibited maker.
OFFERS = (
    ("ohio", "battery_pack_module", "KWH", "62", "US", ""),
    ("kim", "cells", "KWH", "58", "KR", "3.4"),
    ("ohio", "battery_container_housing", "KWH", "41", "US", ""),
    ("ohio", "inverter_converter", "KW", "48", "US", ""),
    ("hai", "battery_pack_module", "KWH", "31", "CN", ""),
    ("hai", "battery_container_housing", "KWH", "24", "CN", ""),
    ("hai", "inverter_converter", "KW", "27", "CN", "25"),
)
PROJECTS = (
    ("Alder", "2026-12-10", "2026-12-20", "400000"),
    ("Birch", "2027-05-01", "2027-06-01", "600000"),
    ("Cedar", "2028-03-01", "2028-04-01", "800000"),
    ("Dogwood", "2030-02-01", "2030-03-01", "900000"),
)


def enter_makers(keeper: Party) -> None:
    """Two clean makers, and one that is organised in a covered nation."""
    people = [
        Entity(f"of-{key}", f"Owners of {name}", EntityKind.PERSON, nationalities=(land,))
        for key, (name, land) in MAKERS.items()
        if land != "CN"
    ]
    makers = [
        company(key, land, name=name, principal_place=land) for key, (name, land) in MAKERS.items()
    ]
    enter(keeper, *people, *makers)
    for each in people:
        holds(keeper, each.id, each.id.removeprefix("of-"), "100")


def form_of(offer: tuple[str, ...]) -> dict[str, Any]:
    """An offer as its form sends it."""
    maker, category, unit, price, made_in, duty = offer
    form = {
        "maker": maker, "category": category, "unit": unit, "price": price, "made_in": made_in,
        "duty_percent": duty, "proof": "OPINION",
    }  # fmt: skip
    for row, year in enumerate((2026, 2027, 2028, 2030)):
        form |= {f"capacity-year-{row}": str(year), f"capacity-{row}": "700000"}
    return form


def furnish(desk: Client) -> None:
    """Offers and a pipeline, typed in."""
    for offer in OFFERS:
        assert desk.post(HERE, form_of(offer)).status_code == 302, offer
    for name, begins, paid, kwh in PROJECTS:
        planned = {
            "name": name, "begins_on": begins, "incurred_on": paid, "nameplate_kwh": kwh,
            "nameplate_kw": "100000", "other_cost": "9000000",
        }  # fmt: skip
        assert desk.post(f"{HERE}pipeline/", planned).status_code == 302, name
