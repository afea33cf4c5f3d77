"""The event hash id and the text behind it, on events written here. [CBV 8.9]"""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest

from passport.rules.epcis_hash import event_hash_id, prehash
from passport.rules.epcis_json import read, write
from passport.rules.epcis_spelling import STANDARD, Naming, naming_of, plain
from tests.rules.epcis_samples import (
    AGGREGATION,
    ASSOCIATION,
    CELL,
    CONTEXT,
    OBJECT,
    OWN,
    PACK,
    TRANSACTION,
    TRANSFORMATION,
    answer,
    document,
    event,
    said,
)

HERE: Naming = STANDARD.within(said(CONTEXT))
BEGINS = "eventTime=2026-03-02T06:00:00.000ZeventTimeZoneOffset=+01:00"
BAT = "{https://maker.example/bat/}"
ID = "https://id.gs1.org/"
C1 = f"{ID}01/09521234000037/21/C1"
B1 = f"{ID}01/09521234000013/21/B1"
CBV = "https://ref.gs1.org/cbv/"
OBSERVED = (
    f"eventType=ObjectEvent{BEGINS}epcListepc={C1}action=OBSERVE"
    f"bizStep={CBV}BizStep-inspectingdisposition={CBV}Disp-conformant"
    f"readPointid={ID}414/9521234000112/254/LINE-3"
)
ASSOCIATED = f"{BEGINS}parentID={B1}childEPCsepc={C1}action=ADD"
LOT = "urn:epc:class:lgtin:9521234.000003.L"
QUANTITY = f"quantityElementepcClass={ID}01/09521234000037/10/L"
REPORTS = [
    {"value": 3.25, "type": "Voltage", "component": "x", "booleanValue": True, "bat:n": 1},
    {"type": "bat:Soh", "exception": "ALARM_CONDITION", "time": "2026-03-02T07:00:00+01:00"},
]
SENSED = (
    "sensorElementListsensorElementsensorMetadatatime=2026-03-02T05:00:00.000Z"
    f"deviceID={ID}8004/9521234E{BAT}by=me"
    f"sensorReporttype=https://gs1.org/voc/Voltagevalue=3.25component={CBV}Comp-x"
    f"booleanValue=true{BAT}n=1"
    "sensorReporttype=https://maker.example/bat/Sohexception=https://gs1.org/voc/ALARM_CONDITION"
    "time=2026-03-02T06:00:00.000Z"
)
# What is changed in the sample, and what stands behind its own text then.
BEHIND: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, ""),
    "what is left out": (
        {
            "eventID": "urn:uuid:1", "recordTime": "2026-03-02T06:00:00Z", "@context": CONTEXT,
            "errorDeclaration": {"declarationTime": "2026-03-03T06:00:00Z"}, "comment": "x",
            "rdfs:comment": "x", "bizTransactionList": [], "sensorElementList": [],
        },
        "",
    ),
    "types before what they type, destinations before sources": (
        {
            "sourceList": [{"type": "location", "source": "urn:epc:id:sgln:9521234.00011.0"}],
            "destinationList": [{"destination": "https://x.example/d", "type": "bat:d"}],
            "bizTransactionList": [
                {"type": "po", "bizTransaction": "urn:b"},
                {"bizTransaction": "urn:a"},
            ],
        },
        f"bizTransactionListbizTransaction=urn:atype={CBV}BTT-pobizTransaction=urn:b"
        "destinationListtype=https://maker.example/bat/ddestination=https://x.example/d"
        f"sourceListtype={CBV}SDT-locationsource={ID}414/9521234000112",
    ),
    "a sensor": (
        {
            "sensorElementList": [
                {
                    "sensorReport": REPORTS,
                    "sensorMetadata": {
                        "bat:by": "me", "deviceID": "urn:epc:id:giai:9521234.E",
                        "time": "2026-03-02T05:00:00Z",
                    },
                }
            ]
        },
        SENSED,
    ),
    "extensions in order, nested, repeated and empty": (
        {
            "bat:z": {"bat:b": [2, "1"], "bat:a": None, "plain": ""},
            "bat:a": [[2, 1], True, " x "],
            "bat:cellList": ["b", "a"],
            "bat:oneList": {"bat:k": "v"},
            "https://other.example/ns#y": "00.50",
            "cbvmda:lotNumber": "L",
            "ex:unknown": "-0.0",
        },
        f"ex:unknown=0{BAT}a=1=2{BAT}a=true{BAT}a=x"
        f"{BAT}cellList{BAT}cell=a{BAT}cell=b{BAT}oneList{BAT}one{BAT}k=v"
        f"{BAT}zplain{BAT}a{BAT}b=1{BAT}b=2"
        "{https://other.example/ns#}y=0.5{urn:epcglobal:cbv:mda:}lotNumber=L",
    ),
    "values in other spellings": (
        {
            "bat:a": ["urn:epcglobal:cbv:bizstep:shipping", "urn:epcglobal:cbv:bt:1:2", PACK],
            "bat:b": ["gs1:Voltage", "bat:x", "ex:x", "https://x.example/y", "1e5", "+7."],
            "urn:epcglobal:cbv:mda:lot": "A:B",
        },
        f"{BAT}a={B1}{BAT}a={CBV}BizStep-shipping{BAT}a=urn:epcglobal:cbv:bt:1:2"
        f"{BAT}b=1e5{BAT}b=7{BAT}b=ex:x{BAT}b=https://gs1.org/voc/Voltage"
        f"{BAT}b=https://maker.example/bat/x{BAT}b=https://x.example/y"
        "{urn:epcglobal:cbv:mda:}lot=A:B",
    ),
}  # fmt: skip
WHOLE: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "association": (ASSOCIATION, {}, f"eventType=AssociationEvent{ASSOCIATED}"),
    "aggregation of a lot": (
        AGGREGATION,
        {"childEPCs": None, "childQuantityList": [{"epcClass": LOT, "quantity": 16.0}]},
        f"eventType=AggregationEvent{BEGINS}parentID={B1}childQuantityList{QUANTITY}"
        "quantity=16action=ADD",
    ),
    "transaction": (
        TRANSACTION,
        {"parentID": PACK, "quantityList": [{"epcClass": LOT, "uom": "KGM", "quantity": 1}]},
        f"eventType=TransactionEvent{BEGINS}parentID={B1}epcListepc={C1}quantityList{QUANTITY}"
        f"quantity=1uom=KGMaction=ADDbizTransactionListtype={CBV}BTT-po"
        "bizTransaction=https://maker.example/po/7",
    ),
    "transformation": (
        TRANSFORMATION,
        {
            "inputQuantityList": [{"epcClass": LOT}], "outputQuantityList": [{"epcClass": LOT}],
            "transformationID": "urn:uuid:1", "certificationInfo": ["urn:c", "urn:b"],
            "persistentDisposition": {"unset": ["bat:u"], "set": ["recalled", "damaged"]},
            "ilmd": {"cbvmda:b": "2", "cbvmda:a": 1},
            "bizLocation": {"bat:at": "x", "id": "urn:l"},
        },
        f"eventType=TransformationEvent{BEGINS}certificationInfo=urn:bcertificationInfo=urn:c"
        f"inputEPCListepc={C1}inputQuantityList{QUANTITY}outputEPCListepc={B1}"
        f"outputQuantityList{QUANTITY}transformationID=urn:uuid:1persistentDisposition"
        f"set={CBV}Disp-damagedset={CBV}Disp-recalledunset=https://maker.example/bat/u"
        f"bizLocationid=urn:l{BAT}at=x"
        "ilmd{urn:epcglobal:cbv:mda:}a=1{urn:epcglobal:cbv:mda:}b=2",
    ),
    "a kind of somebody's own: nothing but the common fields is known": (
        OWN,
        {"certificationInfo": "urn:c", "epcList": [CELL], "readPoint": 1, "eventID": "urn:e"},
        f"eventType=https://maker.example/bat/Fire{BEGINS}certificationInfo=urn:c"
        f"epcListepc={C1}readPoint=1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BEHIND)
def test_what_stands_behind_an_observation(case: str) -> None:
    changes, behind = BEHIND[case]

    assert prehash(event(OBJECT, **changes), naming=HERE) == OBSERVED + behind


@pytest.mark.parametrize("case", WHOLE)
def test_every_kind_of_event_has_its_text(case: str) -> None:
    sample, changes, text = WHOLE[case]

    assert prehash(event(sample, **changes), naming=HERE) == text


def test_the_id_is_the_digest_of_the_text() -> None:
    digest = hashlib.sha256(OBSERVED.encode()).hexdigest()

    assert event_hash_id(event(OBJECT)) == f"ni:///sha-256;{digest}?ver=CBV2.0"


def test_order_of_names_and_spelling_of_numbers_change_nothing() -> None:
    changes = {name: each for case in BEHIND.values() for name, each in case[0].items()}
    whole = event(OBJECT, **changes, quantityList=[{"epcClass": LOT, "quantity": 1.5}])
    names = list(whole)
    random.Random(7).shuffle(names)
    text = write({name: whole[name] for name in names}).replace("1.5", "0.150e1")

    other = read(text.encode())

    assert isinstance(other, dict)
    assert event_hash_id(other, naming=HERE) == event_hash_id(whole, naming=HERE)


def test_anything_that_is_said_changes_the_id() -> None:
    bent = (
        {"eventTime": "2026-03-02T06:00:00.001Z"}, {"eventTimeZoneOffset": "+02:00"},
        {"action": "ADD"}, {"bizStep": "sampling"}, {"disposition": "bat:x"}, {"epcList": [PACK]},
        {"readPoint": {"id": "urn:x"}}, {"bat:x": 1}, {"ilmd": {}}, {"certificationInfo": "urn:x"},
    )  # fmt: skip

    ids = {event_hash_id(event(OBJECT, **each), naming=HERE) for each in ({}, *bent)}

    assert len(ids) == 1 + len(bent)


PLAIN = {
    "0": "0", "10": "10", "1.50": "1.5", "1.0": "1", "-0": "0", "-0.00": "0", "0.10": "0.1",
    "1E3": "1000", "1.5e-7": "0.00000015", "-12.50": "-12.5", "007": "7", "+7": "7", ".5": "0.5",
    "5.": "5", "12345678901234567890123.450": "12345678901234567890123.45", "-5": "-5",
}  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_a_number_has_one_spelling(text: str) -> None:
    assert plain(text) == PLAIN[text]


def _naming(value: Any) -> Naming:
    found = said(value)
    assert isinstance(found, dict)
    return naming_of(found)


def test_prefixes_come_from_the_context_and_nothing_is_fetched() -> None:
    contexts = [
        "https://nowhere.example/context.jsonld",
        {"a": "https://a.example/", "b": {"@id": "a:b/"}, "c": {"@type": "@id"}, "@vocab": "urn:v"},
        {"d": "urn:d:", "http": "urn:h:"},
    ]
    naming = _naming(document(**{"@context": contexts}))

    assert naming.name("a:x") == "{https://a.example/}x"
    assert naming.name("b:x") == "{https://a.example/b/}x"
    assert naming.name("c:x") == "c:x"
    assert naming.name("@vocab:x") == "@vocab:x"
    assert naming.name("http://x.example/y") == "{http://x.example/}y"
    assert naming.value("d:x") == "urn:d:x"
    assert naming.value("http://x.example/y") == "http://x.example/y"


def test_a_context_of_one_object_or_none_at_all_serves_too() -> None:
    assert _naming({"@context": {"a": "urn:a:"}}).value("a:x") == "urn:a:x"
    assert _naming({"@context": "urn:a"}).prefixes == STANDARD.prefixes
    assert _naming({}).value("cbv:BizStep-x") == f"{CBV}BizStep-x"


def test_the_context_of_an_event_holds_inside_it() -> None:
    inner = event(OBJECT, **{"@context": [{"bat": "urn:inner:"}], "bat:a": "bat:b"})

    assert prehash(inner, naming=HERE) == OBSERVED + "{urn:inner:}a=urn:inner:b"


REPOSITORY = {"r": "https://repository-x.example.com/", "bat": "https://maker.example/bat/"}


def test_fields_that_a_repository_added_are_no_part_of_the_event() -> None:
    ignored = {"r:ignoreFields": ["r:hash", 1], "r:other": ["bat:x"]}
    kept = event(OBJECT, **{"r:hash": "x", "bat:x": 1})

    for outer in (
        document(**{"@context": REPOSITORY, **ignored}),
        answer(**ignored) | {"@context": [REPOSITORY]},
    ):
        naming = _naming(outer)
        assert naming.ignored == {"r:hash"}
        assert prehash(kept, naming=naming) == f"{OBSERVED}{BAT}x=1"
    assert _naming({"@context": REPOSITORY, "r:ignoreFields": "r:hash"}).ignored == frozenset()
