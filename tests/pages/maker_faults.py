"""One bundle for each fault of a maker that chance would seldom hit: keys, names, claims, items."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from passport.proof import batch, bundle, canonical, tree
from passport.proof.bundle import RecordKey
from passport.proof.contents import Contents, ItemGroup
from passport.proof.encoding import b58_encode, b64u_encode
from passport.proof.kinds import FEOC, MATERIAL
from tests import simulator
from tests.pages import resealed
from tests.pages.mutants import Case, Value
from tests.simulator import AT, CELLMAKER, PACK, KeyFile, Simulator, cell_id, key_of, salt

KEY, NEXT, THIRD = (key_of("issuer", f"{CELLMAKER}#key-{each}") for each in (1, 2, 3))
LOT = "https://lots.example/cobalt/17"
CHANGE = dict[str, Any]
LOW_ORDER = bytes(32), (1).to_bytes(32, "little"), (2**255 - 20).to_bytes(32, "little")
ODD = b"\xff" * 32, (2**255 - 18).to_bytes(32, "little"), (1 + 2**255).to_bytes(32, "little")


def multikey(data: bytes, codec: bytes = b"\xed\x01") -> str:
    return "z" + b58_encode(codec + data)


def told(world: Simulator, **parts: Any) -> Case:
    """All of a log, and a bundle about the pack in it."""
    documents = [each for each in world.documents.values() if each]
    contents = Contents(
        batteries={PACK: len(world.chains.get(PACK, ())) - 1},
        checkpoint=world.signed_head(),
        salts={each: salt(each) for each in world.chains if each is not None},
        documents=documents,
        **world.shown(),  # type: ignore[arg-type]
    )
    key = RecordKey(method=world.record.name, signer=world.record.private_key)
    data = bundle.assemble(contents=replace(contents, **parts), key=key, at=AT)
    return Case("a pointed case", data, world.policy_text(KEY))


def signed(key: KeyFile, document: Value) -> bytes:
    return canonical.encode(resealed.sign_as(key, document, AT))


# --- key events ---


def key_event(subject: CHANGE, by: KeyFile = KEY, **envelope: Any) -> Case:
    """A key event that says this, after one key came in."""
    world = Simulator()
    world.enrol(KEY)
    document = simulator.origin_of(by, PACK)
    document |= {"type": ["VerifiableCredential", "KeyEvent"], "credentialSubject": subject}
    data = canonical.encode({**resealed.sign_as(by, document, AT), **envelope})
    world.enter("key", data, by.name, [CELLMAKER])
    return told(world)


def key_events() -> Iterator[Case]:
    new = {"did": CELLMAKER, "method": NEXT.name, "challenge": "n"}
    add = {**new, "op": "add", "publicKeyMultibase": NEXT.multikey}
    revoke = {**new, "op": "revoke", "method": KEY.name, "reason": "superseded"}
    rotate = {**add, "op": "rotate", "replaces": KEY.name}
    proof = b64u_encode(NEXT.private_key.sign(canonical.encode(rotate)))
    bad = [multikey(each) for each in (*LOW_ORDER, *ODD)]
    bad += [multikey(bytes(32), b"\x12\x00"), multikey(bytes(31)), "x" + NEXT.multikey[1:], "z0OIl"]
    bad += ["z" + "1" * 200, "z" + "\U0001f511" * 34, multikey(NEXT.public_key, b"\xed\x02")]
    yield from (key_event({**add, "publicKeyMultibase": each}, NEXT) for each in bad)
    yield from (key_event({**revoke, "suspectFromIndex": each}) for each in (-1, "1", True, None))
    yield from (key_event({**revoke, "reason": each}) for each in ("bored", "", "x" * 257))
    yield from (key_event({**add, "custody": each}, NEXT) for each in ("mine", None, "hosted"))
    yield from (key_event({**rotate, "possession": each}) for each in (proof, "A" * 86, "A", 7))
    yield key_event({**rotate, "possession": proof, "replaces": NEXT.name})
    yield key_event({**rotate, "possession": proof, "method": KEY.name})
    yield key_event({**add, "did": "did:web:other.example"}, NEXT)
    yield key_event({**add, "method": "did:web:other.example#key-1"}, NEXT)
    yield key_event({**add, "method": KEY.name}, KEY)
    yield key_event({**add, "method": THIRD.name, "publicKeyMultibase": KEY.multikey}, KEY)
    yield key_event({**revoke, "method": THIRD.name})
    yield key_event({**revoke, "op": ["revoke"]})
    yield key_event({**revoke, "op": "praise"})
    yield key_event(add, NEXT, type=["VerifiableCredential", "BatteryOriginAttestation"])


# --- names and claims ---


def claim(kind: str = "attestation", data: bytes | None = None, **changes: Any) -> Case:
    """A maker's origin of the pack with something else in it, or bytes that are none."""
    world = Simulator()
    world.enrol(KEY)
    document = {**simulator.origin_of(KEY, PACK), **changes}
    made = signed(KEY, document) if data is None else data
    world.enter(kind, made, KEY.name, [PACK])
    return told(world)


