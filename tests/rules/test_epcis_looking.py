"""Events that are looked at with others of their document come to what each comes to by itself."""

from __future__ import annotations

import json
import random
from typing import Any

from passport.rules.epcis import check_event
from passport.rules.epcis_fields import COMMON
from passport.rules.epcis_hash import event_hash_id
from passport.rules.epcis_json import Json
from passport.rules.epcis_looking import Looked, Looking
from passport.rules.epcis_meaning import names_in
from passport.rules.epcis_spelling import Naming, naming_of
from passport.rules.epcis_terms import terms_of
from passport.rules.errors import Refusal
from tests.rules import epcis_samples as samples
from tests.rules.epcis_samples import CELL, PACK, said

IGNORING = {"@context": samples.CONTEXT, "example:ignoreFields": ["bat:left"]}
NAMING = naming_of(said(IGNORING))
KINDS = (
    samples.OBJECT, samples.ASSOCIATION, samples.AGGREGATION, samples.TRANSACTION,
    samples.TRANSFORMATION, samples.OWN,
)  # fmt: skip
SENSORS = [{"sensorReport": [{"type": "bat:StateOfHealth", "value": 1.50, "uom": "P1"}]}]
# Good, odd and wrong: None leaves the field out.
CHANGES: dict[str, list[Any]] = {
    "type": ["ObjectEvent", "AssociationEvent", "Nothing", 7, None],
    "@context": [{"bat": "https://else.example/"}, None, None, None],
    "eventID": ["urn:uuid:0190f4b2-7c1e-7abc-8def-000000000001", "urn:x:1", "no uri", None],
    "eventTime": ["2026-03-02T06:00:00.5+01:00", "2026-03-02T06:00:00.000Z", "soon", None],
    "recordTime": ["2026-03-03T06:00:00Z", None],
    "eventTimeZoneOffset": ["+02:00", "2", None],
    "action": ["ADD", "DELETE", "OBSERVE", "LOOK", None],
    "epcList": [[], [CELL], [CELL, PACK], [CELL, CELL], ["urn:epc:id:sgtin:9521234.000001.B1"],
                "one", [1], None],
    "parentID": [PACK, "urn:x:p", 1, None],
    "childEPCs": [[CELL], [], None],
    "childQuantityList": [[{"epcClass": "urn:x:c"}], None],
    "inputEPCList": [[CELL], None],
    "outputEPCList": [[], [PACK], None],
    "quantityList": [[{"epcClass": "urn:x:c", "quantity": 1.0, "uom": "KGM"}], [], [{}], None],
    "bizStep": ["shipping", "bat:step", "walking", None],
    "disposition": ["damaged", None],
    "bizTransactionList": [[{"type": "po", "bizTransaction": "urn:x:7"}], [], None],
    "sensorElementList": [SENSORS, [], None],
    "ilmd": [{"bat:lot": "L7"}, {"lot": 1}, None],
    "bat:own": [1, 1.0, "1", True, {"bat:a": [2, "x"]}, None],
    "bat:left": ["a", None],
    "errorDeclaration": [{"declarationTime": "2026-03-03T06:00:00Z"}, {}, None],
}  # fmt: skip


def changed(chance: random.Random) -> Json:
    event = dict(chance.choice(KINDS))
    for name in chance.sample(list(CHANGES), chance.choice((0, 1, 1, 2, 3))):
        event[name] = chance.choice(CHANGES[name])
    own = event["type"] == samples.OWN["type"]
    names = [
        name
        for name, value in event.items()
        if value is not None and (not own or name in COMMON or ":" in name)
    ]
    if chance.random() < 0.2:
        chance.shuffle(names)
    return said({name: event[name] for name in names})


def alone(event: Json, naming: Naming) -> object:
    try:
        found = check_event(event)
    except Refusal as refusal:
        return type(refusal), refusal.pointer, refusal.detail, refusal.remedy
    terms = terms_of(found, naming=naming)
    return Looked(event_hash_id(found, naming=naming), terms, names_in(found, naming=naming))


def among(looking: Looking, event: Json) -> object:
    fields = event.items() if isinstance(event, dict) else ()
    try:
        return looking.look(event, written={name: repr(value) for name, value in fields})
    except Refusal as refusal:
        return type(refusal), refusal.pointer, refusal.detail, refusal.remedy


def test_each_event_comes_to_the_same_whatever_stands_before_it():
    chance = random.Random(7)  # noqa: S311 - the same events each time
    passed = refused = 0
    for _ in range(40):
        looking = Looking(naming=NAMING)
        for event in [changed(chance) for _ in range(60)]:
            expected = alone(event, NAMING)
            assert among(looking, event) == expected, event
            passed, refused = passed + isinstance(expected, Looked), refused + 1
    assert passed > 600
    assert refused - passed > 600


def test_what_is_no_event_at_all_is_refused():
    for value in (None, [], "event", said(1), {}):
        assert among(Looking(naming=NAMING), value) == alone(value, NAMING)


def test_of_several_flaws_the_first_is_told():
    event = said({**samples.OBJECT, "epcList": ["x"], "bizStep": "walking", "action": "LOOK"})
    told = among(Looking(naming=NAMING), event)
    assert told == alone(event, NAMING)
    assert told[1] == "/action"


def test_the_same_value_in_another_kind_of_event_is_looked_at_again():
    looking = Looking(naming=NAMING)
    assert isinstance(among(looking, said(samples.OBJECT | {"bizTransactionList": []})), Looked)
    event = said(samples.TRANSACTION | {"bizTransactionList": []})
    assert among(looking, event) == alone(event, NAMING)
    assert not isinstance(among(looking, event), Looked)


def test_a_value_is_known_by_its_bytes():
    looking = Looking(naming=NAMING)
    for value in (1, 1.0, True, "1", 1):
        event = said(samples.OBJECT | {"bat:own": value})
        written = {name: json.dumps(each).encode() for name, each in samples.OBJECT.items()}
        written["bat:own"] = json.dumps(value).encode()
        assert looking.look(event, written=written) == alone(event, NAMING)
