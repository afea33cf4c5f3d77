"""The life of a battery as an EPCIS document: whole, valid, and for whom it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from passport.actions import erasure, event
from passport.models.ids import new_id
from passport.rules.epcis_native import STANDARD_CONTEXT
from passport.rules.lifecycle import EventKind
from tests.api.stage import NOW, Stage
from tests.cast import PACK_GTIN
from tests.databases import Beginning
from tests.rules.epcis_schema import judges, ours

EVENT = "0190f4b2-7c1e-7abc-8def-00000000000"


@pytest.fixture
def stage(staged: Beginning, database: str, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr("api.http.trace.now", lambda: NOW)
    return deepcopy(staged.made)


def life(stage: Stage, who: str, battery: Any) -> Any:
    answer = stage.cast.speak(who).get(f"/api/v1/batteries/{battery}/epcis")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/ld+json"
    assert ours(json.loads(answer.content))
    return json.loads(answer.content, parse_float=str)


def kinds(document: Any) -> list[str]:
    return [each["bat:kind"] for each in document["epcisBody"]["eventList"]]


def lived(stage: Stage) -> Any:
    """The retired pack goes to its recycler and ends there."""
    recycler = stage.cast.speak("recycler")
    (offer,) = recycler.get("/api/v1/offers").json()["items"]
    taken = recycler.send(f"/api/v1/offers/{offer['id']}/accept", {}).json()
    assert recycler.send(f"/api/v1/hand-overs/{taken['hand_over']}/accept", {}).status_code == 200
    body = {
        "event_id": EVENT + "9", "battery": offer["battery"], "process": "hydro",
        "mass_in_kg": "72", "fractions": [
            {"material": "black mass", "mass_kg": "40.5", "fate": "RECYCLED"},
            {"material": "slag", "mass_kg": "31.5", "fate": "DISPOSED"},
        ],
    }  # fmt: skip
    assert recycler.send("/api/v1/treatments", body).status_code == 201
    return offer["battery"]


def test_a_whole_life_is_one_valid_document(stage: Stage) -> None:
    battery = lived(stage)
    found = life(stage, "recycler", battery)

    told = kinds(found)
    assert told == [
        "REGISTERED", "HANDED_OVER", "HEALTH_READ", "RETIRED", "ROUTED", "HANDED_OVER", "TREATED",
    ]  # fmt: skip
    assert found["@context"][0] == STANDARD_CONTEXT
    pack = f"https://id.gs1.org/01/{PACK_GTIN}/21/P2"
    events = found["epcisBody"]["eventList"]
    assert events[0]["epcList"] == [pack]
    assert events[-1]["inputEPCList"] == [pack]
    assert events[-1]["outputQuantityList"][0]["quantity"] == "40.5"
    assert events[-1]["bizStep"] == "bat:recycling"
    assert len({each["eventID"] for each in events}) == len(events)


@pytest.mark.oracle
def test_the_schema_of_the_standard_takes_it(stage: Stage) -> None:
    whole, _ = judges()
    battery = lived(stage)
    for who in ("recycler", "maker"):
        answer = stage.cast.speak(who).get(f"/api/v1/batteries/{battery}/epcis")
        assert whole(json.loads(answer.content))


def test_it_is_the_same_document_twice(stage: Stage) -> None:
    battery = stage.ids["battery_id"]
    assert life(stage, "keeper", battery) == life(stage, "keeper", battery)


def test_a_cell_has_the_event_of_its_file_about_itself_alone(stage: Stage) -> None:
    found = life(stage, "keeper", stage.ids["cell_id"])
    (event_,) = found["epcisBody"]["eventList"]
    assert (event_["bizStep"], len(event_["epcList"])) == ("commissioning", 1)
    assert "quantityList" not in event_


def test_what_is_not_for_the_reader_is_left_out(stage: Stage, as_system: Callable[[], Any]) -> None:
    keeper, battery = stage.cast["keeper"], stage.ids["battery_id"]
    with as_system():
        event.record(
            event_id=new_id(), battery_id=battery, kind=EventKind.INCIDENT, happened_at=NOW,
            facts={"what": "dropped"}, by=keeper, at=NOW,
        )  # fmt: skip
    sent = stage.cast.speak("keeper").send(f"/api/v1/batteries/{battery}/grants", {"to": "auditor"})
    assert sent.status_code == 201
    assert "INCIDENT" in kinds(life(stage, "keeper", battery))
    assert "INCIDENT" not in kinds(life(stage, "auditor", battery))


def test_what_was_erased_says_nothing_any_more(stage: Stage, as_system: Callable[[], Any]) -> None:
    keeper, battery = stage.cast["keeper"], stage.ids["battery_id"]
    with as_system():
        made = event.record(
            event_id=new_id(), battery_id=battery, kind=EventKind.INCIDENT, happened_at=NOW,
            facts={"what": "dropped"}, by=keeper, at=NOW,
        )  # fmt: skip
    assert "dropped" in str(life(stage, "keeper", battery))
    with as_system():
        erasure.erase(digest=bytes(made.body_sha256), reason="demand", at=NOW)
    assert "dropped" not in str(life(stage, "keeper", battery))


def test_a_declaration_stands_after_its_event_under_the_same_name(stage: Stage) -> None:
    keeper, battery = stage.cast.speak("keeper"), stage.ids["battery_id"]
    body = {"event_id": EVENT + "3", "kind": "INCIDENT", "happened_at": "2026-01-20T10:00:00Z"}
    address = f"/api/v1/batteries/{battery}/events"
    assert keeper.send(address, body | {"facts": {"what": "fel"}}).status_code == 201
    right = body | {
        "event_id": EVENT + "4", "corrects": EVENT + "3", "facts": {"what": "fell"},
    }  # fmt: skip
    assert keeper.send(address, right).status_code == 201, "corrected"

    events = life(stage, "keeper", battery)["epcisBody"]["eventList"]
    original, *others = [each for each in events if each["eventID"].endswith(EVENT[-8:] + "3")]
    (declared,) = others
    assert declared["errorDeclaration"]["reason"] == "incorrect_data"
    assert declared["errorDeclaration"]["correctiveEventIDs"] == [f"urn:uuid:{EVENT}4"]
    assert declared["bat:facts"] == original["bat:facts"] == {"what": "fel"}
