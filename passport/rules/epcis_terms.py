"""By what an event is asked for: "<parameter> <value>" for every simple EPCIS query. [EPCIS 8.2.7]

The parameter is that of the query without its EQ_ or MATCH_: "bizStep shipping",
"epc https://id.gs1.org/01/…/21/…", "bizTransaction_po …", "ILMD_https://…/lot 7". A bare word of
the standard stays bare; a word, name or prefix of somebody's own stands whole, names of GS1 as
canonical links. `anyEPC` and `anyEPCClass` are several of these, so they are asked for as those.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from passport.rules.epcis_json import Json, Number
from passport.rules.epcis_moments import utc_text
from passport.rules.epcis_spelling import Naming, plain

# What is longer than an index takes stands by its SHA-256.
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Terms:
    """What of an event is compared: for being equal, and by size.

    `measured` by parameter: of numbers [the number as it was written, its unit or None], under
    "quantity", the values of sensor reports ("value", "minValue" …), and the names of own fields;
    of moments, of sensors and of an error declaration, the text in UTC.
    """

    terms: frozenset[str]
    measured: Mapping[str, list[Json]]


def term(parameter: str, value: str) -> str:
    """One term, as it is kept and as it is asked for."""
    if len(value) > LONGEST:
        value = "sha256:" + hashlib.sha256(value.encode()).hexdigest()
    return f"{parameter} {value}"


class _Gathered:
    """The terms of one event while its fields are walked through."""

    __slots__ = ("measured", "naming", "terms")

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.terms: set[str] = set()
        self.measured: dict[str, list[Json]] = {}

    def add(self, parameter: str, value: Json) -> None:
        self.terms.add(term(parameter, self.naming.value(value)))

    def measure(self, parameter: str, value: Json) -> None:
        self.measured.setdefault(parameter, []).append(value)


Gather = Callable[[_Gathered, Json], None]


def terms_of(event: Mapping[str, Json], *, naming: Naming) -> Terms:
    """By what an event is asked for that check_event() has passed. [EPCIS 8.2.7.1]

    `naming` is that of its document: see naming_of().
    """
    if "@context" in event:
        naming = naming.within(event["@context"])
    parts = [terms_in(name, value, naming=naming) for name, value in event.items()]
    return together([(each.terms, each.measured) for each in parts])


def terms_in(name: str, value: Json, *, naming: Naming) -> Terms:
    """What one field of such an event adds to its terms."""
    if name in _PASSED:
        return _NONE
    found = _Gathered(naming)
    gather = _FIELDS.get(name)
    if gather is not None:
        gather(found, value)
    else:
        _extension(found, "", name, value)
    return Terms(frozenset(found.terms), found.measured)


def together(parts: Sequence[tuple[Iterable[str], Mapping[str, list[Json]]]]) -> Terms:
    """The terms of an event, of the terms and the sizes that each of its fields adds."""
    measured: dict[str, list[Json]] = {}
    for _, sizes in parts:
        for name, values in sizes.items():
            measured.setdefault(name, []).extend(values)
    return Terms(frozenset([each for terms, _ in parts for each in terms]), measured)


def _one(parameter: str) -> Gather:
    return lambda found, value: found.add(parameter, value)


def _each(parameter: str) -> Gather:
    def several(found: _Gathered, value: Json) -> None:
        for each in _listed(value):
            found.add(parameter, each)

    return several


def _listed(value: Json) -> Iterable[Json]:
    return value if isinstance(value, list) else (value,)


def _place(parameter: str) -> Gather:
    def place(found: _Gathered, value: Json) -> None:
        inside = cast(dict[str, Json], value)
        found.add(parameter, inside["id"])
        for name, each in inside.items():
            if name != "id":
                _extension(found, f"{parameter}_", name, each)

    return place


def _typed(parameter: str, field: str) -> Gather:
    """bizTransaction_po …: the type is a part of the parameter, where there is one."""

    def several(found: _Gathered, value: Json) -> None:
        for each in _records(value):
            kind = found.naming.value(each["type"]) if "type" in each else ""
            found.add(f"{parameter}_{kind}" if kind else parameter, each[field])

    return several


def _records(value: Json) -> Iterator[dict[str, Json]]:
    yield from cast(list[dict[str, Json]], value)


def _quantities(parameter: str) -> Gather:
    def several(found: _Gathered, value: Json) -> None:
        for each in _records(value):
            found.add(parameter, each["epcClass"])
            if "quantity" in each:
                found.measure("quantity", [each["quantity"], each.get("uom")])

    return several


def _lasting(found: _Gathered, value: Json) -> None:
    for way, words in cast(dict[str, Json], value).items():
        _each(f"persistentDisposition_{way}")(found, words)


def _declared(found: _Gathered, value: Json) -> None:
    inside = cast(dict[str, Json], value)
    found.measure("errorDeclarationTime", utc_text(cast(str, inside["declarationTime"])))
    if "reason" in inside:
        found.add("errorReason", inside["reason"])
    for each in _listed(inside.get("correctiveEventIDs", [])):
        found.add("correctiveEventID", each)
    for name, each in inside.items():
        if name not in _OF_DECLARATIONS:
            _extension(found, "ERROR_DECLARATION_", name, each)


def _sensors(found: _Gathered, value: Json) -> None:
    for each in _records(value):
        if "sensorMetadata" in each:
            _measured(found, cast(dict[str, Json], each["sensorMetadata"]), "SENSORMETADATA_")
        for report in _records(each["sensorReport"]):
            _measured(found, report, "SENSORREPORT_")
        for name, other in each.items():
            if name not in ("sensorMetadata", "sensorReport"):
                _extension(found, "SENSORELEMENT_", name, other)


def _measured(found: _Gathered, report: dict[str, Json], stem: str) -> None:
    unit = report.get("uom")
    for name, value in report.items():
        if name in _NUMBERS:
            found.measure(name, [value, unit])
        elif name in _MOMENTS:
            found.measure(name, utc_text(cast(str, value)))
        elif name in _WORDS:
            found.add(name, value)
        elif name != "uom":
            _extension(found, stem, name, value)


def _ilmd(found: _Gathered, value: Json) -> None:
    for name, each in cast(dict[str, Json], value).items():
        _extension(found, "ILMD_", name, each)


def _extension(found: _Gathered, stem: str, name: str, value: Json, inner: str = "") -> None:
    """A field of somebody's own: by its whole name, and what is inside of it with INNER_."""
    whole = found.naming.name(name).replace("{", "").replace("}", "")
    for each in _listed(value):
        if isinstance(each, dict):
            for below, inside in each.items():
                _extension(found, stem, below, inside, "INNER_")
        elif isinstance(each, list):
            _extension(found, stem, name, each, inner)
        elif isinstance(each, Number):
            found.terms.add(term(f"{inner}{stem}{whole}", plain(each.text)))
            found.measure(f"{inner}{stem}{whole}", [each, None])
        else:
            found.add(f"{inner}{stem}{whole}", each)


