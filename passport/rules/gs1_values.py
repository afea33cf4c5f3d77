"""The values of GS1 identifiers: characters, lengths, check digits, dates, percent-coding."""

import re
from datetime import date

from passport.rules.errors import Malformed
from passport.rules.identity_tables import IDENTIFIERS, Identifier


class NotADigitalLink(Malformed):
    """The text is no GS1 Digital Link, or not a correct one."""

    code = "not-a-digital-link"
    title = "This is not a correct GS1 Digital Link"


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


def check_digit(body: str) -> str:
    """The mod-10 digit that follows these digits: weights 3, 1, 3, … from the right."""
    return str(-sum(int(c) * (1 if i % 2 else 3) for i, c in enumerate(reversed(body))) % 10)


def percent_decode(text: str, *, query: bool = False) -> str:
    """%XX to its character; a plus is a space in a query only; what is no %XX stays."""
    spaced = text.replace("+", " ") if query else text
    return _PERCENT.sub(lambda found: chr(int(found[1], 16)), spaced)


def percent_encode(text: str, *, query: bool = False) -> str:
    """All but letters, digits and - . _ ~ as %XX, upper case; a space in a query is a plus."""
    encoded = "".join(c if c in _PLAIN else f"%{ord(c):02X}" for c in text)
    return encoded.replace("%20", "+") if query else encoded


def decoded(text: str, *, query: bool = False) -> str:
    """As percent_decode(), but a stray percent sign is refused: NotADigitalLink."""
    if "%" in _PERCENT.sub("", text):
        raise NotADigitalLink(
            "a percent sign is not followed by two hexadecimal digits",
            remedy="write a literal percent sign as %25",
        )
    return percent_decode(text, query=query)


def check_value(ai: str, value: str) -> None:
    """Length and characters of one value. Refuses WrongValue, NotADigitalLink (unknown AI)."""
    rule = IDENTIFIERS.get(ai)
    if rule is None:
        raise NotADigitalLink(f"({ai}) is not an identifier that we know", remedy="leave it out")
    if not rule.shortest <= len(value) <= rule.longest:
        raise WrongValue(_length_words(rule, value), remedy=_length_remedy(rule, value))
    wrong = sorted(set(value) - rule.charset)
    if wrong:
        raise WrongValue(
            f"the {rule.name} ({ai}) contains {wrong[0]!r}, which GS1 does not allow there",
            remedy="use the characters of the standard: no space, no accent, no # ~ in a serial",
        )
    head = value[: rule.numeric]
    if not (head == "" or head.isdecimal()):
        raise WrongValue(
            f"the {rule.name} ({ai}) does not begin with {rule.numeric} digits",
            remedy="begin with the GS1 company prefix of the party",
        )
    if ai == "8011" and value.startswith("0"):
        raise WrongValue(
            "the component serial (8011) begins with a zero", remedy="leave leading zeros out"
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
    """The check digit, or the date, in one value. Refuses WrongCheckDigit, WrongValue."""
    rule = IDENTIFIERS[ai]
    if rule.checked:
        _check_digit_of(rule, value)
    if ai in {"11", "12", "13", "15", "16", "17"}:
        _check_date(rule, value)


def _check_digit_of(rule: Identifier, value: str) -> None:
    body, digit = value[: rule.checked - 1], value[rule.checked - 1]
    due = check_digit(body)
    if digit != due:
        raise WrongCheckDigit(
            f"the {rule.name} {value} ends in {digit}; its check digit would be {due}",
            remedy=f"scan again; if the other digits are right, it is {body}{due}",
        )


def _check_date(rule: Identifier, value: str) -> None:
    year, month, day = 2000 + int(value[:2]), int(value[2:4]), int(value[4:]) or 1
    try:
        date(year, month, day)
    except ValueError:
        raise WrongValue(
            f"the {rule.name} ({rule.ai}) {value} is not a day", remedy="write it as YYMMDD"
        ) from None
