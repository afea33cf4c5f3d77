"""A native event as EPCIS 2.0 says it: what anybody's software reads, valid by the official schema.

Objects are put together and taken apart by associations, since they stay what they are; only what
ends as material, or goes on under another name, is transformed. [CBV 7.1]
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID, uuid5

from passport.rules.epcis import Event
from passport.rules.epcis_json import Json, Number
from passport.rules.epcis_native import Declared, Native, own_fields, said, stamp
from passport.rules.epcis_reading import health_read, object_event
from passport.rules.lifecycle import EventKind

View = Callable[[Native], list[Event]]


def events_of(native: Native) -> list[Event]:
    """One event; or two where parts were exchanged: what came out, what went in. [EPCIS 7.4]"""
    parts = _VIEWS.get(native.kind, _other)(native)
    return [
        _around(native, part, event_name(native.event_id, part=at)) for at, part in enumerate(parts)
    ]


def event_name(event_id: UUID, *, part: int = 0) -> str:
    """The eventID of a native event, the same for ever; a second part has one made from it."""
    return f"urn:uuid:{uuid5(event_id, str(part)) if part else event_id}"


def _around(native: Native, part: Event, name: str) -> Event:
    event: Event = {
        "type": part.pop("type"),
        "eventID": name,
        "eventTime": stamp(native.happened_at),
        "eventTimeZoneOffset": "+00:00",
        "recordTime": stamp(native.declared.at if native.declared else native.recorded_at),
    }
    if native.declared:
        event["errorDeclaration"] = _error(native.declared)
    if native.place:
        part.setdefault("readPoint", {"id": native.place})
    return {
        **event,
        **part,
        "bat:kind": str(native.kind),
        "bat:recorder": native.party(native.recorder),
        "bat:digest": f"sha-256:{native.digest.hex()}",
    }


def declared_wrong(event: Event, declared: Declared) -> Event:
    """The error declaration of an event: the same event, and that it is wrong. [EPCIS 7.4.1.2]"""
    return event | {"recordTime": stamp(declared.at), "errorDeclaration": _error(declared)}


def _error(declared: Declared) -> Json:
    found: dict[str, Json] = {
        "declarationTime": stamp(declared.at),
        "reason": declared.reason.lower(),
    }
    if declared.correctives:
        found["correctiveEventIDs"] = list(declared.correctives)
    return found


def _told(step: str, disposition: str, **more: Json) -> View:
    """Somebody's own words about a battery stay together, whatever they are."""

    def view(native: Native) -> list[Event]:
        words: Event = {"bat:facts": said(native.facts)} if native.facts else {}
        return [object_event(native, step=step, disposition=disposition) | more | words]

    return view


def _plain(step: str, disposition: str) -> View:
    """What the service itself writes has a field for each fact."""

    def view(native: Native) -> list[Event]:
        return [object_event(native, step=step, disposition=disposition) | own_fields(native.facts)]

    return view


_other = _told("bat:event", "unknown")


def _registered(native: Native) -> list[Event]:
    found = object_event(native, action="ADD", step="commissioning", disposition="active")
    if native.classes:
        del found["epcList"]
        found["quantityList"] = [
            {"epcClass": each, "quantity": Number(str(count))} for each, count in native.classes
        ]
    master = own_fields(native.facts)
    return [found | ({"ilmd": master} if master else {})]


def _association(native: Native, action: str, step: str, listed: object) -> Event:
    moves = listed if isinstance(listed, list) else []
    children = [native.name(each["battery"]) for each in moves]
    placed: list[Json] = [
        {"bat:battery": child, "bat:position": each["position"]}
        for child, each in zip(children, moves, strict=True)
        if each.get("position")
    ]
    found: Event = {
        "type": "AssociationEvent",
        "action": action,
        "parentID": native.name(str(native.facts["whole"])),
        "childEPCs": list(children),
        "bizStep": step,
        "bat:level": said(native.facts["level"]),
    }
    return found | ({"bat:placed": placed} if placed else {})


