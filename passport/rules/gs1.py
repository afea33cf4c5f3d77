"""GS1 Digital Link URIs: read into elements by their syntax, and built from elements."""

import re
from dataclasses import dataclass

from passport.rules.errors import Malformed
from passport.rules.gs1_values import (
    NotADigitalLink,
    check_meaning,
    check_value,
    decoded,
    known,
    percent_encode,
)
from passport.rules.identity_tables import FORMER_WORDS, HOST, IDENTIFIERS, KEYS

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Elements:
    """One key, the qualifiers that narrow it, in order, and attributes that do not identify."""

    key: Pair
    qualifiers: tuple[Pair, ...] = ()
    attributes: tuple[Pair, ...] = ()

    def get(self, ai: str) -> str:
        """The value of an identifier in the key or its qualifiers, or nothing."""
        return dict((self.key, *self.qualifiers)).get(ai, "")


class WrongPair(Malformed):
    """Two identifiers may not stand together, or one needs another beside it."""

    code = "wrong-identifier-pair"
    title = "These application identifiers do not go together"


@dataclass(frozen=True, slots=True)
class Reading:
    """What passes beyond the standard of today: labels outlive its versions."""

    # Words for numbers: /gtin/…/ser/…, until version 1.3.
    former_words: bool = False
    # A GTIN of 8, 12 or 13 digits, until version 1.4.
    short_gtins: bool = False
    # Identifiers that are not in our table.
    unknown: bool = False


STRICT = Reading()
LENIENT = Reading(former_words=True, short_gtins=True, unknown=True)
CANONICAL_STEM = "https://id.gs1.org"

_LINK = re.compile(
    r"(?:https?|HTTPS?)://(?P<host>[^/?#]*)(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.ASCII | re.DOTALL,
)
_NOT_IN_URIS = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]", re.ASCII)


def build(elements: Elements, *, stem: str) -> str:
    """The link on this stem (scheme, host, path before the key) that says these elements."""
    pairs = (elements.key, *elements.qualifiers)
    path = "".join(f"/{ai}/{percent_encode(value)}" for ai, value in pairs)
    # GS1 order: attributes whose length is predefined come first, then the rest as given.
    ordered = sorted(elements.attributes, key=lambda pair: not predefined(pair[0]))
    query = "&".join(f"{ai}={percent_encode(value, query=True)}" for ai, value in ordered)
    return stem.rstrip("/") + path + (f"?{query}" if query else "")


def canonical(uri: str, *, reading: Reading = STRICT) -> str:
    """The one spelling of a Digital Link: every link that says the same becomes this one.

    On id.gs1.org, numbers for words, 14 digits, upper-case %XX for what must be encoded and no
    other, attributes of predefined length first, no other parameter and no fragment.
    Refuses as read_link().
    """
    return build(read_link(uri, reading=reading), stem=CANONICAL_STEM)


def predefined(ai: str) -> bool:
    """Whether a value ends by its length; of identifiers that we do not know, none does."""
    return ai in IDENTIFIERS and IDENTIFIERS[ai].predefined


def names_a_key(uri: str) -> bool:
    """Whether a path segment reads as a GS1 key with something behind it, right or wrong."""
    found = _LINK.fullmatch(uri)
    segments = found["path"].split("/")[1:] if found else []
    for at, segment in enumerate(segments[:-1]):
        if segment in KEYS:
            return True
        if FORMER_WORDS.get(segment) in KEYS and segments[at + 1].isdecimal():
            return True
    return False


def read_link(uri: str, *, reading: Reading = STRICT) -> Elements:
    """The elements of a Digital Link by its syntax alone. [GS1 Digital Link: URI syntax]

    Refuses NotADigitalLink, WrongValue. Check digits and dates: check_elements().
    """
    found = _LINK.fullmatch(uri)
    if found is None or not HOST.fullmatch(found["host"]):
        raise NotADigitalLink(
            "it does not begin with http:// or https:// and a host",
            remedy="write https://<host>/01/<14 digits>/21/<serial>",
        )
    strange = _NOT_IN_URIS.search(uri)
    if strange:
        raise NotADigitalLink(
            f"character {strange.start() + 1}, {strange[0]!r}, may not stand in a URI",
            remedy="percent-encode everything in a value but A-Z a-z 0-9 - . _ ~",
        )
    key, qualifiers = _path_pairs(found["path"], reading)
    for ai, value in (key, *qualifiers):
        check_value(ai, value)
    _check_order(key[0], [ai for ai, _ in qualifiers])
    chosen = {ai for ai, _ in qualifiers}
    attributes = _query_pairs(found["query"] or "", key[0], chosen, reading)
    return Elements(key, tuple(qualifiers), tuple(attributes))


