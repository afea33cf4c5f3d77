"""Files in every form, in parts, and gone on with after a cut; errors as a file to mend."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
import zstandard

from api.v1.intakes import Arriving
from passport.models import Battery, Intake, IntakeBlock
from tests.cast import Cast, battery_line, model_line, work_off

ADDRESS = "/api/v1/intakes"
NDJSON = "application/x-ndjson"
PART = "application/partial-upload"
LINES = [model_line(), *(battery_line(f"S{number}") for number in range(5))]
FILE = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)
TABLE = (
    "type;model;id;manufactured_on\n"
    "battery;PACK-12;https://id.gs1.org/01/09521234000020/21/S1;2025-03-02\n"
)


def post(cast: Cast, body: bytes, key: str = "k", media_type: str = NDJSON, **more: str) -> Any:
    more = {"idempotency_key": key} | more
    if not body:
        return nothing(cast, media_type, more)
    return cast.speak("maker").send(ADDRESS, body, content_type=media_type, **more)


def nothing(cast: Cast, media_type: str, headers: dict[str, str]) -> Any:
    """A request without a byte; the test client needs to be told its media type apart."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    client = cast.speak("maker").client
    return client.generic("POST", ADDRESS, b"", CONTENT_TYPE=media_type, headers=named)


def patch(cast: Cast, where: str, body: bytes, offset: int, **more: str) -> Any:
    return cast.speak("maker").send(
        where, body, method="PATCH", content_type=PART, upload_offset=str(offset), **more
    )


def done(cast: Cast, where: str, as_system: Callable[[], Any]) -> Any:
    """What is told of a file after the worker has been there."""
    with as_system():
        work_off(Intake.objects.get(pk=where.rpartition("/")[2]))
    return cast.speak("maker").get(where).json()


FORMS: dict[str, tuple[bytes, str, dict[str, str]]] = {
    "NDJSON": (FILE, NDJSON, {}),
    "gzip": (gzip.compress(FILE), NDJSON, {"content_encoding": "gzip"}),
    "zstd": (
        zstandard.ZstdCompressor().compress(FILE), "application/jsonl", {"content_encoding": "zstd"}
    ),
    "as it is, said so": (FILE, NDJSON, {"content_encoding": "identity"}),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_file_lands_in_each_form(cast: Cast, as_system: Callable[[], Any], form: Any) -> None:
    body, media_type, headers = form
    sent = post(cast, body, media_type=media_type, **headers)
    assert sent.status_code == 202, sent.json()
    told = done(cast, sent["Location"], as_system)
    assert (told["state"], told["accepted"], told["rejected"]) == ("DONE", 6, 0)
    assert (told["size_bytes"], told["lines_read"]) == (len(body), 6)


def test_a_table_is_read_and_how_is_said(cast: Cast, as_system: Callable[[], Any]) -> None:
    post(cast, FILE.splitlines()[0] + b"\n", key="model")
    with as_system():
        work_off(Intake.objects.get())
    sent = post(
        cast, TABLE.encode(), media_type="text/csv; charset=utf-8",
        content_disposition='attachment; filename="shift 2.csv"',
    )  # fmt: skip
    told = done(cast, sent["Location"], as_system)
    assert (told["accepted"], told["rejected"], told["name"]) == (1, 0, "shift 2.csv")
    assert told["read_as"].startswith("CSV with semicolons, 4 columns")


def test_a_file_that_does_not_unpack_says_so(cast: Cast, as_system: Callable[[], Any]) -> None:
    sent = post(cast, gzip.compress(FILE)[:-9], content_encoding="gzip")
    told = done(cast, sent["Location"], as_system)
    assert told["rejected"] == 1
    error = json.loads(cast.speak("maker").get(sent["Location"] + "/errors").getvalue())
    assert error["code"] == "wrong-encoding"


# --- in parts ------------------------------------------------------------------------------------


def test_a_file_comes_in_parts(cast: Cast, as_system: Callable[[], Any]) -> None:
    opened = post(cast, FILE[:10], upload_complete="?0")
    where = opened["Location"]
    assert (opened.status_code, opened["Upload-Offset"]) == (201, "10")
    assert opened["Upload-Complete"] == "?0"
    wrong = patch(cast, where, FILE[5:], 5)
    assert (wrong.status_code, wrong["Upload-Offset"]) == (409, "10")
    assert wrong.json()["errors"][0]["code"] == "other-offset"
    part = patch(cast, where, FILE[10:300], 10, upload_complete="?0")
    assert (part.status_code, part.json()["received_bytes"]) == (200, 300)
    assert cast.speak("maker").get(where)["Upload-Offset"] == "300"
    last = patch(cast, where, FILE[300:], 300)
    assert (last.status_code, last.json()["state"]) == (202, "RECEIVED")
    assert done(cast, where, as_system)["accepted"] == 6
    # The last part again, its answer lost: it is told where the file stands.
    again = patch(cast, where, FILE[300:], 300)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "not-receiving")
    assert (again["Upload-Offset"], again["Upload-Complete"]) == (str(len(FILE)), "?1")
    # The request that opened it finds its answer, and makes no second file.
    replayed = post(cast, FILE)
    assert (replayed.status_code, replayed["Idempotent-Replayed"]) == (202, "true")
    assert replayed.json()["id"] == opened.json()["id"]
    assert post(cast, FILE[1:]).status_code == 422


