"""Events that are read by the pattern of another come to what each comes to by itself."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from passport.rules import epcis_patterns
from passport.rules.epcis import check_event, check_readable
from passport.rules.epcis_hash import event_hash_id
from passport.rules.epcis_json import read, write
from passport.rules.epcis_meaning import meaning_of, names_in
from passport.rules.epcis_moments import utc_text
from passport.rules.epcis_patterns import Patterns, Told
from passport.rules.epcis_spelling import naming_of
from passport.rules.epcis_terms import terms_of
from passport.rules.errors import Refusal
from tests.rules import epcis_samples as samples
from tests.rules.epcis_samples import CELL, PACK, said
from tests.rules.test_epcis_looking import IGNORING, changed

NAMING = naming_of(said(IGNORING))
IDS = [
    "urn:uuid:0190f4b2-7c1e-7abc-8def-000000000001",
    "URN:UUID:0190F4B2-7C1E-7ABC-8DEF-000000000001",
    "urn:x:1", "https://e.example/" + "x" * 900, "ni:///sha-256;00?ver=CBV2.0",
]  # fmt: skip
TIMES = [
    "2026-03-02T06:00:00.000Z", "2026-03-02T06:00:00.0005+01:00", "2026-02-28T23:59:60Z",
    "2024-02-29T00:00:00Z", "2026-02-29T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "soon", "",
]  # fmt: skip
NAMES = [
    CELL, PACK, "urn:epc:id:sgtin:9521234.000001.B1", "urn:x:ü", "bat:C1", "no name", "",
    " " + CELL,
    CELL + "/10/L", "https://e.example/%zz", "http://[::1]:80/a?b#c", "https://a.example/01/1/21/\t",
    "a:" + "b" * 700, 'x"y', "x\\u0041", "x\\\\", "\x00", "\ud800", "urn:epcglobal:cbv:bizstep:x",
]  # fmt: skip
VALUES = {
    "eventID": IDS, "eventTime": TIMES, "recordTime": TIMES, "epcList": NAMES, "parentID": NAMES,
    "childEPCs": NAMES, "inputEPCList": NAMES, "outputEPCList": NAMES,
}  # fmt: skip


def alone(text: str) -> object:
    """What reading it by itself makes of it, step by step."""
    try:
        event = check_event(read(text.encode("utf-8", "surrogatepass")))
        check_readable(event)
        hashed = event_hash_id(event, naming=NAMING)
        found = terms_of(event, naming=NAMING)
    except Refusal:
        return None
    return Told(
        uri=event.get("eventID", hashed),
        declaration="errorDeclaration" in event,
        hash=bytes.fromhex(hashed[14:78]),
        type=NAMING.value(event["type"]),
        happened=utc_text(event["eventTime"]),
        terms=sorted(found.terms),
        measured=write(found.measured) if found.measured else "",
        names=names_in(event, naming=NAMING),
        meaning=meaning_of(event, naming=NAMING),
        joins="parentID" in event,
    )


def learnt(patterns: Patterns, text: str) -> Told:
    data = text.encode()
    written = {name: write(value) for name, value in read(data).items()}
    return patterns.look(read(data), text=text, written=written)


STYLES: list[dict[str, Any]] = [
    {}, {"separators": (",", ":")}, {"indent": 2}, {"ensure_ascii": False},
]  # fmt: skip


def replaced(event: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same with another value in one of the fields that differ."""
    own = [name for name in event if name in VALUES]
    name = chance.choice(own)
    value = chance.choice(VALUES[name])
    if isinstance(event[name], list):
        several = [chance.choice(VALUES[name]) for _ in event[name]]
        return {**event, name: several}
    return {**event, name: value}


def plain(value: Any) -> Any:
    return json.loads(write(value))


