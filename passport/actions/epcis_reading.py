"""From the bytes of an EPCIS document to its events, each read, checked, named and hashed."""

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import msgspec

from passport.actions.epcis_slices import NotPlain, Slices, opened_around, slices_of
from passport.rules import epcis_document, epcis_json
from passport.rules.epcis_document import Opened
from passport.rules.epcis_json import Json
from passport.rules.epcis_meaning import Meaning
from passport.rules.epcis_patterns import Patterns
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


class Read(NamedTuple):
    """An event that was passed, and all that its rows are made of.

    `text` is its JSON as received, `context` that of its document where it takes that to read it;
    `received` is nothing, or what came where that had another reading beside `text`. `id` is the
    UUID of the native event in its 16 bytes; the rest is what Told says.
    """

    place: int
    id: bytes
    text: str
    context: str
    uri: str
    declaration: bool
    hash: bytes
    type: str
    happened: str
    terms: Sequence[str]
    measured: str
    names: Sequence[str]
    meaning: Meaning
    joins: bool
    received: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The events of a document that were passed, what was refused by its place, and how many.

    `warned` is what is to be said of how an event was read, by its place.
    """

    read: list[Read]
    refused: dict[int, Refusal]
    count: int
    stem: str
    warned: Mapping[int, Sequence[Refusal]] = field(default_factory=dict)

    def pointer(self, at: int) -> str:
        """Where the event at a place stands in the document. [RFC 6901]"""
        return f"{self.stem}/{at}" if self.stem else ""


_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read_document(*, document: bytes, max_bytes: int = epcis_json.MAX_BYTES) -> Document:
    """The events of a document, each checked by itself.

    Refuses, as a whole, NotStrictJson, ContextRepeated and what open_document() refuses.
    """
    try:
        return _read_apart(document, max_bytes)
    except (Refusal, NotPlain):
        # Whatever it is, the reading of the whole says where it stands, or that it is none.
        return _read_whole(document, max_bytes)


def _read_whole(document: bytes, max_bytes: int) -> Document:
    opened = epcis_document.open_document(epcis_json.read(document, max_bytes=max_bytes))
    slices = slices_of(document)
    raw = slices.under(opened.stem) if opened.stem else [document.strip()]
    reading = _Reading(opened, slices, len(raw))
    for place, (event, text) in enumerate(zip(opened.events, raw, strict=True)):
        reading.take(place, text, partial(_known, event))
    return reading.done


def _known(event: Json, data: bytes) -> Json:
    return event


def _read_apart(document: bytes, max_bytes: int) -> Document:
    """The same for a plain document, each event by itself, so that like ones are read as like."""
    slices = slices_of(document)
    texts = slices.under(slices.stem)
    opened = opened_around(document, texts, stem=slices.stem)
    if len(document) > max_bytes or max(map(len, texts)) > LONGEST_EVENT:
        raise NotPlain
    depth = epcis_json.MAX_DEPTH - opened.stem.count("/") - 1

    def strictly(data: bytes) -> Json:
        event = epcis_json.read(data, max_depth=depth)
        if not isinstance(event, dict):
            raise NotPlain
        return event

    reading = _Reading(opened, slices, len(texts))
    for place, text in enumerate(texts):
        reading.take(place, text, strictly)
    return reading.done


def _own_prefixes(naming: Naming) -> Sequence[str]:
    """The prefixes that a document's own context declares, as they begin a name in its text."""
    known = Naming().prefixes
    return [f'"{name}:' for name, stem in naming.prefixes.items() if known.get(name) != stem]


class _Reading:
    """Some events of one document, each taken or refused."""

    def __init__(self, opened: Opened, slices: Slices, count: int) -> None:
        self._patterns = Patterns(naming=opened.naming)
        self._context = bytes(slices.context).decode() if opened.stem else ""
        self._own = _own_prefixes(opened.naming)
        self.done = Document([], {}, count, opened.stem)
        _check_repeated(self._context if self._own else "", count)

    def take(self, place: int, data: bytes, strictly: Callable[[bytes], Json]) -> None:
        """Read one event, `strictly` where none before it was like it. Refuses NotStrictJson."""
        try:
            self.done.read.append(self._read(place, data, strictly))
        except epcis_json.NotStrictJson:
            raise
        except Refusal as refusal:
            self.done.refused[place] = refusal

    def _read(self, place: int, data: bytes, strictly: Callable[[bytes], Json]) -> Read:
        # Before anything is made of it: a name in it may stand for many characters.
        check_length(len(data))
        text = data.decode()
        told = self._patterns.told(text)
        if told is None:
            told = self._patterns.look(strictly(data), text=text, written=_written(data))
        if len(told.uri) > LONGEST_ID:
            raise EventIdTooLong(
                f"the eventID has {len(told.uri)} characters, {LONGEST_ID} are kept",
                pointer="/eventID",
                remedy="use urn:uuid: with a UUID",
            )
        context = self._context if any(each in text for each in self._own) else ""
        check_length(len(data) + (len(context.encode()) if context else 0))
        key = id_of(uri=told.uri, declaration=told.declaration)
        return Read(place, key, text, context, *told)


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


def check_length(size: int) -> None:
    """What is kept of one event is bounded. Refuses EventTooLong."""
    if size > LONGEST_EVENT:
        raise EventTooLong(
            f"the event and the context that it needs have more than {LONGEST_EVENT} bytes",
            remedy="name fewer objects in one event",
        )


def id_of(*, uri: str, declaration: bool = False) -> bytes:
    """The UUID of the native event: that of urn:uuid:, of anything else one made of its digest.

    An error declaration has the eventID of the wrong event, so it gets one of its own.
    """
    # Whatever else begins so is a name as good as any other.
    if not declaration and _UUID.fullmatch(uri):
        return bytes.fromhex(uri[9:].replace("-", ""))
    return _made("declaration" if declaration else "event", uri)


def effect_of(*, uri: str) -> uuid.UUID:
    """The UUID of the native event by which a declaration of the event of this eventID acts."""
    return uuid.UUID(bytes=_made("effect", uri))


def _made(kind: str, uri: str) -> bytes:
    """A UUID of version 8, which is for whoever makes one. [RFC 9562 5.8]"""
    digest = hashlib.sha256(f"batterypassport/epcis/v1\n{kind}\n{uri}".encode()).digest()
    value = int.from_bytes(digest[:16], "big") & ~(0xF << 76) | 0x8 << 76
    return (value & ~(0x3 << 62) | 0x2 << 62).to_bytes(16, "big")
