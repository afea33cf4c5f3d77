"""Reads JSON that has exactly one reading, and says where a document has none."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from typing import NoReturn

from passport.proof.errors import NotStrictJson

MAX_INTEGER = 2**53 - 1
MAX_BYTES = 262_144
MAX_DEPTH = 32
DECIMALS_REMEDY = 'Send the quantity as a decimal string, for example "4.85".'

# Every alternative consumes at least one byte and none can be entered twice at one place, so the
# scan is linear even over a string that is never closed.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]+|[\]}]+|[^"\[\]{}]+', re.DOTALL)
_LEAST_TEXT = 12
_UP_OR_DOWN = bytes.maketrans(b"[{]}", b"\x01\x01\x00\x00")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def loads(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> object:
    """Read JSON that has exactly one reading.

    Refuses duplicate names, floats, NaN and infinities, integers beyond ±(2^53−1), NUL, lone
    surrogates, a byte order mark, bad UTF-8, trailing data, too many bytes, too many levels.
    """
    if len(data) > max_bytes:
        raise NotStrictJson(
            f"The document has {len(data)} bytes; at most {max_bytes} are read.",
            remedy="Send less at once.",
        )
    text = _decode(data)
    _check_depth(data, max_depth)
    try:
        value = _DECODER.decode(text)
    except _Refused:
        _refuse(text)
    except json.JSONDecodeError as error:
        raise _not_json(error) from error
    if b"\\u" in data:
        # Only an escape can make a NUL or half a surrogate pair: raw ones were refused above.
        _check_text(value)
    return value


def _decode(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise NotStrictJson("The document begins with a byte order mark.", remedy="Remove it.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise NotStrictJson(
            f"Byte {error.start} is not UTF-8.",
            line=data.count(b"\n", 0, error.start) + 1,
            remedy="Send UTF-8.",
        ) from error


def _check_depth(data: bytes, limit: int) -> None:
    if data.count(b"[") + data.count(b"{") <= limit:
        return
    few_texts = len(data) <= MAX_BYTES or data.count(b'"') <= len(data) // _LEAST_TEXT
    if few_texts and _depth(data) <= limit:
        return
    depth = 0
    for match in _TOKEN.finditer(data):
        first = data[match.start()]
        if first in b"[{":
            depth += match.end() - match.start()
        elif first in b"]}":
            depth -= match.end() - match.start()
        if depth > limit:
            line = data.count(b"\n", 0, match.start()) + 1
            raise NotStrictJson(f"The document is nested deeper than {limit} levels.", line=line)


def _depth(data: bytes) -> int:
    """Count brackets where every second part between quotes, none escaped, is outside of text.

    Right up to the first byte that is no JSON, and there reading ends. Quick, but only for what is
    small or has few quotes: the parts between them may take many times the memory of the whole.
    """
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside = b"".join(plain.split(b'"')[::2])
    brackets = outside.translate(_UP_OR_DOWN, _NO_BRACKETS)
    return max(accumulate(1 if each else -1 for each in brackets), default=0)


class _Refused(Exception):
    """The document holds something that is refused; a second reading says where."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Refused
    return value


def _integer(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        raise _Refused
    return number


def _refused(text: str) -> object:
    raise _Refused


# Keeps nothing between two documents, so one is enough for all.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_refused, parse_int=_integer, parse_constant=_refused
)


def _refuse(text: str) -> NoReturn:
    """Read again what _DECODER stopped at, to name the first flaw by its place."""
    reader = _Reader()
    try:
        value = reader.read(text)
    except json.JSONDecodeError as error:
        raise _not_json(error) from error
    _refuse_flaw(value, reader.flaws[0])


def _not_json(error: json.JSONDecodeError) -> NotStrictJson:
    return NotStrictJson(
        f"{error.msg} at line {error.lineno}, column {error.colno}.",
        line=error.lineno,
        remedy="Send one JSON value (RFC 8259) and nothing after it.",
    )


class _Flaw:
    """Stands where the document holds something refused, until its place is known."""

    def __init__(self, detail: str, *, remedy: str, name: str | None = None) -> None:
        self.detail = detail
        self.remedy = remedy
        self.name = name


class _Reader:
    """One reading of one document; collects flaws so that each can be named by its place."""

    def __init__(self) -> None:
        self.flaws: list[_Flaw] = []

    def read(self, text: str) -> object:
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=self._float,
            parse_int=self._integer,
            parse_constant=self._constant,
        )
        return decoder.decode(text)

    def _flaw(self, detail: str, *, remedy: str, name: str | None = None) -> _Flaw:
        self.flaws.append(_Flaw(detail, remedy=remedy, name=name))
        return self.flaws[-1]

    def _object(self, pairs: list[tuple[str, object]]) -> object:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        detail = f"The name {twice[:64]!r} stands twice in one object."
        return self._flaw(detail, remedy="Send it once.", name=twice)

    def _integer(self, text: str) -> object:
        if len(text) <= 17 and abs(number := int(text)) <= MAX_INTEGER:
            return number
        detail = f"The integer {text[:24]} lies outside ±(2^53−1)."
        return self._flaw(detail, remedy="Send it as a string.")

    def _float(self, text: str) -> object:
        return self._flaw(f"The number {text[:24]} is a float.", remedy=DECIMALS_REMEDY)

    def _constant(self, text: str) -> object:
        return self._flaw(f"{text} is not JSON.", remedy="Leave the field out, or send null.")


def _walk(value: object) -> Iterator[tuple[str, object]]:
    """Yield every name and value inside with its JSON pointer (RFC 6901), parents first."""
    stack = [("", value)]
    while stack:
        pointer, each = stack.pop()
        yield pointer, each
        if isinstance(each, dict):
            for name, inner in each.items():
                step = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
                yield step, name
                stack.append((step, inner))
        elif isinstance(each, list):
            stack.extend((f"{pointer}/{index}", inner) for index, inner in enumerate(each))


def _refuse_flaw(value: object, flaw: _Flaw) -> NoReturn:
    pointer = next((where for where, each in _walk(value) if each is flaw), "")
    if flaw.name is not None:
        pointer = f"{pointer}/{flaw.name.replace('~', '~0').replace('/', '~1')}"
    raise NotStrictJson(flaw.detail, pointer=pointer, remedy=flaw.remedy)


def _check_text(value: object) -> None:
    for pointer, each in _walk(value):
        if not isinstance(each, str):
            continue
        if "\x00" in each:
            raise NotStrictJson("Text holds a NUL character.", pointer=pointer, remedy="Remove it.")
        if any("\ud800" <= letter <= "\udfff" for letter in each):
            # The pointer itself may hold the surrogate, so it is left out.
            raise NotStrictJson("Text holds a lone surrogate.", remedy="Send whole characters.")
