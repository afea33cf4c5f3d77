"""The derived status list: one bit an entry, read back by code that shares nothing with it."""

import base64
import gzip
import json

import pytest

from passport.proof import canonical, integrity, statuslist
from passport.proof.errors import BadCredential, BadSignature
from tests.simulator import SERVICE, key_of

KEY = key_of("record", SERVICE + "#record-1")
URL = "https://passport.example/status/0"


def bits(encoded: str) -> str:
    """The list as a text of 0 and 1, as the recommendation reads it (§3.3)."""
    assert encoded[0] == "u"
    packed = base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))
    data = gzip.decompress(packed)
    return "".join(f"{byte:08b}" for byte in data)


def _signed(*marked: int, until: str = "2026-03-02T08:00:00Z") -> dict:
    return json.loads(
        statuslist.signed(
            url=URL,
            marked=marked,
            method=KEY.name,
            private_key=KEY.private_key,
            valid_from="2026-03-01T08:00:00Z",
            valid_until=until,
        )
    )


@pytest.mark.parametrize("marked", [(), (0,), (7, 8), (0, 1, 131_071), tuple(range(0, 131_072, 5))])
def test_exactly_the_marked_places_are_set(marked):
    found = bits(statuslist.encode(marked))
    assert len(found) == 131_072
    assert {place for place, bit in enumerate(found) if bit == "1"} == set(marked)


@pytest.mark.parametrize("place", [-1, 131_072])
def test_a_place_outside_the_list_is_refused(place):
    with pytest.raises(BadCredential, match="no place"):
        statuslist.encode([place])


def test_the_same_bits_are_the_same_bytes():
    assert statuslist.encode([5, 9]) == statuslist.encode([9, 5, 5])
    # RFC 1952: no flags, so no file name; four zero bytes of time.
    packed = base64.urlsafe_b64decode(statuslist.encode([])[1:] + "==")
    assert packed[:2] == b"\x1f\x8b"
    assert packed[3:8] == bytes(5)


def test_the_list_is_signed_and_says_what_it_is():
    document = _signed(3)
    integrity.verify(document, public_key=KEY.public_key)
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["issuer"] == SERVICE
    subject = document["credentialSubject"]
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert bits(subject["encodedList"]).index("1") == 3
    assert canonical.encode(document) == canonical.encode(_signed(3))


def test_a_bit_that_is_cleared_later_breaks_the_signature():
    document = _signed(3)
    document["credentialSubject"]["encodedList"] = statuslist.encode([])
    with pytest.raises(BadSignature):
        integrity.verify(document, public_key=KEY.public_key)


def test_a_moment_in_another_spelling_is_refused():
    with pytest.raises(BadCredential, match="moment"):
        _signed(until="tomorrow")


@pytest.mark.parametrize(
    ("index", "place"),
    [(0, (0, 0)), (131_071, (0, 131_071)), (131_072, (1, 0)), (300_000, (2, 37_856))],
)
def test_each_entry_of_the_log_has_its_place(index, place):
    assert statuslist.place_of(index) == place
    entry = statuslist.entry_of(url=URL, index=index)
    assert entry["statusListIndex"] == str(place[1])
    assert entry["id"] == f"{URL}#{place[1]}"
    assert entry["statusListCredential"] == URL
