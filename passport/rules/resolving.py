"""What somebody asks of a GS1 Digital Link: what it names, and which kind of link he wants.

[GS1-Conformant resolver standard; GS1 Digital Link: URI syntax]
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from passport.rules.errors import Malformed, NotFound, Refusal
from passport.rules.gs1 import CANONICAL_STEM, Elements, Pair, build, read_link
from passport.rules.gs1_compressed import decompress, is_compressed
from passport.rules.gs1_values import NamesNoBattery
from passport.rules.identity import Identity, parse_any
from passport.rules.identity_tables import IDENTIFIERS, KEYS

# The keys under which batteries, or models of batteries, are registered here.
SUPPORTED: Final = ("01", "8004", "8006", "8010")
VOCABULARY: Final = "https://ref.gs1.org/voc/"
PREFIX: Final = "gs1:"
DEFAULT: Final = "gs1:defaultLink"
LINKSET: Final = "linkset"
# "all" is the word of the standard's earlier versions.
_LINKSETS: Final = (LINKSET, "all")
_NAMESPACES: Final = (VOCABULARY, "https://gs1.org/voc/", "http://gs1.org/voc/")


class AskedTwice(Malformed):
    """A link is asked for one kind of link at a time."""

    code = "link-type-twice"
    title = "More than one link type was asked for"


class NoSuchLink(NotFound):
    """The name is known, and has no link of the type that was asked for."""

    code = "no-such-link"
    title = "There is no link of this type"


@dataclass(frozen=True, slots=True)
class Named:
    """What a link names.

    `identity` is nothing where a correct link names what is never registered here. `gtin` is the
    model above it, or empty; `whole` the uncompressed link with all its qualifiers.
    """

    identity: Identity | None
    gtin: str
    whole: str
    packed: bool


def wanted(values: Sequence[str]) -> str:
    """The link type that the values of linkType ask for: DEFAULT, LINKSET, or as "gs1:dpp".

    What is of no namespace that we know comes back as it is. Refuses AskedTwice.
    """
    if len(values) > 1:
        raise AskedTwice(
            f"linkType stands {len(values)} times behind the question mark",
            remedy="ask for one link type, or for linkType=linkset to get all links",
        )
    value = values[0] if values else ""
    if value in _LINKSETS:
        return LINKSET
    for namespace in _NAMESPACES:
        if value.startswith(namespace):
            value = PREFIX + value.removeprefix(namespace)
    return value or DEFAULT


def attributes(query: str) -> str:
    """Of a query what speaks of identifiers, with its question mark: names that are numbers."""
    names = (part.partition("=")[0] for part in query.split("&"))
    kept = [
        part
        for part, name in zip(query.split("&"), names, strict=True)
        if name.isascii() and name.isdecimal()
    ]
    return "?" + "&".join(kept) if kept else ""


def check_attributes(*, identity: Identity, query: str) -> None:
    """Whether what a query says of identifiers may stand behind this name. [resolving-1]

    Refuses NotADigitalLink, WrongValue, WrongCheckDigit, WrongPair.
    """
    behind = attributes(query)
    if behind:
        parse_any(identity.canonical + behind)


def read_path(*, path: str, query: str = "") -> Named:
    """What the path of a link names, as a server gives it: with %XX read, so that a slash within a
    value looks like one between values; a slash at the end is let go. [resolving-2]

    Refuses NotAnIdentity, NotADigitalLink, WrongValue, WrongCheckDigit, WrongPair.
    """
    behind = attributes(query)
    spellings = [each + behind for each in _readings(path.rstrip("/"))]
    for uri in spellings:
        try:
            return _named(uri)
        except Refusal:
            continue
    # The plainest reading says best what is wrong: it refuses again.
    return _named(spellings[0])


def _named(uri: str) -> Named:
    identity: Identity | None
    try:
        identity = parse_any(uri)
    except NamesNoBattery:
        identity = None
    packed = is_compressed(uri)
    elements = decompress(uri) if packed else read_link(uri)
    return Named(identity, elements.get("01"), build(elements, stem=CANONICAL_STEM), packed)


def _readings(path: str) -> Iterator[str]:
    yield CANONICAL_STEM + quote(path, errors="surrogatepass")
    key, _, rest = path.lstrip("/").partition("/")
    for order in KEYS.get(key, ()):
        found = _by_marks(key, rest, order)
        # Where an identifier stands between slashes it is meant as one, and stands wrongly.
        behind = [
            each for _, value in (found.key, *found.qualifiers) for each in value.split("/")[1:]
        ]
        if IDENTIFIERS.keys().isdisjoint(behind):
            yield build(found, stem=CANONICAL_STEM)


def _by_marks(key: str, rest: str, order: Sequence[str]) -> Elements:
    """Each value as everything before the first mark of the next one, slashes and all."""
    found: list[Pair] = []
    for ai in reversed(order):
        before, mark, value = rest.partition(f"/{ai}/")
        if mark:
            found.insert(0, (ai, value))
            rest = before
    return Elements((key, rest), tuple(found))
