"""Where the events of an EPCIS document lie in its bytes, and what stands around them."""

import os
from collections.abc import Sequence

import msgspec

from passport.rules import epcis_document, epcis_json
from passport.rules.epcis_document import EVENTS, RESULTS, Opened

# As nearly everybody writes it; whatever says it otherwise is found when it is read strictly.
_STEMS = {b'"EPCISDocument"': EVENTS, b'"EPCISQueryDocument"': RESULTS}
_BLANK = b" \t\r\n"


class NotPlain(Exception):
    """Where the events stand is not plain: the document is to be read as a whole."""


class _List(msgspec.Struct):
    eventList: list[msgspec.Raw] = []  # noqa: N815 - as the standard spells it


class _Results(msgspec.Struct):
    resultsBody: _List = msgspec.field(default_factory=_List)  # noqa: N815


class _Body(_List):
    queryResults: _Results | None = None  # noqa: N815


class Slices(msgspec.Struct):
    """A document at a glance: that its names stand once, for one, is not looked at."""

    context: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw, name="@context")
    type: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)
    epcisBody: _Body | None = None  # noqa: N815

    @property
    def stem(self) -> str:
        """Where the events stand, by the type of the document; nothing where that does not say."""
        return _STEMS.get(bytes(self.type), "")

    def under(self, stem: str) -> list[bytes]:
        """The bytes of each event of the list at this place."""
        body = self.epcisBody or _Body()
        results = body.queryResults or _Results()
        events = results.resultsBody.eventList if stem == RESULTS else body.eventList
        return [bytes(each) for each in events]


_ENVELOPE = msgspec.json.Decoder(Slices)


def slices_of(document: bytes) -> Slices:
    """The slices of a document. Refuses NotStrictJson."""
    try:
        return _ENVELOPE.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise epcis_json.NotStrictJson(
            f"{error}.".replace("..", "."),
            remedy="Send one EPCISDocument, EPCISQueryDocument or event as JSON (RFC 8259).",
        ) from error


def count_events(*, document: bytes) -> int:
    """How many events are in a document, at a glance; the rest is looked at when it is read.

    Refuses NotStrictJson.
    """
    slices = slices_of(document)
    if slices.stem:
        return len(slices.under(slices.stem))
    return max(1, *[len(slices.under(stem)) for stem in (EVENTS, RESULTS)])


def opened_around(document: bytes, events: Sequence[bytes], *, stem: str) -> Opened:
    """The document opened with another event in the place of these, which are not read.

    Refuses NotPlain, and what is refused of what stands around them: NotStrictJson, and what
    open_document() refuses.
    """
    at, end = _between(document, events)
    # Nobody can have written this: where it is read as the one event, there the events stood.
    mark = os.urandom(16).hex()
    around = document[:at], f'{{"{mark}":0}}'.encode(), document[end:]
    opened = epcis_document.open_document(epcis_json.read(b"".join(around)))
    if opened.stem != stem or opened.events != [{mark: epcis_json.Number("0")}]:
        raise NotPlain
    return opened


def _between(document: bytes, events: Sequence[bytes]) -> tuple[int, int]:
    """Where these begin and end in a document, that has nothing but commas between them."""
    if len(events) < 2 or not _is_text(document):
        raise NotPlain
    first, second, *_ = events
    at = document.find(first)
    comma = document[at + len(first) : document.find(second, at + len(first))]
    joined = comma.join(events)
    if comma.strip(_BLANK) != b"," or not document.startswith(joined, at):
        raise NotPlain
    return at, at + len(joined)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
