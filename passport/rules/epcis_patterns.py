"""Reads events by the pattern of one that was read strictly.

1. a text without escapes falls apart at its quotation marks, and every second piece is a string;
2. where the pieces are those of the event that was read, but for its id, its times and its objects,
   it is JSON of the same shape, and comes to the same but for these;
3. these are looked at as in any event; where one does not pass, the event is read strictly after
   all, and that says why.
"""

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple, cast

from passport.rules import epcis_json, epcis_meaning
from passport.rules.epcis import Event
from passport.rules.epcis_fields import KINDS
from passport.rules.epcis_hash import hash_id_of, names_said
from passport.rules.epcis_json import Json
from passport.rules.epcis_links import plain_link
from passport.rules.epcis_looking import OTHERWISE, Alike, Field, Looked, Looking, together
from passport.rules.epcis_meaning import Meaning, meaning_of
from passport.rules.epcis_moments import is_utc_text, utc_text
from passport.rules.epcis_spelling import Naming
from passport.rules.epcis_terms import NAMES
from passport.rules.epcis_values import is_uri
from passport.rules.errors import Refusal

# Where each event has a pattern of its own, none of them is worth much.
MOST_PATTERNS = 500


class Told(NamedTuple):
    """What an event says, for the rows that are made of it.

    `uri` is its eventID or else the hash id, `happened` the moment in UTC, `terms` are in order,
    `measured` is JSON or nothing. `joins`: it names a parent.
    """

    uri: str
    declaration: bool
    hash: bytes
    type: str
    happened: str
    terms: list[str]
    measured: str
    names: list[str]
    meaning: Meaning
    joins: bool


class _Pattern(NamedTuple):
    """What events of one pattern come to: `told` but for what is filled in.

    `said` are the pieces of the hashed text, and the names of fields whose pieces stand between.
    """

    kind: str
    alike: Alike
    said: list[tuple[str, str]]
    told: Told


class _Layout:
    """Where events of one length have what each says otherwise: fields, and places of strings."""

    def __init__(self, length: int, slots: Mapping[str, range]) -> None:
        own = {at for places in slots.values() for at in places}
        self.slots = slots
        self.rest: Callable[[list[str]], tuple[str, ...]] = itemgetter(
            *[at for at in range(length) if at not in own]
        )
        self.patterns: dict[tuple[str, ...], _Pattern] = {}


class Patterns:
    """Reads the events of a document whose naming this is, one after the other."""

    def __init__(self, *, naming: Naming) -> None:
        self.naming = naming
        self._looking = Looking(naming=naming)
        self._layouts: dict[int, list[_Layout]] = {}
        self._count = 0

    def told(self, text: str) -> Told | None:
        """What an event says that is like an earlier one; None where it has to be read strictly.

        `text` is its JSON, without anything around it.
        """
        if "\\" in text:
            return None
        parts = text.split('"')
        for layout in self._layouts.get(len(parts), ()):
            pattern = layout.patterns.get(layout.rest(parts))
            if pattern is not None:
                slots = layout.slots
                return _plainly(pattern, slots, parts) or self._filled(pattern, slots, parts)
        return None

    def look(self, event: Json, *, text: str, written: Mapping[str, Hashable]) -> Told:
        """Check an event that was read from this text, and say what it says.

        `written` are the bytes of the value of each field. Refuses what check_event() refuses.
        """
        looked = self._looking.look(event, written=written)
        found = cast(Event, event)
        told = self._told(found, looked)
        if "\\" not in text and found["type"] in KINDS and "@context" not in found:
            self._learn(text, found, told, written)
        return told

    def _told(self, event: Event, looked: Looked) -> Told:
        return Told(
            uri=cast(str, event.get("eventID", looked.hash_id)),
            declaration="errorDeclaration" in event,
            hash=bytes.fromhex(looked.hash_id[14:78]),
            type=self.naming.value(event["type"]),
            happened=utc_text(cast(str, event["eventTime"])),
            terms=sorted(looked.terms.terms),
            measured=_json(looked),
            names=looked.names,
            meaning=meaning_of(event, naming=self.naming),
            joins="parentID" in event,
        )

    def _learn(self, text: str, event: Event, told: Told, written: Mapping[str, Hashable]) -> None:
        if told.meaning.reading is not None:
            # Who measured, and when, may be said by any field of it.
            return
        if self._count == MOST_PATTERNS:
            self._layouts, self._count = {}, 0
        self._count += 1
        parts = text.split('"')
        layout = self._layout(len(parts), _slots(event))
        kind = cast(str, event["type"])
        alike = self._looking.alike(kind, event, written)
        said = _merged(alike.said)
        layout.patterns[layout.rest(parts)] = _Pattern(kind, alike, said, told)

    def _layout(self, length: int, slots: Mapping[str, range]) -> _Layout:
        several = self._layouts.setdefault(length, [])
        found = next((each for each in several if each.slots == slots), None)
        if found is None:
            found = _Layout(length, slots)
            several.append(found)
        return found

    def _filled(
        self, pattern: _Pattern, slots: Mapping[str, range], parts: list[str]
    ) -> Told | None:
        """The event with whatever stands in its own fields, where each of them passes."""
        own: dict[str, Field] = {}
        try:
            for name, places in slots.items():
                value: Json = [parts[at] for at in places]
                if name in _SINGLE:
                    value = parts[places[0]]
                own[name] = self._looking.field(pattern.kind, name, value)
        except Refusal:
            return None
        looked = together(pattern.alike, own)
        return pattern.told._replace(
            uri=parts[slots["eventID"][0]] if "eventID" in slots else looked.hash_id,
            hash=bytes.fromhex(looked.hash_id[14:78]),
            happened=utc_text(parts[slots["eventTime"][0]]),
            terms=sorted(looked.terms.terms),
            names=looked.names,
        )


