"""Base64, base64url and base58btc, each in its only spelling: another spelling is refused."""

import binascii
import re
from collections.abc import Iterable, Iterator

from passport.proof.errors import BadEncoding

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_LETTERS64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_ALPHABET58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LETTERS58 = _ALPHABET58.encode()
_VALUES58 = bytes.maketrans(_LETTERS58, bytes(range(58)))
_MOST58 = 128


def _steps58() -> Iterator[tuple[int, int, int]]:
    """How digits in lanes of one byte become one number: neighbours join, and lanes double."""
    lane = 1
    while lane < _MOST58:
        mask = int.from_bytes((bytes(lane) + b"\xff" * lane) * (_MOST58 // lane // 2))
        yield mask, 8 * lane, 58**lane
        lane *= 2


_STEPS58 = tuple(_steps58())


def b64u_encode(data: bytes) -> str:
    """Write bytes as base64url without padding (RFC 4648 §5)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=").decode()


def b64u_decode(text: object, *, size: int | None = None) -> bytes:
    """Read base64url without padding in its only spelling; refuses any other, or another size."""
    if not isinstance(text, str) or len(text) % 4 == 1 or not _BASE64URL.match(text):
        raise BadEncoding("The value is not base64url without padding.")
    standard = text.encode().translate(_FROM_URL)
    data = binascii.a2b_base64(standard + b"=" * (-len(text) % 4))
    if b64u_encode(data) != text:
        raise BadEncoding("The last character of the base64url value has stray bits.")
    return _sized(data, size)


def b64u_pattern(size: int) -> re.Pattern[str]:
    """What b64u_decode() takes for so many bytes: the last letter ends in no stray bits."""
    letters, spare = -(-size * 4 // 3), -size * 8 % 6
    last = _LETTERS64[:: 1 << spare]
    return re.compile(rf"[A-Za-z0-9_-]{{{letters - 1}}}[{re.escape(last)}]\Z")


def b64_encode(data: bytes) -> str:
    """Write bytes as base64 with padding (RFC 4648 §4)."""
    return binascii.b2a_base64(data, newline=False).decode()


def b64_decode(text: object, *, size: int | None = None) -> bytes:
    """Read padded base64 in its only spelling; refuses any other, or another size in bytes."""
    if not isinstance(text, str):
        raise BadEncoding("The value is not base64 text.")
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise BadEncoding("The value is not base64.") from error
    if b64_encode(data) != text:
        raise BadEncoding("The base64 value has stray bits or wrong padding.")
    return _sized(data, size)


def b64_decode_all(texts: Iterable[object], *, size: int) -> list[bytes]:
    """Read many values as b64_decode() reads one; quick, since bundles hold tens of thousands."""
    read, write = binascii.a2b_base64, binascii.b2a_base64
    found = []
    for text in texts:
        try:
            data = read(text)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise BadEncoding("The value is not base64.") from error
        if len(data) != size or write(data, newline=False).decode() != text:
            b64_decode(text, size=size)  # says what is wrong
        found.append(data)
    return found


def _sized(data: bytes, size: int | None) -> bytes:
    if size is not None and len(data) != size:
        raise BadEncoding(f"The value has {len(data)} bytes; it must have {size}.")
    return data


def b58_encode(data: bytes) -> str:
    """Write bytes as base58btc; each leading zero byte is a leading 1."""
    number = int.from_bytes(data)
    letters = ""
    while number:
        number, digit = divmod(number, 58)
        letters = _ALPHABET58[digit] + letters
    return "1" * (len(data) - len(data.lstrip(b"\x00"))) + letters


def b58_decode(text: object, *, size: int) -> bytes:
    """Read base58btc of exactly ``size`` bytes (128 letters at most); refuses any other."""
    if not isinstance(text, str) or len(text) > min(2 * size, _MOST58):
        raise BadEncoding("The value is not base58btc of the right length.")
    letters = text.encode(errors="replace")
    if letters.translate(None, _LETTERS58):
        odd = next(each for each in text if each not in _ALPHABET58)
        raise BadEncoding(f"The character {odd!r} is not base58btc.")
    number = int.from_bytes(letters.translate(_VALUES58))
    # All pairs of digits at once, then all pairs of pairs: seven steps instead of 88.
    for mask, shift, base in _STEPS58:
        number = (number & mask) + (number >> shift & mask) * base
    zeros = len(text) - len(text.lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
    return _sized(data, size)