def _path_pairs(path: str, reading: Reading) -> tuple[Pair, list[Pair]]:
    segments = path.split("/")[1:]
    if segments[-1] == "":
        raise NotADigitalLink("it ends in a slash", remedy="leave the slash at the end out")
    behind: list[Pair] = []
    for at in range(len(segments) - 2, -1, -2):
        ai = _number(segments[at], reading)
        pair = (ai, _whole(ai, decoded(segments[at + 1]), reading))
        if ai in KEYS:
            return pair, behind
        behind.insert(0, pair)
    former = [word for word in segments if word in FORMER_WORDS]
    if former:
        raise NotADigitalLink(
            f'"{former[0]}" is a word of an early version of the standard',
            remedy=f'write the number {FORMER_WORDS[former[0]]} instead of "{former[0]}"',
        )
    raise NotADigitalLink(
        "no GS1 key with its value ends the path",
        remedy="write pairs of identifier and value, as in /01/<14 digits>/21/<serial>",
    )


def _number(segment: str, reading: Reading) -> str:
    return FORMER_WORDS.get(segment, segment) if reading.former_words else segment


def _whole(ai: str, value: str, reading: Reading) -> str:
    if reading.short_gtins and ai == "01" and len(value) in (8, 12, 13):
        return value.zfill(14)
    return value


def _check_order(key: str, chosen: list[str]) -> None:
    for ai in chosen:
        if not any(ai in order for order in KEYS[key]):
            raise NotADigitalLink(
                f"({ai}) does not narrow ({key})",
                remedy="put it behind the question mark if it is an attribute, or leave it out",
            )
    for order in KEYS[key]:
        if [ai for ai in order if ai in chosen] == chosen:
            return
    allowed = " or ".join("/".join(order) for order in KEYS[key])
    raise NotADigitalLink(
        f"({key}) is narrowed by {', '.join(f'({ai})' for ai in chosen)} in this order",
        remedy=f"the order is {allowed}, each at most once",
    )


def _query_pairs(query: str, key: str, chosen: set[str], reading: Reading) -> list[Pair]:
    pairs: dict[str, str] = {}
    orders = [set(order) for order in KEYS[key] if chosen <= set(order)]
    for part in query.split("&"):
        name, _, raw = part.partition("=")
        if not (name.isascii() and name.isdecimal()):
            continue  # linkType=, lang= and the like identify nothing
        if name == key or name in chosen or name in pairs:
            raise NotADigitalLink(f"({name}) stands twice", remedy="leave one of them out")
        if any(name in order for order in orders):
            raise NotADigitalLink(
                f"({name}) narrows ({key}) and stands behind the question mark",
                remedy=f"put /{name}/<value> into the path, in the order {'/'.join(KEYS[key][0])}",
            )
        if not known(name, unknown=reading.unknown).attribute:
            raise NotADigitalLink(
                f"({name}) is not an attribute", remedy="leave it out of the link"
            )
        pairs[name] = _whole(name, decoded(raw, query=True), reading)
        check_value(name, pairs[name], unknown=reading.unknown)
    return list(pairs.items())


def check_elements(elements: Elements, *, alone: bool = False) -> None:
    """Check digits, dates and small codes of all values, and which of them exclude one another.

    With `alone` also what each needs beside it: a link stands alone, a symbol on a box may have
    others beside it. Refuses WrongCheckDigit, WrongValue, WrongPair.
    """
    pairs = (elements.key, *elements.qualifiers, *elements.attributes)
    for ai, value in pairs:
        check_meaning(ai, value)
    present = [ai for ai, _ in pairs]
    for ai in present:
        rule = known(ai, unknown=True)
        clash = next((b for b in present if b != ai and b.startswith(rule.excludes)), None)
        if rule.excludes and clash:
            raise WrongPair(f"({ai}) and ({clash}) exclude one another", remedy="leave one out")
        if alone and rule.needs and not any(_have(present, group) for group in rule.needs):
            groups = " or ".join(" with ".join(group) for group in rule.needs)
            raise WrongPair(f"({ai}) stands without {groups}", remedy="add it, or leave it out")


def _have(present: list[str], group: tuple[str, ...]) -> bool:
    # Two digits stand for all that begin so, where no identifier has just those two.
    return all(
        any(ai == each or (each not in IDENTIFIERS and ai.startswith(each)) for ai in present)
        for each in group
    )
