"""One spelling for the names and values of an event, by the context of its document. [CBV 8.9]

Prefixes come from the context as it stands in the document and from the standard's own; nothing is
ever fetched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from passport.rules.epcis_json import Json, Number
from passport.rules.epcis_links import canonical_name
from passport.rules.epcis_refusals import TooManyPrefixes
from passport.rules.epcis_words import (
    BIZ_STEPS,
    DISPOSITIONS,
    ERROR_REASONS,
    PARTIES,
    PREFIXES,
    TRANSACTIONS,
)

MOST_PREFIXES = 200
LONGEST_STEM = 500
_FORMER = (BIZ_STEPS, DISPOSITIONS, TRANSACTIONS, PARTIES, ERROR_REASONS)
_COMMENT = f"{{{PREFIXES['rdfs']}}}comment"
# Who keeps events for others says with this field which of its own fields are no part of them.
_IGNORE_FIELDS = "{https://repository-x.example.com/}ignoreFields"
_NUMERIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Naming:
    """What prefixes stand for in a document, and which fields of its events are not theirs."""

    prefixes: Mapping[str, str] = field(default_factory=lambda: dict(PREFIXES))
    ignored: frozenset[str] = frozenset()

    def within(self, context: Json) -> "Naming":
        """The naming inside something that has this @context of its own. Refuses TooManyPrefixes.

        Bounded, since each prefix may be written with the one before it, and every name of an
        event with any of them.
        """
        prefixes = dict(self.prefixes)
        for prefix, stem in _declared(context):
            head, colon, tail = stem.partition(":")
            # A prefix may be written with one that was declared before it.
            known = bool(colon) and not tail.startswith("//") and head in prefixes
            prefixes[prefix] = prefixes[head] + tail if known else stem
            _check_bounds(prefix, prefixes)
        return replace(self, prefixes=prefixes)

    def name(self, name: str) -> str:
        """The name of a field as {namespace}local; one of the standard stays as it is."""
        head, colon, tail = name.partition(":")
        if not colon:
            return name
        stem = self.prefixes.get(head)
        whole = tail.startswith("//")
        if stem is not None and not whole:
            return f"{{{stem}}}{tail}"
        if not whole and head != "urn":
            return name
        cut = max(name.rfind(each) for each in "/#:") + 1
        return f"{{{name[:cut]}}}{name[cut:]}"

    def value(self, value: Json) -> str:
        """The text of a leaf: CURIEs whole, names of GS1 as canonical links, numbers plain."""
        if isinstance(value, str):
            return self._text(value.strip())
        if isinstance(value, Number):
            return plain(value.text)
        return "" if value is None else str(value).lower()

    def _text(self, text: str) -> str:
        head, colon, tail = text.partition(":")
        if not colon:
            return text
        if head in self.prefixes and not tail.startswith("//"):
            text = self.prefixes[head] + tail
        if text.startswith("urn:epcglobal:cbv:"):
            return _web(text)
        return canonical_name(text)


STANDARD = Naming()


def naming_of(document: Mapping[str, Json]) -> Naming:
    """The naming that holds for the events of an EPCIS document, query document or single event."""
    naming = STANDARD.within(document.get("@context"))
    body = document.get("epcisBody")
    results = body.get("queryResults") if isinstance(body, dict) else None
    places = [document, results] if isinstance(results, dict) else [document]
    ignored = {
        name
        for place in places
        for key, value in place.items()
        if isinstance(value, list) and naming.name(key) == _IGNORE_FIELDS
        for name in value
        if isinstance(name, str)
    }
    return replace(naming, ignored=frozenset(ignored))


def plain(text: str) -> str:
    """A number without exponent, plus, leading zeros and zeros at its end."""
    if text.isdigit() and text[0] != "0":
        return text
    whole, _, fraction = f"{Decimal(text):f}".partition(".")
    fraction = fraction.rstrip("0")
    if fraction:
        return f"{whole}.{fraction}"
    return "0" if whole == "-0" else whole


def extensions(naming: Naming, fields: Iterable[tuple[str, Json]]) -> list[str]:
    """The fields that are not the standard's own, each with its namespace, in order.

    Comments, contexts and what a field says by its absence are left out.
    """
    spelled: list[str] = []
    for key, value in fields:
        name = naming.name(key)
        if key not in ("@context", "comment", "rdfs:comment") and name != _COMMENT:
            spelled += _extension(naming, name, value)
    return sorted(spelled)


def _extension(naming: Naming, name: str, value: Json) -> Iterator[str]:
    if name.endswith("List"):
        # The name of a list stands once, and what is in it has the name without "List". [CBV 8.9]
        inside = value if isinstance(value, list) else [value]
        yield name + "".join(sorted(_one(naming, name[:-4], each) for each in inside))
    elif isinstance(value, list):
        yield from (_one(naming, name, each) for each in value)
    else:
        yield _one(naming, name, value)


def _one(naming: Naming, name: str, value: Json) -> str:
    if isinstance(value, dict):
        return name + "".join(extensions(naming, value.items()))
    if isinstance(value, list):
        return name + "".join(sorted(_one(naming, "", each) for each in value))
    text = naming.value(value)
    # XML knows no numbers: what reads as one is one, so that both forms have one hash.
    text = plain(text) if _NUMERIC.fullmatch(text) else text
    return f"{name}={text}" if text else name


def _check_bounds(prefix: str, prefixes: Mapping[str, str]) -> None:
    if len(prefixes) > MOST_PREFIXES:
        raise TooManyPrefixes(
            f"the @context stands for more than {MOST_PREFIXES} prefixes",
            pointer="/@context",
            remedy="declare the prefixes that the events are written with, and no others",
        )
    if len(prefixes[prefix]) > LONGEST_STEM:
        raise TooManyPrefixes(
            f"{prefix[:40]} stands for more than {LONGEST_STEM} characters",
            pointer="/@context",
            remedy="let a prefix stand for the address of a vocabulary",
        )


def _declared(context: Json) -> Iterator[tuple[str, str]]:
    for each in context if isinstance(context, list) else [context]:
        for prefix, stem in each.items() if isinstance(each, dict) else ():
            whole = stem.get("@id") if isinstance(stem, dict) else stem
            if isinstance(whole, str) and not prefix.startswith("@"):
                yield prefix, whole


def _web(text: str) -> str:
    """The web word of a standard word as earlier versions wrote it."""
    for each in _FORMER:
        if text.startswith(each.former):
            return each.stem + text.removeprefix(each.former)
    return text
