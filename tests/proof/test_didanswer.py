"""What a domain answers is kept to the byte, and vouches only for keys in force that it lists."""

import pytest

from passport.proof import canonical, did, didanswer, vouching
from passport.proof.didanswer import Answer
from passport.proof.errors import ProofError
from tests import simulator

KEY = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
URL = did.parse_did(KEY.did).document_url
SALT = bytes(range(16))


def document(**changes: object) -> dict[str, object]:
    return {**did.document(did=KEY.did, methods={KEY.name: KEY.multikey}), **changes}


def answer(body: bytes = b"{}", trouble: str = "") -> Answer:
    return Answer(did=KEY.did, url=URL, fetched_at=simulator.AT, body=body, trouble=trouble)


@pytest.mark.parametrize("body", [b"", b"\xff\x00 no json", bytes(didanswer.MAX_BYTES)])
def test_an_answer_survives_the_log_to_the_byte(body):
    told = answer(body, "is no JSON")

    assert didanswer.decode(data=didanswer.encode(answer=told, salt=SALT)) == told


def changed(**changes: object) -> bytes:
    value = canonical.loads(didanswer.encode(answer=answer(), salt=SALT))
    return canonical.encode({**value, **changes})


DAMAGED = {
    "another format": {"format": "batterypassport/did-document/v2"},
    "a term more": {"note": "x"},
    "a short salt": {"salt": "AA"},
    "a moment that is a number": {"fetchedAt": 7},
    "an answer that is not canonical base64": {"answer": "AB=="},
    "an answer that is too long": {
        "answer": canonical.b64_encode(bytes(didanswer.MAX_BYTES + 1))
    },
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED)
def test_another_form_is_refused(case):
    with pytest.raises(ProofError):
        didanswer.decode(data=changed(**DAMAGED[case]))


def test_a_list_is_no_answer():
    with pytest.raises(ProofError):
        didanswer.decode(data=b"[]")


NO_DOCUMENTS = {
    "another DID's": canonical.encode(document(id=simulator.PACKMAKER)),
    "a name twice": b'{"id":"did:web:cellmaker.example","id":"did:web:cellmaker.example"}',
    "a list": b"[]",
    "without an id": b"{}",
    "a page of a web server": b"<!doctype html>",
    "too long": b'{"id":"did:web:cellmaker.example","x":"' + bytes(didanswer.MAX_BYTES) + b'"}',
}


@pytest.mark.parametrize("case", NO_DOCUMENTS)
def test_what_is_no_document_of_the_did_is_refused(case):
    with pytest.raises(ProofError):
        didanswer.check(document=NO_DOCUMENTS[case], did=KEY.did)


def test_a_document_of_the_did_is_taken_with_terms_that_we_do_not_know():
    didanswer.check(document=canonical.encode(document(service=[])), did=KEY.did)


METHOD = {
    "id": KEY.name,
    "type": "Multikey",
    "controller": KEY.did,
    "publicKeyMultibase": KEY.multikey,
}
LISTED = {
    "as it is written here": (document(), True),
    "with a term more": (document(verificationMethod=[{**METHOD, "note": "x"}]), True),
    "not for assertions": (document(assertionMethod=[]), False),
    "for assertions that are no list": (document(assertionMethod=KEY.name), False),
    "no list of methods": (document(verificationMethod={KEY.name: METHOD}), False),
    "a method that is text": (document(verificationMethod=[KEY.name]), False),
    "revoked": (document(verificationMethod=[{**METHOD, "revoked": simulator.AT}]), False),
    "with an end": (document(verificationMethod=[{**METHOD, "expires": simulator.AT}]), False),
    "of another DID": (document(id=simulator.PACKMAKER), False),
    "under another's control": (
        document(verificationMethod=[{**METHOD, "controller": simulator.PACKMAKER}]),
        False,
    ),
    "no document": ([], False),
}


@pytest.mark.parametrize("case", LISTED)
def test_a_key_is_vouched_for_only_where_it_is_listed_in_force(case):
    value, listed = LISTED[case]
    said = vouching.lists(
        canonical.encode(value), name=KEY.did, method=KEY.name, public_key=KEY.public_key
    )

    assert said is listed
