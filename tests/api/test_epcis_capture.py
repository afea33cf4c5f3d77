"""EPCIS documents over HTTP: each event once, in its words, and nothing of other people's."""

from __future__ import annotations

import json

import pytest

from passport.actions.epcis_capture import MOST_ATTEMPTS
from passport.models import (
    Attempt,
    Battery,
    EpcisEvent,
    HealthReading,
    LifecycleEvent,
    Outbox,
)
from passport.rules import epcis_json
from passport.rules.epcis_document import open_document
from passport.rules.epcis_hash import event_hash_id
from tests.api.capturing import (
    LINKED,
    OWN,
    captured,
    document,
    numbered,
    said,
    seen,
    sent,
    understood,
    work_off,
)
from tests.oracle_data import oracle

ELSEWHERE = "https://id.gs1.org/01/09521234999990/21/X1"
# It says eventID twice, with two values.
SAYS_TWICE = "AssociationEvent-h.jsonld"


def examples() -> list[object]:
    places = [oracle("epcis/examples"), oracle("epcis/battery_events")]
    return sorted(file for place in places for file in place.rglob("*.jsonld"))


def sender(cast, known, opened):
    """Somebody who has not said something else under one of these eventIDs: examples share some."""
    for name in ("maker", "second-maker", "keeper", "workshop", "recycler", "stranger"):
        mine = known.setdefault(name, {})
        found = {
            (each.get("eventID"), "errorDeclaration" in each): event_hash_id(
                each, naming=opened.naming
            )
            for each in opened.events
            if "eventID" in each
        }
        if all(mine.get(key, hashed) == hashed for key, hashed in found.items()):
            mine |= found
            return cast.speak(name)
    raise AssertionError("no sender is left")


def check_kept(told, opened):
    """What stands in the rows of a capture is what came, with its hash."""
    came = [epcis_json.write(each) for each in opened.events]
    hashes = [event_hash_id(each, naming=opened.naming) for each in opened.events]
    rows = EpcisEvent.objects.filter(capture=told["captureID"]).select_related("event")
    assert len(rows) == told["accepted"]
    for row in rows:
        place = came.index(epcis_json.write(said(row.event)))
        assert f"ni:///sha-256;{bytes(row.event_hash).hex()}?ver=CBV2.0" == hashes[place]
    assert told["accepted"] + told["duplicates"] == len(came)


def test_all_published_examples_come_in_and_are_kept_as_they_came(cast, as_system):
    files = examples()
    assert len(files) == 47 + 29
    known, taken, again = {}, 0, 0
    for file in files:
        opened = open_document(understood(file.read_bytes()))
        told = captured(sender(cast, known, opened), as_system, file.read_bytes())
        assert (told["success"], told["running"], told["errors"]) == (True, False, []), file
        assert len(told["warnings"]) == (file.name == SAYS_TWICE)
        with as_system():
            check_kept(told, opened)
        taken, again = taken + told["accepted"], again + told["duplicates"]
    with as_system():
        assert EpcisEvent.objects.count() == taken == 81
        digests = LifecycleEvent.objects.filter(epcis__isnull=False).values("body_sha256")
        assert Outbox.objects.filter(digest__in=digests).count() == taken
    assert again < taken / 2


def test_the_text_of_numbers_and_spaces_is_kept_byte_for_byte(cast, as_system):
    text = (
        '{"type": "ObjectEvent",\n "eventTime":"2026-01-20T10:00:00.000+01:00" ,'
        '"eventTimeZoneOffset":"+01:00", "action":"OBSERVE",'
        f'"quantityList":[{{"epcClass":"{ELSEWHERE[:-3]}","quantity": 1.50e1,"uom":"KGM"}}]}}'
    )
    whole = document({"x": 1}).replace(b'{"x": 1}', text.encode())
    told = captured(cast.speak("maker"), as_system, whole)
    assert told["success"], told
    with as_system():
        row = EpcisEvent.objects.get()
        assert json.loads(bytes(row.event.body))["facts"]["epcis"] == text
        assert row.measured == {"quantity": [[15.0, "KGM"]]}


def test_out_of_order_three_times_from_two_devices_it_is_recorded_once(cast, as_system, pack):
    events = [
        seen(pack.identity, eventID=numbered(n), eventTime=f"2026-01-20T10:00:0{n}.000Z")
        for n in range(5)
    ]
    maker = cast.speak("maker")
    for some in (events[3:], events[::-1], events[:4], events):
        sent(maker, document(*some))
    work_off(as_system)
    with as_system():
        assert EpcisEvent.objects.count() == 5
        assert LifecycleEvent.objects.filter(battery=pack, kind="OBSERVED").count() == 5
    jobs = maker.get("/epcis/capture").json()
    assert [each["accepted"] + each["duplicates"] for each in jobs] == [2, 5, 4, 5]
    assert sum(each["accepted"] for each in jobs) == 5


def test_another_event_under_the_same_id_is_refused(cast, as_system, pack):
    maker = cast.speak("maker")
    one = seen(pack.identity, eventID=numbered(1))
    captured(maker, as_system, document(one))
    told = captured(maker, as_system, document(one | {"bizStep": "receiving"}))
    assert (told["success"], told["accepted"]) == (False, 0)
    (error,) = told["errors"]
    assert error["code"] == "event-id-reused"
    assert error["pointer"] == "/epcisBody/eventList/0/eventID"


