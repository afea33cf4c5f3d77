"""What a battery is called: one canonical URI, from whatever a label, a scanner or a file says.

The canonical key of a battery is parse(text).canonical, and nothing else makes one. It is the
constrained canonical form of GS1: https://id.gs1.org, the key and its finest qualifier, 14 digits,
upper-case %XX for what must be encoded and no other, without attributes, parameters and fragment.
A link on the maker's own domain keeps its letters; only scheme and domain become lower case.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from passport.rules import gs1_elements
from passport.rules.errors import Malformed, Refusal
from passport.rules.gs1 import (
    CANONICAL_STEM,
    STRICT,
    Elements,
    Reading,
    build,
    check_elements,
    names_a_key,
    read_link,
)
from passport.rules.gs1_compressed import decompress, is_compressed
from passport.rules.gs1_values import NamesNoBattery, check_meaning
from passport.rules.identity_tables import HOST

__all__ = ["CANONICAL_STEM"]

LONGEST = 255
LONGEST_READ = 2000


class IdentityKind(StrEnum):
    """What an identity names, and by whose scheme."""

    SERIAL = "SERIAL"  # 01 and 21: one battery of a trade item
    COMPONENT = "COMPONENT"  # 8010 and 8011: one part by its customer's number
    ASSET = "ASSET"  # 8004: one individual asset
    PIECE = "PIECE"  # 8006 and 21: one piece of an item that comes in several, such as a rack
    LINK = "LINK"  # IEC 61406: a link on the party's own domain
    MODEL = "MODEL"  # 01: all batteries of a model
    BATCH = "BATCH"  # 01 and 10: all batteries of a batch
    PLACE = "PLACE"  # 414
    SHIPMENT = "SHIPMENT"  # 00


ONE_BATTERY = frozenset(
    {
        IdentityKind.SERIAL,
        IdentityKind.COMPONENT,
        IdentityKind.ASSET,
        IdentityKind.PIECE,
        IdentityKind.LINK,
    }
)


@dataclass(frozen=True, slots=True)
class Identity:
    """A name in its one spelling; gtin is empty where there is none."""

    canonical: str
    gtin: str
    serial: str
    kind: IdentityKind


class NotAnIdentity(Malformed):
    """The text follows none of the schemes."""

    code = "not-an-identity"
    title = "This does not identify a battery"


class NotOneBattery(Refusal):
    """The identity is right, but names a model, a batch, a place or a shipment."""

    code = "not-one-battery"
    title = "This does not name a single battery"


# Nearly every line of a factory's file has this form; the long way gives the same answer.
_USUAL = re.compile(
    rf"https?://(?:{HOST.pattern})(?:/[A-Za-z0-9._~-]+)*"
    r"/01/(?P<gtin>[0-9]{14})/21/(?P<serial>[A-Za-z0-9._-]{1,20})",
    re.ASCII,
)
_OWN = re.compile(
    r"(?:https|HTTPS)://(?P<host>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9]))"
    r"(?P<rest>/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-F]{2})+)",
    re.ASCII,
)
_NEEDLESS = re.compile(r"%(?:2D|2E|5F|7E|3[0-9]|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])", re.ASCII)


def parse(uri: str, *, reading: Reading = STRICT) -> Identity:
    """The identity of one battery, from a link, an element string or scanner data. [identity-1]

    `reading` LENIENT also takes what labels of earlier versions of the standard say.
    Refuses NotAnIdentity, NotADigitalLink, WrongCheckDigit, WrongValue, WrongPair, NotOneBattery.
    """
    identity = parse_any(uri, reading=reading)
    if identity.kind not in ONE_BATTERY:
        raise NotOneBattery(
            f"{display(identity)} names a {identity.kind.lower()}, not one battery",
            remedy="add the serial: /01/<14 digits>/21/<serial>",
        )
    return identity


def parse_any(uri: str, *, reading: Reading = STRICT) -> Identity:
    """As parse(), but models, batches, places and shipments pass too. [identity-2]"""
    usual = _USUAL.fullmatch(uri)
    if usual:
        return _usual(usual["gtin"], usual["serial"])
    if len(uri) > LONGEST_READ:
        raise NotAnIdentity(
            f"it has {len(uri)} characters; {LONGEST_READ} are read",
            remedy="send the content of one code",
        )
    # Scanners name the symbol that they read; a plain QR code or Data Matrix holds a link.
    text = uri[3:] if uri.startswith(("]Q1", "]d1")) else uri
    if gs1_elements.is_element_string(text):
        return _from_elements(gs1_elements.read_element_string(text, reading=reading))
    if not text[:5].lower().startswith(("http:", "https")):
        raise NotAnIdentity(
            f'"{text[:40]}" is neither a link nor a GS1 element string',
            remedy="send the whole content of the code: https://…/01/<14 digits>/21/<serial>, "
            "(01)<14 digits>(21)<serial>, or a link on the maker's own domain",
        )
    if is_compressed(text):
        return _from_elements(decompress(text), alone=True)
    if names_a_key(text) or not text.startswith(("https:", "HTTPS:")):
        return _from_elements(read_link(text, reading=reading), alone=True)
    return _own_link(text)


def display(identity: Identity) -> str:
    """What stands beside a label for people: (01) 09521234000013 (21) C000001."""
    if identity.kind is IdentityKind.LINK:
        return identity.canonical
    elements = read_link(identity.canonical)
    return " ".join(f"({ai}) {value}" for ai, value in (elements.key, *elements.qualifiers))


def digital_link(identity: Identity, host: str) -> str:
    """The URI to print on a label so that it opens at `host` ("passport.example" or with scheme).

    A link on the party's own domain stays as it is. Refuses NotAnIdentity for a bad host.
    """
    if identity.kind is IdentityKind.LINK:
        return identity.canonical
    scheme, found, name = host.rstrip("/").rpartition("://")
    if not HOST.fullmatch(name) or scheme not in ("", "http", "https"):
        raise NotAnIdentity(
            f'"{host[:60]}" is no host', remedy='write a name such as "passport.example"'
        )
    stem = f"{scheme}://{name}" if found else f"https://{name}"
    return stem + identity.canonical.removeprefix(CANONICAL_STEM)


def path_here(identity: Identity) -> str:
    """The path at which this service answers for an identity."""
    if identity.kind is IdentityKind.LINK:
        return "/id/" + identity.canonical.partition("://")[2]
    return identity.canonical.removeprefix(CANONICAL_STEM)


def of_serial(*, gtin: str, serial: str) -> Identity:
    """The identity of one battery from its two parts. Refuses WrongValue, WrongCheckDigit."""
    elements = Elements(("01", gtin), (("21", serial),))
    return _from_elements(read_link(build(elements, stem=CANONICAL_STEM)))


@lru_cache(maxsize=4096)
def _checked_gtin(gtin: str) -> str:
    check_meaning("01", gtin)
    return gtin


def _usual(gtin: str, serial: str) -> Identity:
    _checked_gtin(gtin)
    canonical = f"{CANONICAL_STEM}/01/{gtin}/21/{serial}"
    return Identity(canonical, gtin, serial, IdentityKind.SERIAL)


def _from_elements(elements: Elements, *, alone: bool = False) -> Identity:
    check_elements(elements, alone=alone)
    kind, qualifier = _kind_of(elements)
    # The finest key is the identity: a batch beside a serial, a variant, attributes are not.
    kept = ((qualifier, elements.get(qualifier)),) if qualifier else ()
    canonical = build(Elements(elements.key, kept), stem=CANONICAL_STEM)
    gtin = elements.get("01")
    serial = elements.get(qualifier) if qualifier else ("" if gtin else elements.key[1])
    return Identity(canonical, gtin, serial, kind)


def _kind_of(elements: Elements) -> tuple[IdentityKind, str]:
    key = elements.key[0]
    if key == "01" and not elements.get("235"):
        if elements.get("21"):
            return IdentityKind.SERIAL, "21"
        return (IdentityKind.BATCH, "10") if elements.get("10") else (IdentityKind.MODEL, "")
    for narrowed, by, kind in (
        ("8010", "8011", IdentityKind.COMPONENT),
        ("8006", "21", IdentityKind.PIECE),
    ):
        if key == narrowed and elements.get(by):
            return kind, by
    other = {
        "8004": IdentityKind.ASSET,
        "414": IdentityKind.PLACE,
        "00": IdentityKind.SHIPMENT,
    }.get(key)
    if other is not None:
        return other, ""
    raise NamesNoBattery(
        f"({key}) as used here names no battery",
        remedy="use (01) or (8006) with (21), (8010) with (8011), or (8004)",
    )


def _own_link(text: str) -> Identity:
    found = _OWN.fullmatch(text)
    rest = found["rest"] if found else ""
    if found is None or len(text) > LONGEST:
        raise NotAnIdentity(
            "it is no identification link: https, a domain, a path; at most 255 characters "
            "of A-Z a-z 0-9 - . _ ~ ! $ & ' ( ) * + , ; = : @ / ? and upper-case %XX",
            remedy="write a link on the maker's own domain, or a GS1 Digital Link",
        )
    if rest.endswith(("/", "?")) or "//" in rest or {".", ".."} & set(rest.split("/")):
        raise NotAnIdentity(
            "its path is empty, ends in a slash, or has empty, . or .. segments",
            remedy="write one path that names one battery and nothing else",
        )
    if _NEEDLESS.search(rest):
        raise NotAnIdentity(
            "it percent-encodes a plain character: one battery would have two names",
            remedy="write letters, digits and - . _ ~ as they are",
        )
    canonical = f"https://{found['host'].lower()}{rest}"
    return Identity(canonical, "", re.split(r"[/?=&]", rest)[-1], IdentityKind.LINK)
