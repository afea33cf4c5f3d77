"""GS1 element strings, as scanners send them and people write them: (01)…(21)…"""

import re

from passport.rules.gs1 import Elements, Pair
from passport.rules.gs1_values import NotADigitalLink, check_value
from passport.rules.identity_tables import IDENTIFIERS, KEYS

# What a scanner puts before GS1 data: QR, Data Matrix, Code 128, DataBar.
AIM_GS1 = ("]Q3", "]d2", "]C1", "]e0")
SEPARATOR = "\x1d"
_BRACKET = re.compile(r"(?<!\\)\(([0-9]{2,4})\) ?", re.ASCII)
_SHOWN = re.compile(r"\((?=[0-9]{2,4}\))", re.ASCII)


def is_element_string(text: str) -> bool:
    """Whether a text claims to be an element string, right or wrong."""
    return text.startswith((*AIM_GS1, SEPARATOR)) or _BRACKET.match(text) is not None


def read_element_string(text: str) -> Elements:
    """The elements of a bracketed text, or of raw scanner data with separators.

    Refuses NotADigitalLink, WrongValue. Check digits and dates: gs1.check_elements().
    """
    pairs = _bracketed(text) if text.startswith("(") else _raw(text)
    for ai, value in pairs:
        check_value(ai, value)
    return arrange(pairs)


def element_string(elements: Elements) -> str:
    """The bracketed text; a bracket in a value that could be misread gets a backslash."""
    pairs = (elements.key, *elements.qualifiers, *elements.attributes)
    return "".join(f"({ai})" + _SHOWN.sub(r"\\(", value) for ai, value in pairs)


def arrange(pairs: list[Pair]) -> Elements:
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
        if not IDENTIFIERS[ai].attribute:
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


def _raw(text: str) -> list[Pair]:
    data = text[3:] if text.startswith("]") else text
    pairs: list[Pair] = []
    while data := data.lstrip(SEPARATOR):
        ai = next((data[:n] for n in (2, 3, 4) if data[:n] in IDENTIFIERS), None)
        if ai is None:
            raise NotADigitalLink(
                f'no identifier that we know begins "{data[:4]}"',
                remedy="set the scanner to send the separator between values",
            )
        end = data.find(SEPARATOR) if SEPARATOR in data else len(data)
        if IDENTIFIERS[ai].predefined:
            end = min(end, len(ai) + IDENTIFIERS[ai].longest)
        pairs.append((ai, data[len(ai) : end]))
        data = data[end:]
    return pairs
