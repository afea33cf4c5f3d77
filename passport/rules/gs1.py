"""GS1 Digital Link URIs: read into elements by their syntax, and built from elements."""

import re
from dataclasses import dataclass

from passport.rules.gs1_values import (
    NotADigitalLink,
    check_meaning,
    check_value,
    decoded,
    percent_encode,
)
from passport.rules.identity_tables import FORMER_WORDS, HOST, IDENTIFIERS, KEYS, OTHER_KEYS

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


_LINK = re.compile(
    r"(?:https?|HTTPS?)://(?P<host>[^/?#]*)(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.ASCII | re.DOTALL,
)
_URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)


def build(elements: Elements, *, stem: str) -> str:
    """The link on this stem (scheme, host, path before the key) that says these elements."""
    pairs = (elements.key, *elements.qualifiers)
    path = "".join(f"/{ai}/{percent_encode(value)}" for ai, value in pairs)
    # GS1 order: attributes whose length is predefined come first, then the rest as given.
    ordered = sorted(elements.attributes, key=lambda pair: not IDENTIFIERS[pair[0]].predefined)
    query = "&".join(f"{ai}={percent_encode(value, query=True)}" for ai, value in ordered)
    return stem.rstrip("/") + path + (f"?{query}" if query else "")


def names_a_key(uri: str) -> bool:
    """Whether a path segment reads as a GS1 key with something behind it, right or wrong."""
    found = _LINK.fullmatch(uri)
    segments = found["path"].split("/")[1:] if found else []
    for at, segment in enumerate(segments[:-1]):
        if segment in KEYS or segment in OTHER_KEYS:
            return True
        if segment in FORMER_WORDS and segments[at + 1].isdecimal():
            return True
    return False


def read_link(uri: str) -> Elements:
    """The elements of a Digital Link by its syntax alone. [GS1 Digital Link: URI syntax]

    Refuses NotADigitalLink, WrongValue. Check digits and dates: check_elements().
    """
    found = _LINK.fullmatch(uri)
    if found is None or not HOST.fullmatch(found["host"]):
        raise NotADigitalLink(
            "it does not begin with http:// or https:// and a host",
            remedy="write https://<host>/01/<14 digits>/21/<serial>",
        )
    if not _URI_CHARACTERS.fullmatch(uri):
        raise NotADigitalLink(
            "it contains a character that may not stand in a URI",
            remedy="percent-encode everything in a value but A-Z a-z 0-9 - . _ ~",
        )
    key, qualifiers = _path_pairs(found["path"])
    for ai, value in (key, *qualifiers):
        check_value(ai, value)
    _check_order(key[0], [ai for ai, _ in qualifiers])
    attributes = _query_pairs(found["query"] or "", key[0], {ai for ai, _ in qualifiers})
    return Elements(key, tuple(qualifiers), tuple(attributes))


def _path_pairs(path: str) -> tuple[Pair, list[Pair]]:
    segments = path.split("/")[1:]
    if segments[-1] == "":
        raise NotADigitalLink("it ends in a slash", remedy="leave the slash at the end out")
    behind: list[Pair] = []
    for at in range(len(segments) - 2, -1, -2):
        ai, value = segments[at], decoded(segments[at + 1])
        if ai in KEYS:
            return (ai, value), behind
        behind.insert(0, (ai, value))
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


def _query_pairs(query: str, key: str, chosen: set[str]) -> list[Pair]:
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
        if name not in IDENTIFIERS or not IDENTIFIERS[name].attribute:
            raise NotADigitalLink(
                f"({name}) is not an attribute that we know", remedy="leave it out of the link"
            )
        pairs[name] = decoded(raw, query=True)
        check_value(name, pairs[name])
    return list(pairs.items())


def check_elements(elements: Elements) -> None:
    """Check digits and dates of all values. Refuses WrongCheckDigit, WrongValue."""
    for ai, value in (elements.key, *elements.qualifiers, *elements.attributes):
        check_meaning(ai, value)
