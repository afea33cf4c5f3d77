"""A domain's answer to a challenge: who signed it is checked, and nothing else is read as one."""

import hashlib
from dataclasses import replace

import pytest

from passport.proof import canonical, naming_right
from passport.proof.encoding import b64_encode, b64u_encode
from passport.proof.errors import BadCredential, BadDid, BadSignature, NotStrictJson
from passport.proof.naming_right import Decision
from tests import simulator

KEY = simulator.key_of("issuer", "did:web:maker.example#key-1")
OTHER = simulator.key_of("issuer", "did:web:second-maker.example#key-1")
CREATED = "2026-03-02T10:00:00Z"
CHALLENGE = "5f" * 20
DOCUMENT_FORMAT = "batterypassport/domain-challenge/v1"


def answer(key=KEY) -> bytes:
    return naming_right.sign(key=key, domain="maker.example", challenge=CHALLENGE, created=CREATED)


def changed(**terms: object) -> bytes:
    """The answer with other terms; None leaves one out."""
    value = {**canonical.loads(answer()), **terms}
    return canonical.encode({name: each for name, each in value.items() if each is not None})


def proof(**terms: object) -> bytes:
    return changed(proof={**canonical.loads(answer())["proof"], **terms})


def test_a_domain_serves_its_challenge_at_one_address():
    told = naming_right.url_of(domain="maker.example")
    assert told == "https://maker.example/.well-known/battery-passport.json"


def test_what_was_signed_is_read_and_holds_under_its_key():
    signed = naming_right.read(answer())
    assert (signed.domain, signed.challenge) == ("maker.example", CHALLENGE)
    assert signed.method == "did:web:maker.example#key-1"
    assert signed.document["format"] == DOCUMENT_FORMAT
    assert signed.document["proof"]["created"] == CREATED
    assert set(signed.document) == {"format", "domain", "challenge", "proof"}
    naming_right.check(signed=signed, public_key=KEY.public_key)


NO_ANSWERS = {
    "no JSON": (b"<html>", NotStrictJson, "", ""),
    "longer than an answer is": (b" " * 16_385, NotStrictJson, "", "16384"),
    "a list": (b"[]", BadCredential, "", "no signed challenge"),
    "a term too few": (changed(challenge=None), BadCredential, "", "no signed challenge"),
    "a term too many": (changed(party="x"), BadCredential, "", "no signed challenge"),
    "no proof": (changed(proof=None), BadCredential, "", "format, domain, challenge and proof"),
    "another format": (
        changed(format="batterypassport/domain-challenge/v2"),
        BadCredential, "/format", DOCUMENT_FORMAT,
    ),
    "a format that is no text": (changed(format=1), BadCredential, "/format", DOCUMENT_FORMAT),
    "an empty proof": (changed(proof={}), BadCredential, "/proof", "one proof"),
    "another suite": (
        proof(cryptosuite="eddsa-rdfc-2022"), BadCredential, "/proof", "eddsa-jcs-2022",
    ),
    "another purpose": (
        proof(proofPurpose="authentication"),
        BadCredential, "/proof/proofPurpose", "assertionMethod",
    ),
    "no moment": (proof(created="yesterday"), BadCredential, "/proof/created", "moment in UTC"),
    "a method without a name": (
        proof(verificationMethod="did:web:maker.example"), BadDid, "", "verification method",
    ),
    "a method of another kind of DID": (
        proof(verificationMethod="did:key:z6Mk#a"), BadDid, "", "did:web",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_ANSWERS)
def test_what_is_no_answer_is_refused(what):
    data, refusal, pointer, told = NO_ANSWERS[what]
    with pytest.raises(refusal) as refused:
        naming_right.read(data)
    assert type(refused.value) is refusal
    assert refused.value.pointer == pointer
    assert told in refused.value.detail


FORGED = {
    "another domain": changed(domain="maker.example.net"),
    "another challenge": changed(challenge="00" * 20),
    "a later day": proof(created="2026-03-03T10:00:00Z"),
    "another method": proof(verificationMethod="did:web:maker.example#key-2"),
    "a key of another, under the maker's name": answer(replace(KEY, private_key=OTHER.private_key)),
    "a signature of something else": proof(
        proofValue=canonical.loads(answer(OTHER))["proof"]["proofValue"]
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_what_the_key_did_not_sign_is_read_but_does_not_hold(what):
    signed = naming_right.read(FORGED[what])
    with pytest.raises(BadSignature) as refused:
        naming_right.check(signed=signed, public_key=KEY.public_key)
    assert refused.value.code == "bad-signature"


def test_the_key_of_another_does_not_hold():
    signed = naming_right.read(answer())
    with pytest.raises(BadSignature):
        naming_right.check(signed=signed, public_key=OTHER.public_key)


def test_a_signature_in_another_base_is_refused():
    signed = naming_right.read(proof(proofValue="u" + "A" * 86))
    with pytest.raises(BadCredential, match="base58btc") as refused:
        naming_right.check(signed=signed, public_key=KEY.public_key)
    assert refused.value.pointer == "/proof/proofValue"


SALT = bytes(range(16))
CLAIM = Decision(
    kind="DOMAIN", value="maker.example", party="p-1", state="PROVEN", basis="DOMAIN", at=CREATED
)
PAPER = hashlib.sha256(b"a paper").digest()
DECIDED = {
    "by a domain": (
        replace(CLAIM, url="https://maker.example/x", answer=answer()),
        {"url": "https://maker.example/x", "answer": b64_encode(answer())},
    ),
    "by a person who saw a paper": (
        replace(CLAIM, basis="PAPER", by="clerk", reason="seen", document=PAPER),
        {"basis": "PAPER", "by": "clerk", "reason": "seen", "document": PAPER.hex()},
    ),
    "without either": (replace(CLAIM, state="REFUSED"), {"state": "REFUSED"}),
}


@pytest.mark.parametrize("how", DECIDED)
def test_a_decision_is_logged_with_all_that_it_stands_on(how):
    decision, differs = DECIDED[how]
    plain = {
        "format": "batterypassport/naming-decision/v1", "kind": "DOMAIN", "value": "maker.example",
        "party": "p-1", "state": "PROVEN", "basis": "DOMAIN", "at": CREATED, "by": "",
        "reason": "", "url": "", "answer": "", "document": "", "salt": b64u_encode(SALT),
    }  # fmt: skip
    data = naming_right.encode(decision=decision, salt=SALT)
    assert canonical.loads(data) == {**plain, **differs}
    assert data == canonical.encode(canonical.loads(data))
    assert data != naming_right.encode(decision=decision, salt=bytes(16))