def test_the_same_request_again_goes_on_where_it_was_cut_off(
    cast: Cast, as_system: Callable[[], Any]
) -> None:
    opened = post(cast, FILE[:300], upload_complete="?0")
    again = post(cast, FILE)
    assert (again.status_code, again.json()["id"]) == (202, opened.json()["id"])
    assert done(cast, again["Location"], as_system)["accepted"] == 6


@pytest.mark.parametrize("opened", [False, True])
def test_the_same_bytes_to_be_read_otherwise_are_another_request(cast: Cast, opened: bool) -> None:
    if opened:
        where = post(cast, FILE[:10], upload_complete="?0")["Location"]
        assert patch(cast, where, FILE[10:], 10).status_code == 202
    else:
        where = post(cast, FILE)["Location"]
    assert post(cast, FILE).status_code == 202
    assert post(cast, FILE, media_type="text/csv").status_code == 422
    assert post(cast, FILE, content_encoding="gzip").status_code == 422
    mending = f"{ADDRESS}?mends={where[-36:]}"
    answer = cast.speak("maker").send(mending, FILE, content_type=NDJSON, idempotency_key="k")
    assert answer.status_code == 422


def test_bodies_that_do_not_end_leave_a_thread_to_answer_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.v1.intakes._PATIENCE_S", 0.01)
    places = [each for each in range(4) if Arriving.places.acquire(blocking=False)]
    try:
        assert len(places) == 3
        refused = post(cast, FILE)
        assert (refused.status_code, refused["Retry-After"]) == (429, "6")
        assert cast.speak("maker").get(ADDRESS).json()["items"] == []
    finally:
        for _ in places:
            Arriving.places.release()
    opened = post(cast, FILE[:10], upload_complete="?0")
    assert patch(cast, opened["Location"], FILE[10:], 10).status_code == 202
    assert Arriving.places._value == 3


OTHERS = {
    "other bytes at the beginning": b"x" + FILE[1:],
    "fewer bytes than have arrived": FILE[:100],
    "no bytes": b"",
}


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_other_bytes_under_the_key_of_a_file_that_was_cut_off_are_refused(
    cast: Cast, body: bytes
) -> None:
    opened = post(cast, FILE[:300], upload_complete="?0")
    assert post(cast, body).status_code == 422
    assert post(cast, FILE, media_type="text/csv").status_code == 422
    assert cast.speak("maker").get(opened["Location"]).json()["received_bytes"] == 300


def test_a_file_without_a_byte_is_none(cast: Cast) -> None:
    answer = post(cast, b"")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "empty-intake")


def test_asking_for_the_place_with_no_bytes_changes_nothing(cast: Cast) -> None:
    opened = post(cast, FILE[:300], upload_complete="?0")
    again = post(cast, b"", upload_complete="?0")
    assert (again.status_code, again["Upload-Offset"]) == (201, "300")
    assert again["Location"] == opened["Location"]


