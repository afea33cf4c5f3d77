"""GS1 element strings, as scanners send them and people write them: (01)…(21)…"""

import re
from itertools import pairwise

from passport.rules.gs1 import STRICT, Elements, Pair, Reading, predefined
from passport.rules.gs1_values import NotADigitalLink, check_value, known
from passport.rules.identity_tables import KEYS, LENGTHS

# What a scanner puts before GS1 data: QR, Data Matrix, Code 128, DataBar.
AIM_GS1 = ("]Q3", "]d2", "]C1", "]e0")
SEPARATOR = "\x1d"
_BRACKET = re.compile(r"(?<!\\)\(([0-9]{2,4})\) ?", re.ASCII)
_SHOWN = re.compile(r"\((?=[0-9]{2,4}\))", re.ASCII)


def is_element_string(text: str) -> bool:
    """Whether a text claims to be an element string, right or wrong."""
    return text.startswith((*AIM_GS1, SEPARATOR)) or _BRACKET.match(text) is not None


def read_pairs(text: str, *, reading: Reading = STRICT) -> list[Pair]:
    """Identifiers with their values, in order, of a bracketed text or of raw scanner data.

    Refuses NotADigitalLink, WrongValue. Check digits and dates: gs1.check_elements().
    """
    pairs = _bracketed(text) if text.startswith("(") else _raw(text, reading)
    for ai, value in pairs:
        check_value(ai, value, unknown=reading.unknown)
    return pairs


def read_element_string(text: str, *, reading: Reading = STRICT) -> Elements:
    """The elements of a bracketed text, or of raw scanner data with separators.

    Refuses NotADigitalLink, WrongValue. Check digits and dates: gs1.check_elements().
    """
    return arrange(read_pairs(text, reading=reading), reading=reading)


def element_string(elements: Elements) -> str:
    """The bracketed text; a bracket in a value that could be misread gets a backslash."""
    return "".join(f"({ai})" + _SHOWN.sub(r"\\(", value) for ai, value in pairs_of(elements))


def scanner_data(elements: Elements) -> str:
    """What stands in a symbol: FNC1 first, and behind each value whose length is not predefined.

    FNC1 is written as the group separator, as scanners send it; none stands at the end.
    """
    pairs = pairs_of(elements)
    data = SEPARATOR + pairs[0][0] + pairs[0][1]
    for (before, _), (ai, value) in pairwise(pairs):
        data += ("" if predefined(before) else SEPARATOR) + ai + value
    return data


def pairs_of(elements: Elements) -> list[Pair]:
    """All that the elements say, in the order of a link."""
    return [elements.key, *elements.qualifiers, *elements.attributes]


def arrange(pairs: list[Pair], *, reading: Reading = STRICT) -> Elements:
    """Pairs in any order, as elements: the first key, its qualifiers in order, then attributes.

    The same pair twice is one. Refuses NotADigitalLink.
    """
    values: dict[str, str] = {}
    for ai, value in pairs:
        if values.setdefault(ai, value) != value:
            raise NotADigitalLink(
                f"({ai}) stands twice with different values", remedy="scan one label at a time"
            )
    key = next((ai for ai in values if ai in KEYS), None)
    if key is None:
        raise NotADigitalLink(
            "there is no GS1 key in it", remedy="begin with (01) and the 14 digits of the GTIN"
        )
    order = _order_of(key, values)
    rest = [ai for ai in values if ai != key and ai not in order]
    for ai in rest:
        if not known(ai, unknown=reading.unknown).attribute:
            raise NotADigitalLink(f"({ai}) does not go with ({key})", remedy="leave it out")
    return Elements(
        (key, values[key]),
        tuple((ai, values[ai]) for ai in order if ai in values),
        tuple((ai, values[ai]) for ai in rest),
    )


def _order_of(key: str, values: dict[str, str]) -> tuple[str, ...]:
    orders = KEYS[key]
    present = {ai for order in orders for ai in order} & values.keys()
    for order in orders:
        if present <= set(order):
            return order
    listed = ", ".join(f"({ai})" for ai in sorted(present))
    raise NotADigitalLink(f"{listed} exclude one another", remedy="leave one of them out")


def _bracketed(text: str) -> list[Pair]:
    parts = _BRACKET.split(text)
    values = [value.rstrip(" ").replace("\\(", "(") for value in parts[2::2]]
    return list(zip(parts[1::2], values, strict=True))


def _raw(text: str, reading: Reading) -> list[Pair]:
    at = 3 if text.startswith("]") else 0
    pairs: list[Pair] = []
    while at < len(text):
        if text[at] == SEPARATOR:
            at += 1
            continue
        ai = _begins_with(text, at, reading)
        end = text.find(SEPARATOR, at)
        end = len(text) if end < 0 else end
        if predefined(ai):
            end = min(end, at + len(ai) + known(ai).longest)
        pairs.append((ai, text[at + len(ai) : end]))
        at = end
    return pairs


def _begins_with(text: str, at: int, reading: Reading) -> str:
    """The identifier that stands here. An unknown one has as many digits as others like it."""
    ai = text[at : at + LENGTHS.get(text[at : at + 2], 2)]
    try:
        known(ai, unknown=reading.unknown and ai.isascii() and ai.isdecimal() and len(ai) > 1)
    except NotADigitalLink:
        raise NotADigitalLink(
            f'no identifier that we know begins "{text[at : at + 4]}", at character {at + 1}',
            remedy="set the scanner to send the separator between values",
        ) from None
    return ai
