"""Compressed Digital Links, read back into elements. We print none: people cannot read them.

A path segment in base64url carries bits: identifiers as four bits a digit, or eight bits for a
usual pair of them; digits as one binary number of as many bits as the length needs; texts behind
three bits that say how their characters are packed. [GS1 Digital Link: Compression]
"""

import re
from math import ceil, log2

from passport.rules.gs1 import Elements, Pair, read_link
from passport.rules.gs1_elements import arrange
from passport.rules.gs1_values import NotADigitalLink, check_value
from passport.rules.identity_tables import DIGITS, HOST, IDENTIFIERS, KEYS, LENGTHS, Part

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_HEX = "0123456789abcdef"
_LINK = re.compile(
    r"(?P<stem>(?:https?|HTTPS?)://(?P<host>[^/?#]*))(?P<path>(?:/[^/?#]*)*)/(?P<packed>[A-Za-z0-9_-]+)"
    r"(?:\?[^#]*)?(?:#.*)?",
    re.ASCII,
)
# Eight bits that stand for a usual sequence of identifiers.
_SEQUENCES: dict[str, tuple[str, ...]] = {
    "0a": ("01", "22"), "0b": ("01", "10"), "0c": ("01", "21"), "0d": ("01", "17"),
    "0e": ("01", "7003"), "0f": ("01", "30"), "1a": ("01", "10", "21", "17"), "1b": ("01", "15"),
    "1c": ("01", "11"), "1d": ("01", "16"), "1e": ("01", "91"), "1f": ("01", "10", "15"),
    **{f"2{_HEX[10 + n]}": ("01", f"310{n}") for n in range(6)},
    **{f"3{_HEX[10 + n]}": ("01", f"320{n}") for n in range(6)},
    "9a": ("8010", "8011"), "9b": ("8017", "8019"), "9c": ("8018", "8019"), "9d": ("414", "254"),
    **{f"a{n}": ("01", f"392{n}") for n in range(10)},
    **{f"c{n}": ("255", f"390{n}") for n in range(10)},
    **{f"c{_HEX[10 + n]}": ("255", f"394{n}") for n in range(4)},
}  # fmt: skip


# On GS1's own host, or behind a key in the open; elsewhere a short path is the maker's own link.
_ON_GS1_HOST = re.compile(
    r"(?:https?|HTTPS?)://id\.gs1\.org/[A-Za-z0-9_-]{8,}(?:[?#].*)?", re.ASCII
)
_BEHIND_A_KEY = re.compile(
    r"(?:https?|HTTPS?)://[^?#]*/(?P<key>[0-9]{2,4})/(?P<value>[^/?#]+)/(?!(?:[0-9]+)(?:[?#]|$))"
    r"[A-Za-z0-9_-]{4,}(?:[?#].*)?",
    re.ASCII,
)


def is_compressed(uri: str) -> bool:
    """Whether a link can only be meant as a compressed one, right or wrong."""
    if _ON_GS1_HOST.fullmatch(uri):
        return True
    found = _BEHIND_A_KEY.fullmatch(uri)
    return found is not None and found["key"] in KEYS and found["value"] not in IDENTIFIERS


class _Bits:
    """A string of bits, read from the left."""

    def __init__(self, packed: str) -> None:
        self.bits = "".join(f"{_BASE64.index(each):06b}" for each in packed)
        self.at = 0

    @property
    def left(self) -> int:
        return len(self.bits) - self.at

    def take(self, count: int) -> int:
        if count > self.left:
            raise NotADigitalLink(
                f"the compressed part breaks off at bit {self.at}", remedy="scan the code again"
            )
        taken = self.bits[self.at : self.at + count]
        self.at += count
        return int(taken, 2) if taken else 0


