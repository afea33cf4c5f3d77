"""Edges that exist, what they are worth, and why the others do not exist."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from recycling.queries.tables import planning
from recycling.rules.chemistry import takes
from recycling.rules.errors import TermsBroken
from recycling.rules.feasibility import (
    Kind,
    Obstacle,
    PackTerms,
    Place,
    ProgrammeTerms,
    awaits_only_the_test,
    distance_km,
    reasons_against,
)
from recycling.rules.gates import GateRoute
from recycling.rules.market import Route
from recycling.rules.programme import Asked, RoleMissing, check_programme
from recycling.rules.value import cents, edge_value, hold_value

BERLIN = Place(latitude=Decimal("52.52"), longitude=Decimal("13.405"))
PARIS = Place(latitude=Decimal("48.8566"), longitude=Decimal("2.3522"))
PACK = PackTerms(
    id="p",
    model="M",
    chemistry="LFP",
    soh=Decimal("0.80"),
    soh_low=Decimal("0.79"),
    resistance_ratio=Decimal("1.2"),
    remaining_years_low=None,
    rated_kwh=Decimal(50),
    mass_kg=Decimal(300),
    place=BERLIN,
    route=GateRoute.OFFER,
    damaged=False,
    critical=False,
)
SECOND = ProgrammeTerms(
    id="s",
    kind=Kind.SECOND_LIFE,
    chemistries=frozenset({"LFP", "NMC"}),
    models=frozenset(),
    soh_min=Decimal("0.70"),
    soh_max=Decimal("0.90"),
    resistance_max=Decimal("1.5"),
    contract_years=Decimal(5),
    accepts_damaged=False,
    place=PARIS,
    max_distance_km=1200,
    price_cents_per_kwh=Decimal(5000),
    fee_cents_per_kg=None,
)
FURNACE = replace(SECOND, id="r", kind=Kind.RECYCLER, fee_cents_per_kg=Decimal(-50))
CASES = {
    "fits": ({}, {}, None),
    "other chemistry": ({"chemistry": "LMO"}, {}, Obstacle.CHEMISTRY),
    "other model": ({}, {"models": frozenset({"X"})}, Obstacle.MODEL),
    "the lower bound decides": ({"soh_low": Decimal("0.69")}, {}, Obstacle.HEALTH_TOO_LOW),
    "the end of the window is out": ({"soh": Decimal("0.90")}, {}, Obstacle.HEALTH_TOO_HIGH),
    "health unknown": ({"soh": None, "soh_low": None}, {}, Obstacle.HEALTH_UNKNOWN),
    "resistance at the limit fits": ({"resistance_ratio": Decimal("1.5")}, {}, None),
    "resistance above": ({"resistance_ratio": Decimal("1.51")}, {}, Obstacle.RESISTANCE),
    "resistance unknown": ({"resistance_ratio": None}, {}, Obstacle.RESISTANCE_UNKNOWN),
    "life too short": ({"remaining_years_low": Decimal(4)}, {}, Obstacle.REMAINING_LIFE),
    "too far": ({}, {"max_distance_km": 800}, Obstacle.TOO_FAR),
    "to be tested": ({"route": GateRoute.TEST}, {}, Obstacle.TEST_FIRST),
    "to be recycled": ({"route": GateRoute.RECYCLE}, {}, Obstacle.GATE),
}


@pytest.mark.parametrize(("pack", "programme", "expected"), CASES.values(), ids=CASES)
def test_an_edge_exists_or_says_why_not(pack, programme, expected):
    reasons = reasons_against(replace(PACK, **pack), replace(SECOND, **programme))
    assert [reason.obstacle for reason in reasons] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("unread", "route", "waits"),
    [
        ({}, GateRoute.TEST, True),
        ({"soh": None, "soh_low": None}, GateRoute.TEST, True),
        ({"resistance_ratio": None}, GateRoute.TEST, True),
        ({"resistance_ratio": Decimal("1.51")}, GateRoute.TEST, False),
        ({"chemistry": "LMO"}, GateRoute.TEST, False),
        ({}, GateRoute.RECYCLE, False),
        ({}, GateRoute.OFFER, False),
    ],
)
def test_a_pack_waits_only_for_what_a_test_can_find_out(unread, route, waits):
    reasons = reasons_against(replace(PACK, route=route, **unread), SECOND)
    assert awaits_only_the_test(reasons) is waits


def test_a_recycler_asks_for_no_health_but_may_refuse_damage():
    worn = replace(PACK, soh=None, soh_low=None, resistance_ratio=None, route=GateRoute.RECYCLE)
    assert reasons_against(worn, FURNACE) == ()
    broken = replace(worn, route=GateRoute.QUARANTINE, damaged=True)
    assert reasons_against(broken, FURNACE)[0].obstacle is Obstacle.DAMAGED
    assert reasons_against(broken, replace(FURNACE, accepts_damaged=True)) == ()


def test_a_breakdown_adds_up_to_the_cent():
    value = edge_value(PACK, SECOND, prices=planning().prices)
    items = {item.name: item.cents for item in value.items}
    assert items["price"] == 200_000
    assert items["refurbishment"] == -60_000
    assert items["haul"] == -(25 * Decimal("0.3") * 877 * Decimal("1.2")).quantize(Decimal(1))
    assert items["deferred_recycling"] == -19_498
    assert value.cents == sum(items.values())


def test_damage_costs_at_the_recycler():
    sound = edge_value(PACK, FURNACE, prices=planning().prices)
    broken = edge_value(replace(PACK, damaged=True), FURNACE, prices=planning().prices)
    assert sound.items[0].cents == -15_000
    assert sound.cents - broken.cents == 300 * (200 + 150 - 35)


def test_holding_costs():
    assert hold_value(PACK, prices=planning().prices).cents == -(50 * 50 * 3 + 3000 * 50)


def test_half_a_cent_goes_to_the_even_one():
    assert [cents(Decimal(x)) for x in ("0.5", "1.5", "2.5", "-0.5", "-1.5")] == [0, 2, 2, 0, -2]


def test_distance_is_known_or_not():
    assert distance_km(BERLIN, PARIS) == 877
    assert distance_km(BERLIN, None) is None


@pytest.mark.parametrize(
    ("accepted", "chemistry", "taken"),
    [
        ({"*"}, "LTO", True),
        ({"NMC"}, "NMC622", True),
        ({"NMC111", "NMC622"}, "NMC", True),
        ({"NMC111"}, "NMC622", False),
        ({"LFP"}, "LMO", False),
    ],
)
def test_families_take_their_members(accepted, chemistry, taken):
    assert takes(accepted=accepted, chemistry=chemistry) is taken


ASKED = Asked(
    name="x",
    kind=Kind.SECOND_LIFE,
    route=Route.REPURPOSE,
    chemistries=("LFP",),
    capacity_packs=1,
    opens_on=datetime.date(2026, 1, 1),
)
BROKEN = {
    "/route": {"route": Route.RECYCLE},
    "/chemistries": {"chemistries": ()},
    "/capacity_packs": {"capacity_packs": 0},
    "/soh_min": {"soh_min": Decimal("0.9"), "soh_max": Decimal("0.9")},
    "/closes_on": {"closes_on": datetime.date(2026, 1, 1)},
    "/latitude": {"latitude": Decimal(1)},
}


@pytest.mark.parametrize(("pointer", "change"), BROKEN.items(), ids=BROKEN)
def test_terms_that_contradict_themselves_are_refused(pointer, change):
    with pytest.raises(TermsBroken) as told:
        check_programme(replace(ASKED, **change), roles=["KEEPER"])
    assert told.value.pointer == pointer


def test_a_programme_needs_the_role():
    check_programme(ASKED, roles=["KEEPER"])
    with pytest.raises(RoleMissing):
        check_programme(ASKED, roles=["RECYCLER"])