WRONG: dict[str, dict[str, str]] = {
    "no offset": {}, "an offset with a sign": {"upload_offset": "-1"},
    "an end that is no word of two": {"upload_offset": "10", "upload_complete": "yes"},
}  # fmt: skip


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG)
def test_parts_without_their_place_are_refused(cast: Cast, headers: dict[str, str]) -> None:
    where = post(cast, FILE[:10], upload_complete="?0")["Location"]
    answer = cast.speak("maker").send(
        where, FILE[10:], method="PATCH", content_type=PART, **headers
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "upload-headers"
    assert cast.speak("maker").get(where).json()["received_bytes"] == 10


def test_another_maker_neither_finds_nor_adds(cast: Cast) -> None:
    where = post(cast, FILE[:10], upload_complete="?0")["Location"]
    other = cast.speak("second-maker")
    assert other.send(where, b"x", method="PATCH", content_type=PART).status_code == 404
    assert other.send(where + "/cancel", {}).status_code == 404
    assert other.send(f"{ADDRESS}?mends={where[-36:]}", FILE, content_type=NDJSON,
                      idempotency_key="m").status_code == 404  # fmt: skip
    assert cast.speak("maker").get(where).json()["received_bytes"] == 10


def test_a_file_larger_than_is_read_is_refused_and_kept_by_nobody(
    cast: Cast, settings: Any
) -> None:
    settings.PASSPORT_INTAKE_MAX_BYTES = 500
    assert post(cast, FILE).status_code == 413
    where = post(cast, FILE[:400], upload_complete="?0")["Location"]
    assert patch(cast, where, FILE[400:], 400).status_code == 413
    assert not Intake.objects.filter(state="RECEIVED").exists()


# --- cancelled -----------------------------------------------------------------------------------


def test_a_file_is_cancelled_while_it_comes_in(cast: Cast) -> None:
    where = post(cast, FILE[:10], upload_complete="?0")["Location"]
    assert cast.speak("maker").send(where + "/cancel", {}).json()["state"] == "CANCELLED"
    assert patch(cast, where, FILE[10:], 10).status_code == 409
    # Its key is free: the same file may come again.
    assert post(cast, FILE).status_code == 202


def test_a_file_is_cancelled_before_the_worker_saw_it(
    cast: Cast, as_system: Callable[[], Any]
) -> None:
    where = post(cast, FILE)["Location"]
    assert cast.speak("maker").send(where + "/cancel", {}).json()["cancel_asked_at"]
    assert done(cast, where, as_system)["state"] == "CANCELLED"
    with as_system():
        assert not Battery.objects.exists()
        assert not IntakeBlock.objects.exists()


# --- errors --------------------------------------------------------------------------------------


BAD = (battery_line("A", colour="red"), battery_line("B", manufactured_on="x"))


def rejected(cast: Cast, as_system: Callable[[], Any]) -> str:
    """The address of a file with three bad lines between two good ones."""
    text = [json.dumps(each).encode() for each in (model_line(), *BAD, battery_line("C"))]
    where: str = post(cast, b"\n".join([*text[:3], b"{", *text[3:]]))["Location"]
    assert done(cast, where, as_system)["rejected"] == 3
    return where


def test_errors_are_a_file_that_is_filtered(cast: Cast, as_system: Callable[[], Any]) -> None:
    where = rejected(cast, as_system)
    whole = cast.speak("maker").get(where + "/errors")
    codes = [json.loads(line)["code"] for line in whole.getvalue().splitlines()]
    assert codes == ["unknown-field", "not-a-day", "not-strict-json"]
    assert "attachment" in whole["Content-Disposition"]
    (only,) = cast.speak("maker").get(where + "/errors?code=not-a-day").getvalue().splitlines()
    assert json.loads(only)["line"] == 3
    for query in ("?code=%22", "?after=x", "?only=all"):
        assert cast.speak("maker").get(where + "/errors" + query).status_code == 400


def test_bad_lines_are_mended_and_sent_alone(cast: Cast, as_system: Callable[[], Any]) -> None:
    where = rejected(cast, as_system)
    raw = cast.speak("maker").get(where + "/errors?only=raw").getvalue()
    assert raw.splitlines() == [*(json.dumps(each).encode() for each in BAD), b"{"]
    mended = raw.replace(b', "colour": "red"', b"").replace(b'"x"', b'"2025-03-02"')
    sent = cast.speak("maker").send(
        f"{ADDRESS}?mends={where[-36:]}", mended[:-2], content_type=NDJSON, idempotency_key="m"
    )
    told = done(cast, sent["Location"], as_system)
    assert (told["accepted"], told["rejected"], told["mends"]) == (2, 0, where[-36:])


def test_very_many_errors_come_in_pages_of_one_stream(
    cast: Cast, as_system: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("passport.queries.intake.ERRORS_AT_ONCE", 7)
    where = post(cast, b"{}\n" * 40)["Location"]
    assert done(cast, where, as_system)["rejected"] == 40
    answer = cast.speak("maker").get(where + "/errors")
    numbers = [json.loads(line)["line"] for line in answer.getvalue().splitlines()]
    assert numbers == list(range(1, 41))
