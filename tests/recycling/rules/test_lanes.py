"""Lots, lanes, permits and recoveries of a programme: what fits, and what is refused where."""

import datetime
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from recycling.queries.tables import planning, recovery
from recycling.rules.errors import TermsBroken
from recycling.rules.feasibility import Kind, Obstacle, reasons_against
from recycling.rules.gates import GateRoute
from recycling.rules.grading import TransportCase, waste_code
from recycling.rules.lanes import (
    MATERIALS,
    PROCESSES,
    Lane,
    Permits,
    lane_from,
    lane_words,
    parse_lanes,
    parse_recovery,
    recovery_words,
)
from recycling.rules.market import Route
from recycling.rules.programme import check_programme
from recycling.rules.value import edge_value
from tests.recycling.rules.test_value import ASKED, FURNACE, PACK, SECOND

LOT = replace(
    ASKED,
    capacity_packs=40,
    band_width=Decimal("0.06"),
    lot_minimum_packs=10,
    lot_maximum_packs=30,
    weekly_capacity_packs=8,
)
RECYCLER = replace(ASKED, kind=Kind.RECYCLER, route=Route.RECYCLE, process="hydro")
GERMAN, FRENCH = Lane(country="DE", cents_per_tonne_km=31), Lane(country="FR", flat_cents=90_000)
BROKEN = {
    "a band without a least number": ({"lot_minimum_packs": None}, "/lot_minimum_packs"),
    "a least number without a band": ({"band_width": None}, "/band_width"),
    "a band of nothing": ({"band_width": Decimal(0)}, "/band_width"),
    "a band wider than any health": ({"band_width": Decimal("1.21")}, "/band_width"),
    "a lot that is smaller than its least": ({"lot_maximum_packs": 9}, "/lot_maximum_packs"),
    "fewer places than a lot has packs": ({"capacity_packs": 9}, "/lot_minimum_packs"),
    "no pack a week": ({"weekly_capacity_packs": 0}, "/weekly_capacity_packs"),
    "a second life with a process": ({"process": "hydro"}, "/process"),
    "two lanes from one country": ({"lanes": (GERMAN, GERMAN)}, "/lanes/1/country"),
    "two prices": ({"lanes": (replace(GERMAN, flat_cents=1),)}, "/lanes/0"),
    "a way that pays": ({"lanes": (replace(GERMAN, cents_per_tonne_km=-1),)}, "/lanes/0"),
    "no case": ({"lanes": (replace(FRENCH, cases=()),)}, "/lanes/0/cases"),
    "no country": ({"lanes": (replace(FRENCH, country="de"),)}, "/lanes/0/country"),
    "no code of waste": ({"permit_waste_codes": ("160607",)}, "/permit_waste_codes/0"),
    "a permit for no waste": ({"permit_countries": ("DE",)}, "/permit_countries"),
    "a country of three letters": (
        {"permit_waste_codes": ("16 06 07*",), "permit_countries": ("DEU",)},
        "/permit_countries/0",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_terms_that_cannot_be_are_refused(case):
    change, pointer = BROKEN[case]
    with pytest.raises(TermsBroken) as told:
        check_programme(replace(LOT, **change), roles=["KEEPER"])
    assert told.value.pointer == pointer


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"process": "alchemy"}, "/process"),
        ({"recovery": {"gold": Decimal("0.5")}}, "/recovery/gold"),
        ({"recovery": {"Li": Decimal("1.01")}}, "/recovery/Li"),
    ],
)
def test_recoveries_that_cannot_be_are_refused(change, pointer):
    with pytest.raises(TermsBroken) as told:
        check_programme(replace(RECYCLER, **change), roles=["RECYCLER"])
    assert told.value.pointer == pointer


