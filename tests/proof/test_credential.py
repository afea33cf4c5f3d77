"""Credentials: the W3C vector verifies, and what is outside the profile is refused."""

import json
from pathlib import Path

import pytest

from passport.proof import canonical, credential, integrity, keys
from passport.proof.errors import (
    BadCredential,
    BadDid,
    NotStrictJson,
    ProofError,
    UnknownKey,
)
from tests import simulator

KEY = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
BATTERY = simulator.cell_id(1)


def resolve(method: str) -> bytes:
    if method != KEY.name:
        raise UnknownKey(method)
    return KEY.public_key


def signed(**claims: object) -> bytes:
    return simulator.sign(KEY, simulator.origin_of(KEY, BATTERY, **claims))


@pytest.mark.oracle
def test_signs_as_the_vector_of_w3c_was_signed(crypto: Path):
    vectors = crypto / "vc-di-eddsa" / "TestVectors"
    wanted = json.loads((vectors / "eddsa-jcs-2022" / "signedJCS.json").read_text())
    pair = json.loads((vectors / "keyPair.json").read_text())
    secret = keys.private_from_seed(_private_seed(pair["privateKeyMultibase"]))
    options = integrity.Options(
        method=wanted["proof"]["verificationMethod"], created=wanted["proof"]["created"]
    )

    bare = {name: value for name, value in wanted.items() if name != "proof"}
    assert integrity.sign(bare, private_key=secret, options=options) == wanted


def _private_seed(text: str) -> bytes:
    from_base58 = integrity.b58_decode(text[1:], size=34)
    assert from_base58[:2] == b"\x80\x26"
    return from_base58[2:]


def test_a_credential_is_read_back():
    data = signed(ratedCapacity={"value": "4.85", "unit": "AHR"})
    read = credential.verify(data, resolve_key=resolve)

    assert (read.issuer, read.method, read.access) == (KEY.did, KEY.name, "public")
    assert (read.kind, read.subject_id) == (credential.ORIGIN, BATTERY)
    assert canonical.encode(read.document) == data


def _subject(**changes: object):
    return lambda doc: {**doc, "credentialSubject": {**doc["credentialSubject"], **changes}}


OUTSIDE = {
    "an unknown term": lambda doc: {**doc, "evidence": []},
    "no issuer": lambda doc: {name: doc[name] for name in doc if name != "issuer"},
    "an issuer that is an object": lambda doc: {**doc, "issuer": {"id": KEY.did}},
    "another issuer": lambda doc: {**doc, "issuer": simulator.PACKMAKER},
    "another context": lambda doc: {**doc, "@context": [credential.CONTEXTS[0]]},
    "a context that is an object": lambda doc: {**doc, "@context": [credential.CONTEXTS[0], {}]},
    "the contexts the other way": lambda doc: {**doc, "@context": credential.CONTEXTS[::-1]},
    "an unknown type": lambda doc: {**doc, "type": ["VerifiableCredential", "Praise"]},
    "a type that is text": lambda doc: {**doc, "type": "VerifiableCredential"},
    "a time of another zone": lambda doc: {**doc, "validFrom": "2026-03-01T08:00:00+01:00"},
    "an end that is no moment": lambda doc: {**doc, "validUntil": "tomorrow"},
    "an end on no day": lambda doc: {**doc, "validUntil": "2026-02-30T00:00:00Z"},
    "an end in digits of another script": lambda doc: {**doc, "validUntil": "٢٠٢٦-01-01T00:00:00Z"},
    "an id that is a number": lambda doc: {**doc, "id": 7},
    "no salt": _subject(salt=None),
    "a short salt": _subject(salt="AAAA"),
    "an unknown access set": _subject(accessSet="friends"),
    "an access set that is a list": _subject(accessSet=["public"]),
    "a name beyond ASCII": _subject(größe="1"),
    "a name beyond ASCII deep inside": _subject(materials=[{"größe": "1"}]),
    "a JSON-LD keyword": _subject(**{"@id": "x"}),
    "a subject that is a list": lambda doc: {**doc, "credentialSubject": []},
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_does_not_sign(case):
    document = OUTSIDE[case](simulator.origin_of(KEY, BATTERY))

    with pytest.raises((BadCredential, BadDid)):
        simulator.sign(KEY, document)


def _proof(**changes: object):
    return lambda doc: {**doc, "proof": {**doc["proof"], **changes}}


CHANGED = {
    "a changed claim": _subject(id="urn:other"),
    "another suite": _proof(cryptosuite="eddsa-rdfc-2022"),
    "another purpose": _proof(proofPurpose="authentication"),
    "another type of proof": _proof(type="Ed25519Signature2020"),
    "another time": _proof(created="2026-03-01T08:00:01Z"),
    "a time that is none": _proof(created="now"),
    "another context in the proof": _proof(**{"@context": credential.CONTEXTS[:1]}),
    "another key": _proof(verificationMethod=KEY.did + "#key-2"),
    "a method that is a number": _proof(verificationMethod=7),
    "another issuer's key": _proof(verificationMethod=simulator.PACKMAKER + "#key-1"),
    "an unknown term in the proof": _proof(nonce="x"),
    "a proof that is a list": lambda doc: {**doc, "proof": [doc["proof"]]},
    "no proof": lambda doc: {name: doc[name] for name in doc if name != "proof"},
    "a signature in base64": lambda doc: _proof(proofValue="u" + "A" * 86)(doc),
    "a signature that is a number": _proof(proofValue=7),
    "a short signature": _proof(proofValue="z111"),
    "a signature of zeroes": _proof(proofValue="z" + "1" * 64),
}


@pytest.mark.parametrize("case", CHANGED)
def test_refuses(case):
    document = CHANGED[case](canonical.loads(signed()))

    with pytest.raises(ProofError):
        credential.verify(canonical.encode(document), resolve_key=resolve)


def test_refuses_what_is_not_strict_json():
    data = signed()
    with pytest.raises(NotStrictJson):
        credential.verify(
            data.replace(b'{"@context"', b'{"type":1,"@context"', 1), resolve_key=resolve
        )
    with pytest.raises(NotStrictJson):
        credential.verify(data + b" " * credential.MAX_BYTES, resolve_key=resolve)
    with pytest.raises(BadCredential):
        credential.verify(b"[]", resolve_key=resolve)


def test_does_not_sign_twice():
    with pytest.raises(BadCredential, match="already"):
        simulator.sign(KEY, canonical.loads(signed()))


def test_floats_are_never_signed():
    with pytest.raises(ProofError):
        signed(mass=1.5)
