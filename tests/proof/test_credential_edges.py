"""At the edges of a credential: each term by itself, and names as RFC 8785 orders them."""

from dataclasses import FrozenInstanceError

import pytest

from passport.proof import canonical, credential, integrity
from passport.proof.errors import BadCredential
from tests import simulator
from tests.simulator import AT, CELLMAKER, PACKMAKER

KEY = simulator.key_of("issuer", CELLMAKER + "#key-1")


def verify(data: bytes) -> credential.Credential:
    return credential.verify(data, resolve_key=lambda method: KEY.public_key)


def signed(document: dict, *, method: str = KEY.name) -> bytes:
    """Signed whatever it says: the profile is not asked."""
    options = integrity.Options(method=method, created=AT)
    return canonical.encode(integrity.sign(document, private_key=KEY.private_key, options=options))


def origin(**terms: object) -> dict:
    return {**simulator.origin_of(KEY, simulator.cell_id(1)), **terms}


def test_a_credential_may_have_an_id_and_an_end():
    read = verify(signed(origin(id="urn:uuid:1", validUntil="2027-03-01T08:00:00Z")))

    assert read.document["id"] == "urn:uuid:1"
    assert read.access == "public"


@pytest.mark.parametrize("term", ["@context", "type", "issuer", "validFrom", "credentialSubject"])
def test_says_which_term_is_missing(term):
    document = origin()
    del document[term]
    with pytest.raises(BadCredential, match="is missing") as refused:
        credential.read(signed(document))
    assert refused.value.pointer == f"/{term}"


def test_says_which_term_is_unknown():
    with pytest.raises(BadCredential, match="'evidence' is unknown") as refused:
        credential.read(signed(origin(evidence=[], termsOfUse=[])))
    assert refused.value.pointer == "/evidence"


TYPES = {
    "nothing": [],
    "one type": ["VerifiableCredential"],
    "three types": ["VerifiableCredential", credential.ORIGIN, "Praise"],
    "a first type before it in the alphabet": ["Attestation", credential.ORIGIN],
    "a first type behind it in the alphabet": ["Wallet", credential.ORIGIN],
    "two letters": "VC",
    "a number": 7,
    "an object": {"0": "VerifiableCredential", "1": credential.ORIGIN},
    "the types the other way": [credential.ORIGIN, "VerifiableCredential"],
}


@pytest.mark.parametrize("case", TYPES)
def test_refuses_as_a_type(case):
    with pytest.raises(BadCredential, match="type must be VerifiableCredential and one of"):
        credential.read(signed(origin(type=TYPES[case])))


@pytest.mark.parametrize("other", ["did:web:aaa.example", PACKMAKER])
def test_the_method_is_of_the_issuer_whichever_comes_first_in_the_alphabet(other):
    with pytest.raises(BadCredential, match="does not belong to the issuer") as refused:
        verify(signed(origin(), method=other + "#key-1"))
    assert refused.value.pointer == "/proof/verificationMethod"


def test_names_beyond_ascii_are_ordered_as_rfc_8785_orders_them():
    # By UTF-16 the first stands before the second, by code points behind it.
    subject = {"\U00010000": "1", "\uffff": "2", "a": "ä"}
    document = origin(type=["VerifiableCredential", credential.RECORD], credentialSubject=subject)
    data = signed(document)

    assert data.index("\U00010000".encode()) < data.index("\uffff".encode())
    assert verify(data).subject == subject
    # The same words, written with escapes only: what was signed is the value, not the spelling.
    assert _escaped(data).isascii()
    assert verify(_escaped(data)).subject == subject


def _escaped(data: bytes) -> bytes:
    letters = []
    for letter in data.decode():
        units = letter.encode("utf-16-be") if not letter.isascii() else b""
        pairs = [units[at : at + 2].hex() for at in range(0, len(units), 2)]
        letters.append("".join(f"\\u{each}" for each in pairs) if pairs else letter)
    return "".join(letters).encode()


def test_what_was_read_does_not_change_any_more():
    read = verify(signed(origin()))
    with pytest.raises(FrozenInstanceError):
        read.issuer = PACKMAKER
