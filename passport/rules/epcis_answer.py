"""Events handed out in one document, each with its own values, under a context right for all.

Events of several documents meet in one answer. Where their prefixes mean the same, the document
says them once; where not, each event brings the context that it came with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from passport.rules.epcis import Event
from passport.rules.epcis_json import Json, write
from passport.rules.epcis_links import canonical_name
from passport.rules.epcis_native import STANDARD_CONTEXT, context_of, stamp

QUERY_NAME: Final = "SimpleEventQuery"
_NAMES: Final = frozenset({"epcList", "childEPCs", "inputEPCList", "outputEPCList"})
_CLASSES: Final = frozenset(
    {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}
)
_PLACES: Final = frozenset({"readPoint", "bizLocation"})


@dataclass(frozen=True, slots=True)
class Told:
    """An event with the @context of the document that it stood in."""

    event: Event
    context: Json


def document(*, told: Sequence[Told], name: str, stem: str, at: datetime) -> str:
    """An EPCISDocument of these events, as JSON; `stem` is what `bat:` stands for. [EPCIS 10]"""
    events, context = _under_one(told, stem)
    return write(
        {
            "@context": context,
            "id": name,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": stamp(at),
            "epcisBody": {"eventList": events},
        }
    )


def answer(*, told: Sequence[Told], stem: str, at: datetime) -> str:
    """An EPCISQueryDocument of these events, as JSON. [EPCIS 8.2, 10]"""
    events, context = _under_one(told, stem)
    results: Json = {"queryName": QUERY_NAME, "resultsBody": {"eventList": events}}
    return write(
        {
            "@context": context,
            "type": "EPCISQueryDocument",
            "schemaVersion": "2.0",
            "creationDate": stamp(at),
            "epcisBody": {"queryResults": results},
        }
    )


def alone(*, told: Told, stem: str) -> str:
    """One event as a document of its own, with its context. [EPCIS 12]"""
    (event,), context = _under_one([told], stem)
    assert isinstance(event, dict)  # noqa: S101 - it came in as one
    own = _entries(event.pop("@context", []))
    return write({"@context": [*context, *(each for each in own if each not in context)], **event})


def as_links(event: Event) -> Event:
    """The event with every EPC URN in it as the Digital Link of the same key. [TDS 14]"""
    return {name: _as_link(name, value) for name, value in event.items()}


def _as_link(name: str, value: Json) -> Json:
    if name == "parentID":
        return _linked(value)
    if name in _NAMES and isinstance(value, list):
        return [_linked(each) for each in value]
    if name in _CLASSES and isinstance(value, list):
        return [_with_link(each, "epcClass") for each in value]
    if name in _PLACES:
        return _with_link(value, "id")
    if name in ("sourceList", "destinationList") and isinstance(value, list):
        return [_with_link(each, name.removesuffix("List")) for each in value]
    return value


def _with_link(value: Json, name: str) -> Json:
    if not isinstance(value, dict) or name not in value:
        return value
    return value | {name: _linked(value[name])}


def _linked(value: Json) -> Json:
    named = isinstance(value, str) and value.startswith("urn:epc:")
    return canonical_name(str(value)) if named else value


def _under_one(told: Sequence[Told], stem: str) -> tuple[list[Json], list[Json]]:
    """The events, and the context of the document around them."""
    own = context_of(stem)
    shared = _shared([own, *(each.context for each in told)])
    if shared is not None:
        return [each.event for each in told], shared
    return [_with_context(each) for each in told], own


def _shared(contexts: Sequence[Json]) -> list[Json] | None:
    """One context that says what each of these says; none where two of them differ."""
    entries: list[Json] = [STANDARD_CONTEXT]
    meaning: dict[str, Json] = {}
    for entry in (each for context in contexts for each in _entries(context)):
        if entry in entries:
            continue
        if not isinstance(entry, dict) or any(name.startswith("@") for name in entry):
            # What somebody else's document of terms says, or changes, is not looked up.
            return None
        if any(meaning.setdefault(name, stands) != stands for name, stands in entry.items()):
            return None
        entries.append(entry)
    return entries


def _with_context(told: Told) -> Json:
    entries = [*_entries(told.context), *_entries(told.event.get("@context", []))]
    unique = [each for at, each in enumerate(entries) if each not in entries[:at]]
    rest = {name: value for name, value in told.event.items() if name != "@context"}
    return {"@context": unique, **rest}


def _entries(context: Json) -> list[Json]:
    return context if isinstance(context, list) else [context]
