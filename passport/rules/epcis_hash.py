"""The event hash id: one name for an event, whoever computes it. [CBV 2.0, 8.9]

Times, numbers, vocabulary and identifiers are brought to one spelling, put in the canonical order
and hashed. Not in it: eventID, recordTime, errorDeclaration and comments, so that an event, its
copies and its error declaration have the same id.

Where the words of the standard and its published test vectors differ in the order (they put
sensorElementList before the lists of transactions and destinations, and a type before what it
types), the vectors are followed: they are what other implementations agree on.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from passport.rules.epcis_fields import KINDS
from passport.rules.epcis_json import Json
from passport.rules.epcis_moments import utc_text
from passport.rules.epcis_spelling import STANDARD, Naming, extensions
from passport.rules.epcis_words import (
    ALERTS,
    BIZ_STEPS,
    COMPONENTS,
    DISPOSITIONS,
    MEASUREMENTS,
    PARTIES,
    TRANSACTIONS,
    Vocabulary,
)

Spell = Callable[[Naming, str, Json], str]


def event_hash_id(event: Mapping[str, Json], *, naming: Naming = STANDARD) -> str:
    """ni:///sha-256;{hex}?ver=CBV2.0 of an event that check_event() has passed. [CBV 8.9]

    `naming` says what the prefixes of its document stand for: see naming_of().
    """
    return hash_id(prehash(event, naming=naming))


def hash_id(text: str) -> str:
    """The event hash id of the text that prehash() makes."""
    return hash_id_of(hashlib.sha256(text.encode()).hexdigest())


def hash_id_of(digest: str) -> str:
    """The event hash id of that text's SHA-256 in hexadecimal."""
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def prehash(event: Mapping[str, Json], *, naming: Naming = STANDARD) -> str:
    """The text that is hashed: key=value, in the canonical order, without separators. [CBV 8.9]"""
    if "@context" in event:
        naming = naming.within(event["@context"])
    kind = cast(str, event["type"])
    said = {name: spelled(kind, name, value, naming=naming) for name, value in event.items()}
    return "".join(piece for piece, _ in pieces(kind, said, event, naming=naming))


def spelled(kind: str, name: str, value: Json, *, naming: Naming) -> list[str]:
    """What one field of an event of this kind says in the text that is hashed. [CBV 8.9]"""
    own = kind in KINDS
    spell = (_ORDER if own else _COMMON).get(name) or _TAIL.get(name)
    said = [spell(naming, name, value)] if spell else []
    if name in (_KNOWN if own else _KNOWN_OF_ANY) or name in naming.ignored:
        return said
    return said + extensions(naming, ((name, value),))


def pieces(
    kind: str, said: Mapping[str, Sequence[str]], fields: Iterable[str], *, naming: Naming
) -> list[tuple[str, str]]:
    """The text that is hashed, in (piece, "") and, for a field not `said` yet, ("", its name).

    Such fields are left open as have one piece, among those that stand before the extensions.
    """
    order = _ORDER if kind in KINDS else _COMMON
    tail = [each for name, texts in said.items() if name not in order for each in texts]
    here = frozenset(fields)
    return [
        (f"eventType={naming.value(kind)}", ""),
        *[(said[name][0], "") if name in said else ("", name) for name in order if name in here],
        ("".join(sorted(tail)), ""),
    ]


def _leaf(naming: Naming, name: str, value: Json) -> str:
    text = naming.value(value)
    return f"{name}={text}" if text else ""


def _moment(_: Naming, name: str, value: Json) -> str:
    return f"{name}={utc_text(cast(str, value))}"


def _word(vocabulary: Vocabulary) -> Spell:
    web = {word: vocabulary.web(word) for word in vocabulary.words}

    def spell(naming: Naming, name: str, value: Json) -> str:
        text = cast(str, value)
        return f"{name}={web.get(text) or naming.value(text)}"

    return spell


def _record(**fields: Spell) -> Spell:
    """An object: its own fields in this order, then what extends it; nothing where it is empty."""

    def spell(naming: Naming, name: str, value: Json) -> str:
        inside = cast(dict[str, Json], value)
        said = [each(naming, key, inside[key]) for key, each in fields.items() if key in inside]
        if len(said) != len(inside):
            said += extensions(naming, ((k, v) for k, v in inside.items() if k not in fields))
        text = "".join(said)
        return name + text if text else ""

    return spell


