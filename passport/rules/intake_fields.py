"""Reading the fields of one intake line: known names, right types, ranges, one fault at a time."""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from passport.rules.decimals import OutOfRange, check_places, parse_decimal
from passport.rules.errors import Malformed, Refusal
from passport.rules.identity import Identity, parse
from passport.rules.lifecycle import InTheFuture

Word = TypeVar("Word", bound=StrEnum)


class UnknownField(Malformed):
    """The line has a field that this kind of line does not have."""

    code = "unknown-field"
    title = "There is no such field"


class MissingField(Malformed):
    """A field that must be there is not."""

    code = "missing-field"
    title = "A field is missing"


class WrongType(Malformed):
    """The value is of another type, or empty, or too long."""

    code = "wrong-type"
    title = "The value is not of the right kind"


class NotAWord(Malformed):
    """The value is none of the words that may stand here."""

    code = "not-a-word-of-the-list"
    title = "This is none of the words that may stand here"


class NotADay(Malformed):
    """The value is no day of the calendar."""

    code = "not-a-day"
    title = "A day written as YYYY-MM-DD is due"


class NotASalt(Malformed):
    """The value is not 16 bytes in their only spelling."""

    code = "not-a-salt"
    title = "A salt of 16 bytes is due"


# Nothing we follow is older; a lower year is a slip of the pen.
FIRST_DAY = date(1990, 1, 1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# 128 bits as base64url without padding: the last letter carries two bits, its others are 0.
_SALT = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]", re.ASCII)
# Control characters, line separators, halves of surrogate pairs.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def check_fields(
    value: Mapping[str, object], *, known: frozenset[str], required: tuple[str, ...]
) -> None:
    """Only known fields, and all that are required. Refuses UnknownField, MissingField."""
    for name in value:
        if name not in known:
            raise UnknownField(
                f'"{name[:60]}" is no field of a {value["type"]} line',
                pointer=pointer_to(name),
                remedy=_suggestion(name, known),
            )
    for name in required:
        if name not in value:
            raise MissingField(
                f'"{name}" is missing', pointer=pointer_to(name), remedy=f'add "{name}"'
            )


def pointer_to(name: str) -> str:
    """The JSON pointer to a member of the line. [RFC 6901]"""
    return "/" + name[:60].replace("~", "~0").replace("/", "~1")


def text(value: Mapping[str, object], name: str, *, longest: int, due: bool = True) -> str:
    """A text without control characters; absent is "" unless it is due. Refuses WrongType."""
    found = value.get(name, "")
    if not isinstance(found, str):
        raise WrongType(
            f'"{name}" is not a text',
            pointer=pointer_to(name),
            remedy="write it in quotation marks",
        )
    if due and not found.strip():
        raise WrongType(
            f'"{name}" is empty', pointer=pointer_to(name), remedy="say what stands on the battery"
        )
    if len(found) > longest or _UNPRINTABLE.search(found):
        raise WrongType(
            f'"{name}" is longer than {longest} characters or holds a control character',
            pointer=pointer_to(name),
            remedy=f"write at most {longest} printable characters",
        )
    return found


def word(value: Mapping[str, object], name: str, *, of: type[Word]) -> Word:
    """One word of a fixed list. Refuses NotAWord."""
    found = value[name]
    if isinstance(found, str) and found in of.__members__:
        return of(found)
    words = ", ".join(of)
    raise NotAWord(
        f'"{name}" is {found!r:.60}', pointer=pointer_to(name), remedy=f"write one of: {words}"
    )


def quantity(value: Mapping[str, object], name: str, *, most: Decimal, places: int) -> Decimal:
    """A decimal above 0. Refuses NotADecimal, OutOfRange, TooFine."""
    pointer = pointer_to(name)
    number = parse_decimal(value[name], pointer)
    if not 0 < number <= most:
        raise OutOfRange(
            f"{name} is {number}; it is above 0 and at most {most}",
            pointer=pointer,
            remedy="check the value and its unit",
        )
    check_places(number, places=places, pointer=pointer)
    return number


def day(value: Mapping[str, object], name: str, *, today: date | None) -> date:
    """A day since 1990, not after tomorrow (time zones). Refuses NotADay, InTheFuture."""
    pointer, found = pointer_to(name), value[name]
    if not isinstance(found, str) or not _DAY.fullmatch(found):
        raise NotADay(f"{found!r:.40} is no day", pointer=pointer, remedy="write it as 2025-03-02")
    try:
        parsed = date.fromisoformat(found)
    except ValueError:
        raise NotADay(
            f"{found} is not in the calendar", pointer=pointer, remedy="check month and day"
        ) from None
    if parsed < FIRST_DAY:
        raise NotADay(f"{found} is before {FIRST_DAY}", pointer=pointer, remedy="check the year")
    if today is not None and parsed > today + timedelta(days=1):
        raise InTheFuture(
            f"{found} is after today, {today}",
            pointer=pointer,
            remedy="register a battery when it has been made; check the date",
        )
    return parsed


def thing(value: Mapping[str, object], name: str) -> Mapping[str, object]:
    """An object. Refuses WrongType."""
    found = value[name]
    if isinstance(found, dict):
        return found
    raise WrongType(
        f'"{name}" is not an object', pointer=pointer_to(name), remedy="write it in braces"
    )


def salt(value: Mapping[str, object], name: str) -> bytes | None:
    """16 bytes of base64url without padding; None where it is absent. Refuses NotASalt."""
    if name not in value:
        return None
    found = value[name]
    if not isinstance(found, str) or not _SALT.fullmatch(found):
        raise NotASalt(
            f'"{name}" is not 16 bytes of base64url',
            pointer=pointer_to(name),
            remedy="draw 16 random bytes and write them as 22 letters, or leave it out",
        )
    return base64.urlsafe_b64decode(found + "==")


def identity(value: Mapping[str, object], name: str) -> Identity:
    """The identity of one battery. Refuses what identity.parse() refuses, pointing here."""
    return pointed(parse, text(value, name, longest=2000), name)


Read = TypeVar("Read")


def pointed(read: Callable[[str], Read], found: str, name: str) -> Read:
    """What `read` returns; a refusal of it points to the member `name`."""
    try:
        return read(found)
    except Refusal as refusal:
        raise refusal.at(pointer_to(name)) from refusal


def _suggestion(name: str, known: frozenset[str]) -> str:
    near = get_close_matches(name.lower(), known, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return "leave it out; the fields are " + ", ".join(sorted(known - {"type"}))
