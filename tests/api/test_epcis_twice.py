"""An event that names something twice is taken as it is said last, and kept as it came."""

from __future__ import annotations

import hashlib
import json

import pytest

from passport.models import Battery, EpcisEvent
from tests.api.capturing import LINKED, OWN, captured, document, seen

TWICE = '"eventID":"urn:x:first","bizStep" : "shipping","eventID": "urn:x:last"'


def said_twice(*things, twice=TWICE):
    """A document, and its one event that says twice who it is."""
    event = json.dumps(seen(*things, bizStep=None))[:-1] + f", {twice} }}"
    return document({"x": 1}).replace(b'{"x": 1}', event.encode()), event


def kept(as_system):
    """What the logged bytes say of the one event that is there."""
    with as_system():
        row = EpcisEvent.objects.select_related("event").get()
        body = bytes(row.event.body)
        assert hashlib.sha256(body).digest() == bytes(row.event.body_sha256)
        facts = json.loads(body)["facts"]
        return row, json.loads(bytes(row.apart)) if row.apart else facts


@pytest.mark.parametrize("several", [False, True])
def test_what_an_event_says_twice_counts_as_it_is_said_last_and_is_kept_whole(
    cast, as_system, pack, several
):
    maker = cast.speak("maker")
    cells = [cell_of(pack, as_system)] if several else []
    whole, event = said_twice(pack.identity, *cells)
    told = captured(maker, as_system, whole)
    assert (told["accepted"], told["success"], told["errors"]) == (1, True, [])
    (word,) = told["warnings"]
    assert word["code"] == "epcis-said-twice"
    assert word["pointer"] == "/epcisBody/eventList/0/eventID"
    row, said_here = kept(as_system)
    assert row.event_uri == "urn:x:last"
    assert said_here["received"] == event
    assert json.loads(said_here["epcis"]) == json.loads(event)
    back = maker.get("/epcis/events/urn:x:last").json()
    assert {name: back[name] for name in json.loads(event)} == json.loads(event)
    # The same again, said twice or once, is the same event.
    again = captured(maker, as_system, whole)
    once = captured(maker, as_system, document(json.loads(event)))
    assert [(each["accepted"], each["duplicates"]) for each in (again, once)] == [(0, 1), (0, 1)]
    assert (len(again["warnings"]), once["warnings"]) == (1, [])


def cell_of(pack, as_system):
    with as_system():
        return Battery.objects.filter(unit=pack).exclude(pk=pack.pk).first().identity


def test_nothing_else_may_be_said_twice(cast, as_system, pack):
    maker = cast.speak("maker")
    inside, _ = said_twice(pack.identity, twice='"x:y": {"a": 1, "a": 2}, "action": "ADD"')
    around = document(seen("urn:x:1")).replace(b'"schemaVersion"', b'"type": "x", "schemaVersion"')
    a_body = document(seen("urn:x:1"))[:-1] + b', "epcisBody": {"eventList": []}}'
    for body in (inside, around, a_body):
        told = captured(maker, as_system, body)
        assert (told["accepted"], told["warnings"]) == (0, [])
        assert told["errors"][0]["code"] == "epcis-said-twice", body
    # There is no job that could say how it was read.
    _, event = said_twice(pack.identity)
    alone = event.replace("{", '{"@context": ' + json.dumps(OWN) + ",", 1)
    answer = maker.send("/epcis/events", alone.encode(), content_type=LINKED)
    assert answer.status_code == 400, answer.content
    told = captured(maker, as_system, alone.encode())
    assert (told["accepted"], len(told["warnings"])) == (1, 1)
