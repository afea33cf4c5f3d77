"""A large pack: thousands of cells from batches of a million, in modules, with what befell it."""

from __future__ import annotations

import hashlib
from random import Random

from passport.proof import batch, bundle, canonical, leaf, tree
from passport.proof.bundle import RecordKey
from passport.proof.contents import Contents, ItemGroup
from passport.proof.encoding import b64u_encode
from passport.proof.leaf import Leaf
from tests import simulator
from tests.pages.mutants import Case
from tests.simulator import AT, CELLMAKER, PACK, PACKMAKER, Simulator, cell_id, salt

BATCH_SIZE = 2**20


def module_id(number: int) -> str:
    return f"https://id.example/01/09521234000037/21/M{number:04d}"


def pack(cells: int = 5000, modules: int = 12, batches: int = 3) -> Case:
    """The bundle of a pack, and a trust file under which nothing in it is in doubt."""
    world, chance = Simulator(), Random(1)
    makers = [simulator.key_of("issuer", did + "#key-1") for did in (CELLMAKER, PACKMAKER)]
    for key in makers:
        world.enrol(key)
    ids = [cell_id(each) for each in range(cells)]
    groups = [_enter(world, makers[0], ids[each::batches], chance) for each in range(batches)]
    inside = {module_id(each): ids[each::modules] for each in range(modules)}
    upstream = [b64u_encode(group.batch) for group in groups]
    modules_of = [_attest(world, makers[1], each, inside[each], upstream) for each in inside]
    _attest(world, makers[1], PACK, list(inside), modules_of)
    for number in range(20):
        world.enter("event", canonical.encode({"event": number, "salt": "x"}), None, [PACK])
    key = RecordKey(method=world.record.name, signer=world.record.private_key)
    subjects = [each for each in world.chains if each is not None]
    contents = Contents(
        batteries={PACK: len(world.chains[PACK]) - 1},
        checkpoint=world.signed_head(),
        salts={each: salt(each) for each in subjects},
        documents=list(world.documents.values()),
        items=groups,
        components={PACK: list(inside), **inside},
        **world.shown(),  # type: ignore[arg-type]
    )
    data = bundle.assemble(contents=contents, key=key, at=AT)
    return Case("a large pack", data, world.policy_text(*makers))


def _attest(
    world: Simulator, key: simulator.KeyFile, holder: str, parts: list[str], upstream: list[str]
) -> str:
    """A maker says what is in a battery, and upon whose attestations it builds."""
    components = batch.component_root(parts)
    claim = simulator.origin_of(key, holder, components=components, upstream=upstream)
    data = simulator.sign(key, claim)
    world.enter("attestation", data, key.name, [holder])
    return b64u_encode(hashlib.sha256(data).digest())


def _enter(world: Simulator, key: simulator.KeyFile, ids: list[str], chance: Random) -> ItemGroup:
    """A batch of a million of which these cells are known; the rest are hashes of nothing."""
    places = sorted(chance.sample(range(BATCH_SIZE), len(ids)))
    items = [
        canonical.encode({"id": each, "ocv": "3.617", "salt": b64u_encode(salt(each))})
        for each in ids
    ]
    nodes = tree.multi_path(
        indices=places,
        size=BATCH_SIZE,
        read=lambda level, index: hashlib.sha256(f"{level} {index}".encode()).digest(),
    )
    leaves = {place: tree.leaf_hash(item) for place, item in zip(places, items, strict=True)}
    root = tree.root_from_many(leaves=leaves, size=BATCH_SIZE, nodes=nodes)
    made = batch.Batch(items=(b"{}",), rows=(), root=root)
    header = batch.Header(
        issuer=key.did,
        valid_from=AT,
        salt=salt("batch"),
        access="public",
        common={"chemistry": "LFP", "mass": {"value": "0.0695", "unit": "KGM"}},
    )
    document = batch.document(batch=made, header=header)
    subject: dict[str, object] = document["credentialSubject"]  # type: ignore[assignment]
    subject["treeSize"] = BATCH_SIZE
    data = simulator.sign(key, document)
    digest = hashlib.sha256(data).digest()
    _log(world, data, key.name)
    rows = tuple(zip(places, items, strict=True))
    return ItemGroup(batch=digest, rows=rows, nodes=tuple(nodes))


def _log(world: Simulator, data: bytes, method: str) -> None:
    """The entry of a batch of a million; whom else it is about is a hash of nothing."""
    entry = Leaf(
        kind="batch",
        digest=hashlib.sha256(data).digest(),
        method=method,
        count=BATCH_SIZE,
        subject=hashlib.sha256(b"a million cells").digest(),
        sequence=None,
        previous=None,
        at=AT,
    )
    world.append(leaf.encode(entry), data, [])
