"""EPCIS as JSON: read strictly with the text of every number kept, and written back the same.

What we capture we hand out again with the same values, and 1.50 stays 1.50: a binary float or a
jsonb column would make 1.5 of it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from json.encoder import encode_basestring as quoted
from typing import Any, NoReturn, TypeAlias

from passport.rules.errors import Malformed

MAX_BYTES = 4 * 2**20
MAX_DEPTH = 32
LONGEST_NUMBER = 40
HIGHEST_EXPONENT = 99

_EXPONENT = re.compile(r"[eE]([+-]?[0-9]+)\Z", re.ASCII)
_UP_OR_DOWN = bytes.maketrans(b"[{]}", b"\x01\x01\x00\x00")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    text: str

    @property
    def value(self) -> Decimal:
        return Decimal(self.text)


Json: TypeAlias = "str | Number | bool | list[Json] | dict[str, Json] | None"


class NotStrictJson(Malformed):
    """The bytes have no reading as JSON, or more than one."""

    code = "epcis-not-json"
    title = "The document has no single reading as JSON"


class SaidTwice(NotStrictJson):
    """An object names something twice. [RFC 8259 4]"""

    code = "epcis-said-twice"
    title = "A name stands twice in one object"


def read(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Json:
    """The value in a JSON document, numbers with their text. [RFC 8259]

    Refuses SaidTwice, and NotStrictJson: NaN and infinities, numbers of more than 40 characters
    or exponents beyond ±99, NUL, lone surrogates, a byte order mark, bad UTF-8, anything behind
    the value, too many bytes, too many levels.
    """
    if len(data) > max_bytes:
        raise NotStrictJson(
            f"The document has {len(data)} bytes; at most {max_bytes} are read.",
            remedy="Send fewer events at once.",
        )
    text = _decoded(data)
    _check_depth(data, max_depth)
    try:
        value: Json = _DECODER.decode(text)
    except _Refused:
        _refuse(text)
    except json.JSONDecodeError as error:
        raise _not_json(error) from error
    if "\\u" in text:
        # Only an escape can make a NUL or half a surrogate pair: raw ones were refused above.
        _check_text(value)
    return value


def write(value: Json) -> str:
    """The JSON of a value that was read: same values, same order of names, same number text."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "{" + ",".join([f"{quoted(k)}:{write(each)}" for k, each in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([write(each) for each in value]) + "]"
    if isinstance(value, Number):
        return value.text
    return _WORD[type(value), value]


# By kind too: the whole number 1 is equal to True.
_WORD: dict[tuple[type, object], str] = {
    (bool, True): "true",
    (bool, False): "false",
    (type(None), None): "null",
}


def _decoded(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise NotStrictJson("The document begins with a byte order mark.", remedy="Remove it.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotStrictJson(
            f"Byte {error.start + 1}, in line {line}, is not UTF-8.", remedy="Send UTF-8."
        ) from error


def _check_depth(data: bytes, limit: int) -> None:
    if data.count(b"[") + data.count(b"{") <= limit:
        return
    # Outside of strings is every second part between quotes, once those within are gone; right
    # up to the first byte that is no JSON, and there reading ends.
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside = b"".join(plain.split(b'"')[::2]).translate(_UP_OR_DOWN, _NO_BRACKETS)
    if max(accumulate(1 if each else -1 for each in outside), default=0) > limit:
        raise NotStrictJson(
            f"The document is nested deeper than {limit} levels.", remedy="Nest it less."
        )


class _Refused(Exception):
    """The document holds something that is refused; a second reading says where."""


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Refused
    return value


def _is_kept(text: str) -> bool:
    if len(text) > LONGEST_NUMBER:
        return False
    exponent = _EXPONENT.search(text)
    return exponent is None or abs(int(exponent[1])) <= HIGHEST_EXPONENT


def _number(text: str) -> Number:
    if not _is_kept(text):
        raise _Refused
    return Number(text)


def _constant(text: str) -> NoReturn:
    raise _Refused


# Keeps nothing between two documents.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_number, parse_constant=_constant
)


def _not_json(error: json.JSONDecodeError) -> NotStrictJson:
    return NotStrictJson(
        f"{error.msg} at line {error.lineno}, column {error.colno}.",
        remedy="Send one JSON value (RFC 8259) and nothing after it.",
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Flaw:
    """Stands where the document holds something refused, until its place is known."""

    detail: str
    remedy: str
    step: str = ""
    kind: type[NotStrictJson] = NotStrictJson


class _Finder:
    """One slow reading of a refused document; marks its flaws, so that the first can be placed."""

    def __init__(self) -> None:
        self.flaws: list[_Flaw] = []

    def read(self, text: str) -> object:
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=self._number,
            parse_int=self._number,
            parse_constant=self._constant,
        )
        return decoder.decode(text)

    def _flaw(self, *said: Any) -> _Flaw:
        self.flaws.append(_Flaw(*said))
        return self.flaws[-1]

    def _object(self, pairs: list[tuple[str, object]]) -> object:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        detail = f"The name {twice[:64]!r} stands twice in one object."
        return self._flaw(detail, "Send it once.", step(twice), SaidTwice)

    def _number(self, text: str) -> object:
        if _is_kept(text):
            return Number(text)
        limits = f"{LONGEST_NUMBER} characters and an exponent of ±{HIGHEST_EXPONENT}"
        return self._flaw(f"The number {text[:24]} goes beyond {limits}.", "Send it as a string.")

    def _constant(self, text: str) -> object:
        return self._flaw(f"{text} is not JSON.", "Leave the field out.")


def _refuse(text: str) -> NoReturn:
    """Read again what _DECODER stopped at, to name the first flaw by its place."""
    finder = _Finder()
    try:
        value = finder.read(text)
    except json.JSONDecodeError as error:
        raise _not_json(error) from error
    first = finder.flaws[0]
    pointer = next((where for where, each in _walk(value) if each is first), "")
    raise first.kind(first.detail, pointer=pointer + first.step, remedy=first.remedy)


def step(name: str) -> str:
    """A name as one step of a JSON pointer. [RFC 6901]"""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _walk(value: object) -> Iterator[tuple[str, object]]:
    """Every name and value inside with its JSON pointer (RFC 6901), parents first."""
    stack = [("", value)]
    while stack:
        pointer, each = stack.pop()
        yield pointer, each
        if isinstance(each, dict):
            for name, inner in each.items():
                yield pointer + step(name), name
                stack.append((pointer + step(name), inner))
        elif isinstance(each, list):
            stack.extend((f"{pointer}/{index}", inner) for index, inner in enumerate(each))


def _check_text(value: Json) -> None:
    for pointer, each in _walk(value):
        if not isinstance(each, str):
            continue
        if "\x00" in each:
            raise NotStrictJson(
                "Text holds a NUL character.", pointer=pointer, remedy="Leave it out."
            )
        if any("\ud800" <= letter <= "\udfff" for letter in each):
            # The pointer itself may hold the surrogate, so it is left out.
            raise NotStrictJson("Text holds a lone surrogate.", remedy="Send whole characters.")