def test_whatever_is_read_by_a_pattern_is_what_it_is_when_read_alone():
    chance = random.Random(11)  # noqa: S311 - the same events each time
    by_pattern = refused = 0
    for _ in range(60):
        patterns = Patterns(naming=NAMING)
        for _ in range(12):
            event = changed(chance)
            if not isinstance(event, dict) or alone(write(event)) is None:
                continue
            style = chance.choice(STYLES)
            first = json.dumps(plain(event), **style)
            assert learnt(patterns, first) == alone(first)
            for _ in range(8):
                if any(name in VALUES for name in event):
                    text = json.dumps(replaced(plain(event), chance), **style)
                expected, told = alone(text), patterns.told(text)
                assert told in (None, expected), text
                by_pattern, refused = by_pattern + bool(told), refused + (expected is None)
    assert by_pattern > 800
    assert refused > 800


def test_no_flipped_byte_passes_by_a_pattern_that_is_refused_or_read_otherwise():
    chance = random.Random(5)  # noqa: S311
    patterns = Patterns(naming=NAMING)
    sample = {"eventID": IDS[0], **samples.OBJECT, "bat:own": [1.50, "a"], "epcList": [CELL, PACK]}
    text = json.dumps(sample)
    learnt(patterns, text)
    passed = 0
    for _ in range(4000):
        at = chance.randrange(len(text))
        other = text[:at] + chance.choice(
            ['"', "\\", "\x00", "\t", "7", "z", "ü", "", " ", "}", ","]
        )
        other += text[at + 1 :] if chance.random() < 0.7 else text[at:]
        told = patterns.told(other)
        assert told is None or told == alone(other), other
        passed += told is not None
    assert passed > 300


@pytest.mark.parametrize("sample", [samples.OBJECT, samples.ASSOCIATION, samples.TRANSFORMATION])
@pytest.mark.parametrize("uri", [None, IDS[0]])
def test_the_next_one_is_read_by_its_pattern(sample, uri):
    patterns = Patterns(naming=NAMING)
    given = sample if uri is None else {**sample, "eventID": uri}
    text = json.dumps(given)
    assert patterns.told(text) is None
    learnt(patterns, text)
    other = text.replace("06:00:00", "06:00:07").replace("/21/C1", "/21/C2")
    other = other.replace("-000000000001", "-000000000002")
    assert other != text
    assert patterns.told(other) == alone(other)
    assert patterns.told(text) == alone(text)


def test_those_of_one_length_that_differ_in_what_stands_where_are_not_taken_for_one_another():
    patterns = Patterns(naming=NAMING)
    first = json.dumps(samples.OBJECT)
    turned = json.dumps({name: samples.OBJECT[name] for name in reversed(samples.OBJECT)})
    told = [learnt(patterns, text) for text in (first, turned)]
    assert told[0] == told[1]
    assert [patterns.told(text) for text in (first, turned)] == told


NOT_LEARNT = {
    "an escape": json.dumps(samples.OBJECT | {"rdfs:comment": "ä"}),
    "a kind of one's own": json.dumps(samples.OWN),
    "a context of its own": json.dumps(samples.OBJECT | {"@context": {"x": "https://x.example/"}}),
    "a reading": json.dumps(samples.OBJECT | {"sensorElementList": [
        {"sensorReport": [{"type": "bat:StateOfHealth", "value": 91.5, "uom": "P1"}]}]}),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_LEARNT)
def test_what_is_not_learnt_is_read_strictly_each_time(name):
    patterns = Patterns(naming=NAMING)
    text = NOT_LEARNT[name]
    assert learnt(patterns, text) == alone(text)
    assert patterns.told(text) is None


def test_where_no_two_are_alike_patterns_are_let_go_of(monkeypatch):
    monkeypatch.setattr(epcis_patterns, "MOST_PATTERNS", 2)
    patterns = Patterns(naming=NAMING)
    texts = [json.dumps(samples.OBJECT | {"bat:own": place}) for place in range(3)]
    for text in texts:
        learnt(patterns, text)
    assert [patterns.told(text) is not None for text in texts] == [False, False, True]
