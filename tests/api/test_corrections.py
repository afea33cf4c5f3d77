"""A wrong event is declared wrong over HTTP, and lists tell what stands in its place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast

READING = {
    "event_id": "0190f4b2-7c1e-7abc-8def-00000000000a", "soh": "0.30", "method": "TESTED",
    "source": "bench", "measured_at": "2026-01-20T10:00:00Z",
}  # fmt: skip
RIGHT = READING | {"event_id": "0190f4b2-7c1e-7abc-8def-00000000000b", "soh": "0.93"}
WRONG = {"declaration_id": "0190f4b2-7c1e-7abc-8def-00000000000c", "reason": "DID_NOT_OCCUR"}


def code_of(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


@pytest.fixture
def where(pack):
    return f"/api/v1/batteries/{pack.pk}"


def test_a_wrong_reading_is_replaced_in_one_request(cast: Cast, where: str) -> None:
    maker = cast.speak("maker")
    assert maker.send(f"{where}/readings", READING).status_code == 201
    body = RIGHT | {"corrects": READING["event_id"]}
    first, again = (maker.send(f"{where}/readings", body) for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json())
    (counts,) = maker.get(f"{where}/readings").json()["items"]
    assert counts["soh"] == "0.93"
    events = maker.get(f"{where}/events").json()["items"]
    wrong, right, said = (each for each in events if each["kind"] != "REGISTERED")
    assert (wrong["corrected_by"], wrong["corrected_because"]) == (said["id"], "INCORRECT_DATA")
    assert wrong["corrected_at"] == said["recorded_at"]
    assert (wrong["facts"]["soh"], wrong["corrects"]) == ("0.3", None)
    assert (right["corrects"], right["corrected_by"]) == (wrong["id"], None)
    assert (said["kind"], said["corrects"]) == ("CORRECTED", wrong["id"])
    assert said["correctives"] == [right["id"]]


def test_what_did_not_occur_is_taken_back_with_a_receipt(cast: Cast, where: str) -> None:
    maker = cast.speak("maker")
    maker.send(f"{where}/readings", READING)
    address = f"{where}/events/{READING['event_id']}/correction"
    first, again = (maker.send(address, WRONG) for _ in range(2))
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert first.json()["receipt"]
    assert maker.get(f"{where}/readings").json()["items"] == []
    other = maker.send(address, WRONG | {"declaration_id": RIGHT["event_id"]})
    assert (other.status_code, code_of(other)) == (409, "already-corrected")


def test_what_is_wrong_with_a_declaration_is_pointed_to(cast: Cast, where: str) -> None:
    maker = cast.speak("maker")
    maker.send(f"{where}/readings", READING)
    address = f"{where}/events/{READING['event_id']}/correction"
    answer = maker.send(address, WRONG | {"correctives": [READING["event_id"]]})
    assert (answer.status_code, code_of(answer)) == (422, "no-corrective")
    assert answer.json()["errors"][0]["pointer"] == "/correctives"
    unknown = WRONG | {"reason": "INCORRECT_DATA", "correctives": [RIGHT["event_id"]]}
    answer = maker.send(address, unknown)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (404, "/correctives/0")
    assert maker.send(f"{where}/events/{RIGHT['event_id']}/correction", WRONG).status_code == 404
    assert cast.speak("stranger").send(address, WRONG).status_code == 404
