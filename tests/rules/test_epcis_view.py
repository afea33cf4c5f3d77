"""Every native event has a view that EPCIS 2.0 allows, by our own rules and by its schema."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from passport.rules.epcis import Event, check_event
from passport.rules.epcis_hash import event_hash_id
from passport.rules.epcis_json import write
from passport.rules.epcis_native import Declared, Native, context_of
from passport.rules.epcis_spelling import naming_of
from passport.rules.epcis_view import declared_wrong, event_name, events_of
from passport.rules.lifecycle import EventKind
from tests.rules.epcis_natives import CELL, CELL_CLASS, FACTS, HAPPENED, ID, PACK, STEM, native
from tests.rules.epcis_schema import judges

HIDDEN = "ni:///sha-256;d-hidden"
VARIANTS: dict[str, Native] = {
    **{kind.value: native(kind) for kind in EventKind},
    "a kind that is yet to come": native("SHIPPED", facts={"sscc": "1"}),
    "nothing is said": native("SHIPPED"),
    "the rest of a file": native(
        EventKind.REGISTERED, subject="", facts={"intake": str(ID)}, classes=[(CELL_CLASS, 12000)]
    ),
    "registered without a word": native(EventKind.REGISTERED, facts={}, place="urn:x:line"),
    "found": native(
        EventKind.REGISTERED,
        facts={"legacy": True, "plate": {"capacity_ah": "66", "x": None}, "assumed": ["energy"]},
    ),
    "grown by a file": native(EventKind.ASSEMBLED, facts=FACTS[EventKind.REGISTERED]),
    "grown by nothing": native(EventKind.ASSEMBLED, facts={"level": "PACK"}),
    "a part where the reader does not see the whole": native(EventKind.ASSEMBLED, names={}),
    "a hand-over without its number": native(
        EventKind.HANDED_OVER, facts={"from": "a", "to": "b", "a b": 1}
    ),
    "read by the battery": native(
        EventKind.HEALTH_READ, facts={"method": "BMS_REPORTED", "source": "bms", "soh": "1"}
    ),
    "a second life under another name": native(
        EventKind.REGRADED, facts={"into": CELL, "status": "repurposed"}
    ),
    "nothing came out": native(EventKind.TREATED, facts={"process": "hydro", "fractions": []}),
    "fractions that nobody reads": native(EventKind.TREATED, facts={"fractions": None}),
    "one input of a step": native(EventKind.TREATED, facts={"step": "SHRED", "massInKg": "1000"}),
    "merged from": native(EventKind.MERGED, facts={"from": CELL}),
    "claimed by its maker": native(EventKind.MERGED, facts={"claimedBy": "did:web:maker.example"}),
    "declared wrong": native(
        EventKind.HEALTH_READ,
        declared=Declared(
            at=HAPPENED + timedelta(days=1), reason="INCORRECT_DATA", correctives=["urn:uuid:1"]
        ),
    ),
    "declared never to have been": native(
        EventKind.REPLACED, declared=Declared(at=HAPPENED, reason="DID_NOT_OCCUR")
    ),
}  # fmt: skip


def plain(event: Event) -> Any:
    return json.loads(write(event))


@pytest.mark.parametrize("case", VARIANTS)
def test_is_an_event_of_the_standard_and_has_a_hash(case: str) -> None:
    naming = naming_of({"@context": context_of(STEM)})
    for event in events_of(VARIANTS[case]):
        check_event(event)
        assert event_hash_id(event, naming=naming).startswith("ni:///sha-256;")
        assert event["bat:digest"] == "sha-256:" + "0" * 64


@pytest.mark.oracle
def test_is_valid_by_the_schema_of_the_standard() -> None:
    whole, inside = judges()
    found = [plain(each) for case in VARIANTS.values() for each in events_of(case)]

    assert [each for each in found if not inside(each)] == []
    assert whole(
        {
            "@context": json.loads(write(context_of(STEM))),
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-02T06:00:00Z",
            "epcisBody": {"eventList": found},
        }
    )


def only(kind: EventKind | str, **changes: Any) -> Any:
    (event,) = events_of(native(kind, **changes))
    return plain(event)


STEPS: dict[EventKind, tuple[str, str, str]] = {
    EventKind.REGISTERED: ("ObjectEvent", "ADD", "commissioning"),
    EventKind.ASSEMBLED: ("AssociationEvent", "ADD", "assembling"),
    EventKind.DISASSEMBLED: ("AssociationEvent", "DELETE", "disassembling"),
    EventKind.COMMISSIONED: ("ObjectEvent", "OBSERVE", "installing"),
    EventKind.HANDED_OVER: ("ObjectEvent", "OBSERVE", "accepting"),
    EventKind.HEALTH_READ: ("ObjectEvent", "OBSERVE", "inspecting"),
    EventKind.INCIDENT: ("ObjectEvent", "OBSERVE", "inspecting"),
    EventKind.REPAIRED: ("ObjectEvent", "OBSERVE", "repairing"),
    EventKind.RETIRED: ("ObjectEvent", "OBSERVE", "collecting"),
    EventKind.ROUTED: ("ObjectEvent", "OBSERVE", "bat:routing"),
    EventKind.RECEIVED: ("ObjectEvent", "OBSERVE", "receiving"),
    EventKind.REGRADED: ("ObjectEvent", "OBSERVE", "bat:regrading"),
    EventKind.TREATED: ("TransformationEvent", "", "bat:recycling"),
    EventKind.MERGED: ("ObjectEvent", "DELETE", "decommissioning"),
    EventKind.CORRECTED: ("ObjectEvent", "OBSERVE", "bat:event"),
}


@pytest.mark.parametrize("kind", STEPS)
def test_each_kind_is_said_as_its_step(kind: EventKind) -> None:
    event = only(kind)
    assert (event["type"], event.get("action", ""), event["bizStep"]) == STEPS[kind]
    assert event["eventID"] == f"urn:uuid:{ID}"
    assert event["eventTime"] == "2026-03-02T06:00:00.000Z"
    assert event["recordTime"] == "2026-03-02T06:00:00.123456Z"
    assert event["bat:recorder"] == f"{STEM}party/maker"


def test_what_was_built_names_whom_the_reader_knows_and_the_others_by_their_digest() -> None:
    event = only(EventKind.ASSEMBLED)
    assert (event["parentID"], event["childEPCs"]) == (PACK, [CELL, HIDDEN])
    assert event["bat:placed"] == [{"bat:battery": CELL, "bat:position": "M1"}]
    assert only(EventKind.ASSEMBLED, names={})["parentID"] == "ni:///sha-256;d-pack"


def test_an_exchange_is_two_events_of_two_names() -> None:
    out, put = (plain(each) for each in events_of(native(EventKind.REPLACED)))
    assert (out["action"], out["childEPCs"]) == ("DELETE", ["ni:///sha-256;d-old"])
    assert (put["action"], put["childEPCs"]) == ("ADD", [CELL, HIDDEN])
    assert out["eventID"] == event_name(ID) != put["eventID"] == event_name(ID, part=1)


def test_a_file_counts_its_batteries_by_their_class() -> None:
    event = plain(*events_of(VARIANTS["the rest of a file"]))
    assert event["quantityList"] == [{"epcClass": CELL_CLASS, "quantity": 12000}]
    assert "epcList" not in event


def test_a_hand_over_names_both_hands() -> None:
    event = only(EventKind.HANDED_OVER)
    assert event["sourceList"] == [{"type": "possessing_party", "source": "did:web:maker.example"}]
    assert event["destinationList"] == [
        {"type": "possessing_party", "destination": f"{STEM}party/keeper"}
    ]
    assert event["bizTransactionList"][0]["bizTransaction"] == f"urn:uuid:{ID}"


def test_a_reading_keeps_the_text_of_its_numbers() -> None:
    (event,) = events_of(native(EventKind.HEALTH_READ))
    text = write(event)
    assert '"value":90.5,"minValue":90,"maxValue":91,"uom":"P1"' in text
    assert '{"type":"bat:Capacity","value":66.250,"uom":"AMH"}' in text
    assert '{"type":"bat:IsolationResistancePerVolt","value":900}' in text
    assert '"bat:source":"bench 7"' in text


def test_a_reading_of_the_battery_itself_is_reported_by_a_sensor() -> None:
    assert plain(*events_of(VARIANTS["read by the battery"]))["bizStep"] == "sensor_reporting"


def test_what_somebody_says_stays_together_as_it_was_said() -> None:
    assert only(EventKind.COMMISSIONED)["bat:facts"] == {"where": "roof", "_odd name": 1}
    assert "bat:facts" not in only(EventKind.REPAIRED)
    assert only(EventKind.INCIDENT)["persistentDisposition"] == {"set": ["damaged"]}


def test_what_came_out_is_weighed_by_material_and_fate() -> None:
    event = only(EventKind.TREATED)
    assert event["inputEPCList"] == [PACK]
    assert event["outputQuantityList"][0] == {
        "epcClass": f"{STEM}material/black%20mass/recycled", "quantity": 40.5, "uom": "KGM",
    }  # fmt: skip


def test_a_declaration_repeats_its_event_under_the_same_name() -> None:
    (event,) = events_of(VARIANTS["declared wrong"])
    (original,) = events_of(native(EventKind.HEALTH_READ))
    assert event["errorDeclaration"] == {
        "declarationTime": "2026-03-03T06:00:00.000Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:1"],
    }
    assert event["recordTime"] == "2026-03-03T06:00:00.000Z"
    assert event_hash_id(event) == event_hash_id(original)
    assert event["eventID"] == original["eventID"]
    for part in events_of(VARIANTS["declared never to have been"]):
        assert "correctiveEventIDs" not in plain(part)["errorDeclaration"]


def test_a_captured_event_that_was_declared_wrong_is_told_with_its_declaration() -> None:
    declared = Declared(at=HAPPENED, reason="DID_NOT_OCCUR")
    told = declared_wrong({"type": "ObjectEvent", "eventID": "urn:x:1"}, declared)
    assert told["eventID"] == "urn:x:1"
    assert told["recordTime"]
    assert told["errorDeclaration"]["reason"] == "did_not_occur"
