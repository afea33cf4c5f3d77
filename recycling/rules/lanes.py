"""What the lanes, permits and declared recoveries of a programme say, and whether they can."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recycling.rules.errors import TermsBroken
from recycling.rules.grading import TransportCase

# As the tables of recovery write them.
MATERIALS = (
    *("Li", "Ni", "Co", "Mn", "Cu", "Al", "graphite", "P", "Fe"),
    *("steel_iron", "electrolyte_solvents", "plastics"),
)
PROCESSES = ("hydro", "pyro", "pyro_li", "direct")
USUAL_CASES = (TransportCase.INTACT, TransportCase.INTACT_TO_RECYCLING)
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
# The European list of waste: three pairs of digits, an asterisk where the waste is hazardous.
_WASTE_CODE = re.compile(r"[0-9]{2} [0-9]{2} [0-9]{2}\*?\Z")


@dataclass(frozen=True, kw_only=True)
class Lane:
    """Where a programme fetches from, at which quoted price, in which transport cases.

    One of the two prices, or neither: then the price set decides. Cents are what it costs the
    holder.
    """

    country: str
    cents_per_tonne_km: int | None = None
    flat_cents: int | None = None
    cases: tuple[TransportCase, ...] = USUAL_CASES


@dataclass(frozen=True, kw_only=True)
class Permits:
    """Which codes of waste a programme may take, and from which countries."""

    waste_codes: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


NO_PERMITS = Permits()


def parse_lanes(rows: Iterable[Mapping[str, Any]]) -> tuple[Lane, ...]:
    """The lanes as they are kept: what check_lanes() has let pass."""
    return tuple(
        Lane(
            country=row["country"],
            cents_per_tonne_km=row["cents_per_tonne_km"],
            flat_cents=row["flat_cents"],
            cases=tuple(TransportCase(case) for case in row["cases"]),
        )
        for row in rows
    )


def lane_words(lane: Lane) -> dict[str, Any]:
    """One lane as it is kept."""
    return {
        "country": lane.country,
        "cents_per_tonne_km": lane.cents_per_tonne_km,
        "flat_cents": lane.flat_cents,
        "cases": [case.value for case in lane.cases],
    }


def recovery_words(recovery: Mapping[str, Decimal]) -> list[dict[str, str]]:
    """Declared shares as they are kept, by material."""
    return [
        {"material": name, "share": format(share.normalize(), "f")}
        for name, share in sorted(recovery.items())
    ]


def parse_recovery(rows: Iterable[Mapping[str, str]]) -> dict[str, Decimal]:
    """Declared shares as they are kept, by material."""
    return {row["material"]: Decimal(row["share"]) for row in rows}


def lane_from(*, country: str, lanes: Iterable[Lane]) -> Lane | None:
    """The lane from a country; None where the programme fetches nothing there."""
    return next((lane for lane in lanes if lane.country == country), None)


def check_lanes(lanes: Sequence[Lane]) -> None:
    """One lane a country, one price a lane, one case at least. [lanes-1] Refuses TermsBroken."""
    seen: set[str] = set()
    for number, lane in enumerate(lanes):
        at = f"/lanes/{number}"
        _check_country(lane.country, pointer=f"{at}/country")
        if lane.country in seen:
            raise TermsBroken(
                f"two lanes start in {lane.country}",
                pointer=f"{at}/country",
                remedy="give each country one lane",
            )
        seen.add(lane.country)
        _check_price(lane, pointer=at)


def check_permits(*, waste_codes: Collection[str], countries: Collection[str]) -> None:
    """Codes of the European list of waste, and countries by their two letters. [lanes-2]

    Refuses TermsBroken.
    """
    for number, code in enumerate(waste_codes):
        if not _WASTE_CODE.match(code):
            raise TermsBroken(
                f"{code} is no code of the European list of waste",
                pointer=f"/permit_waste_codes/{number}",
                remedy="write it as in 16 06 07*, with the asterisk where the waste is hazardous",
            )
    for number, country in enumerate(countries):
        _check_country(country, pointer=f"/permit_countries/{number}")
    if countries and not waste_codes:
        raise TermsBroken(
            "countries are named, and no waste that may come from them",
            pointer="/permit_countries",
            remedy="name the codes of waste that the permit is for, or no countries",
        )


def check_recovery(*, process: str, recovery: Mapping[str, Decimal]) -> None:
    """A known process, and a share from 0 to 1 of each material that it declares. [lanes-3]

    Refuses TermsBroken.
    """
    if process and process not in PROCESSES:
        raise TermsBroken(
            f"{process} is no process", pointer="/process", remedy="use " + ", ".join(PROCESSES)
        )
    for material, share in recovery.items():
        if material not in MATERIALS:
            raise TermsBroken(
                f"{material} is no material of the table",
                pointer=f"/recovery/{material}",
                remedy="use " + ", ".join(MATERIALS),
            )
        if not 0 <= share <= 1:
            raise TermsBroken(
                f"{share} of {material} is recovered",
                pointer=f"/recovery/{material}",
                remedy="write a share of the mass contained, from 0 to 1",
            )


def _check_country(country: str, *, pointer: str) -> None:
    if not _COUNTRY.match(country):
        raise TermsBroken(
            f"{country} is no country", pointer=pointer, remedy="write its two letters, as in DE"
        )


def _check_price(lane: Lane, *, pointer: str) -> None:
    prices = [each for each in (lane.cents_per_tonne_km, lane.flat_cents) if each is not None]
    if len(prices) == 2:
        raise TermsBroken(
            "a lane has a price for a tonne and kilometre, and a flat one",
            pointer=pointer,
            remedy="keep one of the two; without either the price set decides",
        )
    if any(price < 0 for price in prices):
        raise TermsBroken(
            "the way costs less than nothing", pointer=pointer, remedy="write zero cents or more"
        )
    if not lane.cases or len(set(lane.cases)) != len(lane.cases):
        raise TermsBroken(
            "a lane names each case of transport that it takes, once",
            pointer=f"{pointer}/cases",
            remedy="use " + ", ".join(TransportCase),
        )
