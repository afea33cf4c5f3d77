"""One event of EPCIS 2.0: what the standard's own schema refuses is refused, by its place.

Stricter only where we could not keep what was said: moments that no calendar here holds.
"""

from collections.abc import Callable
from typing import cast

from passport.rules.epcis_fields import COMMON, FIELDS, KNOWN, NEEDED
from passport.rules.epcis_json import Json
from passport.rules.epcis_refusals import (
    NamesNothing,
    NotWithThisAction,
    UnknownField,
    UnknownWord,
)
from passport.rules.epcis_shapes import any_names, has, own_names, record
from passport.rules.epcis_values import is_uri, shown, text

Event = dict[str, Json]


def _others_of(kind: str) -> Callable[[str], None]:
    def others(name: str) -> None:
        if name in KNOWN:
            raise UnknownField(f"a {kind} has no {name}", remedy=f"leave {name} out")
        own_names(name)

    return others


_ALWAYS = ("eventTime", "eventTimeZoneOffset")
_OTHERS = {kind: _others_of(kind) for kind in FIELDS}
_FIELD_RULES = {kind: record(FIELDS[kind], others=_OTHERS[kind]) for kind in FIELDS}
_NEEDED_RULES = {kind: has(*_ALWAYS, *NEEDED[kind]) for kind in FIELDS}
_OWN_KIND = record(COMMON, needed=_ALWAYS, others=any_names)
_TYPED = record({"type": text}, needed=("type",), others=any_names)
_ALL_FIELDS = {name: rule for fields in FIELDS.values() for name, rule in fields.items()}
_READABLE = record({**_ALL_FIELDS, **COMMON, "type": text}, needed=("type",), others=any_names)


def check_event(event: Json) -> Event:
    """The event, where it is one that EPCIS 2.0 allows inside a document. [EPCIS 7.4]

    An event of a kind of somebody's own (its type is a URI) has only its common fields checked.
    Refuses WrongKind, NotAUri, NotAMoment, UnknownWord, MissingField, UnknownField, ListedTwice,
    NamesNothing, NotWithThisAction, each with the pointer to what is wrong.
    """
    _TYPED(event)
    found = cast(Event, event)
    kind = cast(str, found["type"])
    if kind not in FIELDS and not is_uri(kind):
        raise UnknownWord(
            f"{shown(kind)} is no kind of event",
            pointer="/type",
            remedy="write one of " + ", ".join(sorted(FIELDS)),
        )
    if kind not in FIELDS:
        _OWN_KIND(found)
        return found
    _NEEDED_RULES[kind](found)
    _FIELD_RULES[kind](found)
    _check_subjects(kind, found)
    return found


def check_readable(event: Event) -> None:
    """Where an event of somebody's own kind has a field of the standard, it has its shape.

    The standard does not ask for that; but of another shape nobody could hash or find it. Refuses
    as check_event() does.
    """
    if event["type"] not in FIELDS:
        _READABLE(event)


def check_field(kind: str, name: str, value: Json) -> None:
    """What check_event() looks at in one field alone, of an event of a kind of the standard.

    The pointer of what it refuses begins at the value.
    """
    rule = FIELDS[kind].get(name)
    if rule is None:
        _OTHERS[kind](name)
    else:
        rule(value)


def check_around(kind: str, event: Event) -> None:
    """What check_event() looks at beside that: which fields there are, and to what it happened."""
    _NEEDED_RULES[kind](event)
    _check_subjects(kind, event)


def _check_subjects(kind: str, event: Event) -> None:
    """What none of the fields says alone: to what it happened, and ilmd with ADD only."""
    if kind == "ObjectEvent" and "ilmd" in event and event["action"] != "ADD":
        raise NotWithThisAction(
            f"ilmd goes with the action ADD only, not with {event['action']}",
            pointer="/ilmd",
            remedy="leave ilmd out: master data is said when an object comes to be",
        )
    if not _SUBJECTS[kind](event):
        raise NamesNothing(f"this {kind} names no object", remedy=_ADVICE[kind])


def _of_object(event: Event) -> bool:
    measured = bool(event.get("sensorElementList")) and "readPoint" in event
    return "epcList" in event or bool(event.get("quantityList")) or measured


def _of_children(event: Event) -> bool:
    named = event.get("childEPCs") or event.get("childQuantityList")
    return bool(named) or event["action"] == "DELETE"


def _of_transaction(event: Event) -> bool:
    named = "epcList" in event or bool(event.get("quantityList"))
    return named or event["action"] == "DELETE"


def _of_transformation(event: Event) -> bool:
    inputs = event.get("inputEPCList") or event.get("inputQuantityList")
    outputs = event.get("outputEPCList") or event.get("outputQuantityList")
    if "transformationID" in event:
        return bool(inputs or outputs)
    return bool(inputs and outputs)


_SUBJECTS = {
    "ObjectEvent": _of_object,
    "AggregationEvent": _of_children,
    "AssociationEvent": _of_children,
    "TransactionEvent": _of_transaction,
    "TransformationEvent": _of_transformation,
}
_ADVICE = {
    "ObjectEvent": "add epcList or quantityList, or sensorElementList with a readPoint",
    "AggregationEvent": "add childEPCs or childQuantityList; only DELETE means all children",
    "AssociationEvent": "add childEPCs or childQuantityList; only DELETE means all children",
    "TransactionEvent": "add epcList or quantityList",
    "TransformationEvent": "add inputs and outputs, or one of them with a transformationID",
}