def test_events_about_a_battery_in_other_hands_are_refused_and_the_attempt_is_kept(
    cast, as_system, pack
):
    keeper = cast.speak("keeper")
    events = [
        seen(ELSEWHERE, eventID=numbered(1)),
        seen(pack.identity, eventID=numbered(2)),
    ]
    told = captured(keeper, as_system, document(*events))
    assert (told["accepted"], told["rejected"], told["success"]) == (0, 1, False)
    told = captured(
        keeper, as_system, document(*events), **{"GS1-Capture-Error-Behaviour": "proceed"}
    )
    assert (told["accepted"], told["rejected"], told["success"]) == (1, 1, False)
    (error,) = told["errors"]
    assert error["code"] == "not-the-holder"
    assert "other" in error["detail"] or "another" in error["detail"]
    with as_system():
        (kept,) = Attempt.objects.all()
        assert (kept.party.slug, kept.battery_id) == ("keeper", pack.pk)
        assert Outbox.objects.filter(digest=bytes(kept.digest)).count() == 1


def test_one_document_does_not_fill_the_log_with_attempts(cast, as_system, pack):
    many = MOST_ATTEMPTS + 50
    events = [seen(pack.identity, eventID=numbered(number)) for number in range(many)]
    told = captured(cast.speak("keeper"), as_system, document(*events))
    assert (told["accepted"], told["rejected"], len(told["errors"])) == (0, many, many)
    with as_system():
        assert Attempt.objects.count() == MOST_ATTEMPTS


def installed(pack, **changed):
    """The pack goes into a vehicle, which is no battery."""
    return {
        **seen(epcList=None), "type": "AssociationEvent", "action": "ADD", "bizStep": "installing",
        "parentID": "https://id.gs1.org/8004/9521987VIN-1", "childEPCs": [pack.identity], **changed,
    }  # fmt: skip


HEALTH = {
    "sensorReport": [{"type": "bat:StateOfHealth", "value": 97.5, "uom": "P1"}],
    "sensorMetadata": {"time": "2026-01-21T10:00:00.000Z"},
}


def test_what_it_means_here_is_done_where_the_state_allows_it(cast, as_system, pack):
    events = [
        seen(pack.identity, bizStep="repairing"),
        seen(pack.identity, disposition="damaged"),
        seen(pack.identity, bizStep="inspecting", sensorElementList=[HEALTH]),
        installed(pack),
        installed(pack, eventID=numbered(9)),
        seen(pack.identity, bizStep="destroying", action="DELETE", disposition="destroyed"),
    ]
    told = captured(cast.speak("maker"), as_system, document(*events, context=OWN))
    assert told["success"], told
    with as_system():
        rows = LifecycleEvent.objects.filter(epcis__isnull=False).order_by("id")
        assert [row.kind for row in rows] == [
            "REPAIRED", "INCIDENT", "HEALTH_READ", "COMMISSIONED", "OBSERVED", "OBSERVED",
        ]  # fmt: skip
        assert str(HealthReading.objects.get().soh) == "0.97500"
        assert Battery.objects.get(pk=pack.pk).state == "IN_SERVICE"


def test_one_event_by_itself_is_answered_when_it_is_recorded(cast, as_system, pack):
    maker, one = cast.speak("maker"), seen(pack.identity, eventID=numbered(1))
    body = json.dumps({"@context": OWN, **one})
    first = maker.send("/epcis/events", body, content_type=LINKED)
    assert (first.status_code, first.content) == (201, b"")
    assert first["Location"].startswith("/epcis/events/urn%3Auuid%3A")
    again = maker.send("/epcis/events", body, content_type=LINKED)
    assert (again.status_code, again["Location"]) == (200, first["Location"])
    other = maker.send("/epcis/events", body.replace("shipping", "receiving"), content_type=LINKED)
    assert (other.status_code, other.json()["type"]) == (
        409,
        "epcisException:ResourceAlreadyExistsException",
    )
    with as_system():
        assert EpcisEvent.objects.count() == 1


def test_one_event_about_other_peoples_battery_is_refused_and_kept_as_an_attempt(
    cast, as_system, pack
):
    body = json.dumps({"@context": OWN, **seen(pack.identity, eventID=numbered(1))})
    answer = cast.speak("keeper").send("/epcis/events", body, content_type=LINKED)
    assert answer.status_code == 403 or answer.status_code == 422, answer.content
    with as_system():
        assert Attempt.objects.get().battery_id == pack.pk
        assert not EpcisEvent.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "name"),
    [
        (b"\x00\xff", 400, "ValidationException"),
        (b"[1, 2", 400, "ValidationException"),
        (b'{"epcisBody": {"eventList": 7}}', 400, "ValidationException"),
        (b" " * (epcis_json.MAX_BYTES + 1), 413, "CaptureLimitExceededException"),
    ],
)
def test_garbage_is_refused_at_once(cast, body, status, name):
    answer = cast.speak("maker").send("/epcis/capture", body, content_type=LINKED)
    assert (answer.status_code, answer.json()["type"]) == (status, f"epcisException:{name}")


def test_other_forms_and_other_behaviours_are_refused(cast):
    maker = cast.speak("maker")
    assert maker.send("/epcis/capture", b"{}", content_type="text/xml").status_code == 415
    wrong = maker.send(
        "/epcis/capture", b"{}", content_type=LINKED, **{"GS1-Capture-Error-Behaviour": "maybe"}
    )
    assert wrong.status_code == 400
    limits = maker.send("/epcis/capture", b"", method="OPTIONS")
    assert limits["GS1-EPCIS-Capture-Limit"] == "10000"
