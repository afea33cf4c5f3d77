"""Bad input is answered with a problem that names the field, the line, and what to do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from passport.models import Battery
from tests.cast import Cast

EVENT_ID = "0190f4b2-7c1e-7abc-8def-000000000001"
GOOD = {
    "event_id": EVENT_ID, "soh": "0.9", "method": "TESTED", "source": "bench",
    "measured_at": "2026-01-20T10:00:00Z",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What is sent, and the one fault that the answer must name."""

    body: bytes
    code: str
    pointer: str = ""
    line: int | None = None
    status: int = 400
    remedy: str = ""


def changed(**values: Any) -> bytes:
    """A reading with other values, one field a line: event_id stands on line 2."""
    return json.dumps(GOOD | values, indent=1).encode()


TWICE = b'{\n "soh": "0.9",\n "soh": "0.8"\n}'
CASES = {
    "unknown field": Case(changed(sho="1"), "unknown-field", "/sho", 7, remedy="known are"),
    "JSON number where a decimal is due": Case(
        changed(soh=1), "not-a-decimal", "/soh", 3, remedy='write it as a string: "1"'
    ),
    "float where a decimal is due": Case(
        changed(soh=0.9), "not-strict-json", "/soh", 3, remedy="decimal string"
    ),
    "missing field": Case(b'{"soh":"0.9"}', "required", "/event_id", remedy="Send"),
    "future date": Case(
        changed(measured_at="2126-01-20T10:00:00Z"), "in-the-future", "/measured_at", 6, 422,
        "check the clock",
    ),
    "moment without an offset": Case(
        changed(measured_at="2026-01-20T10:00:00"), "not-a-moment", "/measured_at", 6,
        remedy="Z or",
    ),
    "day that does not exist": Case(
        changed(measured_at="2026-02-30T10:00:00Z"), "not-a-moment", "/measured_at", 6,
        remedy="Write it as",
    ),
    "reading outside physics": Case(
        changed(soh="90"), "reading-outside-physics", "/soh", 3, 422, 'not per cent: "0.9"'
    ),
    "unknown word": Case(changed(method="GUESSED"), "unknown-word", "/method", 4, remedy="TESTED"),
    "deep JSON": Case(b'{"a":' + b"[" * 4000 + b"]" * 4000 + b"}", "not-strict-json", line=1),
    "NUL": Case(changed(source="a\x00b"), "not-strict-json", "/source", 5, remedy="Remove it"),
    "duplicate names": Case(TWICE, "not-strict-json", "/soh", 2, remedy="once"),
    "half a document": Case(b'{"soh":\n"0.', "not-strict-json", line=2, remedy="one JSON value"),
    "not UTF-8": Case(b'{"soh":\n"\xff"}', "not-strict-json", line=2, remedy="UTF-8"),
    "not an object": Case(b"[1]", "not-an-object", remedy="braces"),
    "nothing": Case(b" ", "not-strict-json", remedy="one JSON value"),
    "a number too large": Case(changed(soh=2**60), "not-strict-json", "/soh", 3, remedy="string"),
    "NaN": Case(b'{"soh":NaN}', "not-strict-json", "/soh", 1, remedy="null"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_names_field_line_and_remedy(cast: Cast, pack: Battery, case: Case) -> None:
    answer = cast.speak("maker").send(f"/api/v1/batteries/{pack.pk}/readings", case.body)
    problem = answer.json()
    assert answer.status_code == case.status, problem
    assert answer["Content-Type"] == "application/problem+json"
    fault = next(each for each in problem["errors"] if each["code"] == case.code)
    assert fault.get("pointer", "") == case.pointer, fault
    assert case.line is None or fault["line"] == case.line, fault
    assert case.remedy in fault.get("remedy", ""), fault
    assert "Traceback" not in answer.content.decode()
    kind = cast.speak("nobody").get(problem["type"])
    assert kind.status_code == 200
    assert (kind.json()["title"], kind.json()["status"]) == (problem["title"], case.status)


def test_names_all_wrong_fields_at_once(cast: Cast, pack: Battery) -> None:
    body = changed(soh=1, method="X", extra="y")
    answer = cast.speak("maker").send(f"/api/v1/batteries/{pack.pk}/readings", body)
    pointers = {each["pointer"] for each in answer.json()["errors"]}
    assert pointers == {"/soh", "/method", "/extra"}


def test_a_body_over_the_limit_is_refused_by_its_announced_length(
    cast: Cast, pack: Battery
) -> None:
    body = b'{"soh":"' + b"0" * (1 << 20) + b'"}'
    answer = cast.speak("maker").send(f"/api/v1/batteries/{pack.pk}/readings", body)
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/too-large"


def test_another_media_type_is_refused(cast: Cast, pack: Battery) -> None:
    answer = cast.speak("maker").send(
        f"/api/v1/batteries/{pack.pk}/readings", "<soh/>", content_type="text/xml"
    )
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


def test_an_unknown_address_is_a_problem_too(cast: Cast) -> None:
    for address in ("/api/v1/nothing", "/nothing", "/api/v1/batteries/1", "/api/v1/whoami/"):
        answer = cast.speak("maker").get(address)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_problem_type_can_be_read(cast: Cast) -> None:
    told = cast.speak("nobody").get("/problems/wrong-check-digit").json()
    assert told["status"] == 400
    assert told["meaning"]
    assert cast.speak("nobody").get("/problems/no-such-thing").status_code == 404
