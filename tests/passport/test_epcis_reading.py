"""A document is read event by event; what is unusual in it is read as a whole, to the same end."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from passport.actions import epcis_reading
from passport.actions.epcis_reading import read_document
from passport.actions.epcis_slices import count_events
from passport.rules.errors import Refusal
from tests.api.capturing import CONTEXT, OWN, document, numbered, seen

THING = "https://id.gs1.org/01/09521234999990/21/X1"
OTHER = "https://id.gs1.org/01/09521234999990/21/X2"


def events(count: int = 4) -> list[dict[str, Any]]:
    return [seen(THING, eventID=numbered(n)) for n in range(count)]


def told(reading: Callable[..., Any], data: bytes) -> object:
    """All that a reading comes to, or what it refuses."""
    try:
        found = reading(data)
    except Refusal as refusal:
        return type(refusal), refusal.pointer, refusal.detail, refusal.remedy
    refused = {
        place: (type(each), each.pointer, each.detail, each.remedy)
        for place, each in found.refused.items()
    }
    return found.read, refused, found.count, found.stem


def whole(data: bytes) -> Any:
    return epcis_reading._read_whole(data, len(data))


def twice(data: bytes) -> object:
    """What is told of a document, whichever way it is read."""
    found = told(lambda each: read_document(document=each), data)
    assert found == told(whole, data), data[:2000]
    return found


def query(*some: dict[str, Any]) -> bytes:
    body = {"queryResults": {"queryName": "Q", "resultsBody": {"eventList": list(some)}}}
    return json.dumps(
        {"@context": CONTEXT, "type": "EPCISQueryDocument", "schemaVersion": "2.0",
         "creationDate": "2026-01-20T12:00:00.000Z", "epcisBody": body}
    ).encode()  # fmt: skip


def put(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new)


def deep(levels: int) -> Any:
    return json.loads("[" * levels + "]" * levels)


PLAIN = document(*events())
FIRST = json.dumps(events()[0]).encode()
GOOD = {
    "as usual": PLAIN,
    "with line feeds": json.dumps(json.loads(PLAIN), indent=2).encode(),
    "without blanks": json.dumps(json.loads(PLAIN), separators=(",", ":")).encode(),
    "answers": query(*events()),
    "letters of all kinds": json.dumps(
        json.loads(document(*[each | {"bat:u": "Ä ß"} for each in events()], context=OWN)),
        ensure_ascii=False,
    ).encode(),
    "commas that stand otherwise": put(PLAIN, b"}, {", b"} , {")[:-1] + b"\n}",
    "one comma that stands otherwise": PLAIN.replace(b'}, {"type"', b'} ,\n{"type"', 1),
    "one event": document(*events(1)),
    "two": document(*events(2)),
    "none": document(),
    "the same twice": document(events()[0], events()[0], *events()),
    "an event in the context too": put(
        PLAIN, b'"schemaVersion"', b'"example:copy": [' + FIRST + b'], "schemaVersion"'
    ),
    "a list of the other kind": put(
        PLAIN, b'{"ev', b'{"queryResults": {"resultsBody": {"eventList": [{}]}}, "ev'
    ),
    "an escaped name of the list": put(PLAIN, b'"eventList"', b'"event\\u004cist"'),
    "an escaped type": put(PLAIN, b'"EPCISDocument"', b'"EPCIS\\u0044ocument"'),
    "depth": document(*[each | {"bat:deep": deep(28)} for each in events()], context=OWN),
    "a number with its text": document(*[each | {"bat:n": 1} for each in events()], context=OWN)
    .replace(b'"bat:n": 1', b'"bat:n": 1.50e+07'),
}  # fmt: skip


COUNTS = {"one event": 1, "two": 2, "none": 0, "the same twice": 6}


@pytest.mark.parametrize("name", GOOD)
def test_a_document_is_read_the_same_event_by_event(name):
    read, refused, count, _ = twice(GOOD[name])
    assert (len(read), refused) == (count, {})
    assert count == COUNTS.get(name, 4)


BAD = {
    "a name twice in an event": put(PLAIN, b'"eventID"', b'"action": "ADD", "eventID"'),
    "a name twice around them": put(PLAIN, b'"schemaVersion"', b'"type": "X", "schemaVersion"'),
    "the list twice": put(PLAIN, b'{"eventList"', b'{"eventList": [], "eventList"'),
    "a number that is too long": PLAIN.replace(b'"shipping"', b"1" * 41, 1),
    "not a number": PLAIN.replace(b'"shipping"', b"NaN", 1),
    "a control character": PLAIN.replace(b"shipping", b"ship\x01ping", 1),
    "NUL by an escape": PLAIN.replace(b"shipping", b"ship\\u0000ping", 1),
    "half a pair": PLAIN.replace(b"shipping", b"ship\\ud800ping", 1),
    "bytes that are no text": PLAIN.replace(b"shipping", b"ship\xffping", 1),
    "a mark of order": b"\xef\xbb\xbf" + PLAIN,
    "something behind": PLAIN + b"x",
    "a comma too many": put(PLAIN, b"}]}}", b"},]}}"),
    "an event that is none": document(*events(2), 7, *events(2)),
    "too deep": document(*[each | {"bat:deep": deep(29)} for each in events()], context=OWN),
    "long, and no JSON": document(*events(), seen(*[THING] * 3000)).replace(
        b'"shipping"', b'"shipping", "action": "ADD"'
    ),
    "a document as an event": json.dumps(
        seen(THING) | {"@context": CONTEXT, "epcisBody": {"eventList": events()}}
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_document_is_refused_in_the_same_words(name):
    found = twice(BAD[name])
    assert isinstance(found[0], type) or found[1]


def test_what_is_refused_of_some_events_is_refused_of_these_alone():
    wrong = [
        {"action": "LOOK"}, {"eventTime": "soon"}, {"epcList": ["no uri"]}, {"epcList": []},
        {"eventID": "urn:x:" + "y" * 1001}, {"bizStep": "walking"}, {"eventTimeZoneOffset": None},
    ]  # fmt: skip
    some = [seen(THING, **{"eventID": numbered(n), **each}) for n, each in enumerate(wrong)]
    read, refused, count, _ = twice(document(*events(), *some, *events()))
    assert (count, sorted(refused)) == (15, [4, 5, 6, 8, 9, 10])
    assert len(read) == 9


@pytest.mark.parametrize("seed", range(3))
def test_a_document_with_a_flipped_byte_is_read_as_it_is_as_a_whole(seed):
    chance = random.Random(seed)  # noqa: S311 - the same documents each time
    made = document(*[seen(THING, OTHER, eventID=numbered(n)) for n in range(3)])
    other = b'"\\\x00\x01{}[]:, 7zET-\xc3\xa4'
    for _ in range(400):
        at = chance.randrange(len(made))
        twice(made[:at] + bytes([chance.choice(other)]) + made[at + 1 :])
        twice(made[:at] + made[at + chance.randrange(1, 4) :])


def test_an_event_in_an_event_is_no_document():
    """Its text is all of it: what stands in its lists is no event."""
    inner = {"eventList": [seen(OTHER, eventID=numbered(9))]}
    fire = {"@context": OWN, "type": "bat:Fire", "eventTime": "2026-01-20T10:00:00Z",
            "eventTimeZoneOffset": "+01:00", "epcisBody": inner}  # fmt: skip
    (one,), refused, count, _ = twice(json.dumps(fire).encode())
    assert (json.loads(one.text), refused, count) == (fire, {}, 1)


def test_events_are_counted_whatever_a_document_calls_itself():
    for data, count in (
        (PLAIN, 4), (query(*events(3)), 3), (document(), 0), (GOOD["an escaped type"], 4),
        (json.dumps(seen(THING)).encode(), 1),
    ):  # fmt: skip
        assert count_events(document=data) == count
