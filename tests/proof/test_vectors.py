"""Every vector of others is judged, and counted: a folder that is empty or shrank fails.

What our own code adds to the vectors' words is written beside each number.
"""

import base64
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from passport.proof import canonical, integrity, keyevent, keyfile, keys, tree
from passport.proof.encoding import b58_encode
from passport.proof.errors import BadKey, BadSignature, NotCanonical, ProofError

pytestmark = pytest.mark.oracle

NOW = "2026-03-01T08:00:00Z"


def accepts(check: Callable[[], object]) -> bool:
    try:
        check()
    except ProofError:
        return False
    return True


def vectors(folder: Path) -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted(folder.rglob("*.json"))]


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def _hashes(texts: list[str] | None) -> list[bytes]:
    return [_bytes(each) for each in texts or []]


# --- Merkle trees: 98 + 98, and 306 of 322 about subtrees -----------------------------------------


def _is_included(vector: dict, start: int, end: int) -> bool:
    # A subtree is a tree of its own when it is the left part of a complete one.
    complete = 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0
    return complete and accepts(
        lambda: tree.verify_inclusion(
            leaf=_bytes(vector["leafHash"]),
            index=vector["leafIdx"] - start,
            size=end - start,
            path=_hashes(vector["proof"]),
            root=_bytes(vector["root"]),
        )
    )


def _is_consistent(vector: dict, old: str, new: str) -> bool:
    return accepts(
        lambda: tree.verify_consistency(
            old=vector[old],
            new=vector[new],
            old_root=_bytes(vector["root1"]),
            new_root=_bytes(vector["root2"]),
            path=_hashes(vector["proof"]),
        )
    )


MERKLE = {
    "inclusion": (98, lambda each: _is_included(each, 0, each["treeSize"])),
    "subtreeinclusion": (204, lambda each: _is_included(each, each["start"], each["end"])),
    "consistency": (98, lambda each: _is_consistent(each, "size1", "size2")),
}


@pytest.mark.parametrize("kind", MERKLE)
def test_trees_agree_with_transparency_dev(crypto: Path, kind: str):
    number, judge = MERKLE[kind]
    found = vectors(crypto / "merkle" / "testdata" / kind)

    assert [each["desc"] for each in found if judge(each) == each["wantErr"]] == []
    assert len(found) == number


def test_subtrees_from_the_first_leaf_agree_with_transparency_dev(crypto: Path):
    found = vectors(crypto / "merkle" / "testdata" / "subtreeconsistency")
    # A subtree that begins elsewhere is in no proof of ours: nothing here verifies it.
    ours = [each for each in found if each["start"] == 0]
    differ = [each for each in ours if _is_consistent(each, "end", "size") == each["wantErr"]]

    assert (len(found), len(ours)) == (118, 102)
    # We are stricter: an empty tree has one root, and this one claims twelve other bytes.
    assert [(each["size"], each["root2"]) for each in differ] == [(0, "ZG9uJ3QgY2FyZSAx")]


# --- Ed25519: 914 edge cases, 151 of Wycheproof --------------------------------------------------

UNFIT = {"low_order_A", "non_canonical_A"}
# Fit to check signatures that are there already, but not to come in.
MIXED = {"low_order_component_A"}


def _edge_cases(crypto: Path) -> list[tuple[bytes, bytes, bytes, set[str]]]:
    found = json.loads((crypto / "ed25519" / "ed25519vectors.json").read_text())
    assert len(found) == 914
    return [
        (
            bytes.fromhex(each["key"]),
            bytes.fromhex(each["sig"]),
            each["msg"].encode(),
            set(each["flags"] or ()),
        )
        for each in found
    ]


def test_914_of_914_keys_are_judged_right_at_enrolment(crypto: Path):
    judged = Counter()
    for public_key, _, _, flags in _edge_cases(crypto):
        with pytest.raises((BadKey, BadSignature)) as refused:
            keyevent.read(_enrolment(public_key))
        # A good key gets as far as its signature, which nobody could make here.
        judged[(bool(flags & (UNFIT | MIXED)), type(refused.value))] += 1

    assert judged == {(True, BadKey): 886, (False, BadSignature): 28}


def _enrolment(public_key: bytes) -> bytes:
    own = keyfile.make(purpose="issuer", name="did:web:maker.example#key-1", seed=bytes(32))
    event = canonical.loads(keyevent.enrol(key=own, challenge="nonce", created=NOW))
    event["credentialSubject"]["publicKeyMultibase"] = keys.multikey_encode(public_key)
    return canonical.encode(event)


