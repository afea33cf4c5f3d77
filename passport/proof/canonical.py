"""The one way from values to bytes that are hashed or signed, and the strict way back.

RFC 8785 (JCS) without numbers that have a fraction: quantities travel as decimal strings.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

import rfc8785

from passport.proof.encoding import b64_decode, b64_encode, b64u_decode, b64u_encode
from passport.proof.errors import NotCanonical, NotStrictJson

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_INTEGER",
    "b64_decode",
    "b64_encode",
    "b64u_decode",
    "b64u_encode",
    "encode",
    "loads",
]

MAX_INTEGER = 2**53 - 1
MAX_BYTES = 262_144
MAX_DEPTH = 32

# Every alternative consumes at least one byte and none can be entered twice at one place, so the
# scan is linear even over a string that is never closed.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]+|[\]}]+|[^"\[\]{}]+', re.DOTALL)
_UP_OR_DOWN = bytes.maketrans(b"[{]}", b"\x01\x01\x00\x00")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
# _check() has bounded the depth, so nothing can be inside itself.
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
)
_DECIMALS_REMEDY = 'Send the quantity as a decimal string, for example "4.85".'


def encode(value: object) -> bytes:
    """Return the canonical bytes of a value (RFC 8785).

    Refuses floats, integers beyond ±(2^53−1), names that are not text, lone surrogates, and
    anything that is not JSON.
    """
    ascii_names = _check(value, 0)
    if not ascii_names:
        return _encode_slowly(value)
    # With ASCII names and no floats the sorted output of the standard library is RFC 8785
    # already (UTF-16 order is code point order there), ten times faster.
    text = _ENCODER.encode(value)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("Text holds a lone surrogate, which has no bytes.") from error


def _encode_slowly(value: object) -> bytes:
    try:
        return bytes(rfc8785.dumps(value))  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(f"The value has no canonical form: {error}.") from error


def _check(value: object, depth: int) -> bool:
    """Refuse what RFC 8785 or this profile cannot write; tell whether all names are ASCII."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return _check_integer(value)  # type: ignore[arg-type]
    if depth >= 2 * MAX_DEPTH:
        raise NotCanonical(f"The value is nested deeper than {2 * MAX_DEPTH} levels.")
    if kind is dict:
        return _check_object(value, depth)  # type: ignore[arg-type]
    if kind is list or kind is tuple:
        return _check_array(value, depth)  # type: ignore[arg-type]
    if kind is float:
        raise NotCanonical(f"{value!r} is a float.", remedy=_DECIMALS_REMEDY)
    raise NotCanonical(f"A {kind.__name__} is not a JSON value.")


def _check_integer(value: int) -> bool:
    if -MAX_INTEGER <= value <= MAX_INTEGER:
        return True
    raise NotCanonical(f"The integer {value} lies outside ±(2^53−1).", remedy=_DECIMALS_REMEDY)


def _check_object(value: dict[object, object], depth: int) -> bool:
    ascii_names = True
    for name, each in value.items():
        if type(name) is not str:
            raise NotCanonical(f"The name {name!r} is not text.")
        ascii_names = ascii_names and name.isascii()
        ascii_names = _check(each, depth + 1) and ascii_names
    return ascii_names


def _check_array(value: list[object], depth: int) -> bool:
    ascii_names = True
    for each in value:
        ascii_names = _check(each, depth + 1) and ascii_names
    return ascii_names


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
    reader = _Reader()
    try:
        value = reader.read(text)
    except json.JSONDecodeError as error:
        raise NotStrictJson(
            f"{error.msg} at line {error.lineno}, column {error.colno}.",
            line=error.lineno,
            remedy="Send one JSON value (RFC 8259) and nothing after it.",
        ) from error
    if reader.flaws:
        _refuse_flaw(value, reader.flaws[0])
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
    if _depth(data) <= limit:
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

    Right up to the first byte that is no JSON, and there reading ends.
    """
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside = b"".join(plain.split(b'"')[::2])
    brackets = outside.translate(_UP_OR_DOWN, _NO_BRACKETS)
    return max(accumulate(1 if each else -1 for each in brackets), default=0)


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
        return self._flaw(f"The number {text[:24]} is a float.", remedy=_DECIMALS_REMEDY)

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


def _refuse_flaw(value: object, flaw: _Flaw) -> None:
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
