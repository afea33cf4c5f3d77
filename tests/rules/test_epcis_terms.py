"""By what an event is asked for: every simple query of EPCIS finds its terms."""

from __future__ import annotations

from typing import Any

import pytest

from passport.rules.epcis_json import Number
from passport.rules.epcis_spelling import Naming, naming_of
from passport.rules.epcis_terms import LONGEST, term, terms_of
from tests.rules import epcis_samples as samples
from tests.rules.epcis_samples import event

BAT = "https://maker.example/bat/"
NAMING = naming_of({"@context": samples.said(samples.CONTEXT)})
CELL = "https://id.gs1.org/01/09521234000037/21/C1"
PACK = "https://id.gs1.org/01/09521234000013/21/B1"
LOT = "https://id.gs1.org/01/09521234000037/10/L7"
QUANTITY = [{"epcClass": LOT, "quantity": 1.5, "uom": "KGM"}, {"epcClass": LOT}]
SENSORS = [
    {
        "sensorMetadata": {"time": "2026-03-02T06:00:00Z", "deviceID": "urn:x:d", "bat:n": "1"},
        "sensorReport": [
            {"type": "Voltage", "value": 3.3, "uom": "VLT", "bat:by": "me"},
            {"type": "bat:Flag", "booleanValue": True},
        ],
        "bat:seen": "yes",
    },
    {"sensorReport": [{"type": "bat:Flag", "booleanValue": False}]},
]  # fmt: skip
DECLARED = {
    "declarationTime": "2026-03-03T06:00:00Z", "reason": "incorrect_data",
    "correctiveEventIDs": ["urn:uuid:1"], "bat:who": "QA",
}  # fmt: skip

CASES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "an object": (
        samples.OBJECT,
        {"eventType ObjectEvent", "action OBSERVE", "bizStep inspecting",
         "disposition conformant", f"epc {CELL}",
         "readPoint https://id.gs1.org/414/9521234000112/254/LINE-3"},
    ),
    "children in a parent": (samples.ASSOCIATION, {f"epc {CELL}", f"parentID {PACK}"}),
    "what goes in and comes out": (
        samples.TRANSFORMATION | {"transformationID": "urn:x:t"},
        {f"inputEPC {CELL}", f"outputEPC {PACK}", "transformationID urn:x:t"},
    ),
    "a transaction with its type": (
        samples.TRANSACTION,
        {"bizTransaction_po https://maker.example/po/7"},
    ),
    "a transaction without": (
        samples.TRANSACTION | {"bizTransactionList": [{"bizTransaction": "urn:x:7"}]},
        {"bizTransaction urn:x:7"},
    ),
    "sides": (
        samples.OBJECT | {"sourceList": [{"type": "location", "source": "urn:x:s"}],
                          "destinationList": [{"type": "bat:d", "destination": "urn:x:e"}]},
        {"source_location urn:x:s", f"destination_{BAT}d urn:x:e"},
    ),
    "what lasts": (
        samples.OBJECT | {"persistentDisposition": {"set": ["damaged"], "unset": ["available"]}},
        {"persistentDisposition_set damaged", "persistentDisposition_unset available"},
    ),
    "a class": (samples.OBJECT | {"quantityList": QUANTITY}, {f"epcClass {LOT}"}),
    "a place with more to it": (
        samples.OBJECT | {"bizLocation": {"id": "urn:x:l", "bat:hall": "3"}},
        {"bizLocation urn:x:l", f"bizLocation_{BAT}hall 3"},
    ),
    "sensors": (
        samples.OBJECT | {"sensorElementList": SENSORS},
        {"type Voltage", f"type {BAT}Flag", "deviceID urn:x:d", "booleanValue true",
         f"SENSORMETADATA_{BAT}n 1", f"SENSORREPORT_{BAT}by me", f"SENSORELEMENT_{BAT}seen yes"},
    ),
    "a declaration": (
        samples.OBJECT | {"errorDeclaration": DECLARED},
        {"errorReason incorrect_data", "correctiveEventID urn:uuid:1",
         f"ERROR_DECLARATION_{BAT}who QA"},
    ),
    "a declaration without a reason": (
        samples.OBJECT | {"errorDeclaration": {"declarationTime": "2026-03-03T06:00:00Z"}},
        {"action OBSERVE"},
    ),
    "master data and own fields, at any depth": (
        samples.OBJECT | {"action": "ADD", "ilmd": {"bat:lot": "7", "bat:in": {"bat:n": 1.50}},
                          "bat:list": [["a"], "b"]},
        {f"ILMD_{BAT}lot 7", f"INNER_ILMD_{BAT}n 1.5", f"{BAT}list a", f"{BAT}list b"},
    ),
    "a context of its own": (
        samples.OBJECT | {"@context": {"own": "urn:own:"}, "own:x": "1"}, {"urn:own:x 1"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_event_is_found_by(name: str) -> None:
    sample, wanted = CASES[name]
    found = terms_of(event(sample), naming=NAMING).terms
    assert wanted <= found, found


def test_what_is_compared_by_size_keeps_its_text_and_unit() -> None:
    sample = samples.OBJECT | {
        "quantityList": QUANTITY, "sensorElementList": SENSORS, "errorDeclaration": DECLARED,
    }  # fmt: skip
    found = terms_of(event(sample), naming=NAMING).measured
    assert found == {
        "quantity": [[Number("1.5"), "KGM"]],
        "value": [[Number("3.3"), "VLT"]],
        "time": ["2026-03-02T06:00:00.000Z"],
        "errorDeclarationTime": ["2026-03-03T06:00:00.000Z"],
    }


def test_what_is_longer_than_an_index_takes_stands_by_its_digest() -> None:
    assert term("epc", "x" * LONGEST).endswith("x")
    long = term("epc", "x" * (LONGEST + 1))
    assert long.startswith("epc sha256:")
    assert len(long) < 100
    assert terms_of(event(samples.OWN), naming=Naming()).measured == {}
