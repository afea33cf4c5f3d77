"""The values of GS1 identifiers: characters, lengths, check digits, dates, percent-coding."""

import re

from passport.rules.errors import Malformed
from passport.rules.gs1_content import check_digit, obeys, words
from passport.rules.identity_tables import CSET82, IDENTIFIERS, Identifier, Part

__all__ = ["check_digit"]


class NotADigitalLink(Malformed):
    """The text is no GS1 Digital Link, or not a correct one."""

    code = "not-a-digital-link"
    title = "This is not a correct GS1 Digital Link"


class NamesNoBattery(NotADigitalLink):
    """The link is correct, and of something that is never registered here."""


class WrongCheckDigit(Malformed):
    """The last digit of a GS1 key does not follow from the others."""

    code = "wrong-check-digit"
    title = "The check digit is wrong"


class WrongValue(Malformed):
    """The value of an application identifier has a wrong length or wrong characters."""

    code = "wrong-identifier-value"
    title = "The value does not fit its application identifier"


_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})", re.ASCII)
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def percent_decode(text: str, *, query: bool = False) -> str:
    """%XX to its character; a plus is a space in a query only; what is no %XX stays."""
    spaced = text.replace("+", " ") if query else text
    return _PERCENT.sub(lambda found: chr(int(found[1], 16)), spaced)


def percent_encode(text: str, *, query: bool = False) -> str:
    """All but letters, digits and - . _ ~ as %XX, upper case; a space in a query is a plus."""
    encoded = "".join(c if c in _PLAIN else _encoded(c) for c in text)
    return encoded.replace("%20", "+") if query else encoded


def _encoded(character: str) -> str:
    # Bytes of UTF-8, so that what GS1 does not have never reads as what it has.
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def decoded(text: str, *, query: bool = False) -> str:
    """As percent_decode(), but a stray percent sign is refused: NotADigitalLink."""
    if "%" in _PERCENT.sub("", text):
        raise NotADigitalLink(
            "a percent sign is not followed by two hexadecimal digits",
            remedy="write a literal percent sign as %25",
        )
    return percent_decode(text, query=query)


def known(ai: str, *, unknown: bool = False) -> Identifier:
    """What the table says of an identifier; with `unknown`, one of another number passes as text.

    Refuses NotADigitalLink.
    """
    found = IDENTIFIERS.get(ai)
    if found is not None:
        return found
    if unknown:
        return Identifier(ai, "unknown identifier", (Part(CSET82, 1, 90),), True, False)
    raise NotADigitalLink(f"({ai}) is not an identifier that we know", remedy="leave it out")


def check_value(ai: str, value: str, *, unknown: bool = False) -> None:
    """Length and characters of one value. Refuses WrongValue, NotADigitalLink (unknown AI)."""
    rule = known(ai, unknown=unknown)
    if not rule.shortest <= len(value) <= rule.longest:
        raise WrongValue(_length_words(rule, value), remedy=_length_remedy(rule, value))
    at = 0
    for part, piece in rule.split(value):
        _check_characters(rule, part, piece, at=at)
        if len(piece) < part.shortest:
            raise WrongValue(
                f"the {rule.name} ({ai}) breaks off after character {len(value)}",
                remedy=f"from character {at + 1} on, {part.shortest} or more are due",
            )
        at += len(piece)


def _check_characters(rule: Identifier, part: Part, piece: str, *, at: int) -> None:
    place = next((n for n, each in enumerate(piece) if each not in part.charset), None)
    if place is None:
        return
    where = f"the {rule.name} ({rule.ai}) contains {piece[place]!r} at character {at + place + 1}"
    if len(part.charset) == 10:
        raise WrongValue(f"{where}, where a digit is due", remedy=f"correct the {rule.name}")
    raise WrongValue(
        f"{where}, which GS1 does not allow there",
        remedy="use the characters of the standard: no space, no accent, no # ~ in a serial",
    )


def _length_words(rule: Identifier, value: str) -> str:
    due = str(rule.longest)
    if rule.shortest != rule.longest:
        due = f"{rule.shortest} to {rule.longest}"
    return f"the {rule.name} ({rule.ai}) has {len(value)} characters; {due} are due"


def _length_remedy(rule: Identifier, value: str) -> str:
    if rule.ai == "01" and value.isdecimal() and len(value) in (8, 12, 13):
        return f"write the GTIN with 14 digits: {value.zfill(14)}"
    return f"correct the {rule.name}"


def check_meaning(ai: str, value: str) -> None:
    """What follows from the characters of one value: check digits, dates, small codes.

    Refuses WrongCheckDigit, WrongValue.
    """
    rule = known(ai, unknown=True)
    for part, piece in rule.split(value):
        for each in part.rules:
            if not obeys(each, piece):
                raise _broken(rule, value, piece, each)


def _broken(rule: Identifier, value: str, piece: str, broken: str) -> Malformed:
    wrong, remedy = words(broken)
    if broken == "mod10":
        due = check_digit(piece[:-1])
        return WrongCheckDigit(
            f"the {rule.name} {value} ends in {piece[-1]}; its check digit would be {due}"
            if value.endswith(piece)
            else f"the {rule.name} {value} has {piece[-1]} as check digit; it would be {due}",
            remedy="scan again; if the other digits are right, it is "
            + value.replace(piece, piece[:-1] + due, 1),
        )
    if broken == "pair":
        return WrongCheckDigit(f"the {rule.name} {value} {wrong}", remedy=remedy)
    return WrongValue(f"the {rule.name} ({rule.ai}) {value} {wrong}", remedy=remedy)
