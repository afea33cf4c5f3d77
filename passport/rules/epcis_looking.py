"""Looks at the events of one document: what many of them say alike is looked at once.

The events of a document differ in little: its time, its id, its object. What a field comes to
depends on its value and the kind of its event alone, so it is kept by the bytes of the value.
"""

from collections.abc import Hashable, Mapping
from typing import NamedTuple, cast

from passport.rules import epcis_hash, epcis_meaning, epcis_terms
from passport.rules.epcis import Event, check_around, check_event, check_field, check_readable
from passport.rules.epcis_fields import KINDS
from passport.rules.epcis_json import Json
from passport.rules.epcis_meaning import NAMING_FIELDS
from passport.rules.epcis_spelling import Naming
from passport.rules.epcis_terms import Terms
from passport.rules.errors import Refusal


class Looked(NamedTuple):
    """What an event comes to: as event_hash_id(), terms_of() and names_in() say it."""

    hash_id: str
    terms: Terms
    names: list[str]


class Field(NamedTuple):
    """What a field says in the hashed text, the terms and sizes that it adds, whom it names."""

    said: list[str]
    terms: frozenset[str]
    measured: Mapping[str, list[Json]]
    names: list[str]


class Alike(NamedTuple):
    """What events come to that are alike but for what each says otherwise.

    `said` are the pieces of the hashed text, and the names of fields whose pieces stand between.
    """

    said: list[tuple[str, str]]
    terms: frozenset[str]
    measured: Mapping[str, list[Json]]


def together(alike: Alike, own: Mapping[str, Field]) -> Looked:
    """What an event comes to that is like others, with these fields of its own."""
    text = "".join([own[name].said[0] if name else piece for piece, name in alike.said])
    return Looked(
        epcis_hash.hash_id(text),
        Terms(alike.terms.union(*[each.terms for each in own.values()]), alike.measured),
        epcis_meaning.together({name: each.names for name, each in own.items()}),
    )


# Nearly every event says these otherwise: they are looked at each time.
OTHERWISE = frozenset({"eventID", "eventTime", "recordTime", *NAMING_FIELDS})
_NOTHING: Mapping[str, list[Json]] = {}


class Looking:
    """Looks at the events of a document whose naming this is, one after the other."""

    def __init__(self, *, naming: Naming) -> None:
        self.naming = naming
        self._fields: dict[tuple[str, str, Hashable], Field] = {}
        self._alike: dict[tuple[Hashable, ...], Alike] = {}

    def look(self, event: Json, *, written: Mapping[str, Hashable]) -> Looked:
        """Check an event and say what it comes to. Refuses what check_event() refuses.

        `written` are the bytes of the value of each field: where these are equal, values are.
        """
        found = event if isinstance(event, dict) else {}
        kind = found.get("type")
        if not isinstance(kind, str) or kind not in KINDS or "@context" in found:
            return self._alone(event)
        try:
            return self._look(kind, found, written)
        except Refusal:
            # Of several flaws the first is told, whichever was found here.
            return self._alone(event)

    def _look(self, kind: str, event: Event, written: Mapping[str, Hashable]) -> Looked:
        alike = self.alike(kind, event, written)
        own = {
            name: self.field(kind, name, value)
            for name, value in event.items()
            if name in OTHERWISE
        }
        check_around(kind, event)
        return together(alike, own)

    def alike(self, kind: str, event: Event, written: Mapping[str, Hashable]) -> Alike:
        """What all events of a kind come to that are like this one. Refuses as look() does."""
        key = (*event, *[written[name] for name in event if name not in OTHERWISE])
        found = self._alike.get(key)
        if found is None:
            found = self._alike[key] = self._look_alike(kind, event, written)
        return found

    def _look_alike(self, kind: str, event: Event, written: Mapping[str, Hashable]) -> Alike:
        fields: dict[str, Field] = {}
        for name, value in event.items():
            if name not in OTHERWISE:
                place = kind, name, written[name]
                one = self._fields.get(place)
                fields[name] = one or self.field(kind, name, value)
                self._fields[place] = fields[name]
        said = {name: each.said for name, each in fields.items()}
        pieces = epcis_hash.pieces(kind, said, event, naming=self.naming)
        found = epcis_terms.together([(each.terms, each.measured) for each in fields.values()])
        return Alike(pieces, found.terms, found.measured)

    def field(self, kind: str, name: str, value: Json) -> Field:
        """What one field of an event of a kind comes to. Refuses what check_field() refuses."""
        check_field(kind, name, value)
        naming = self.naming
        found = epcis_terms.terms_in(name, value, naming=naming)
        return Field(
            epcis_hash.spelled(kind, name, value, naming=naming),
            found.terms,
            found.measured or _NOTHING,
            epcis_meaning.named(value, naming=naming) if name in NAMING_FIELDS else [],
        )

    def _alone(self, event: Json) -> Looked:
        found = check_event(cast(Event, event))
        check_readable(found)
        return Looked(
            epcis_hash.event_hash_id(found, naming=self.naming),
            epcis_terms.terms_of(found, naming=self.naming),
            epcis_meaning.names_in(found, naming=self.naming),
        )
