"""What an EPCIS query may ask, and what that is in the terms of the index. [EPCIS 8.2.7]"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from passport.rules.epcis_spelling import Naming, plain
from passport.rules.epcis_terms import term
from passport.rules.epcis_words import (
    ALERTS,
    BIZ_STEPS,
    COMPONENTS,
    DISPOSITIONS,
    ERROR_REASONS,
    MEASUREMENTS,
    PARTIES,
    TRANSACTIONS,
    Vocabulary,
)
from passport.rules.errors import Malformed

_PLAIN: Final = Vocabulary("", "", frozenset())
# Parameter → the words that its values may be; the standard's own are found in either spelling.
WORDS: Final[Mapping[str, Vocabulary]] = {
    "action": _PLAIN,
    "bizStep": BIZ_STEPS,
    "disposition": DISPOSITIONS,
    "persistentDisposition_set": DISPOSITIONS,
    "persistentDisposition_unset": DISPOSITIONS,
    "readPoint": _PLAIN,
    "bizLocation": _PLAIN,
    "transformationID": _PLAIN,
    "errorReason": ERROR_REASONS,
    "correctiveEventID": _PLAIN,
    "bizTransaction": _PLAIN,
    "type": MEASUREMENTS,
    "exception": ALERTS,
    "component": COMPONENTS,
    **dict.fromkeys(
        (
            "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
            "microorganism", "chemicalSubstance", "coordinateReferenceSystem", "stringValue",
            "booleanValue", "hexBinaryValue", "uriValue",
        ),
        _PLAIN,
    ),
}  # fmt: skip
# A list whose members are of types: EQ_bizTransaction_po.
TYPED: Final = {"bizTransaction": TRANSACTIONS, "source": PARTIES, "destination": PARTIES}
MATCHES: Final[Mapping[str, tuple[str, ...]]] = {
    "epc": ("epc",),
    "parentID": ("parentID",),
    "inputEPC": ("inputEPC",),
    "outputEPC": ("outputEPC",),
    "anyEPC": ("epc", "parentID", "inputEPC", "outputEPC"),
    "epcClass": ("epcClass",),
    "inputEPCClass": ("inputEPCClass",),
    "outputEPCClass": ("outputEPCClass",),
    "anyEPCClass": ("epcClass", "inputEPCClass", "outputEPCClass"),
}
PLACES: Final = ("readPoint", "bizLocation")
OWN: Final = re.compile(
    r"(INNER_)?(ILMD_|ERROR_DECLARATION_|SENSORELEMENT_|SENSORMETADATA_|SENSORREPORT_"
    r"|readPoint_|bizLocation_)?([A-Za-z][A-Za-z0-9+.\-]*:.+)",
    re.ASCII,
)
_PATTERN = re.compile(r"urn:epc:idpat:[a-z]+:", re.ASCII)
_LIST = re.compile(r"(?:[A-Za-z_]+|[A-Za-z][A-Za-z0-9+.\-]*:[^,]+)(?:,(?:[A-Za-z_]+|"
                   r"[A-Za-z][A-Za-z0-9+.\-]*:[^,]+))+", re.ASCII)  # fmt: skip


class QueryParameter(Malformed):
    """A parameter of an EPCIS query is unknown, or its value cannot be read."""

    code = "epcis-query-parameter"
    title = "The query asks for something that is not known"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """An event has one of these terms, or one that begins like one of these."""

    terms: tuple[str, ...]
    begins: tuple[str, ...] = ()

    def met_by(self, terms: Iterable[str]) -> bool:
        """Whether these are the terms of such an event."""
        return any(each in self.terms or each.startswith(self.begins) for each in terms)


def values(given: Iterable[str]) -> list[str]:
    """A list of values: the parameter given several times, or one text with commas between."""
    found: list[str] = []
    for text in given:
        found += text.split(",") if _LIST.fullmatch(text) else [text]
    return found


def equal(parameter: str, given: Iterable[str], naming: Naming) -> AnyOf | None:
    """EQ_ with a name of the standard's; None where there is no such parameter."""
    words = WORDS.get(parameter)
    stem, _, kind = parameter.partition("_")
    if words is None and stem in TYPED and kind:
        spelled = _spellings(kind, TYPED[stem], naming)
        names = [f"{stem}_{each}" for each in spelled]
        words = _PLAIN
    elif words is None:
        return None
    else:
        names = [parameter]
    found = [each for text in given for each in _spellings(text, words, naming)]
    return AnyOf(tuple(term(name, each) for name in names for each in found))


def own_name(parameter: str, naming: Naming) -> str | None:
    """The name in the index of a field of somebody's own, as ILMD_bat:lot; None if it is none."""
    found = OWN.fullmatch(parameter)
    if found is None:
        return None
    inner, stem, name = found.groups(default="")
    return f"{inner}{stem}" + naming.name(name).replace("{", "").replace("}", "")


def own_equal(name: str, given: Iterable[str], naming: Naming) -> AnyOf:
    """EQ_ of such a field: its text, or the number that it reads as."""
    found: list[str] = []
    for text in given:
        found.append(naming.value(text))
        if re.fullmatch(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?", text, re.ASCII):
            found.append(plain(text))
    return AnyOf(tuple(term(name, each) for each in found))


def matching(parameter: str, given: Iterable[str], naming: Naming) -> AnyOf:
    """MATCH_: names as they are, or patterns with a star at their end. Refuses QueryParameter."""
    fields = MATCHES[parameter]
    terms: list[str] = []
    begins: list[str] = []
    for text in given:
        name, starred = _pattern(text, naming)
        if name:
            terms += [term(field, name) for field in fields]
        if starred is not None:
            begins += [f"{field} {starred}" for field in fields]
    return AnyOf(tuple(terms), tuple(begins))


def below(parameter: str, given: Iterable[str], naming: Naming) -> AnyOf:
    """WD_: a place, or a part of it: what follows its GLN as an extension."""
    names = [naming.value(text) for text in given]
    return AnyOf(
        tuple(term(parameter, each) for each in names),
        tuple(f"{parameter} {each}/254/" for each in names),
    )


def _pattern(text: str, naming: Naming) -> tuple[str, str | None]:
    """A name, and how names begin that match too, where the text is a pattern."""
    if text == "*":
        return "", ""
    if not text.endswith("*"):
        return naming.value(text), None
    if _PATTERN.match(text):
        found = naming.value(text)
        if not found.startswith("urn:"):
            return found, found + "/"
    elif text.endswith("/*") and text.count("*") == 1:
        key = text.removesuffix("/*")
        whole, _, qualifier = key.rpartition("/")
        if qualifier in ("10", "21", "235", "254", "8011"):
            return "", f"{naming.value(whole)}/{qualifier}/"
        return naming.value(key), f"{naming.value(key)}/"
    raise QueryParameter(
        f'"{text[:80]}" is no pattern that is matched here',
        remedy="write a star for the serial: urn:epc:idpat:sgtin:9521234.000001.*, or as the end"
        " of a Digital Link: https://id.gs1.org/01/09521234000013/21/*",
    )


def _spellings(text: str, words: Vocabulary, naming: Naming) -> list[str]:
    """A word of the standard is written bare or as its web word; both are found."""
    value = naming.value(text)
    bare = value.removeprefix(words.stem) if words.stem else value
    return [bare, words.web(bare)] if bare in words.words else [value]
