"""Events, readings and hand-overs over HTTP, as the parties in the story send them."""

from __future__ import annotations

from typing import Any

import pytest

from passport.models import Battery
from tests.cast import Cast

FIRST, SECOND = "0190f4b2-7c1e-7abc-8def-000000000001", "0190f4b2-7c1e-7abc-8def-000000000002"
READING = {
    "event_id": FIRST, "soh": "0.90", "method": "TESTED", "source": "bench 7",
    "measured_at": "2026-01-20T11:00:00+01:00", "capacity_ah": "252",
}  # fmt: skip
EVENT = {"event_id": SECOND, "kind": "COMMISSIONED", "happened_at": "2026-01-21T10:00:00Z"}


@pytest.fixture
def where(pack: Battery) -> str:
    return f"/api/v1/batteries/{pack.pk}"


def test_a_reading_gets_its_interval_and_reads_back(cast: Cast, where: str) -> None:
    sent = cast.speak("maker").send(f"{where}/readings", READING)
    assert sent.status_code == 201, sent.json()
    (read,) = cast.speak("maker").get(f"{where}/readings").json()["items"]
    assert read == sent.json()
    assert (read["soh"], read["soh_low"], read["soh_high"]) == ("0.9", "0.89", "0.91")
    assert read["measured_at"] == "2026-01-20T10:00:00Z"


def test_the_same_reading_again_changes_nothing(cast: Cast, where: str) -> None:
    first, again = (cast.speak("maker").send(f"{where}/readings", READING) for _ in range(2))
    assert first.json()["id"] == again.json()["id"]
    other = cast.speak("maker").send(f"{where}/readings", READING | {"soh": "0.8"})
    assert other.status_code == 409
    assert other.json()["errors"][0]["pointer"] == "/event_id"


def test_an_event_stands_in_the_timeline_with_its_digest(cast: Cast, where: str) -> None:
    sent = cast.speak("maker").send(f"{where}/events", EVENT | {"facts": {"site": "S-1"}})
    assert sent.status_code == 201, sent.json()
    timeline = cast.speak("maker").get(f"{where}/events").json()["items"]
    assert timeline[-1]["facts"] == {"site": "S-1"}
    assert len(timeline[-1]["digest"]) == 64


@pytest.mark.parametrize("kind", ["REGISTERED", "HANDED_OVER", "RETIRED", "TREATED", "recycled"])
def test_what_has_its_own_address_is_not_told_as_an_event(
    cast: Cast, where: str, kind: str
) -> None:
    answer = cast.speak("maker").send(f"{where}/events", EVENT | {"kind": kind})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/kind"


def test_custody_passes_when_the_other_side_accepts(cast: Cast, where: str) -> None:
    offered = cast.speak("maker").send(f"{where}/hand-overs", {"to": "keeper"})
    assert offered.status_code == 201
    inbox = cast.speak("keeper").get("/api/v1/hand-overs").json()["items"]
    assert [each["id"] for each in inbox] == [offered.json()["id"]]
    taken = cast.speak("keeper").send(offered["Location"] + "/accept", {})
    assert (taken.status_code, taken.json()["holder"]) == (200, "keeper")
    assert cast.speak("keeper").get(where).json()["holder"] == "keeper"
    twice = cast.speak("keeper").send(offered["Location"] + "/accept", {})
    assert twice.status_code == 409


def test_an_auditor_sees_what_the_holder_lets_it_see(cast: Cast, where: str) -> None:
    assert cast.speak("auditor").get(where).status_code == 404
    granted = cast.speak("maker").send(f"{where}/grants", {"to": "auditor"})
    assert granted.status_code == 201
    assert cast.speak("auditor").get(where).status_code == 200
    assert cast.speak("auditor").get(f"{where}/events").status_code == 200


REFUSED: dict[str, tuple[str, Any, int, str]] = {
    "to nobody": ("hand-overs", {"to": "no-such-party"}, 422, "unknown-party"),
    "to oneself": ("hand-overs", {"to": "maker"}, 422, "handed-to-itself"),
    "sight to nobody": ("grants", {"to": "no-such-party"}, 422, "unknown-party"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refuses_a_hand_over(cast: Cast, where: str, case: tuple[str, Any, int, str]) -> None:
    below, body, status, code = case
    answer = cast.speak("maker").send(f"{where}/{below}", body)
    assert answer.status_code == status
    fault = answer.json()["errors"][0]
    assert (fault["code"], fault["pointer"], fault["line"]) == (code, "/to", 1)
    assert fault["remedy"]
