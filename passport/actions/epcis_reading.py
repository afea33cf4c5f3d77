"""From the bytes of an EPCIS document to its events, each read, checked, named and hashed."""

import hashlib
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import msgspec

from passport.rules import epcis_document, epcis_json
from passport.rules.epcis_json import Json
from passport.rules.epcis_looking import Looking
from passport.rules.epcis_meaning import Meaning, meaning_of
from passport.rules.epcis_moments import utc_text
from passport.rules.epcis_spelling import Naming
from passport.rules.errors import Malformed, Refusal

_UUID = re.compile(
    r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII
)
# A longer one is no key of an index.
LONGEST_ID = 1000
# With its context; escaped, it still fits into a body that anybody reads.
LONGEST_EVENT = 120_000
# The context of a document is kept with each event that needs it.
MOST_REPEATED = 32 << 20


class EventIdTooLong(Malformed):
    """The eventID is longer than is kept."""

    code = "epcis-event-id-too-long"
    title = "The eventID is too long"


class EventTooLong(Refusal):
    """One event holds more than is kept of one."""

    code = "epcis-event-too-long"
    title = "The event is too long"


class ContextRepeated(Refusal):
    """A long context would be kept with very many events."""

    code = "epcis-context-repeated"
    title = "The @context is too long for so many events"


class _List(msgspec.Struct):
    eventList: list[msgspec.Raw] = []  # noqa: N815 - as the standard spells it


class _Results(msgspec.Struct):
    resultsBody: _List = msgspec.field(default_factory=_List)  # noqa: N815


class _Body(_List):
    queryResults: _Results | None = None  # noqa: N815


class _Envelope(msgspec.Struct):
    """Where the events of a document lie in its bytes."""

    context: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw, name="@context")
    epcisBody: _Body | None = None  # noqa: N815

    @property
    def events(self) -> list[msgspec.Raw] | None:
        """The bytes of each event; None where the document is one event itself."""
        if self.epcisBody is None:
            return None
        results = self.epcisBody.queryResults
        return self.epcisBody.eventList if results is None else results.resultsBody.eventList


class Read(NamedTuple):
    """An event that was passed, and all that its rows are made of.

    `text` is its JSON as received, `context` that of its document where it takes that to read it.
    `id` is the UUID of the native event, `happened` the moment in UTC, `measured` JSON or nothing.
    """

    place: int
    id: uuid.UUID
    uri: str
    declaration: bool
    hash: bytes
    type: str
    happened: str
    text: str
    context: str
    terms: Sequence[str]
    measured: str
    names: Sequence[str]
    meaning: Meaning
    event: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Document:
    """The events of a document that were passed, what was refused by its place, and how many."""

    read: list[Read]
    refused: dict[int, Refusal]
    count: int
    stem: str

    def pointer(self, at: int) -> str:
        """Where the event at a place stands in the document. [RFC 6901]"""
        return f"{self.stem}/{at}" if self.stem else ""


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def count_events(*, document: bytes) -> int:
    """How many events are in a document, at a glance; the rest is looked at when it is read.

    Refuses NotStrictJson.
    """
    events = _slices(document).events
    return 1 if events is None else len(events)


def read_document(*, document: bytes, max_bytes: int = epcis_json.MAX_BYTES) -> Document:
    """The events of a document, each checked by itself.

    Refuses, as a whole, NotStrictJson, ContextRepeated and what open_document() refuses.
    """
    opened = epcis_document.open_document(epcis_json.read(document, max_bytes=max_bytes))
    slices = _slices(document)
    raw = slices.events
    texts = [document] if raw is None else [bytes(each) for each in raw]
    context = "" if raw is None else bytes(slices.context).decode()
    own = _own_prefixes(opened.naming)
    _check_repeated(context if own else "", len(texts))
    looking = Looking(naming=opened.naming)
    read, refused = [], {}
    for place, (event, text) in enumerate(zip(opened.events, texts, strict=True)):
        try:
            read.append(_read(place, event, text, looking, context, own))
        except Refusal as refusal:
            refused[place] = refusal
    return Document(read, refused, len(texts), opened.stem)


