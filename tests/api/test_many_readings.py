"""Many readings in one request: each lands or is refused by itself, and a re-send is harmless."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passport.actions import custody
from passport.models import HealthReading, LifecycleEvent, LogEntry, Outbox
from tests.cast import THEN, Cast, packs
from tests.recycling.together import together

AT = "/api/v1/readings"
NDJSON = "application/x-ndjson"
OWN = "0190f4b2-7c1e-7abc-8def-0000000000{:02d}"


def line(battery: str, soh: str = "0.93", *, day: int = 6, **more: Any) -> dict[str, Any]:
    usual = {"soh": soh, "source": "BMS 4.1", "measured_at": f"2026-01-{day:02d}T10:00:00Z"}
    return {"battery": battery} | usual | more


@pytest.fixture
def two(cast: Cast, as_system: Any) -> list[Any]:
    """Two packs of the maker's, the second in the keeper's hands."""
    with as_system():
        made = packs(cast["maker"], "P1", "P2", cells=1)
        offered = custody.hand_over(
            battery_id=made[1].pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
        custody.accept(hand_over_id=offered.pk, by=cast["keeper"], at=THEN)
    return made


def send(cast: Cast, lines: list[Any], who: str = "maker") -> Any:
    return cast.speak(who).send(AT, lines).json()


def test_every_name_of_a_battery_finds_it(cast: Cast, two: list[Any], as_system: Any) -> None:
    pack = two[0]
    names = ["P1", str(pack.pk), pack.identity, "https://x.example/01/09521234000020/21/P1"]
    told = send(cast, [line(name, day=6 + n) for n, name in enumerate(names)])
    assert (told["recorded"], told["refused"]) == (4, 0)
    assert {each["battery"] for each in told["items"]} == {str(pack.pk)}
    with as_system():
        assert {row.method for row in HealthReading.objects.all()} == {"BMS_REPORTED"}
        one = HealthReading.objects.order_by("id")[0]
        assert (str(one.soh_low), str(one.soh_high)) == ("0.88500", "0.97500")
        digests = {
            bytes(row.body_sha256) for row in LifecycleEvent.objects.filter(kind="HEALTH_READ")
        }
        assert digests <= {bytes(row.digest) for row in Outbox.objects.all()} | {
            bytes(row.digest) for row in LogEntry.objects.all()
        }


def test_bad_readings_are_refused_each_by_itself_and_good_ones_land(
    cast: Cast, two: list[Any], as_system: Any
) -> None:
    body = b"\n".join([
        json.dumps(line("P1")).encode(), b"{no json", b"",
        json.dumps(line("P1", "93")).encode(), json.dumps(line("P9")).encode(),
        json.dumps(line("P2")).encode(), json.dumps({"battery": "P1", "soh": "x"}).encode(),
        json.dumps(line("P1", "1.05", day=7, soh_low="1.04", soh_high="1.06")).encode(),
    ])  # fmt: skip
    answer = cast.speak("maker").send(AT, body, content_type=NDJSON)
    told = answer.json()
    assert answer.status_code == 200
    assert (told["recorded"], told["refused"]) == (1, 6)
    by_line = {each["line"]: each["problems"] for each in told["items"]}
    assert by_line[1] == []
    assert by_line[4][0]["pointer"] == "/soh"
    assert "0.93" in by_line[4][0]["remedy"]
    assert (by_line[5][0]["code"], by_line[5][0]["pointer"]) == ("unknown-battery", "/battery")
    assert by_line[6][0]["code"] == "not-the-holder"
    assert {each["pointer"] for each in by_line[7]} == {"/soh", "/source", "/measured_at"}
    # A battery does not recover: what is in the same request is looked at too.
    assert by_line[8][0]["code"] == "reading-outside-physics"
    assert all(each["code"] for each in by_line[2])
    with as_system():
        assert HealthReading.objects.count() == 1


def test_the_same_again_is_known_and_other_words_under_its_id_are_refused(
    cast: Cast, two: list[Any], as_system: Any
) -> None:
    lines = [line("P1", event_id=OWN.format(1)), line("P1", "0.92", day=7)]
    first, again = send(cast, lines), send(cast, [*lines, lines[0]])
    assert (first["recorded"], again["known"], again["recorded"]) == (2, 3, 0)
    assert again["items"][1]["event_id"] == first["items"][1]["event_id"]
    other = send(cast, [line("P1", "0.91", day=8, event_id=OWN.format(1))])
    assert other["items"][0]["problems"][0]["code"] == "event-id-reused"
    with as_system():
        assert HealthReading.objects.count() == 2


def test_two_senders_of_the_same_readings_at_once_record_them_once(
    cast: Cast, two: list[Any], as_system: Any
) -> None:
    lines = [line("P1", day=day) for day in range(6, 16)]
    told = together(lambda _: send(cast, lines), [1, 2, 3])
    assert sorted(each["recorded"] for each in told) == [0, 0, 10]
    assert sorted(each["known"] for each in told) == [0, 10, 10]
    with as_system():
        assert HealthReading.objects.count() == 10


def test_readings_of_anothers_battery_land_nowhere(
    cast: Cast, two: list[Any], as_system: Any
) -> None:
    assert send(cast, [line("P1"), line("P2")], "keeper")["recorded"] == 1
    assert send(cast, [line("P1"), line("P2")], "stranger")["refused"] == 2
    with as_system():
        assert [row.battery_id for row in HealthReading.objects.all()] == [two[1].pk]


@pytest.mark.parametrize("body", ["{}", "[]", "[", json.dumps([line("P1")] * 1001)])
def test_what_is_no_list_of_readings_is_refused_whole(
    cast: Cast, two: list[Any], body: str
) -> None:
    answer = cast.speak("maker").send(AT, body)
    assert answer.status_code == 400


def test_a_thousand_are_asked_after_in_as_few_questions_as_ten(cast: Cast, two: list[Any]) -> None:
    counts = []
    for size, day in ((10, 6), (200, 7)):
        lines = [
            line("P1", measured_at=f"2026-01-{day:02d}T{n // 60:02d}:{n % 60:02d}:00Z")
            for n in range(size)
        ]
        with CaptureQueriesContext(connection) as asked:
            assert send(cast, lines)["recorded"] == size
        counts.append(len(asked))
    assert counts[1] <= counts[0]
