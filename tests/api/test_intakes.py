"""POST /api/v1/intakes and what can be read of it afterwards."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from passport.models import Battery, Intake
from tests.cast import Cast, battery_line, model_line, work_off

ADDRESS = "/api/v1/intakes"
NDJSON = "application/x-ndjson"


def body(*lines: Any) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def send(cast: Cast, data: bytes, key: str = "k1", who: str = "maker", **headers: str) -> Any:
    headers = {"idempotency_key": key} | headers if key else headers
    return cast.speak(who).send(ADDRESS, data, content_type=NDJSON, **headers)


GOOD = body(model_line(), battery_line("P1"))


def test_answers_202_with_a_job_and_lands_the_batteries(
    cast: Cast, as_system: Callable[[], Any]
) -> None:
    answer = send(cast, GOOD)
    assert answer.status_code == 202, answer.json()
    assert answer["Location"] == f"{ADDRESS}/{answer.json()['id']}"
    assert answer.json()["state"] == "RECEIVED"
    with as_system():
        work_off(Intake.objects.get())
        assert Battery.objects.get().serial == "P1"
    state = cast.speak("maker").get(answer["Location"]).json()
    assert (state["state"], state["accepted"], state["rejected"]) == ("DONE", 2, 0)
    job = cast.speak("maker").get(f"/api/v1/jobs/{state['job']['id']}").json()
    assert (job["state"], job["done_count"]) == ("DONE", 2)


def test_good_lines_land_and_bad_ones_are_told_by_number(
    cast: Cast, as_system: Callable[[], Any]
) -> None:
    bad = battery_line("P2", id="https://id.gs1.org/01/09521234000021/21/P2")
    answer = send(cast, body(model_line(), bad, battery_line("P1")))
    with as_system():
        work_off(Intake.objects.get())
        assert [each.serial for each in Battery.objects.all()] == ["P1"]
    errors = cast.speak("maker").get(answer["Location"] + "/errors", accept=NDJSON)
    assert errors["Content-Type"] == NDJSON
    (told,) = [json.loads(line) for line in errors.getvalue().splitlines()]
    assert json.loads(told["raw"]) == bad
    assert (told["line"], told["pointer"], told["code"]) == (2, "/id", "wrong-check-digit")
    assert "0" in told["remedy"] + told["detail"]
    assert cast.speak("maker").get(answer["Location"] + "/errors?after=2").getvalue() == b""


def test_the_same_request_again_gets_the_same_answer(cast: Cast) -> None:
    first, again = send(cast, GOOD), send(cast, GOOD)
    assert (again.status_code, again.json()) == (202, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert len(cast.speak("maker").get(ADDRESS).json()["items"]) == 1


def test_the_same_key_for_other_bytes_is_refused(cast: Cast) -> None:
    send(cast, GOOD)
    answer = send(cast, GOOD + body(battery_line("P9")))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "another-payload"


def test_a_key_is_a_partys_own(cast: Cast) -> None:
    first, other = send(cast, GOOD), send(cast, GOOD, who="second-maker")
    assert other.status_code == 202
    assert other.json()["id"] != first.json()["id"]


REFUSED: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "no Idempotency-Key": (GOOD, {"key": ""}, 400, "idempotency-key"),
    "no line but an empty one": (b"\n", {}, 400, "empty-intake"),
    "an end that is no word of two": (GOOD, {"upload_complete": "1"}, 400, "upload-headers"),
    "another digest than announced": (
        GOOD, {"content_digest": "sha-256=:" + base64.b64encode(bytes(32)).decode() + ":"},
        400, "wrong-digest",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refuses(cast: Cast, case: tuple[bytes, dict[str, str], int, str]) -> None:
    data, headers, status, code = case
    answer = send(cast, data, **headers)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == code
    assert answer.json()["errors"][0]["remedy"]
    assert all(
        each["state"] == "CANCELLED" and each["finished_at"]
        for each in cast.speak("maker").get(ADDRESS).json()["items"]
    )


def test_an_announced_digest_that_fits_is_taken(cast: Cast) -> None:
    digest = base64.b64encode(hashlib.sha256(GOOD).digest()).decode()
    assert send(cast, GOOD, content_digest=f"sha-256=:{digest}:").status_code == 202


def test_other_forms_are_refused_with_those_that_are_read(cast: Cast) -> None:
    answer = cast.speak("maker").send(ADDRESS, GOOD, idempotency_key="k")
    assert answer.status_code == 415
    assert "text/csv" in answer.json()["detail"]
    answer = send(cast, GOOD, content_encoding="br")
    assert answer.status_code == 415
    assert answer["Accept-Encoding"] == "gzip, zstd"
    answer = cast.speak("maker").send(
        ADDRESS, GOOD, content_type="text/csv; charset=windows-1252", idempotency_key="k"
    )
    assert (answer.status_code, "UTF-8" in answer.json()["detail"]) == (415, True)


def test_another_party_does_not_find_it(cast: Cast) -> None:
    where = send(cast, GOOD)["Location"]
    for name in ("second-maker", "keeper", "authority"):
        for address in (where, where + "/errors"):
            assert cast.speak(name).get(address).status_code == 404
