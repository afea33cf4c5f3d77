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
    "base58 without end": lambda: b58_decode("z" * 10_000, size=34),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case):
    with pytest.raises(BadEncoding):
        REFUSED[case]()
