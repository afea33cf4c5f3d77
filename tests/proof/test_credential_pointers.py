"""A refused credential says where: each term of the envelope and of the proof by itself."""

import hashlib
from dataclasses import FrozenInstanceError

import pytest

from passport.proof import canonical, credential, integrity, kinds
from passport.proof.errors import BadCredential, BadDid, BadSignature, ProofError
from tests import simulator
from tests.simulator import AT, CELLMAKER, PACKMAKER

KEY = simulator.key_of("issuer", CELLMAKER + "#key-1")
OPTIONS = integrity.Options(method=KEY.name, created=AT)


def origin(**terms: object) -> dict:
    return {**simulator.origin_of(KEY, simulator.cell_id(1)), **terms}


def signed(**terms: object) -> dict:
    """Signed whatever it says: the profile is not asked."""
    return integrity.sign(origin(**terms), private_key=KEY.private_key, options=OPTIONS)


def proven(**terms: object) -> dict:
    whole = signed()
    return {**whole, "proof": {**whole["proof"], **terms}}


def without(value: dict, name: str) -> dict:
    return {each: value[each] for each in value if each != name}


def verify(document: dict) -> credential.Credential:
    return credential.verify(canonical.encode(document), resolve_key=lambda _: KEY.public_key)


CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://batterypassport.example/ns/v1"]
ENVELOPE: dict[str, tuple[str, str, dict]] = {
    "an id that is a number": ("/id", "is not text", signed(id=7)),
    "no context": ("/@context", "must be exactly", signed(**{"@context": []})),
    "contexts the other way": (
        "/@context", "must be exactly", signed(**{"@context": CONTEXTS[::-1]})
    ),
    "a first moment that is none": ("/validFrom", "not a moment", signed(validFrom="now")),
    "a first moment that is a number": ("/validFrom", "not a moment", signed(validFrom=7)),
    "an end that is none": ("/validUntil", "not a moment", signed(validUntil="now")),
    "a type of nobody": ("/type", "must be", signed(type=["VerifiableCredential", "Praise"])),
    "a type before all others": ("/type", "must be", signed(type=["VerifiableCredential", "A"])),
    "a type behind all others": ("/type", "must be", signed(type=["VerifiableCredential", "Z"])),
    "a type that is nothing": ("/type", "must be", signed(type=["VerifiableCredential", ""])),
    "a subject that is text": (
        "/credentialSubject", "is not an object", signed(credentialSubject="x")
    ),
    "a term of nobody": ("/zzz", "'zzz' is unknown", signed(zzz=1)),
    "terms of nobody, the first of them": ("/aaa", "'aaa' is unknown", signed(aaa=1, zzz=1)),
}  # fmt: skip
ENVELOPE["neither an issuer nor a moment, the first of them"] = (
    "/issuer", "'issuer' is missing", without(without(signed(), "validFrom"), "issuer")
)  # fmt: skip
PROOF: dict[str, tuple[str, str, dict]] = {
    "no proof": ("/proof", "'proof' is missing", without(signed(), "proof")),
    "a proof that is text": ("/proof", "exactly its terms", {**signed(), "proof": "x"}),
    "a proof that is a list": ("/proof", "exactly its terms", {**signed(), "proof": []}),
    "a term more": ("/proof", "exactly its terms", proven(nonce="x")),
    **{
        f"no {term}": (
            "/proof",
            "exactly its terms",
            {**signed(), "proof": without(signed()["proof"], term)},
        )
        for term in signed()["proof"]
        if term != "@context"
    },
    "no context": (
        "/proof/@context",
        "another @context",
        {**signed(), "proof": without(signed()["proof"], "@context")},
    ),
    "an empty context": ("/proof/@context", "another @context", proven(**{"@context": []})),
    "a longer context": (
        "/proof/@context",
        "another @context",
        proven(**{"@context": [*CONTEXTS, "z"]}),
    ),
    "a type before it": ("/proof", "must be a DataIntegrityProof", proven(type="A")),
    "a type behind it": ("/proof", "must be a DataIntegrityProof", proven(type="Z")),
    "a suite before it": ("/proof", "DataIntegrityProof of eddsa-jcs", proven(cryptosuite="a")),
    "a suite behind it": ("/proof", "DataIntegrityProof of eddsa-jcs", proven(cryptosuite="z")),
    "a purpose before it": ("/proof/proofPurpose", "assertionMethod", proven(proofPurpose="a")),
    "a purpose behind it": ("/proof/proofPurpose", "assertionMethod", proven(proofPurpose="z")),
    "a time that is none": ("/proof/created", "not a moment", proven(created="now")),
    "a time that is a number": ("/proof/created", "not a moment", proven(created=7)),
    "a method that is a number": (
        "/proof/verificationMethod", "not text", proven(verificationMethod=7)
    ),
    "a method of somebody else": (
        "/proof/verificationMethod",
        "does not belong",
        proven(verificationMethod=PACKMAKER + "#key-1"),
    ),
    "a signature that is a number": ("/proof/proofValue", "not base58btc", proven(proofValue=7)),
    "a signature that is empty": ("/proof/proofValue", "not base58btc", proven(proofValue="")),
    "a signature that ends with z": (
        "/proof/proofValue", "not base58btc", proven(proofValue="u11z")
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("pointer", "words", "document"),
    [*ENVELOPE.values(), *PROOF.values()],
    ids=[*ENVELOPE, *(f"a proof with {each}" for each in PROOF)],
)
def test_refuses(pointer, words, document):
    with pytest.raises(BadCredential, match=words) as refused:
        verify(document)
    assert refused.value.pointer == pointer


SIGNATURES = {"too short": "z111", "too long": "z" + "2" * 90, "no digit of base 58": "z0"}


@pytest.mark.parametrize("case", SIGNATURES)
def test_a_signature_that_does_not_decode_is_a_bad_one(case):
    with pytest.raises(BadSignature) as refused:
        verify(proven(proofValue=SIGNATURES[case]))
    assert refused.value.pointer == "/proof/proofValue"


def test_a_signature_of_somebody_else_does_not_verify():
    other = simulator.key_of("issuer", PACKMAKER + "#key-1")
    for check in (
        lambda: credential.verify(
            canonical.encode(signed()), resolve_key=lambda _: other.public_key
        ),
        lambda: integrity.verify(signed(), public_key=other.public_key),
    ):
        with pytest.raises(BadSignature, match="does not verify"):
            check()


def test_the_options_are_read_before_the_signature():
    with pytest.raises(BadCredential, match="not a moment"):
        integrity.verify(proven(created="now"), public_key=KEY.public_key)


def test_what_has_a_proof_is_not_signed_again():
    with pytest.raises(BadCredential, match="already") as refused:
        integrity.sign(signed(), private_key=KEY.private_key, options=OPTIONS)
    assert refused.value.pointer == "/proof"


def test_what_could_not_be_read_is_not_signed():
    with pytest.raises(ProofError, match="is missing"):
        credential.sign(
            without(origin(), "issuer"), private_key=KEY.private_key, method=KEY.name, created=AT
        )


@pytest.mark.parametrize("data", [b"[]", b'"x"', b"7", b"null", b"true"])
def test_a_credential_is_an_object(data):
    with pytest.raises(BadCredential, match="is a JSON object"):
        credential.read(data)


def test_an_issuer_is_text():
    with pytest.raises(BadDid, match="not a did:web name"):
        verify(signed(issuer={"id": KEY.did}))


def test_the_options_of_a_proof_do_not_change():
    with pytest.raises(FrozenInstanceError):
        OPTIONS.created = "now"


def test_what_was_read_is_what_was_signed():
    data = canonical.encode(signed())
    read = credential.verify(data, resolve_key=lambda _: KEY.public_key)

    assert (read.created, read.valid_from, read.data) == (AT, AT, data)
    assert (read.sha256, read.kind) == (hashlib.sha256(data).digest(), kinds.ORIGIN)
    assert read.document == canonical.loads(data)
    assert read.document["@context"] == read.document["proof"]["@context"] == CONTEXTS
    assert read.subject == read.document["credentialSubject"]


MOMENTS = {
    "2026-03-01T08:00:00Z": True,
    "2026-03-01T23:59:59.123456Z": True,
    "2024-02-29T00:00:00.1Z": True,
    "2026-02-29T00:00:00Z": False,
    "2026-03-01T24:00:00Z": False,
    "2026-03-01T08:60:00Z": False,
    "2026-03-01T08:00:60Z": False,
    "2026-03-01T08:00:00.1234567Z": False,
    "2026-03-01T08:00:00.Z": False,
    "2026-03-01T08:00:00": False,
    "2026-03-01t08:00:00Z": False,
    "2026-03-01T08:00:00Z\n": False,
    " 2026-03-01T08:00:00Z": False,
    "0000-03-01T08:00:00Z": False,
}


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_is_in_utc_and_in_the_calendar(text):
    assert integrity.is_moment(text) is MOMENTS[text]
    assert integrity.is_moment(text.encode()) is False