_SINGLE = frozenset({"eventID", "eventTime", "recordTime", "parentID"})


def _plainly(pattern: _Pattern, slots: Mapping[str, range], parts: list[str]) -> Told | None:
    """The same where all of its own fields are as in nearly every event."""
    moments: dict[str, str] = {}
    links: dict[str, list[str]] = {}
    uri = ""
    for name, places in slots.items():
        if name in NAMES:
            found = links[name] = [plain_link(parts[at]) for at in places]
            if "" in found or len(set(found)) != len(found):
                return None
        elif name == "eventID":
            uri = parts[places[0]]
            if not is_uri(uri):
                return None
        else:
            moments[name] = text = parts[places[0]]
            if not is_utc_text(text):
                return None
    return _together(pattern, uri, moments["eventTime"], links)


def _together(pattern: _Pattern, uri: str, happened: str, links: Mapping[str, list[str]]) -> Told:
    own = {name: names_said(name, each) for name, each in links.items()}
    own["eventTime"] = f"eventTime={happened}"
    text = "".join([own[name] if name else piece for piece, name in pattern.said])
    hashed = hashlib.sha256(text.encode())
    told = pattern.told
    terms = {*pattern.alike.terms}
    for name, each in links.items():
        stem = NAMES[name]
        terms.update([f"{stem} {link}" for link in each])
    return Told(
        uri or hash_id_of(hashed.hexdigest()),
        told.declaration,
        hashed.digest(),
        told.type,
        happened,
        sorted(terms),
        told.measured,
        epcis_meaning.together(links),
        told.meaning,
        told.joins,
    )


def _merged(said: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same pieces, those that stand side by side as one."""
    merged = [("", "")]
    for piece, name in said:
        if name:
            merged += [("", name), ("", "")]
        else:
            merged[-1] = (merged[-1][0] + piece, "")
    return merged


def _json(looked: Looked) -> str:
    measured = looked.terms.measured
    return epcis_json.write(cast(Json, measured)) if measured else ""


def _slots(event: Event) -> dict[str, range]:
    """The fields that each event says otherwise, and which pieces of its text are their strings."""
    slots, at = {}, 1
    for name, value in event.items():
        end = at + 2 + 2 * _strings(value)
        if name in OTHERWISE:
            slots[name] = range(at + 2, end, 2)
        at = end
    return slots


def _strings(value: Json) -> int:
    """How many strings stand in a value, names of fields among them."""
    if isinstance(value, dict):
        return sum(1 + _strings(each) for each in value.values())
    if isinstance(value, list):
        return sum(map(_strings, value))
    return 1 if isinstance(value, str) else 0