def _slices(document: bytes) -> _Envelope:
    try:
        return _ENVELOPE.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise epcis_json.NotStrictJson(
            f"{error}.".replace("..", "."),
            remedy="Send one EPCISDocument, EPCISQueryDocument or event as JSON (RFC 8259).",
        ) from error


def _own_prefixes(naming: Naming) -> Sequence[str]:
    """The prefixes that a document's own context declares, as they begin a name in its text."""
    known = Naming().prefixes
    return [f'"{name}:' for name, stem in naming.prefixes.items() if known.get(name) != stem]


def _read(
    place: int, given: Json, data: bytes, looking: Looking, context: str, own: Sequence[str]
) -> Read:
    text = data.decode().strip()
    # Before anything is made of it: a name in it may stand for many characters.
    _check_length(text)
    hashed, found, names = looking.look(given, written=_written(data))
    event = cast(dict[str, Json], given)
    declaration = "errorDeclaration" in event
    # The hash leaves the declaration out: without an eventID too it names the wrong event.
    uri = cast(str, event.get("eventID", hashed))
    if len(uri) > LONGEST_ID:
        raise EventIdTooLong(
            f"the eventID has {len(uri)} characters, {LONGEST_ID} are kept",
            pointer="/eventID",
            remedy="use urn:uuid: with a UUID",
        )
    context = context if any(each in text for each in own) else ""
    _check_length(text + context)
    return Read(
        place=place,
        id=id_of(uri=uri, declaration=declaration),
        uri=uri,
        declaration=declaration,
        hash=bytes.fromhex(hashed[14:78]),
        type=looking.naming.value(event["type"]),
        happened=utc_text(cast(str, event["eventTime"])),
        text=text,
        context=context,
        terms=sorted(found.terms),
        measured=epcis_json.write(cast(Json, found.measured)) if found.measured else "",
        names=names,
        meaning=meaning_of(event, naming=looking.naming),
        event=event,
    )


def _written(data: bytes) -> dict[str, bytes]:
    """The fields of an event, each in the bytes of its value."""
    return {name: bytes(value) for name, value in _FIELDS.decode(data).items()}


def _check_repeated(context: str, count: int) -> None:
    if len(context) * count > MOST_REPEATED:
        raise ContextRepeated(
            f"a context of {len(context)} characters would be kept with each of {count} events",
            pointer="/@context",
            remedy="declare in it only what the events use, or send fewer events at once",
        )


def _check_length(text: str) -> None:
    if len(text.encode()) > LONGEST_EVENT:
        raise EventTooLong(
            f"the event and the context that it needs have more than {LONGEST_EVENT} bytes",
            remedy="name fewer objects in one event",
        )


def id_of(*, uri: str, declaration: bool = False) -> uuid.UUID:
    """The UUID of the native event: that of urn:uuid:, of anything else one made of its digest.

    An error declaration has the eventID of the wrong event, so it gets one of its own.
    """
    # Whatever else begins so is a name as good as any other.
    if not declaration and _UUID.fullmatch(uri):
        return uuid.UUID(uri[9:])
    return _made("declaration" if declaration else "event", uri)


def effect_of(*, uri: str) -> uuid.UUID:
    """The UUID of the native event by which a declaration of the event of this eventID acts."""
    return _made("effect", uri)


def _made(kind: str, uri: str) -> uuid.UUID:
    """A UUID of version 8, which is for whoever makes one. [RFC 9562 5.8]"""
    digest = hashlib.sha256(f"batterypassport/epcis/v1\n{kind}\n{uri}".encode()).digest()
    value = int.from_bytes(digest[:16], "big") & ~(0xF << 76) | 0x8 << 76
    return uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
