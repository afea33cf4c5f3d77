"""Reads capacities and ramps as they travel and are kept, and checks what a supplier offers."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from passport.rules.decimals import parse_decimal
from passport.rules.errors import NotFound, Refusal
from passport.rules.sourcing_supply import (
    NoPhase,
    NoVolume,
    Offer,
    Phase,
    Unit,
    check_ramp,
    check_volumes,
)
from passport.rules.sourcing_tables import CostTable, RowKind

_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_MOST: Final = 40


class NoOffer(Refusal):
    """What is offered has no price, no size or no place of making."""

    code = "sourcing-offer"
    title = "This offer cannot be kept"


class NoCategory(NotFound):
    """The table knows no such category."""

    code = "sourcing-category"
    title = "The table of the rule set has no such category"


def categories(table: CostTable) -> dict[str, str]:
    """What offers are of, with its name: products first, then the components inside them."""
    inside = {
        row.key: row.label
        for product in table.products
        for row in table.rows
        if row.product == product and row.kind is RowKind.COMPONENT
    }
    return {**table.products, **inside}


def check_offer(offer: Offer, *, table: CostTable) -> None:
    """An offer is of a category, at a price, from a country. [supply-14]

    Refuses NoCategory, NoOffer, NoVolume, NoPhase.
    """
    if offer.category not in categories(table):
        raise NoCategory(
            f"the table {table.id} has no category {offer.category[:40]}",
            pointer="/category",
            remedy=f"use one of: {', '.join(categories(table))}",
        )
    wrong = {
        "/price": offer.price < 0,
        "/size_kwh": offer.size_kwh <= 0 or (offer.unit is not Unit.UNIT and offer.size_kwh != 1),
        "/made_in": not _COUNTRY.fullmatch(offer.made_in),
        "/duty_percent": offer.duty_percent is not None and not 0 <= offer.duty_percent <= 1000,
    }
    remedies = {
        "/price": "send a price from 0 upwards, before duty",
        "/size_kwh": "say for how many kWh one unit stands; leave it out for kWh and kW",
        "/made_in": "send the two letters of a country, as in KR",
        "/duty_percent": "send 0 to 1000, or leave it out where the rule set tells the tariff",
    }
    for pointer, broken in wrong.items():
        if broken:
            raise NoOffer(
                f"{pointer.strip('/')} is out of its range", pointer=pointer,
                remedy=remedies[pointer],
            )  # fmt: skip
    check_volumes(offer.capacity, pointer="/capacity")
    check_ramp(offer.ramp)


def read_volumes(document: Mapping[str, object], *, pointer: str) -> dict[int, Decimal]:
    """Volumes by year: {"2027": "1200000"}. Refuses NoVolume, NotADecimal."""
    found = {}
    for year, volume in document.items():
        if not _YEAR.fullmatch(year):
            raise NoVolume(
                f'"{year[:40]}" is no year',
                pointer=f"{pointer}/{year[:40]}",
                remedy='write {"2027": "1200000"}',
            )
        found[int(year)] = parse_decimal(volume, f"{pointer}/{year}")
    return check_volumes(found, pointer=pointer)


def read_ramp(document: Sequence[object], *, pointer: str) -> tuple[Phase, ...]:
    """Phases: [{"starts_on": "2027-01-01", "percent": "50"}]. Refuses NoPhase, NotADecimal."""
    found = []
    for place, each in enumerate(document):
        at = f"{pointer}/{place}"
        if place >= _MOST or not isinstance(each, dict) or set(each) != {"starts_on", "percent"}:
            raise NoPhase(
                "a phase has a day and a percentage, and a ramp at most 40 phases",
                pointer=at,
                remedy='write {"starts_on": "2027-01-01", "percent": "50"}',
            )
        try:
            starts_on = date.fromisoformat(str(each["starts_on"]))
        except ValueError:
            raise NoPhase(
                "the phase begins on no day",
                pointer=f"{at}/starts_on",
                remedy="write it as in 2027-01-01",
            ) from None
        found.append(Phase(starts_on, parse_decimal(each["percent"], f"{at}/percent")))
    return check_ramp(found)


def volumes_document(volumes: Mapping[int, Decimal]) -> dict[str, str]:
    """Volumes as they are kept and sent."""
    return {str(year): format(volume, "f") for year, volume in sorted(volumes.items())}


def ramp_document(ramp: Sequence[Phase]) -> list[dict[str, str]]:
    """A ramp as it is kept and sent."""
    return [
        {"starts_on": each.starts_on.isoformat(), "percent": format(each.percent, "f")}
        for each in ramp
    ]
