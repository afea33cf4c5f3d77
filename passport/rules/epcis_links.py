"""One spelling for what an event names: EPC URNs and Digital Links as canonical links. [CBV 8.9]

Constrained: https://id.gs1.org, the key and its finest qualifier, nothing else. What is no name of
GS1 stays as it is, and so does one that is not written correctly.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from passport.rules.errors import Refusal
from passport.rules.gs1 import CANONICAL_STEM, LENIENT, Elements, read_link
from passport.rules.gs1_values import check_digit, percent_decode
from passport.rules.identity_tables import CSET39, CSET82, DIGITS

LONGEST = 2000

# Key → the qualifiers that may stay, the finest first.
FINEST: dict[str, tuple[str, ...]] = {
    "00": (), "01": ("21", "235", "10"), "253": (), "255": (), "401": (), "402": (),
    "414": ("254",), "417": (), "8003": (), "8004": (), "8006": ("21", "10"), "8010": ("8011",),
    "8017": (), "8018": (),
}  # fmt: skip

# What most events hold: nothing to decode and nothing to leave out but the domain.
_USUAL = re.compile(
    r"https?://(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.)*[A-Za-z0-9][A-Za-z0-9-]{0,62}"
    r"(/01/[0-9]{14}(?:/(?:21|10)/[A-Za-z0-9._-]{1,20})?"
    r"|/00/[0-9]{18}|/414/[0-9]{13}(?:/254/[A-Za-z0-9._-]{1,20})?|/417/[0-9]{13})",
    re.ASCII,
)
# The published test vectors leave ' as it is, and by the table behind them ; and = too.
_PLAIN = re.compile(r"[^A-Za-z0-9\-._~';=]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a scheme of EPC URNs becomes a key and a qualifier."""

    key: str
    # How many digits company prefix and reference have; 0 where the reference is text.
    digits: int
    # The first digit of the reference stands before the company prefix.
    moved: bool = False
    leading: str = ""
    # A number of parts with two digits each, between reference and serial.
    pieces: int = 0
    # What the serial becomes: a qualifier, a tail of the key itself ("+"), or none is there.
    serial: str = ""
    longest: int = 0
    charset: frozenset[str] = CSET82
    text: frozenset[str] = CSET82


SCHEMES: dict[str, Scheme] = {
    "id:sgtin": Scheme("01", 13, moved=True, serial="21", longest=20),
    "id:sscc": Scheme("00", 17, moved=True),
    "id:sgln": Scheme("414", 12, serial="254", longest=20),
    "id:pgln": Scheme("417", 12),
    "id:grai": Scheme("8003", 12, leading="0", serial="+", longest=16),
    "id:giai": Scheme("8004", 0),
    "id:gsrn": Scheme("8018", 17),
    "id:gsrnp": Scheme("8017", 17),
    "id:gdti": Scheme("253", 12, serial="+", longest=17),
    "id:sgcn": Scheme("255", 12, serial="+", longest=12, charset=DIGITS),
    "id:cpi": Scheme("8010", 0, serial="8011", longest=12, charset=DIGITS, text=CSET39),
    "id:ginc": Scheme("401", 0),
    "id:gsin": Scheme("402", 16),
    "id:itip": Scheme("8006", 13, moved=True, pieces=2, serial="21", longest=20),
    "id:upui": Scheme("01", 13, moved=True, serial="235", longest=28),
    "class:lgtin": Scheme("01", 13, moved=True, serial="10", longest=20),
}
# Patterns that name a class: a star stands where the serial would.
PATTERNS = {"sgtin", "grai", "gdti", "sgcn", "cpi", "itip", "upui"}

_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):([0-9]{6,12})\.(.*)", re.ASCII | re.DOTALL)
_ESCAPED = re.compile(r"(?:[!'()*+,\-.0-9:;=A-Z_a-z]|%[0-9A-Fa-f]{2})+", re.ASCII)
_LONGEST_TEXT = 30


