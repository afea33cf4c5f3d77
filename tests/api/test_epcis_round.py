"""What is captured comes back as it was sent: every published example, over HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from passport.rules.epcis_document import open_document
from passport.rules.epcis_json import Json, read, write
from tests.api.capturing import CONTEXT, captured, seen, understood
from tests.api.test_epcis_capture import examples

SET_HERE = {"recordTime", "eventID", "@context"}


def bare(event: Json) -> str:
    """An event without what its document or the service says of it."""
    assert isinstance(event, dict)
    return write({name: each for name, each in event.items() if name not in SET_HERE})


def came_back(speaker: Any) -> list[Json]:
    address = "/epcis/events?" + urlencode({"perPage": 1000, "orderBy": "recordTime"})
    answer = speaker.get(address)
    assert answer.status_code == 200
    document: Any = read(answer.content)
    return list(document["epcisBody"]["queryResults"]["resultsBody"]["eventList"])


@pytest.mark.oracle
def test_every_published_example_comes_back_equal(cast: Any, as_system: Any) -> None:
    sent, accepted = set(), 0
    speaker = cast.speak("keeper")
    for file in examples():
        document = file.read_bytes()
        told = captured(speaker, as_system, document)
        accepted += told["accepted"]
        if told["accepted"]:
            sent |= {bare(each) for each in open_document(understood(document)).events}
    found = came_back(speaker)
    assert len(found) == accepted > 40
    assert {bare(each) for each in found} <= sent
    assert all(isinstance(each, dict) and {"eventID", "recordTime"} <= set(each) for each in found)


def test_numbers_come_back_as_they_were_written(cast: Any, as_system: Any) -> None:
    speaker = cast.speak("keeper")
    report = '[{"sensorReport":[{"type":"Voltage","value":1.50,"uom":"VLT"}]}]'
    sent = json.dumps({"@context": CONTEXT, **seen("urn:x:1", sensorElementList="HERE")}).replace(
        '"HERE"', report
    )
    posted = speaker.send("/epcis/events", sent.encode())
    assert posted.status_code == 201, posted.content
    answer = speaker.get("/epcis/events?GE_value_VLT=1.5&LT_value=1.6")
    assert b'"value":1.50' in answer.content
    one = speaker.get(posted["Location"])
    assert one.status_code == 200
    assert b'"value":1.50' in one.content
    assert speaker.get("/epcis/events?GE_value_AMP=1").content.count(b"Voltage") == 0


def test_a_captured_event_is_in_the_life_of_its_battery(
    cast: Any, as_system: Any, pack: Any
) -> None:
    maker = cast.speak("maker")
    event = {"@context": CONTEXT, **seen(pack.identity, bizStep="storing")}
    posted = maker.send("/epcis/events", event)
    assert posted.status_code == 201, posted.content
    document = json.loads(maker.get(f"/api/v1/batteries/{pack.pk}/epcis").content)
    steps = [each["bizStep"] for each in document["epcisBody"]["eventList"]]
    assert steps == ["commissioning", "storing"]
