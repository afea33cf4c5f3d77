"""The yard for machines: the same record from whichever device is one event, and says so."""

from __future__ import annotations

from typing import Any

from passport.models import Battery, LifecycleEvent
from passport.models.ids import new_id
from tests.cast import Cast

HERE = "/api/v1/yard/"


def records(*texts: str, **changed: Any) -> dict[str, Any]:
    usual = {"kind": "SCAN", "happened_at": "2026-03-02T10:00:00+01:00", "device": "gate-1"}
    each = [{"id": str(new_id()), "text": text} | usual | changed for text in texts]
    return {"sent_at": "2026-03-02T09:00:00Z", "records": each}


def test_the_same_records_three_times_out_of_order_are_events_once(
    cast: Cast, pack: Battery, as_system: Any
) -> None:
    maker, body = cast.speak("maker"), records(pack.identity, pack.identity, pack.identity)
    outcomes = []
    for _ in range(3):
        body["records"].reverse()
        answer = maker.send(f"{HERE}records", body)
        assert answer.status_code == 200, answer.text
        outcomes += [each["outcome"] for each in answer.json()["items"]]
    assert outcomes == ["taken"] * 3 + ["duplicate"] * 6
    with as_system():
        assert LifecycleEvent.objects.filter(battery=pack, kind="OBSERVED").count() == 3


def test_what_needs_attention_is_listed_with_what_to_do(cast: Cast, pack: Battery) -> None:
    recycler = cast.speak("recycler")
    sent = recycler.send(f"{HERE}records", records(pack.identity, "no code")).json()["items"]
    assert [(each["outcome"], each["code"]) for each in sent] == [
        ("refused", "in-other-hands"), ("refused", "not-an-identity"),
    ]  # fmt: skip
    assert all(each["kept"] and each["remedy"] for each in sent)
    listed = recycler.get(f"{HERE}records?open=1").json()["items"]
    assert [each["id"] for each in listed] == sorted(each["id"] for each in sent)
    assert all(each["battery"] is None for each in listed), "it does not see that battery"
    assert cast.speak("keeper").get(f"{HERE}records").json()["items"] == []


def test_a_part_of_a_serial_is_looked_for_among_ones_own(cast: Cast, pack: Battery) -> None:
    refused = cast.speak("maker").get(f"{HERE}batteries?part=P")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "too-short")
    part = pack.serial if len(pack.serial) >= 3 else "___"
    found = cast.speak("maker").get(f"{HERE}batteries?part={part}").json()["items"]
    assert [each["serial"] for each in found] == ([pack.serial] if part == pack.serial else [])
    assert cast.speak("keeper").get(f"{HERE}batteries?part={part}").json()["items"] == []