def claims() -> Iterator[Case]:
    subject: Value = simulator.origin_of(KEY, PACK)["credentialSubject"]
    names: tuple[Value, ...] = (
        "did:web:UPPER.example", "did:web:a..example", "did:web:a.example:..", "did:web:a:b c",
        "did:web:" + "a" * 300, "did:key:z6Mk", "did:web:a.example%3A0", 7, None,
        "did:web:a.example%3A65536", "did:web:\U0001f600.example",
    )  # fmt: skip
    yield from (claim(issuer=each) for each in names)
    yield from (claim(data=each) for each in (b"[]", b"7", b"{}", b'{"a":1,"a":2}', b"\xff", b"["))
    yield from (claim(data=b"[" * each + b"]" * each) for each in (32, 33, 5000))
    yield from (claim(data=each) for each in (b" " * 262_145, b'"\\ud800"', b'"\\u0000"', b"1.5"))
    yield from (claim(id=each) for each in (7, None, "urn:uuid:1"))
    yield from (claim(credentialSubject=each) for each in ([], None, {}, {**subject, "salt": "A"}))
    yield claim(kind="correction")
    yield claim(kind="batch")
    proof: Value = resealed.sign_as(KEY, simulator.origin_of(KEY, PACK), AT)
    changes: tuple[CHANGE, ...] = (
        {"type": "Proof"}, {"proofPurpose": "authentication"}, {"verificationMethod": 7},
        {"verificationMethod": CELLMAKER}, {"verificationMethod": CELLMAKER + "#a b"},
        {"verificationMethod": CELLMAKER + "#a#b"}, {"proofValue": "x"}, {"proofValue": 7},
        {"created": "now"}, {"proofValue": "z" + "1" * 200}, {"nonce": "x"}, {"@context": []},
    )  # fmt: skip
    for each in changes:
        data = canonical.encode({**proof, "proof": {**proof["proof"], **each}})
        yield claim(data=data)


# --- batches ---


def items_case(items: list[bytes], **changes: Any) -> Case:
    """A batch over these items, whatever they are, and all of them shown."""
    world = Simulator()
    world.enrol(KEY)
    leaves = [tree.leaf_hash(each) for each in items]
    made = batch.Batch(tuple(items), tuple(map(tuple, tree.levels(leaves))), tree.root(leaves))
    header = batch.Header(KEY.did, AT, salt("batch"), "public", {"chemistry": "LFP"})
    document: Value = batch.document(batch=made, header=header)
    document["credentialSubject"] |= changes
    data = signed(KEY, document)
    ids = [cell_id(each) for each in range(len(items) + 1)]
    world.enter("batch", data, KEY.name, ids[: len(items)])
    digest = hashlib.sha256(data).digest()
    rows = tuple(enumerate(items))
    return told(
        world,
        batteries={PACK: -1},
        items=[ItemGroup(batch=digest, rows=rows, nodes=())],
        components={PACK: sorted(ids[: len(items)])},
    )


def batches() -> Iterator[Case]:
    item: dict[str, Any] = {"id": cell_id(0), "salt": b64u_encode(salt("cell"))}
    good = canonical.encode(item)
    other = canonical.encode({**item, "id": cell_id(1)})
    subjects: tuple[CHANGE, ...] = (
        {}, {"rootHash": "x"}, {"rootHash": "uAAAA"}, {"rootHash": "u" + "A" * 46},
        {"treeSize": 0}, {"treeSize": 3}, {"treeSize": 2**20 + 1}, {"treeAlgorithm": "none"},
        {"type": "Batch"}, {"itemType": "AttestationBatch"}, {"itemType": FEOC},
        {"common": {"id": "x"}}, {"common": []}, {"common": {"materials": [{"material": "x"}]}},
    )  # fmt: skip
    yield from (items_case([good, other], **each) for each in subjects)
    changes: tuple[CHANGE, ...] = (
        {"id": ""}, {"id": 7}, {"salt": "A"}, {"salt": None}, {"chemistry": "NMC"}, {"x": 1},
        {"accessSet": "public"}, {"note": [[[[[[[[1]]]]]]]]},
        {"materials": [{"material": "x", "massFraction": "2"}]},
    )  # fmt: skip
    spellings = (b"7", b"[]", b" " + good, b"{", good + b" " * 4096)
    strange = [canonical.encode({**item, **each}) for each in changes]
    yield from (items_case([each, other]) for each in (*spellings, *strange))
    yield items_case([good, good])


# --- masses ---


def weighed(lot_kg: str, pack_kg: str, share: str, **more: Any) -> Case:
    """A pack of which a part is a lot of cobalt, each with the mass that its maker gives."""
    world = Simulator()
    world.enrol(KEY)
    lot: Value = simulator.origin_of(KEY, LOT, material="cobalt", mass=kilograms(lot_kg))
    lot["type"] = ["VerifiableCredential", MATERIAL]
    data = signed(KEY, lot)
    world.enter("attestation", data, KEY.name, [LOT])
    digest = b64u_encode(hashlib.sha256(data).digest())
    part = {"material": "cobalt", "massFraction": share, "attestation": digest}
    claim: dict[str, Any] = {"mass": kilograms(pack_kg), "materials": [part], **more}
    made = signed(KEY, simulator.origin_of(KEY, PACK, **claim))
    world.enter("attestation", made, KEY.name, [PACK])
    return told(world)


def kilograms(value: str) -> dict[str, str]:
    return {"value": value, "unit": "KGM"}


def masses() -> Iterator[Case]:
    yield from (weighed(lot, "100.50", "0.125") for lot in ("12.5625", "12.562499999999", "13"))
    yield weighed("1", "0", "1.000000000000")
    yield weighed("0.000000000001", "999999999999999999.999999999999", "0.000000000001")
    yield weighed("5", "4", "1", upstream=["A" * 43])
    yield weighed("5", "4", "1", components=batch.component_root([]))


def all_of_them() -> list[Case]:
    """Every one."""
    return [case for make in (key_events, claims, batches, masses) for case in make()]
