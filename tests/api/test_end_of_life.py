"""A pack's end over HTTP: retired, planned, offered, accepted, received, treated, gone."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from passport import tasks
from tests.api.stage import NOW, Stage
from tests.cast import PACK_GTIN
from tests.databases import Beginning

EVENT = "0190f4b2-7c1e-7abc-8def-00000000000"


@pytest.fixture
def stage(staged: Beginning, database: str, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr("api.http.trace.now", lambda: NOW)
    return deepcopy(staged.made)


def retire(stage: Stage, **changed: Any) -> Any:
    body = {
        "event_id": EVENT + "1", "battery": str(stage.ids["battery_id"]), "reason": "DAMAGE",
        "condition": {"case_damage": True, "thermal_event": False},
    }  # fmt: skip
    return stage.cast.speak("keeper").send("/api/v1/retirements", body | changed)


def book(stage: Stage, battery: str, *fractions: tuple[str, str, str]) -> Any:
    names = ("material", "mass_kg", "fate")
    body = {
        "event_id": EVENT + "9", "battery": battery, "process": "hydro", "mass_in_kg": "72",
        "fractions": [dict(zip(names, f, strict=True)) for f in fractions],
    }  # fmt: skip
    return stage.cast.speak("recycler").send("/api/v1/treatments", body)


def test_a_pack_goes_from_its_keeper_to_the_furnace(
    stage: Stage, as_system: Callable[[], Any]
) -> None:
    recycler = stage.cast.speak("recycler")
    (offer,) = recycler.get("/api/v1/offers").json()["items"]
    taken = recycler.send(f"/api/v1/offers/{offer['id']}/accept", {})
    assert (taken.status_code, taken.json()["state"]) == (200, "ACCEPTED")
    hand_over = taken.json()["hand_over"]
    assert recycler.send(f"/api/v1/hand-overs/{hand_over}/accept", {}).status_code == 200

    short = book(stage, offer["battery"], ("steel", "40", "RECYCLED"))
    assert (short.status_code, short.json()["errors"][0]["code"]) == (422, "mass-does-not-close")
    done = book(stage, offer["battery"], ("steel", "40", "RECYCLED"), ("slag", "32", "DISPOSED"))
    assert done.status_code == 201, done.json()
    assert [each["mass_kg"] for each in done.json()["fractions"]] == ["40", "32"]
    assert recycler.get(done["Location"]).json() == done.json()
    gone = stage.cast.speak("nobody").get(f"/01/{PACK_GTIN}/21/P2", accept="application/json")
    assert gone.status_code == 410


SOUND = {
    "recall_open": False, "thermal_event": False, "case_damage": False, "water_ingress": False,
    "crash_severity": "NONE",
}  # fmt: skip
ITEMS: dict[str, Any] = {
    name: {"passed": True} for name in ("inspection", "bms", "history", "voltage", "self_discharge")
} | {
    "capacity": {"passed": True, "soh": "0.82", "soh_low": "0.81", "soh_high": "0.83"},
    "resistance": {"passed": True, "resistance_ratio": "1.2"},
}
STORAGE = {
    "name": "Storage", "kind": "SECOND_LIFE", "route": "REPURPOSE", "chemistries": ["*"],
    "capacity_packs": 3, "opens_on": "2026-01-01", "soh_min": "0.6", "soh_max": "1.2",
    "contract_years": "3", "price_cents_per_kwh": 9000,
}  # fmt: skip


def put_to_the_workshop(stage: Stage, as_system: Callable[[], Any]) -> dict[str, Any]:
    """An offer of a pack whose health its BMS alone has told."""
    workshop, keeper = stage.cast.speak("workshop"), stage.cast.speak("keeper")
    assert workshop.send("/api/v1/programmes", STORAGE).status_code == 201
    battery = str(stage.packs[2].pk)
    taken = keeper.send(f"/api/v1/hand-overs/{stage.ids['hand_over_id']}/accept", {})
    assert taken.status_code == 200, taken.json()
    reading = {"event_id": EVENT + "2", "soh": "0.84", "method": "BMS_REPORTED", "source": "BMS",
               "measured_at": "2026-02-01T09:00:00Z", "resistance_ratio": "1.2"}  # fmt: skip
    told = keeper.send(f"/api/v1/batteries/{battery}/readings", reading)
    assert told.status_code == 201, told.json()
    gone = retire(stage, battery=battery, reason="CAPACITY", condition=SOUND)
    assert gone.status_code == 201, gone.json()
    asked = keeper.send("/api/v1/plans", {})
    with as_system():
        assert tasks.see_through(UUID(asked.json()["id"]), clock=lambda: NOW) == "done"
    newest = keeper.get("/api/v1/plans").json()["items"][0]
    (line,) = keeper.get(f"/api/v1/plans/{newest['id']}/lines").json()["items"]
    (offer,) = workshop.get("/api/v1/offers").json()["items"] or [line]
    return dict(offer)


def test_an_indicative_offer_binds_nobody_until_a_test_makes_it_firm(
    stage: Stage, as_system: Callable[[], Any]
) -> None:
    workshop, keeper = stage.cast.speak("workshop"), stage.cast.speak("keeper")
    offer = put_to_the_workshop(stage, as_system)
    assert (offer["indicative"], offer["firm_at"], offer["goes_by"]) == (True, None, "2026-02-08")
    accept = f"/api/v1/offers/{offer['id']}/accept"
    early = workshop.send(accept, {})
    assert (early.status_code, early.json()["errors"][0]["code"]) == (409, "offer-indicative")
    assert "have it tested" in early.json()["errors"][0]["remedy"]
    assert workshop.get(f"/api/v1/offers/{offer['id']}").json()["state"] == "PROPOSED"
    me = keeper.get("/api/v1/whoami").json()
    asked = keeper.send("/api/v1/test-orders", {"battery": offer["battery"], "tester": me["id"]})
    assert asked.status_code == 201, (asked.json(), me)
    done = keeper.send(
        asked["Location"] + "/result",
        {"event_id": EVENT + "3", "facility": "Bench", "country": "DE", "certificate": "T-1",
         "items": ITEMS},
    )  # fmt: skip
    assert (done.status_code, done.json().get("verdict")) == (200, "PASSED"), done.json()
    taken = workshop.send(accept, {}).json()
    assert (taken["state"], taken["firm_at"]) == ("ACCEPTED", "2026-02-02T09:00:00Z")
    assert taken["hand_over"]


def test_a_plan_is_a_job_and_each_line_is_explained(
    stage: Stage, as_system: Callable[[], Any]
) -> None:
    keeper = stage.cast.speak("keeper")
    assert retire(stage).status_code == 201
    asked = keeper.send("/api/v1/plans", {})
    assert (asked.status_code, asked.json()["state"]) == (202, "READY")
    with as_system():
        assert tasks.see_through(UUID(asked.json()["id"]), clock=lambda: NOW) == "done"
    assert keeper.get(asked["Location"]).json()["state"] == "DONE"
    newest = keeper.get("/api/v1/plans").json()["items"][0]
    assert newest["job"] == asked.json()["id"]
    (line,) = keeper.get(f"/api/v1/plans/{newest['id']}/lines").json()["items"]
    assert line["battery"] == str(stage.ids["battery_id"])
    assert line["explanation"]
    assert newest["best_edge_first_cents"] <= newest["objective_cents"] <= newest["linear_cents"]


def test_the_same_retirement_again_changes_nothing(stage: Stage) -> None:
    first, again = retire(stage), retire(stage)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "an answer nobody asked for": ({"condition": {"colour": True}}, 400, "/condition/colour"),
    "an answer that is none": ({"condition": {"knee": "perhaps"}}, 400, "/condition/knee"),
    "a word we do not know": ({"reason": "BORED"}, 400, "/reason"),
    "a facility of somebody else": ({"facility": EVENT + "7"}, 404, "/facility"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refuses_a_retirement(stage: Stage, case: tuple[dict[str, Any], int, str]) -> None:
    changed, status, pointer = case
    answer = retire(stage, **changed)
    assert answer.status_code == status, answer.json()
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["remedy"]


def test_only_the_recycler_in_whose_hands_it_is_books(stage: Stage) -> None:
    answer = book(stage, str(stage.packs[1].pk), ("steel", "72", "RECYCLED"))
    assert answer.status_code in (403, 404)


def test_a_fraction_is_refused_by_its_place(stage: Stage) -> None:
    body = {"fractions": [{"material": "steel", "mass_kg": 7, "fate": "LOST"}]}
    answer = stage.cast.speak("recycler").send("/api/v1/treatments", body)
    faults = {each["pointer"]: each for each in answer.json()["errors"]}
    assert faults["/fractions/0/mass_kg"]["remedy"] == 'write it as a string: "7"'
    assert "RECYCLED" in faults["/fractions/0/fate"]["remedy"]


def test_terms_are_told_as_they_were_said_and_refused_where_they_contradict(stage: Stage) -> None:
    body: dict[str, Any] = {
        "name": "Line two", "kind": "RECYCLER", "route": "RECYCLE", "chemistries": ["LFP"],
        "capacity_packs": 20, "opens_on": "2026-01-01", "process": "hydro",
        "weekly_capacity_packs": 5, "lot_minimum_packs": 10, "band_width": "1.2",
        "recovery": [{"material": "Li", "share": "0.85"}, {"material": "P", "share": "0.9"}],
        "permit_waste_codes": ["16 06 07*"], "permit_countries": ["DE", "FR"],
        "lanes": [
            {"country": "DE", "cents_per_tonne_km": 31, "cases": ["INTACT_TO_RECYCLING"]},
            {"country": "FR", "flat_cents": 90000, "cases": ["INTACT_TO_RECYCLING", "DAMAGED"]},
        ],
    }  # fmt: skip
    recycler = stage.cast.speak("recycler")
    made = recycler.send("/api/v1/programmes", body)
    assert made.status_code == 201, made.json()
    told = dict(made.json())
    assert [each["flat_cents"] for each in told.pop("lanes")] == [None, 90000]
    assert {name: told.get(name, body[name]) for name in body} == body
    assert recycler.send("/api/v1/programmes", body).json() == made.json()
    odd = body | {"name": "Odd", "route": "REUSE"}
    answer = recycler.send("/api/v1/programmes", odd)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/route")
    double = body | {"name": "Double", "lanes": [body["lanes"][0]] * 2}
    answer = recycler.send("/api/v1/programmes", double)
    assert answer.json()["errors"][0]["pointer"] == "/lanes/1/country"