def _assembled(native: Native) -> list[Event]:
    if "whole" in native.facts:
        return [_association(native, "ADD", "assembling", native.facts["in"])]
    inside = native.facts.get("components")
    count = inside["count"] if isinstance(inside, dict) else 0
    # They are named by the root over them alone: the log proves of each that it is among them.
    return [
        {
            "type": "AssociationEvent",
            "action": "ADD",
            "parentID": native.subject,
            "childQuantityList": [
                {"epcClass": native.own("component"), "quantity": Number(str(count))}
            ],
            "bizStep": "assembling",
            **own_fields(native.facts),
        }
    ]


def _disassembled(native: Native) -> list[Event]:
    return [_association(native, "DELETE", "disassembling", native.facts["out"])]


def _replaced(native: Native) -> list[Event]:
    return [
        _association(native, "DELETE", "removing", native.facts["out"]),
        _association(native, "ADD", "replacing", native.facts["in"]),
    ]


def _handed_over(native: Native) -> list[Event]:
    giver, taker = (native.party(str(native.facts[side])) for side in ("from", "to"))
    found = object_event(native, step="accepting", disposition="in_progress") | {
        "sourceList": [{"type": "possessing_party", "source": giver}],
        "destinationList": [{"type": "possessing_party", "destination": taker}],
    }
    _transaction(found, native, fact="handOver")
    return [found | own_fields(native.facts, but=("from", "to", "handOver"))]


def _transaction(found: Event, native: Native, *, fact: str) -> None:
    if fact in native.facts:
        found["bizTransactionList"] = [
            {"type": f"bat:{fact}", "bizTransaction": f"urn:uuid:{native.facts[fact]}"}
        ]


def _routed(native: Native) -> list[Event]:
    found = object_event(native, step="bat:routing", disposition="reserved")
    _transaction(found, native, fact="offer")
    return [found | own_fields(native.facts, but=("offer",))]


def _regraded(native: Native) -> list[Event]:
    """A second life is that of another passport where the battery goes on under another name."""
    onwards = native.facts.get("into")
    if not isinstance(onwards, str):
        return [
            object_event(native, step="bat:regrading", disposition="available")
            | own_fields(native.facts)
        ]
    return [
        {
            "type": "TransformationEvent",
            "inputEPCList": [native.subject],
            "outputEPCList": [onwards],
            "transformationID": event_name(native.event_id),
            "bizStep": "bat:repurposing",
            "disposition": "available",
            **own_fields(native.facts, but=("into",)),
        }
    ]


def _treated(native: Native) -> list[Event]:
    # A step of several batteries tells its outputs of itself, not of each of them.
    fractions = native.facts.get("fractions")
    outputs: list[Json] = [
        {
            "epcClass": native.own(f"material/{each['material']}/{str(each['fate']).lower()}"),
            "quantity": Number(str(each["massKg"])),
            "uom": "KGM",
        }
        for each in (fractions if isinstance(fractions, list) else ())
    ]
    found: Event = {
        "type": "TransformationEvent",
        "inputEPCList": [native.subject],
        "transformationID": event_name(native.event_id),
        "bizStep": "bat:recycling",
        "disposition": "destroyed",
    }
    if outputs:
        found["outputQuantityList"] = outputs
    return [found | own_fields(native.facts, but=("fractions",))]


def _merged(native: Native) -> list[Event]:
    if "into" in native.facts:
        found = object_event(
            native, action="DELETE", step="decommissioning", disposition="inactive"
        )
    else:
        found = object_event(native, step="bat:merging", disposition="active")
    return [found | own_fields(native.facts)]


_VIEWS: Final[dict[str, View]] = {
    EventKind.REGISTERED: _registered,
    EventKind.ASSEMBLED: _assembled,
    EventKind.DISASSEMBLED: _disassembled,
    EventKind.REPLACED: _replaced,
    EventKind.COMMISSIONED: _told("installing", "active"),
    EventKind.HANDED_OVER: _handed_over,
    EventKind.HEALTH_READ: health_read,
    EventKind.INCIDENT: _told("inspecting", "damaged", persistentDisposition={"set": ["damaged"]}),
    EventKind.REPAIRED: _told("repairing", "available"),
    EventKind.RETIRED: _plain("collecting", "unavailable"),
    EventKind.ROUTED: _routed,
    EventKind.RECEIVED: _told("receiving", "in_progress"),
    EventKind.REGRADED: _regraded,
    EventKind.TREATED: _treated,
    EventKind.MERGED: _merged,
}