def test_914_of_914_signatures_are_judged_right(crypto: Path):
    judged = Counter()
    for public_key, signature, message, flags in _edge_cases(crypto):
        ours = accepts(lambda k=public_key, m=message, s=signature: keys.verify(k, m, s))
        judged[(_openssl_accepts(public_key, message, signature), bool(flags & UNFIT), ours)] += 1

    # OpenSSL accepts 208; of those 122 are under keys that fit any message, and are refused here.
    assert judged[(True, False, True)] == 86
    assert judged[(True, True, False)] == 122
    assert judged[(False, True, False)] + judged[(False, False, False)] == 706


def _openssl_accepts(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except Exception:  # whatever it says, it did not accept
        return False
    return True


def test_a_key_whose_signature_fits_everything_does_not_prove_possession():
    # Under the neutral point any message is signed by R = S·B; here S = 1.
    neutral, base = (1).to_bytes(32, "little"), bytes([0x58]) + bytes([0x66]) * 31
    universal = base + (1).to_bytes(32, "little")
    assert _openssl_accepts(neutral, b"whatever is asked", universal)

    event = canonical.loads(_enrolment(neutral))
    event["proof"]["proofValue"] = "z" + b58_encode(universal)
    with pytest.raises(BadKey, match="low order"):
        keyevent.read(canonical.encode(event))


def test_151_of_151_signatures_of_wycheproof_are_judged_right(crypto: Path):
    told = json.loads((crypto / "ed25519" / "wycheproof_ed25519_test.json").read_text())
    wrong, number = [], 0
    for group in told["testGroups"]:
        key = bytes.fromhex(group["publicKey"]["pk"])
        keys.check_public_key(key)
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            good = accepts(lambda k=key, m=message, s=signature: keys.verify(k, m, s))
            wrong += [test["tcId"]] if good != (test["result"] == "valid") else []
            number += 1

    assert wrong == []
    assert number == told["numberOfTests"] == 151


# --- RFC 8785: six documents ----------------------------------------------------------------------


def test_6_of_6_documents_of_rfc_8785_are_written_right(crypto: Path):
    given = crypto / "rfc8785" / "testdata"
    floats, names = set(), sorted(path.stem for path in (given / "input").iterdir())
    for name in names:
        value = json.loads((given / "input" / f"{name}.json").read_text())
        wanted = bytes.fromhex((given / "outhex" / f"{name}.txt").read_text())
        assert wanted == (given / "output" / f"{name}.json").read_bytes().strip()
        assert rfc8785.dumps(value) == wanted
        try:
            assert canonical.encode(value) == wanted
        except NotCanonical:
            floats.add(name)

    assert names == ["arrays", "french", "structures", "unicode", "values", "weird"]
    # Our profile has no floats: it refuses these two, and never writes them otherwise.
    assert floats == {"structures", "values"}


# --- W3C vc-di-eddsa, the suite eddsa-jcs-2022: nine files ---------------------------------------


def test_9_of_9_files_of_vc_di_eddsa_jcs_agree(crypto: Path):
    folder = crypto / "vc-di-eddsa" / "TestVectors"
    told = {path.stem: path.read_text().strip() for path in (folder / "eddsa-jcs-2022").iterdir()}
    signed, config = json.loads(told["signedJCS"]), json.loads(told["proofConfigJCS"])
    pair = json.loads((folder / "keyPair.json").read_text())
    bare = {name: value for name, value in signed.items() if name != "proof"}
    hashed = integrity.hash_data(bare, config)

    assert len(told) == 9
    assert json.loads((folder / "unsigned.json").read_text()) == bare
    assert canonical.encode(bare).decode() == told["canonDocJCS"]
    assert canonical.encode(config).decode() == told["proofCanonJCS"]
    assert (hashed[:32].hex(), hashed[32:].hex()) == (told["proofHashJCS"], told["docHashJCS"])
    assert hashed.hex() == told["combinedHashJCS"]
    assert "z" + b58_encode(bytes.fromhex(told["sigHexJCS"])) == told["sigBTC58JCS"]
    assert signed["proof"] == {**config, "proofValue": told["sigBTC58JCS"]}
    public_key = keys.multikey_decode(pair["publicKeyMultibase"])
    integrity.verify(signed, public_key=public_key)
    with pytest.raises(BadSignature):
        integrity.verify({**signed, "name": "another"}, public_key=public_key)