# Fields that name single objects, and the parameter by which they are asked for.
NAMES: Mapping[str, str] = {
    "epcList": "epc", "childEPCs": "epc", "parentID": "parentID", "inputEPCList": "inputEPC",
    "outputEPCList": "outputEPC",
}  # fmt: skip
_NUMBERS = frozenset(
    {"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"}
)
_MOMENTS = frozenset({"time", "startTime", "endTime"})
_WORDS = frozenset({
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod",
    "bizRules", "microorganism", "chemicalSubstance", "coordinateReferenceSystem", "component",
    "stringValue", "booleanValue", "hexBinaryValue", "uriValue",
})  # fmt: skip
_OF_DECLARATIONS = frozenset({"declarationTime", "reason", "correctiveEventIDs"})
# The columns of the index, and what nobody asks for.
_PASSED = frozenset(
    {"@context", "eventID", "eventTime", "recordTime", "eventTimeZoneOffset", "certificationInfo"}
)
_NONE = Terms(frozenset(), {})
_FIELDS: dict[str, Gather] = {
    "type": _one("eventType"),
    "action": _one("action"),
    "bizStep": _one("bizStep"),
    "disposition": _one("disposition"),
    "persistentDisposition": _lasting,
    "readPoint": _place("readPoint"),
    "bizLocation": _place("bizLocation"),
    "bizTransactionList": _typed("bizTransaction", "bizTransaction"),
    "sourceList": _typed("source", "source"),
    "destinationList": _typed("destination", "destination"),
    "transformationID": _one("transformationID"),
    **{name: _each(parameter) for name, parameter in NAMES.items()},
    "quantityList": _quantities("epcClass"),
    "childQuantityList": _quantities("epcClass"),
    "inputQuantityList": _quantities("inputEPCClass"),
    "outputQuantityList": _quantities("outputEPCClass"),
    "sensorElementList": _sensors,
    "errorDeclaration": _declared,
    "ilmd": _ilmd,
}
