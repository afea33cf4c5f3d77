"""Compressed links are read back: published ones, and any that a packer of the test's own makes."""

import contextlib
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as some

from passport.rules import identity
from passport.rules.errors import Refusal
from passport.rules.gs1 import build
from passport.rules.gs1_compressed import decompress, is_compressed
from passport.rules.gs1_content import check_digit
from passport.rules.gs1_values import NotADigitalLink
from passport.rules.identity_tables import CSET82

GS1 = "https://id.gs1.org"
# As GS1's own prototype of the compression packs these elements.
PUBLISHED = {
    "AN2yxDhfaiaw": "/00/998440410914660971",
    "AQnYUc1gmg": "/01/05412345000013",
    "AQnYUc1gmiCNV4JG": "/01/05412345000013/10/ABC123",
    "AQnYUc1gmiCNV4JGQhcNT6K6c": "/01/05412345000013/10/ABC123/21/72292641703",
    "AQnYUc1gmkax7ipGrOHDPC5YNI8hMz": "/01/05412345000013/235/8TFV883a904GH%263",
    "EEarwSOABgwEj9s0bAmQ": "/8006/054123450000130201/10/ABC123",
    "gBCVYNWjFkzaNWbdk5YQWjFHHkM2cAI0xdvpGo": "/8010/0541234537290A41%23GH33/8011/6639047221",
    "gBe1ajAd9ATDmAGXPRfk": "/8017/817019610850151481/8019/4003812",
    "AQnYUc1gmiERBhQ0ytiyZuAGOLc1TQ": "/01/05412345000013/10/ABC%26%2B123?7003=1903061658",
    # The same with parameters that are not GS1's packed behind.
    "AQnYUc1gmiERBhQ0ytiyZuAGOLc1TXhXsaXbQKHFuaprwUmrBX6g": (
        "/01/05412345000013/10/ABC%26%2B123?7003=1903061658"
    ),
    "DBFRq4pxGtYICe2m3H2mmo": "/01/09521234000013/21/BAT2024-001",
}


@pytest.mark.parametrize("packed", PUBLISHED)
def test_reads_what_was_published(packed: str) -> None:
    assert build(decompress(f"{GS1}/{packed}"), stem="") == PUBLISHED[packed]


def test_reads_what_is_packed_behind_a_key_in_the_open() -> None:
    text = f"https://a.example/p/01/05412345000013/{_packed(bits_of('21', 'A-1'))}"

    assert is_compressed(text)
    assert identity.parse(text).canonical == f"{GS1}/01/05412345000013/21/A-1"


def number(digits: str) -> str:
    width = ceil(len(digits) * log2(10) + 0.01)
    return f"{int(digits):0{width}b}"


def bits_of(ai: str, text: str) -> str:
    """One identifier with a text of at most 20 characters, packed as its characters allow."""
    head = "".join(f"{int(each):04b}" for each in ai)
    if text.isdecimal():
        return f"{head}000{len(text):05b}{number(text)}"
    return f"{head}100{len(text):05b}" + "".join(f"{ord(each):07b}" for each in text)


def _packed(bits: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    whole = bits + "0" * (-len(bits) % 6)
    return "".join(alphabet[int(whole[at : at + 6], 2)] for at in range(0, len(whole), 6))


BODIES = some.text("0123456789", min_size=13, max_size=13)
SERIALS = some.text(sorted(CSET82), min_size=1, max_size=20) | some.text(
    "0123456789", min_size=1, max_size=20
)


@given(body=BODIES, serial=SERIALS)
def test_every_serial_survives_with_its_leading_zeros(body: str, serial: str) -> None:
    gtin = body + check_digit(body)
    separate = "00000001" + number(gtin) + bits_of("21", serial)
    together = "00001100" + number(gtin) + bits_of("21", serial).removeprefix("00100001")

    for bits in (separate, together):
        found = identity.parse(f"{GS1}/{_packed(bits)}")
        assert (found.gtin, found.serial) == (gtin, serial)


@given(some.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1))
def test_any_packed_part_is_elements_or_a_refusal(packed: str) -> None:
    with contextlib.suppress(Refusal):
        found = decompress(f"{GS1}/{packed}")
        again = decompress(f"{GS1}/{packed}")
        assert found == again
        assert found.key[1]


BROKEN = {
    "cut off": "AQnYUc1g",
    "with a tail": "AQnYUc1gmh",
    "with an unknown identifier": "iQnYUc1gmg",
    "with letters where an identifier stands": "7QnYUc1gmg",
}


@pytest.mark.parametrize("packed", BROKEN.values(), ids=BROKEN)
def test_a_broken_part_is_refused(packed: str) -> None:
    with pytest.raises(NotADigitalLink) as caught:
        decompress(f"{GS1}/{packed}")
    assert caught.value.remedy


GTIN_BITS = "00000001" + number("09521234000013")
NO_PART = "it has no compressed part"
SAYS = {
    "no path": ("", NO_PART),
    "a sign that is not of base64url": ("/AQnYUc1g!", NO_PART),
    "another packing of text": (
        "/" + _packed(GTIN_BITS + "00100001" + "101" + "00001" + "0" * 12),
        "packed in a way that the standard does not have, before bit 71",
    ),
    "a number too long for its digits": (
        "/" + _packed("00000001" + "1" * 47),
        "longer than its 14 digits, before bit 55",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "says"), SAYS.values(), ids=SAYS)
def test_says_where_the_packed_part_is_wrong(path: str, says: str) -> None:
    with pytest.raises(NotADigitalLink) as caught:
        decompress(GS1 + path)
    assert (caught.value.code, caught.value.remedy) == ("not-a-digital-link", "scan the code again")
    assert says in caught.value.detail


def test_a_link_on_what_is_no_host_is_not_unpacked() -> None:
    packed = _packed(GTIN_BITS + bits_of("21", "A-1"))

    assert decompress(f"{GS1}/{packed}").get("21") == "A-1"
    with pytest.raises(NotADigitalLink, match=NO_PART):
        decompress(f"https://a b/{packed}")


def test_a_path_on_gs1s_own_host_is_unpacked() -> None:
    packed = _packed(GTIN_BITS + bits_of("21", "A-1"))

    assert is_compressed(f"{GS1}/{packed}")
    assert identity.parse(f"{GS1}/{packed}").canonical == f"{GS1}/01/09521234000013/21/A-1"


def test_a_short_path_on_a_makers_domain_is_never_unpacked() -> None:
    own = "https://maker.example/DBFRq4pxGtYICe2m3H2mmo"

    assert not is_compressed(own)
    assert identity.parse(own).canonical == own
    assert not is_compressed(f"{GS1}/01/09521234000013/21/ABCDEF")
    assert not is_compressed(f"{GS1}/01/09521234000013/21/ABCDEF?x=/01/0/AAAA")