def decompress(uri: str) -> Elements:
    """The elements of a link whose last path segment is compressed, whole or behind a key.

    Other parameters of the link are left out. Refuses NotADigitalLink, WrongValue; check digits
    and dates: gs1.check_elements().
    """
    found = _LINK.fullmatch(uri)
    if found is None or not HOST.fullmatch(found["host"]):
        raise NotADigitalLink("it has no compressed part", remedy="scan the code again")
    bits = _Bits(found["packed"])
    pairs: list[Pair] = []
    # What is left of a last character of six bits is filling.
    while bits.left > 8:
        pairs += _next(bits)
    if bits.left and bits.take(bits.left):
        raise NotADigitalLink("the compressed part has a tail", remedy="scan the code again")
    for ai, value in pairs:
        check_value(ai, value)
    return arrange(_before(found["stem"], found["path"]) + pairs)


def _before(stem: str, path: str) -> list[Pair]:
    """The key that stands uncompressed before the compressed part, if one does."""
    segments = path.split("/")
    if len(segments) < 3 or segments[-2] not in IDENTIFIERS:
        return []
    return [read_link(f"{stem}/{segments[-2]}/{segments[-1]}").key]


def _next(bits: _Bits) -> list[Pair]:
    code = f"{bits.take(8):02x}"
    if code in _SEQUENCES:
        return [(ai, _value(ai, bits)) for ai in _SEQUENCES[code]]
    if code.startswith("f"):
        _skip_parameter(bits, int(code[1], 16))
        return []
    digits = LENGTHS.get(code, 2)
    ai = code + "".join(_HEX[bits.take(4)] for _ in range(digits - 2))
    if ai not in IDENTIFIERS:
        raise NotADigitalLink(
            f'"{ai}" is no identifier that we know, before bit {bits.at}',
            remedy="send the link that the code stands for, uncompressed",
        )
    return [(ai, _value(ai, bits))]


def _skip_parameter(bits: _Bits, high: int) -> None:
    """A parameter that is not GS1's (linkType=, lang=): its name and value identify nothing."""
    name = high << 3 | bits.take(3)
    bits.take(6 * name)
    packing = bits.take(3)
    _text(bits, packing, bits.take(7))


def _value(ai: str, bits: _Bits) -> str:
    return "".join(_stretch(part, bits) for part in _stretches(IDENTIFIERS[ai].parts))


def _stretches(parts: tuple[Part, ...]) -> list[Part]:
    """Neighbours of one kind as one: fixed digits with fixed, and what may be absent with more."""
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        fixed = part.shortest == part.longest and not part.optional
        digits = part.charset == DIGITS
        if last and (last.charset == DIGITS) == digits and (fixed or not digits or last.optional):
            merged[-1] = Part(
                part.charset,
                last.shortest + part.shortest,
                last.longest + part.longest,
                optional=last.optional or part.optional,
            )
        else:
            merged.append(part)
    return merged


def _stretch(part: Part, bits: _Bits) -> str:
    fixed = part.shortest == part.longest and not part.optional
    if part.charset == DIGITS:
        length = part.longest if fixed else bits.take(part.longest.bit_length())
        return _number(bits, length)
    packing = bits.take(3)
    return _text(bits, packing, part.longest if fixed else bits.take(part.longest.bit_length()))


def _text(bits: _Bits, packing: int, length: int) -> str:
    if packing == 0:
        return _number(bits, length)
    if packing in (1, 2):
        text = "".join(_HEX[bits.take(4)] for _ in range(length))
        return text if packing == 1 else text.upper()
    if packing == 3:
        return "".join(_BASE64[bits.take(6)] for _ in range(length))
    if packing == 4:
        return "".join(chr(bits.take(7)) for _ in range(length))
    raise NotADigitalLink(
        f"text is packed in a way that the standard does not have, before bit {bits.at}",
        remedy="scan the code again",
    )


def _number(bits: _Bits, length: int) -> str:
    text = str(bits.take(ceil(length * log2(10) + 0.01))) if length else str(bits.take(1) or "")
    if len(text) > length:
        raise NotADigitalLink(
            f"a number is longer than its {length} digits, before bit {bits.at}",
            remedy="scan the code again",
        )
    return text.zfill(length)
