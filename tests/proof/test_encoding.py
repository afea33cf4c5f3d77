"""Base64 and base58 have one spelling each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.proof.encoding import (
    b58_decode,
    b58_encode,
    b64_decode,
    b64_encode,
    b64u_decode,
    b64u_encode,
    b64u_pattern,
)
from passport.proof.errors import BadEncoding


@given(st.binary(max_size=80))
def test_each_encoding_is_read_back(data):
    assert b64_decode(b64_encode(data)) == data
    assert b64u_decode(b64u_encode(data), size=len(data)) == data
    assert b58_decode(b58_encode(data), size=len(data)) == data


REFUSED = {
    "base64url with padding": lambda: b64u_decode("YQ=="),
    "base64url with stray bits": lambda: b64u_decode("YR"),
    "base64url of one letter": lambda: b64u_decode("A"),
    "base64url with a plus": lambda: b64u_decode("ab+/"),
    "base64url with a newline": lambda: b64u_decode("YWFh\n"),
    "base64url that is a number": lambda: b64u_decode(7),
    "base64url of another size": lambda: b64u_decode("YWFh", size=16),
    "base64 without padding": lambda: b64_decode("YQ"),
    "base64 with stray bits": lambda: b64_decode("YR=="),
    "base64 with white space": lambda: b64_decode("YW Fh"),
    "base64 beyond ASCII": lambda: b64_decode("YWéh"),
    "base64 that is nothing": lambda: b64_decode(None),
    "base58 with a zero": lambda: b58_decode("0OIl", size=3),
    "base58 of another size": lambda: b58_decode("2g", size=2),
    "base58 beyond ASCII": lambda: b58_decode("2é", size=2),
    "base58 with half a surrogate pair": lambda: b58_decode("2\ud800", size=2),
    "base58 with a byte that its table might keep": lambda: b58_decode("2\x05", size=2),
    "base58 without end": lambda: b58_decode("z" * 10_000, size=34),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case):
    with pytest.raises(BadEncoding):
        REFUSED[case]()


def test_a_letter_outside_base58_is_named():
    with pytest.raises(BadEncoding, match="'l'"):
        b58_decode("2gl", size=2)


DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@given(st.text(DIGITS, max_size=128))
def test_base58_is_the_number_that_its_digits_say(text):
    number = 0
    for letter in text:
        number = number * 58 + DIGITS.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    size = zeros + (number.bit_length() + 7) // 8
    data = b58_decode(text, size=size)
    assert (int.from_bytes(data), len(data)) == (number, size)


@given(st.integers(1, 33), st.text("AQgwBYZaz019-_", max_size=44))
def test_the_pattern_takes_what_the_reader_takes(size, text):
    try:
        b64u_decode(text, size=size)
    except BadEncoding:
        assert not b64u_pattern(size).match(text)
    else:
        assert b64u_pattern(size).match(text)


@given(st.binary(min_size=1, max_size=33))
def test_the_pattern_takes_every_value(data):
    assert b64u_pattern(len(data)).match(b64u_encode(data))
    assert not b64u_pattern(len(data) + 1).match(b64u_encode(data))
    assert not b64u_pattern(len(data)).match(b64u_encode(data) + "\n")