def _each(spell: Spell) -> Spell:
    """Every member of a list, under the name of the list; a single value is a list of one."""

    def several(naming: Naming, name: str, value: Json) -> str:
        members = value if isinstance(value, list) else [value]
        return "".join(sorted([spell(naming, name, each) for each in members]))

    return several


def _list(spell: Spell, element: str = "") -> Spell:
    """The name of the list once, then its members under the name of an element."""

    def several(naming: Naming, name: str, value: Json) -> str:
        members = cast(list[Json], value)
        text = "".join(sorted([spell(naming, element, each) for each in members]))
        return name + text if text else ""

    return several


def names_said(name: str, links: Sequence[str]) -> str:
    """What a field says in the text that is hashed that names single objects, by their links."""
    if name == "parentID":
        return f"{name}={links[0]}"
    return name + "".join(sorted([f"epc={each}" for each in links])) if links else ""


_EPCS = _list(_leaf, "epc")
_QUANTITIES = _list(_record(epcClass=_leaf, quantity=_leaf, uom=_leaf), "quantityElement")
_PLACE = _record(id=_leaf)
_METADATA = _record(
    time=_moment, startTime=_moment, endTime=_moment, deviceID=_leaf, deviceMetadata=_leaf,
    rawData=_leaf, dataProcessingMethod=_leaf, bizRules=_leaf,
)  # fmt: skip
_REPORT = _record(
    type=_word(MEASUREMENTS), exception=_word(ALERTS), deviceID=_leaf, deviceMetadata=_leaf,
    rawData=_leaf, dataProcessingMethod=_leaf, bizRules=_leaf, time=_moment, microorganism=_leaf,
    chemicalSubstance=_leaf, value=_leaf, component=_word(COMPONENTS), stringValue=_leaf,
    booleanValue=_leaf, hexBinaryValue=_leaf, uriValue=_leaf, minValue=_leaf, maxValue=_leaf,
    meanValue=_leaf, sDev=_leaf, percRank=_leaf, percValue=_leaf, uom=_leaf,
    coordinateReferenceSystem=_leaf,
)  # fmt: skip

_COMMON: dict[str, Spell] = {
    "eventTime": _moment,
    "eventTimeZoneOffset": _leaf,
    "certificationInfo": _each(_leaf),
}
_ORDER: dict[str, Spell] = {
    **_COMMON,
    "parentID": _leaf,
    "epcList": _EPCS,
    "inputEPCList": _EPCS,
    "childEPCs": _EPCS,
    "quantityList": _QUANTITIES,
    "childQuantityList": _QUANTITIES,
    "inputQuantityList": _QUANTITIES,
    "outputEPCList": _EPCS,
    "outputQuantityList": _QUANTITIES,
    "action": _leaf,
    "transformationID": _leaf,
    "bizStep": _word(BIZ_STEPS),
    "disposition": _word(DISPOSITIONS),
    "persistentDisposition": _record(
        set=_each(_word(DISPOSITIONS)), unset=_each(_word(DISPOSITIONS))
    ),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "sensorElementList": _list(
        _record(sensorMetadata=_METADATA, sensorReport=_each(_REPORT)), "sensorElement"
    ),
}


def _ilmd(naming: Naming, name: str, value: Json) -> str:
    return name + "".join(extensions(naming, cast(dict[str, Json], value).items()))


# These stand among the extensions, in the order of their text.
_TAIL: dict[str, Spell] = {
    "bizTransactionList": _list(_record(type=_word(TRANSACTIONS), bizTransaction=_leaf)),
    "destinationList": _list(_record(type=_word(PARTIES), destination=_leaf)),
    "ilmd": _ilmd,
    "sourceList": _list(_record(type=_word(PARTIES), source=_leaf)),
}
_LEFT_OUT = frozenset({"type", "@context", "eventID", "recordTime", "errorDeclaration"})
_KNOWN = frozenset({*_ORDER, *_TAIL, *_LEFT_OUT})
_KNOWN_OF_ANY = frozenset({*_COMMON, *_LEFT_OUT})
