"""One signature over many items: each can be shown alone, none can be changed or added."""

import pytest

from passport.proof import batch, canonical, credential
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBatch, BadCredential, BadEncoding, ProofError
from tests import simulator

KEY = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
ITEMS = simulator.cell_items(11)


def made() -> tuple[batch.Batch, credential.Credential]:
    built, data = simulator.sign_batch(KEY, ITEMS)
    return built, credential.verify(data, resolve_key=lambda method: KEY.public_key)


def test_the_tree_is_rebuilt_from_all_items():
    built, signed = made()

    assert batch.verify_items(credential=signed, items=ITEMS).root == built.root
    assert batch.signed_tree(signed) == (11, built.root)


WRONG_ITEMS = {
    "one less": ITEMS[:-1],
    "one more": simulator.cell_items(12),
    "another order": ITEMS[::-1],
    "a changed one": [ITEMS[0].replace(b"3.000", b"3.999"), *ITEMS[1:]],
    "one twice": [*ITEMS[:-1], ITEMS[0]],
    "none": [],
    "another spelling": [ITEMS[0] + b" ", *ITEMS[1:]],
    "one without id": [b'{"salt":"AAAAAAAAAAAAAAAAAAAAAA"}'],
    "one without salt": [b'{"id":"a"}'],
    "one that is a list": [b"[]"],
    "one for an audience": [canonical.encode({**canonical.loads(ITEMS[0]), "accessSet": "public"})],
    "one with a term that nobody knows": [
        canonical.encode({**canonical.loads(ITEMS[0]), "ocV": "3.2"})
    ],
    "one with a float": [b'{"id":1.5}'],
    "one that overrides": [
        canonical.encode({**canonical.loads(ITEMS[0]), "chemistry": "NMC"}),
        *ITEMS[1:],
    ],
}


@pytest.mark.parametrize("case", WRONG_ITEMS)
def test_refuses_items(case):
    _, signed = made()

    with pytest.raises(BadBatch):
        batch.verify_items(credential=signed, items=WRONG_ITEMS[case])


def test_a_refused_item_is_named_by_its_place():
    with pytest.raises(BadBatch) as refused:
        batch.build([ITEMS[0], b'{"id":"a","salt":"AAAA"}'])

    assert refused.value.pointer == "/items/1/salt"


@pytest.mark.parametrize("index", [0, 7, 10])
def test_an_item_is_proven_alone(index):
    built, signed = made()
    claims = batch.verify_item(
        credential=signed, data=ITEMS[index], index=index, path=built.path(index)
    )

    assert claims["id"] == simulator.cell_id(index)
    assert claims["chemistry"] == "LFP"
    with pytest.raises(ProofError):
        batch.verify_item(
            credential=signed, data=ITEMS[index], index=index ^ 1, path=built.path(index)
        )


def test_a_single_item_is_a_batch():
    built, data = simulator.sign_batch(KEY, ITEMS[:1])
    signed = credential.read(data)

    assert built.path(0) == []
    batch.verify_item(credential=signed, data=ITEMS[0], index=0, path=[])


CLAIMS = {
    "another tree": {"treeAlgorithm": "RFC6962"},
    "no items": {"treeSize": 0},
    "true items": {"treeSize": True},
    "too many items": {"treeSize": batch.MAX_ITEMS + 1},
    "a common field that is text": {"common": "LFP"},
    "a root in hexadecimal": {"rootHash": "f1220" + "00" * 32},
    "a root of another hash": {"rootHash": "u" + b64u_encode(b"\x13\x20" + bytes(32))},
    "no root": {"rootHash": None},
    "another type": {"type": "Batch"},
    "items of no kind": {"itemType": "Battery"},
    "items that are batches": {"itemType": "AttestationBatch"},
    "an id for all items": {"common": {"id": "urn:a"}},
    "a salt of the log for all items": {"common": {"logSalt": "A" * 22}},
    "a common field that nobody knows": {"common": {"chemsitry": "LFP"}},
}


@pytest.mark.parametrize("case", CLAIMS)
def test_refuses_a_batch_that_claims(case):
    built, _ = made()
    header = batch.Header(
        issuer=KEY.did, valid_from=simulator.AT, salt=bytes(16), access="public", common={}
    )
    document = batch.document(batch=built, header=header)
    document["credentialSubject"].update(CLAIMS[case])
    with pytest.raises((BadBatch, BadEncoding, BadCredential)):
        batch.signed_tree(credential.read(simulator.sign(KEY, document)))


def test_an_origin_attestation_is_no_batch():
    signed = credential.read(simulator.sign(KEY, simulator.origin_of(KEY, "urn:a")))

    with pytest.raises(BadBatch):
        batch.signed_tree(signed)


def test_components_are_counted_and_their_order_does_not_matter():
    assert batch.component_root(["b", "a"]) == batch.component_root(["a", "b"])
    assert batch.component_root(["a"]) != batch.component_root(["b"])
    assert batch.component_root([])["count"] == 0


def test_a_batch_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(batch, "MAX_ITEMS", 10)
    with pytest.raises(BadBatch, match="at most 10 items"):
        batch.build(ITEMS)


def test_a_batch_for_an_unknown_audience_is_refused():
    header = batch.Header(
        issuer=KEY.did, valid_from=simulator.AT, salt=bytes(16), access="friends", common={}
    )
    with pytest.raises(BadBatch):
        batch.document(batch=batch.build(ITEMS), header=header)
