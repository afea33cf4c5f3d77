"""Events of several documents in one: nothing of them changes, and each prefix means one thing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from passport.rules.epcis_answer import Told, alone, answer, as_links, document
from passport.rules.epcis_json import read
from passport.rules.epcis_native import STANDARD_CONTEXT, model_class, stem_of
from tests.rules.epcis_samples import ASSOCIATION, OBJECT, TRANSFORMATION, said

AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
STEM = stem_of("https://passport.example")
OURS = {"bat": STEM}


def told(event: dict[str, Any], context: Any) -> Told:
    value = said(event)
    assert isinstance(value, dict)
    return Told(value, said(context))


def asked(*events: Told) -> Any:
    return json.loads(answer(told=events, stem=STEM, at=AT))


def inside(found: Any) -> list[Any]:
    return list(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"])


def test_contexts_that_agree_are_said_once() -> None:
    found = asked(
        told(OBJECT, STANDARD_CONTEXT),
        told(ASSOCIATION, [STANDARD_CONTEXT, {"own": "urn:own:"}]),
        told(OBJECT, {"own": "urn:own:"}),
    )
    assert found["@context"] == [STANDARD_CONTEXT, OURS, {"own": "urn:own:"}]
    assert inside(found) == [OBJECT, ASSOCIATION, OBJECT]
    assert (found["type"], found["creationDate"]) == (
        "EPCISQueryDocument", "2026-03-02T06:00:00.000Z",
    )  # fmt: skip


@pytest.mark.parametrize(
    "context", [{"bat": "urn:other:"}, "https://x.example/context.jsonld", {"@vocab": "urn:x:"}]
)
def test_contexts_that_differ_stay_with_their_events(context: Any) -> None:
    own = {**OBJECT, "@context": [context, {"z": "urn:z:"}]}
    found = asked(told(own, context), told(OBJECT, STANDARD_CONTEXT))
    assert found["@context"] == [STANDARD_CONTEXT, OURS]
    assert inside(found) == [
        {"@context": [context, {"z": "urn:z:"}], **OBJECT},
        {"@context": [STANDARD_CONTEXT], **OBJECT},
    ]


def test_a_document_has_its_name_and_an_event_alone_its_context() -> None:
    one = told({**OBJECT, "@context": {"z": "urn:z:"}}, STANDARD_CONTEXT)
    made = json.loads(document(told=[one], name="https://x.example/d", stem=STEM, at=AT))
    assert (made["id"], made["type"]) == ("https://x.example/d", "EPCISDocument")
    single = json.loads(alone(told=one, stem=STEM))
    assert single == {"@context": [STANDARD_CONTEXT, OURS, {"z": "urn:z:"}], **OBJECT}
    assert json.loads(alone(told=told(OBJECT, []), stem=STEM))["type"] == "ObjectEvent"


def test_numbers_keep_their_text() -> None:
    event = read(b'{"type":"ObjectEvent","bat:x":1.50}')
    assert isinstance(event, dict)
    assert '"bat:x":1.50' in answer(told=[Told(event, [])], stem=STEM, at=AT)


URN = "urn:epc:id:sgtin:9521234.000002.P1"
LINK = "https://id.gs1.org/01/09521234000020/21/P1"
PLACE = "urn:epc:id:sgln:9521234.00011.0"


def test_urns_become_links_where_things_are_named_and_nowhere_else() -> None:
    event = said(
        {
            **TRANSFORMATION, "inputEPCList": [URN, "urn:x:1"], "outputEPCList": [LINK],
            "parentID": URN, "readPoint": {"id": PLACE}, "bizLocation": {"any": 1},
            "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:9521234.000002.L"}, 1],
            "sourceList": [{"type": "location", "source": PLACE}],
            "destinationList": "x", "epcList": URN, "bat:x": URN, "eventID": URN,
        }
    )  # fmt: skip
    assert isinstance(event, dict)
    found = as_links(event)
    assert found["inputEPCList"] == [LINK, "urn:x:1"]
    assert found["outputEPCList"] == [LINK]
    assert (found["parentID"], found["bat:x"], found["eventID"]) == (LINK, URN, URN)
    assert found["readPoint"] == {"id": "https://id.gs1.org/414/9521234000112"}
    assert found["bizLocation"] == event["bizLocation"]
    assert found["sourceList"] == [
        {"type": "location", "source": "https://id.gs1.org/414/9521234000112"}
    ]
    quantities = found["inputQuantityList"]
    assert isinstance(quantities, list)
    assert quantities[0] == {"epcClass": "https://id.gs1.org/01/09521234000020/10/L"}
    assert (found["destinationList"], found["epcList"]) == ("x", URN)


def test_a_model_is_a_class_by_its_gtin_or_by_our_name_for_it() -> None:
    names = {"maker": "m", "code": "A 1/2", "stem": STEM}
    assert model_class(gtin="09521234000020", **names) == "https://id.gs1.org/01/09521234000020"
    assert model_class(gtin="", **names) == f"{STEM}model/m/A%201%2F2"
