"""Base64, base64url and base58btc, each in its only spelling: another spelling is refused."""

import binascii
import re
from collections.abc import Iterable

from passport.proof.errors import BadEncoding

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_ALPHABET58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_FOUR58 = 58**4
_VALUE58 = {letter: value for value, letter in enumerate(_ALPHABET58)}


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
    """Read base58btc of exactly ``size`` bytes; refuses another alphabet or another size."""
    if not isinstance(text, str) or len(text) > 2 * size:
        raise BadEncoding("The value is not base58btc of the right length.")
    number, value, odd = 0, _VALUE58, len(text) % 4
    try:
        for letter in text[:odd]:
            number = number * 58 + value[letter]
        # Four at a time: their sum is a small integer, and so is most of the work.
        letters = iter(text[odd:])
        for a, b, c, d in zip(letters, letters, letters, letters, strict=True):
            four = ((value[a] * 58 + value[b]) * 58 + value[c]) * 58 + value[d]
            number = number * _FOUR58 + four
    except KeyError as error:
        raise BadEncoding(f"The character {error.args[0]!r} is not base58btc.") from error
    zeros = len(text) - len(text.lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
    return _sized(data, size)