def canonical_name(text: str) -> str:
    """The constrained canonical Digital Link of an EPC URN or a Digital Link, else the text.

    Check digits are computed for URNs; those of links are not judged here.
    """
    if text.startswith("http"):
        return _from_link(text) if len(text) <= LONGEST else text
    if text.startswith("urn:epc:") and len(text) <= LONGEST:
        return _from_urn(text)
    return text


def plain_link(text: str) -> str:
    """canonical_name() of a link that needs no other look, a URI; nothing for any other text."""
    usual = _USUAL.fullmatch(text) if len(text) <= LONGEST else None
    return CANONICAL_STEM + usual[1] if usual else ""


@lru_cache(maxsize=4096)
def _from_link(text: str) -> str:
    # A name stands in its event several times: it is asked for here, looked at once.
    usual = _USUAL.fullmatch(text)
    if usual:
        return CANONICAL_STEM + usual[1]
    try:
        # The word for 417 in the examples of the Core Business Vocabulary.
        elements = read_link(text.replace("/party/", "/417/"), reading=LENIENT)
    except Refusal:
        return text
    return _constrained(elements) if elements.key[0] in FINEST else text


def _constrained(elements: Elements) -> str:
    key, value = elements.key
    found = (ai for ai in FINEST[key] if elements.get(ai))
    finest = next(found, "")
    return _link(key, value, finest, elements.get(finest) if finest else "")


def _link(key: str, value: str, qualifier: str, narrowed: str) -> str:
    behind = f"/{qualifier}/{_encoded(narrowed)}" if qualifier else ""
    return f"{CANONICAL_STEM}/{key}/{_encoded(value)}{behind}"


def _encoded(value: str) -> str:
    return _PLAIN.sub(lambda found: f"%{ord(found[0]):02X}", value)


@lru_cache(maxsize=4096)
def _from_urn(text: str) -> str:
    found = _URN.fullmatch(text)
    if found is None:
        return text
    kind, name, prefix, rest = found.groups()
    scheme = SCHEMES.get(f"id:{name}" if kind == "idpat" else f"{kind}:{name}")
    if scheme is None or (kind == "idpat" and name not in PATTERNS):
        return text
    return _said(scheme, prefix, rest, pattern=kind == "idpat") or text


def _said(scheme: Scheme, prefix: str, rest: str, *, pattern: bool) -> str:
    """The link, or nothing where a part has a wrong length or wrong characters."""
    parts = rest.split(".", scheme.pieces + 1) if scheme.serial else [rest]
    if len(parts) != (scheme.pieces + 2 if scheme.serial else 1):
        return ""
    key = _key(scheme, prefix, parts[0])
    pieces = parts[1 : 1 + scheme.pieces]
    if not key or not all(len(each) == 2 and DIGITS.issuperset(each) for each in pieces):
        return ""
    key += "".join(pieces)
    if not scheme.serial or (pattern and parts[-1] == "*"):
        return _link(scheme.key, key, "", "")
    serial = _text(parts[-1], scheme.longest, scheme.charset)
    if not serial or pattern:
        return ""
    return _with_serial(scheme, key, serial)


def _with_serial(scheme: Scheme, key: str, serial: str) -> str:
    if scheme.serial == "+":
        return _link(scheme.key, key + serial, "", "")
    # The extension 0 of a place means the place as a whole.
    whole = scheme.serial == "254" and serial == "0"
    return _link(scheme.key, key, "" if whole else scheme.serial, serial)


def _key(scheme: Scheme, prefix: str, reference: str) -> str:
    if not scheme.digits:
        tail = _text(reference, _LONGEST_TEXT - len(prefix), scheme.text)
        return tail and prefix + tail
    if len(prefix) + len(reference) != scheme.digits or not DIGITS.issuperset(reference):
        return ""
    moved = 1 if scheme.moved else 0
    body = scheme.leading + reference[:moved] + prefix + reference[moved:]
    return body + check_digit(body)


def _text(escaped: str, longest: int, charset: frozenset[str]) -> str:
    """What %XX says in an URN; nothing where it is too long or has other characters."""
    if not _ESCAPED.fullmatch(escaped):
        return ""
    text = percent_decode(escaped)
    return text if len(text) <= longest and charset.issuperset(text) else ""
