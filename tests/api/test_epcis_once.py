"""An event is recorded once, whoever brings it at the same moment, and taken back once."""

import json

import pytest

from passport.models import Attempt, Battery, Correction, EpcisEvent, Outbox
from passport.postgres import capturing
from tests.api.capturing import LINKED, OWN, captured, document, numbered, seen
from tests.cast import give


def test_an_event_that_another_request_records_meanwhile_is_known(
    cast, as_system, pack, monkeypatch
):
    maker = cast.speak("maker")
    body = json.dumps({"@context": OWN, **seen(pack.identity, eventID=numbered(1))})
    look, blind = capturing.known, [True]

    def too_early(**asked):
        # What the slower of two requests sees: the other has not committed yet.
        return {} if blind and blind.pop() else look(**asked)

    first = maker.send("/epcis/events", body, content_type=LINKED)
    monkeypatch.setattr(capturing, "known", too_early)
    second = maker.send("/epcis/events", body, content_type=LINKED)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second["Location"] == first["Location"]
    assert not blind
    with as_system():
        assert EpcisEvent.objects.count() == 1


def declared(event, **said):
    told = {"declarationTime": "2026-01-25T10:00:00Z", "reason": "incorrect_data", **said}
    return event | {"errorDeclaration": told}


def sent_alone(who, event):
    body = json.dumps({"@context": OWN, **event})
    return who.send("/epcis/events", body, content_type=LINKED).status_code


@pytest.fixture
def given(cast, as_system, pack):
    """What its maker said of a pack, and of a pack and a cell, before the keeper got them."""
    with as_system():
        cell = Battery.objects.filter(unit=pack).exclude(pk=pack.pk).first()
    one = seen(pack.identity, eventID=numbered(1), disposition="damaged")
    both = seen(pack.identity, cell.identity, eventID=numbered(2))
    assert captured(cast.speak("maker"), as_system, document(one, both))["accepted"] == 2
    with as_system():
        give(pack, cast["maker"], cast["keeper"])
    return one, both, cell


def test_nobody_takes_back_in_other_hands_but_who_said_it_and_in_its_words(
    cast, as_system, pack, given
):
    maker, one = cast.speak("maker"), given[0]
    assert sent_alone(maker, declared(one | {"bizStep": "receiving"})) == 422
    # Of its own it may say what it likes, and it says nothing of the maker's event.
    assert sent_alone(cast.speak("keeper"), declared(one)) == 201
    assert sent_alone(cast.speak("workshop"), declared(one)) in (403, 422)
    assert sent_alone(maker, seen(pack.identity, eventID=numbered(3))) in (403, 422)
    with as_system():
        assert not Correction.objects.exists()
        assert Attempt.objects.count() == 2


def test_what_one_said_is_taken_back_when_the_battery_is_in_other_hands(cast, as_system, given):
    maker, (one, both, cell) = cast.speak("maker"), given
    assert [sent_alone(maker, declared(one)) for _ in range(2)] == [201, 200]
    told = captured(maker, as_system, document(declared(both), declared(one)))
    assert (told["accepted"], told["duplicates"], told["errors"]) == (1, 1, [])
    with as_system():
        assert Correction.objects.filter(party=cast["maker"]).count() == 2
        assert not Attempt.objects.exists()
        # What is said of several stands apart of the event that each of them sees.
        of_both = Correction.objects.get(event__members__isnull=False).declaration
        assert cell.identity not in bytes(of_both.body).decode()
        assert cell.identity in bytes(of_both.epcis.apart).decode()
        assert Outbox.objects.filter(digest=bytes(of_both.body_sha256)).count() == 1
    for who in (maker, cast.speak("keeper")):
        answer = who.get("/epcis/events?EXISTS_errorDeclaration=true").json()
        found = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert {each["eventID"] for each in found} == {numbered(1), numbered(2)}
