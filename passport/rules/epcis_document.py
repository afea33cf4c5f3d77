"""What stands around events: an EPCIS document, a query document, or one event by itself.

Checked here is the envelope; the events in it are checked one by one, so that good ones can be
taken where others are refused.
"""

from dataclasses import dataclass
from typing import cast

from passport.rules.epcis import Event
from passport.rules.epcis_fields import CONTEXT
from passport.rules.epcis_json import Json
from passport.rules.epcis_shapes import any_names, list_of, record
from passport.rules.epcis_spelling import Naming, naming_of
from passport.rules.epcis_values import (
    Rule,
    any_of_kinds,
    matching,
    moment,
    text,
    uri,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The events of a document, unchecked, with what its prefixes stand for.

    The event at position n is at pointer(n) in the document.
    """

    events: list[Json]
    naming: Naming
    stem: str

    def pointer(self, at: int) -> str:
        """Where in the document the event at this position stands. [RFC 6901]"""
        return f"{self.stem}/{at}" if self.stem else ""


# Where documents hold events. [RFC 6901]
EVENTS = "/epcisBody/eventList"
RESULTS = "/epcisBody/queryResults/resultsBody/eventList"

_VERSION = matching(r"[0-9]+(?:\.[0-9]+)*", "version", 'write "2.0"')
_ATTRIBUTE = record({"id": uri, "attribute": any_of_kinds}, needed=("id",), others=any_names)
_ELEMENT = record(
    {"id": uri, "attributes": list_of(_ATTRIBUTE), "children": list_of(uri)},
    needed=("id",),
    others=any_names,
)
_VOCABULARIES = list_of(
    record(
        {"type": uri, "vocabularyElementList": list_of(_ELEMENT)},
        needed=("type",),
        others=any_names,
    )
)
_MASTER_DATA = record({"vocabularyList": _VOCABULARIES}, others=any_names)
# The events themselves are looked at one by one.
_EVENTS = list_of(record({}, others=any_names))
_ENVELOPE: dict[str, Rule] = {
    "@context": CONTEXT,
    "id": uri,
    "type": text,
    "schemaVersion": _VERSION,
    "creationDate": moment,
}
_DOCUMENT = record(
    {
        **_ENVELOPE,
        "instanceIdentifier": text,
        "sender": text,
        "receiver": text,
        "epcisHeader": record({"epcisMasterData": _MASTER_DATA}),
        "epcisBody": record({"eventList": _EVENTS}, needed=("eventList",), others=any_names),
    },
    needed=("@context", "schemaVersion", "creationDate", "epcisBody"),
)
_RESULTS = record(
    {
        "queryName": text,
        "subscriptionID": text,
        "resultsBody": record(
            {"eventList": _EVENTS, "vocabularyList": _VOCABULARIES}, needed=("eventList",)
        ),
    },
    needed=("queryName", "resultsBody"),
)
_QUERY_DOCUMENT = record(
    {**_ENVELOPE, "epcisBody": record({"queryResults": _RESULTS}, needed=("queryResults",))},
    needed=("@context", "epcisBody"),
)
_TYPED = record({"type": text}, needed=("type",), others=any_names)
_WITH_CONTEXT = record({"@context": CONTEXT}, needed=("@context",), others=any_names)


def open_document(document: Json) -> Opened:
    """The events of a document, a query document, or one event with its @context. [EPCIS 10]

    Checks what stands around the events; each event is left to check_event(). Refuses WrongKind,
    NotAUri, NotAMoment, MissingField, UnknownField, ListedTwice.
    """
    _TYPED(document)
    found = cast(Event, document)
    if found["type"] == "EPCISDocument":
        _DOCUMENT(document)
        body = cast(Event, found["epcisBody"])
        return Opened(_events(body), naming_of(found), EVENTS)
    if found["type"] == "EPCISQueryDocument":
        _QUERY_DOCUMENT(document)
        results = cast(Event, cast(Event, found["epcisBody"])["queryResults"])
        return Opened(_events(cast(Event, results["resultsBody"])), naming_of(found), RESULTS)
    _WITH_CONTEXT(document)
    return Opened([document], naming_of(found), "")


def _events(body: Event) -> list[Json]:
    return cast(list[Json], body["eventList"])