def test_terms_that_fit_pass_and_are_kept_as_they_were_said():
    every = Lane(country="PL", cases=tuple(TransportCase))
    lanes = (GERMAN, FRENCH, every)
    check_programme(replace(LOT, lanes=lanes), roles=["KEEPER"])
    kept = json.loads(json.dumps([lane_words(lane) for lane in lanes]))
    assert parse_lanes(kept) == lanes
    assert (lane_from(country="FR", lanes=lanes), lane_from(country="IT", lanes=lanes)) == (
        FRENCH,
        None,
    )
    shares = {"Li": Decimal("0.850"), "Co": Decimal(0), "Ni": Decimal(1)}
    permits = {"permit_waste_codes": ("16 06 07*", "16 06 05"), "permit_countries": ("DE", "FR")}
    check_programme(replace(RECYCLER, recovery=shares, **permits), roles=["RECYCLER"])
    assert parse_recovery(json.loads(json.dumps(recovery_words(shares)))) == shares


def test_processes_and_materials_are_those_of_the_tables():
    assert set(PROCESSES) == set(recovery().yields)
    assert set(MATERIALS) == {name for rates in recovery().yields.values() for name in rates}


FRENCH_PACK = replace(PACK, country="FR", waste_code="16 06 07*")
LANES = (GERMAN, FRENCH)
PERMITS = Permits(waste_codes=frozenset({"16 06 07*"}), countries=frozenset({"DE"}))
WAYS = {
    "no lanes named: anywhere": ({}, SECOND, {}, None),
    "a lane from there": ({}, SECOND, {"lanes": LANES}, None),
    "nobody knows from where": ({"country": ""}, SECOND, {"lanes": LANES}, None),
    "no lane from there": ({"country": "IT"}, SECOND, {"lanes": LANES}, Obstacle.LANE),
    "a lane, not for what is critical": (
        {"critical": True, "damaged": True, "route": GateRoute.QUARANTINE},
        replace(FURNACE, accepts_damaged=True),
        {"lanes": LANES},
        Obstacle.LANE,
    ),
    "a recycler whose permit is not said": ({}, FURNACE, {}, None),
    "its permit covers it": ({"country": "DE"}, FURNACE, {"permits": PERMITS}, None),
    "its permit is for another country": ({}, FURNACE, {"permits": PERMITS}, Obstacle.PERMIT),
    "its permit is for another waste": (
        {"country": "DE", "waste_code": "16 06 05"},
        FURNACE,
        {"permits": PERMITS},
        Obstacle.PERMIT,
    ),
    "the table has no code for it": (
        {"country": "DE", "waste_code": ""},
        FURNACE,
        {"permits": PERMITS},
        None,
    ),
    "no waste, so no permit": ({}, SECOND, {"permits": PERMITS}, None),
    "waste, and a second life without a permit": ({"waste": True}, SECOND, {}, Obstacle.PERMIT),
    "waste, and a second life with one": (
        {"waste": True, "country": "DE"},
        SECOND,
        {"permits": PERMITS},
        None,
    ),
}


@pytest.mark.parametrize("case", WAYS)
def test_a_pack_goes_where_a_lane_and_a_permit_lead(case):
    pack, programme, terms, expected = WAYS[case]
    found = reasons_against(replace(FRENCH_PACK, **pack), replace(programme, **terms))
    assert [each.obstacle for each in found] == ([expected] if expected else [])
    assert all(each.why.endswith(".") for each in found)


def test_a_quoted_lane_prices_the_way():
    def haul(country, lanes=LANES):
        value = edge_value(
            replace(PACK, country=country), replace(SECOND, lanes=lanes), prices=planning().prices
        )
        return next(item for item in value.items if item.name == "haul")

    usual, quoted, flat = haul("DE", ()), haul("DE"), haul("FR")
    assert Decimal(quoted.cents) / Decimal(usual.cents) == pytest.approx(
        Decimal(31) / 25, abs=Decimal("0.01")
    )
    assert (flat.cents, flat.formula) == (-90_000, "-90000, from FR")


@pytest.mark.parametrize(
    ("chemistry", "day", "code"),
    [
        ("LFP", "2026-11-08", "16 06 05"),
        ("NMC622", "2026-11-09", "16 06 07*"),
        ("NA_ION_NFM", "2026-11-09", ""),
        ("", "2026-11-09", ""),
    ],
)
def test_waste_has_the_code_of_its_day(chemistry, day, code):
    on = datetime.date.fromisoformat(day)
    assert waste_code(chemistry=chemistry, on=on, table=planning().grades) == code
