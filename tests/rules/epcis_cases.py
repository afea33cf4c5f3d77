"""What the standard allows of an event and what it does not, one case a line."""

from __future__ import annotations

from typing import Any

from passport.rules.epcis_moments import NotAMoment
from passport.rules.epcis_refusals import (
    ListedTwice,
    MissingField,
    NamesNothing,
    NotAUri,
    NotWithThisAction,
    UnknownField,
    UnknownWord,
    WrongKind,
)
from passport.rules.errors import Refusal
from tests.rules.epcis_samples import (
    AGGREGATION,
    ASSOCIATION,
    CELL,
    CONTEXT,
    LINE,
    OBJECT,
    OWN,
    TRANSACTION,
    TRANSFORMATION,
)

LOT = {"epcClass": "urn:epc:class:lgtin:9521234.000003.L"}
SENSOR = {"sensorReport": [{"type": "Voltage", "value": 3.2}]}
Case = tuple[dict[str, Any], dict[str, Any]]
TAKEN: dict[str, Case] = {
    "as it is: object": (OBJECT, {}),
    "as it is: association": (ASSOCIATION, {}),
    "as it is: aggregation": (AGGREGATION, {}),
    "as it is: transaction": (TRANSACTION, {}),
    "as it is: transformation": (TRANSFORMATION, {}),
    "an empty list of objects": (OBJECT, {"epcList": []}),
    "quantities alone": (OBJECT, {"epcList": None, "quantityList": [{**LOT, "quantity": 2}]}),
    "a sensor and its place": (OBJECT, {"epcList": None, "sensorElementList": [SENSOR]}),
    "a truth": (
        OBJECT,
        {"sensorElementList": [{"sensorReport": [{"type": "Count", "booleanValue": False}]}]},
    ),
    "master data at the beginning": (OBJECT, {"action": "ADD", "ilmd": {"bat:a": 1}}),
    "words of one's own": (OBJECT, {"bizStep": "bat:repurposing", "disposition": "urn:x:y"}),
    "web words": (OBJECT, {"bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}),
    "lasting": (OBJECT, {"persistentDisposition": {"set": ["recalled"], "unset": ["bat:x"]}}),
    "one certificate": (OBJECT, {"certificationInfo": "urn:x"}),
    "several certificates": (OBJECT, {"certificationInfo": ["urn:x", "urn:x"]}),
    "an error": (OBJECT, {"errorDeclaration": {"declarationTime": "2026-03-02T06:00:00Z"}}),
    "a context": (OBJECT, {"@context": CONTEXT}),
    "a context of one object": (OBJECT, {"@context": {"a": "urn:a:"}}),
    "a context of one name": (OBJECT, {"@context": "urn:a"}),
    "one and true in a context": (OBJECT, {"@context": [{"a": 1}, {"a": True}, {"a": [None]}]}),
    "fields of one's own": (OBJECT, {"bat:x": [{"any": None}], "https://x.example/y": 1}),
    "fields of one's own in a place": (OBJECT, {"readPoint": {**LINE, "any": 1}}),
    "the first offset": (OBJECT, {"eventTimeZoneOffset": "-14:00"}),
    "an end without objects": (AGGREGATION, {"action": "DELETE", "childEPCs": None}),
    "children of a lot": (ASSOCIATION, {"childEPCs": None, "childQuantityList": [LOT]}),
    "a transaction ends": (TRANSACTION, {"action": "DELETE", "epcList": None}),
    "a transaction of quantities": (TRANSACTION, {"epcList": None, "quantityList": [LOT]}),
    "a transaction names an object twice": (TRANSACTION, {"epcList": [CELL, CELL]}),
    "one side of a transformation with its name": (
        TRANSFORMATION,
        {"outputEPCList": None, "transformationID": "urn:x"},
    ),
    "a transformation of quantities": (
        TRANSFORMATION,
        {
            "inputEPCList": None, "outputEPCList": None,
            "inputQuantityList": [LOT], "outputQuantityList": [{**LOT, "uom": "KGM"}],
        },
    ),
    "a kind of one's own": (OWN, {"any": 1, "epcList": "x"}),
}  # fmt: skip


def _sensor(**changes: Any) -> dict[str, Any]:
    return {"sensorElementList": [{"sensorReport": [{"type": "Voltage", **changes}]}]}


Refused = tuple[dict[str, Any], dict[str, Any], type[Refusal], str]
# Among them every trap that implementations of the standard are known to fall into.
REFUSED: dict[str, Refused] = {
    "no type": (OBJECT, {"type": None}, MissingField, ""),
    "a type that is a number": (OBJECT, {"type": 1}, WrongKind, "/type"),
    "a type nobody knows": (OBJECT, {"type": "ObjektEvent"}, UnknownWord, "/type"),
    "no time": (OBJECT, {"eventTime": None}, MissingField, ""),
    "no offset": (OWN, {"eventTimeZoneOffset": None}, MissingField, ""),
    "no action": (OBJECT, {"action": None}, MissingField, ""),
    "no parent": (ASSOCIATION, {"parentID": None}, MissingField, ""),
    "no transaction": (TRANSACTION, {"bizTransactionList": []}, WrongKind, "/bizTransactionList"),
    "a day that is none": (OBJECT, {"eventTime": "2026-02-30T06:00:00Z"}, NotAMoment, "/eventTime"),
    "a time that is a number": (OBJECT, {"eventTime": 1}, NotAMoment, "/eventTime"),
    "offset +15:00": (OBJECT, {"eventTimeZoneOffset": "+15:00"}, WrongKind, "/eventTimeZoneOffset"),
    "offset Z": (OBJECT, {"eventTimeZoneOffset": 0}, WrongKind, "/eventTimeZoneOffset"),
    "an action nobody knows": (OBJECT, {"action": "UPDATE"}, UnknownWord, "/action"),
    "an action that is a list": (OBJECT, {"action": []}, UnknownWord, "/action"),
    "action on a transformation": (TRANSFORMATION, {"action": "ADD"}, UnknownField, "/action"),
    "ilmd on OBSERVE": (OBJECT, {"ilmd": {}}, NotWithThisAction, "/ilmd"),
    "ilmd on DELETE": (OBJECT, {"action": "DELETE", "ilmd": {}}, NotWithThisAction, "/ilmd"),
    "ilmd on an association": (ASSOCIATION, {"ilmd": {}}, UnknownField, "/ilmd"),
    "a bare name in ilmd": (TRANSFORMATION, {"ilmd": {"lot": 1}}, UnknownField, "/ilmd/lot"),
    "lasting on an association": (
        ASSOCIATION, {"persistentDisposition": {"set": ["damaged"]}}, UnknownField,
        "/persistentDisposition",
    ),
    "lasting on an aggregation": (
        AGGREGATION, {"persistentDisposition": {"set": ["damaged"]}}, UnknownField,
        "/persistentDisposition",
    ),
    "lasting without content": (
        OBJECT, {"persistentDisposition": {}}, NamesNothing, "/persistentDisposition"
    ),
    "lasting twice": (
        OBJECT, {"persistentDisposition": {"set": ["damaged", "damaged"]}}, ListedTwice,
        "/persistentDisposition/set/1",
    ),
    "a comment": (OBJECT, {"_comment": "x"}, UnknownField, "/_comment"),
    "a bare name": (OBJECT, {"myField": "x"}, UnknownField, "/myField"),
    "a step nobody knows": (OBJECT, {"bizStep": "recycling"}, UnknownWord, "/bizStep"),
    "a step that is a number": (OBJECT, {"bizStep": 1}, UnknownWord, "/bizStep"),
    "a step as the URN of version 1": (
        OBJECT, {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, UnknownWord, "/bizStep"
    ),
    "a type as the URN of version 1": (
        TRANSACTION, {"bizTransactionList": [{"type": "urn:epcglobal:cbv:btt:po",
                                              "bizTransaction": "urn:x"}]},
        UnknownWord, "/bizTransactionList/0/type",
    ),
    "a disposition on a draft host": (
        OBJECT, {"disposition": "http://ns.gs1.org/cbv/Disp-x"}, UnknownWord, "/disposition"
    ),
    "a side without its type": (
        OBJECT, {"sourceList": [{"source": "urn:x"}]}, MissingField, "/sourceList/0"
    ),
    "a side with more": (
        OBJECT,
        {"destinationList": [{"type": "location", "destination": "urn:x", "bat:x": 1}]},
        UnknownField, "/destinationList/0/bat:x",
    ),
    "a reason nobody knows": (
        OBJECT,
        {"errorDeclaration": {"declarationTime": "2026-03-02T06:00:00Z", "reason": "other"}},
        UnknownWord, "/errorDeclaration/reason",
    ),
    "a unit in small letters": (
        OBJECT, {"quantityList": [{**LOT, "uom": "kgm"}]}, WrongKind, "/quantityList/0/uom"
    ),
    "a quantity that is a text": (
        OBJECT, {"quantityList": [{**LOT, "quantity": "1"}]}, WrongKind, "/quantityList/0/quantity"
    ),
    "a reading that is a text": (
        OBJECT, _sensor(value="3.2"), WrongKind, "/sensorElementList/0/sensorReport/0/value"
    ),
    "a reading nobody knows": (
        OBJECT, _sensor(type="StateOfHealth"), UnknownWord,
        "/sensorElementList/0/sensorReport/0/type",
    ),
    "a reading as a web word": (
        OBJECT, _sensor(type="https://gs1.org/voc/Voltage"), UnknownWord,
        "/sensorElementList/0/sensorReport/0/type",
    ),
    "a text that is a number": (
        OBJECT, _sensor(stringValue=1), WrongKind,
        "/sensorElementList/0/sensorReport/0/stringValue",
    ),
    "a truth that is a text": (
        OBJECT, _sensor(booleanValue="true"), WrongKind,
        "/sensorElementList/0/sensorReport/0/booleanValue",
    ),
    "no hexadecimal": (
        OBJECT, _sensor(hexBinaryValue="xyz"), WrongKind,
        "/sensorElementList/0/sensorReport/0/hexBinaryValue",
    ),
    "no report": (OBJECT, {"sensorElementList": [{}]}, MissingField, "/sensorElementList/0"),
    "an object twice": (OBJECT, {"epcList": [CELL, "urn:x", CELL]}, ListedTwice, "/epcList/2"),
    "an object that is no URI": (OBJECT, {"epcList": ["C1"]}, NotAUri, "/epcList/0"),
    "an object that is null": (OBJECT, {"epcList": [None]}, NotAUri, "/epcList/0"),
    "objects that are no list": (OBJECT, {"epcList": CELL}, WrongKind, "/epcList"),
    "a place that is a name": (OBJECT, {"readPoint": "urn:x"}, WrongKind, "/readPoint"),
    "a context twice": (OBJECT, {"@context": [{"a": 1}, {"a": 1.0}]}, ListedTwice, "/@context/1"),
    "a context that is a number": (OBJECT, {"@context": [1]}, NotAUri, "/@context/0"),
    "no objects": (OBJECT, {"epcList": None, "quantityList": []}, NamesNothing, ""),
    "a sensor without a place": (
        OBJECT, {"epcList": None, "readPoint": None, "sensorElementList": [SENSOR]},
        NamesNothing, "",
    ),
    "no children": (AGGREGATION, {"childEPCs": []}, NamesNothing, ""),
    "a transaction of nothing": (TRANSACTION, {"epcList": None}, NamesNothing, ""),
    "one side of a transformation": (TRANSFORMATION, {"outputEPCList": []}, NamesNothing, ""),
    "a named transformation of nothing": (
        TRANSFORMATION,
        {"inputEPCList": None, "outputEPCList": [], "transformationID": "urn:x"},
        NamesNothing, "",
    ),
}  # fmt: skip
