"""Events of the batteries of the cast, to be bent by tests."""

from __future__ import annotations

import json
from typing import Any

from passport.rules.epcis_json import Json, read

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"bat": "https://maker.example/bat/"},
]
CELL = "https://maker.example/01/09521234000037/21/C1"
PACK = "https://maker.example/01/09521234000013/21/B1"
LINE = {"id": "https://maker.example/414/9521234000112/254/LINE-3"}
WHEN = {"eventTime": "2026-03-02T06:00:00.000Z", "eventTimeZoneOffset": "+01:00"}

OBJECT = {
    "type": "ObjectEvent",
    **WHEN,
    "action": "OBSERVE",
    "bizStep": "inspecting",
    "disposition": "conformant",
    "epcList": [CELL],
    "readPoint": LINE,
}
ASSOCIATION = {
    "type": "AssociationEvent",
    **WHEN,
    "action": "ADD",
    "parentID": PACK,
    "childEPCs": [CELL],
}
AGGREGATION = {**ASSOCIATION, "type": "AggregationEvent"}
TRANSACTION = {
    "type": "TransactionEvent",
    **WHEN,
    "action": "ADD",
    "bizTransactionList": [{"type": "po", "bizTransaction": "https://maker.example/po/7"}],
    "epcList": [CELL],
}
TRANSFORMATION = {
    "type": "TransformationEvent",
    **WHEN,
    "inputEPCList": [CELL],
    "outputEPCList": [PACK],
}
OWN = {"type": "bat:Fire", **WHEN}


def said(value: Any) -> Json:
    """A value as it is read from its JSON."""
    return read(json.dumps(value).encode())


def event(sample: dict[str, Any], **changes: Any) -> dict[str, Json]:
    """A sample with some fields changed; a field that becomes None is left out."""
    changed = {**sample, **{name.replace("__", ":"): each for name, each in changes.items()}}
    found = said({name: each for name, each in changed.items() if each is not None})
    assert isinstance(found, dict)
    return found


def document(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An EPCIS document with these events, in plain values."""
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-02T07:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **changes,
    }


def answer(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An EPCIS query document with these events, in plain values."""
    results = {"queryName": "Q", "resultsBody": {"eventList": list(events)}, **changes}
    return {
        "@context": CONTEXT,
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-02T07:00:00Z",
        "epcisBody": {"queryResults": results},
    }
