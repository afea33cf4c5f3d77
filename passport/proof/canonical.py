"""The one way from values to bytes that are hashed or signed, and the strict way back.

RFC 8785 (JCS) without numbers that have a fraction: quantities travel as decimal strings.
"""

import json
from collections.abc import Callable, Mapping
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]

import rfc8785

from passport.proof.encoding import b64_decode, b64_encode, b64u_decode, b64u_encode
from passport.proof.errors import NotCanonical
from passport.proof.strictjson import DECIMALS_REMEDY, MAX_BYTES, MAX_DEPTH, MAX_INTEGER, loads

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_INTEGER",
    "b64_decode",
    "b64_encode",
    "b64u_decode",
    "b64u_encode",
    "encode",
    "encode_plain",
    "is_plain",
    "joined",
    "loads",
]


def _writer() -> Callable[[object], str]:
    """The standard library's encoder, made once: JSONEncoder.encode() makes one at each call."""
    encoder = json.JSONEncoder(
        sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
    )
    try:
        # _check() has bounded the depth: nothing is inside itself, and no markers are needed.
        parts = c_make_encoder(
            None, encoder.default, encode_basestring, None, ":", ",", True, False, False
        )
    except TypeError:  # an interpreter without it, or with another one
        return encoder.encode
    return lambda value: "".join(parts(value, 0))


_write = _writer()


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
    text = _write(value)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("Text holds a lone surrogate, which has no bytes.") from error


def is_plain(data: bytes) -> bool:
    """Tell whether what loads() made of these bytes may be written by encode_plain()."""
    return data.isascii() and (b"\\" not in data or b"\\u" not in data)


def encode_plain(value: object) -> bytes:
    """Do what encode() does to a value, or a part of one, that loads() read from plain bytes.

    Such a value has ASCII names, no floats and no large integers: nothing is left to check.
    """
    return _write(value).encode()


def joined(members: Mapping[str, bytes]) -> bytes:
    """Return the canonical bytes of an object whose values are canonical bytes already.

    Its names are ASCII and need no escapes.
    """
    return b"{%s}" % b",".join(
        b'"%s":%s' % (name.encode(), members[name]) for name in sorted(members)
    )


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
        raise NotCanonical(f"{value!r} is a float.", remedy=DECIMALS_REMEDY)
    raise NotCanonical(f"A {kind.__name__} is not a JSON value.")


def _check_integer(value: int) -> bool:
    if -MAX_INTEGER <= value <= MAX_INTEGER:
        return True
    raise NotCanonical(f"The integer {value} lies outside ±(2^53−1).", remedy=DECIMALS_REMEDY)


def _check_object(value: dict[object, object], depth: int) -> bool:
    ascii_names = True
    for name, each in value.items():
        if type(name) is not str:
            raise NotCanonical(f"The name {name!r} is not text.")
        if not name.isascii():
            ascii_names = False
        # Most values are text: spare them the call.
        if type(each) is not str and not _check(each, depth + 1):
            ascii_names = False
    return ascii_names


def _check_array(value: list[object], depth: int) -> bool:
    ascii_names = True
    for each in value:
        ascii_names = _check(each, depth + 1) and ascii_names
    return ascii_names
