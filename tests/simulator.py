"""A small log, two witnesses and some makers, wholly in memory, for tests of proof."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from passport.proof import batch, bundle, canonical, credential, integrity, leaf, policy, tree
from passport.proof.bundle import Contents, ItemGroup, MemberGroup, RecordKey
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from tests.simulated_log import AT, ORIGIN, SECONDS, SERVICE, Simulator, cosign, key_of, salt, seed

__all__ = [
    "AT",
    "CELLMAKER",
    "ORIGIN",
    "PACK",
    "PACKMAKER",
    "SECONDS",
    "SERVICE",
    "SHARED",
    "Pack",
    "Simulator",
    "cell_id",
    "cell_items",
    "cosign",
    "items_of",
    "key_of",
    "members_of",
    "origin_of",
    "pack_of_cells",
    "salt",
    "seed",
    "sign",
    "sign_anything",
    "sign_batch",
]

CELLMAKER = "did:web:cellmaker.example"
PACKMAKER = "did:web:packmaker.example"
PACK = "https://id.example/01/09521234000020/21/P0001"
SHARED = [PACK, "other", "third"]


def cell_id(number: int) -> str:
    return f"https://id.example/01/09521234000013/21/C{number:06d}"


def cell_items(count: int) -> list[bytes]:
    return [
        canonical.encode(
            {"id": cell_id(each), "salt": b64u_encode(salt(cell_id(each))), "ocv": f"3.{each:03d}"}
        )
        for each in range(count)
    ]


def sign_batch(key: KeyFile, items: list[bytes]) -> tuple[batch.Batch, bytes]:
    common: dict[str, object] = {"chemistry": "LFP"}
    made = batch.build(items, common=common)
    header = batch.Header(
        issuer=key.did, valid_from=AT, salt=salt("batch"), access="public", common=common
    )
    document = batch.document(batch=made, header=header)
    return made, sign(key, document)


def sign(key: KeyFile, document: dict[str, object]) -> bytes:
    return credential.sign(document, private_key=key.private_key, method=key.name, created=AT)


def sign_anything(key: KeyFile, document: dict[str, object]) -> bytes:
    """A good signature over what no honest program would sign."""
    options = integrity.Options(method=key.name, created=AT)
    return canonical.encode(integrity.sign(document, private_key=key.private_key, options=options))


def origin_of(key: KeyFile, battery: str, **claims: object) -> dict[str, object]:
    """The unsigned origin attestation of one battery."""
    return {
        "@context": credential.CONTEXTS,
        "type": ["VerifiableCredential", credential.ORIGIN],
        "issuer": key.did,
        "validFrom": AT,
        "credentialSubject": {
            "id": battery,
            "salt": b64u_encode(salt("claim " + battery)),
            "accessSet": "public",
            **claims,
        },
    }


def items_of(digest: bytes, made: batch.Batch, places: Iterable[int]) -> ItemGroup:
    """Items of a batch by their places, with the nodes that prove them."""
    kept = sorted(places)
    nodes = tree.multi_path(indices=kept, size=len(made.items), read=tree.reader(made.rows))
    rows = tuple((each, made.items[each]) for each in kept)
    return ItemGroup(batch=digest, rows=rows, nodes=tuple(nodes))


def members_of(entry: int, everybody: list[str], shown: list[str]) -> MemberGroup:
    """The proof that an entry about everybody is about those who are shown."""
    hashed = {leaf.subject_hash(salt=salt(each), subject=each): each for each in everybody}
    places = {who: place for place, (_, who) in enumerate(sorted(hashed.items()))}
    read = tree.reader(tree.levels(leaf.subject_leaves(hashed)))
    indices = [places[each] for each in shown]
    nodes = tree.multi_path(indices=indices, size=len(hashed), read=read)
    rows = sorted((places[each], each) for each in shown)
    return MemberGroup(entry=entry, rows=tuple(rows), nodes=tuple(nodes))


@dataclass
class Pack:
    """A pack of cells in two modules' worth of one batch, told as a story in the log."""

    world: Simulator
    cellmaker: KeyFile
    packmaker: KeyFile
    made: batch.Batch
    batch_index: int
    origin_index: int
    shared_index: int
    count: int

    def contents(self) -> Contents:
        world = self.world
        cells = [cell_id(each) for each in range(self.count)]
        return Contents(
            batteries={PACK: len(world.chains[PACK]) - 1},
            checkpoint=world.signed_head(),
            salts={each: salt(each) for each in (PACK, CELLMAKER, PACKMAKER)},
            documents=list(world.documents.values()),
            items=[self.items(range(self.count))],
            members=[self.members()],
            components={PACK: cells},
            **world.shown(),
        )

    def items(self, places: Iterable[int]) -> ItemGroup:
        """These cells as items of their batch, with the nodes that prove them."""
        digest = hashlib.sha256(self.world.documents[self.batch_index]).digest()
        return items_of(digest, self.made, places)

    def members(self) -> MemberGroup:
        """The proof that the shared event is about the pack too."""
        return members_of(self.shared_index, SHARED, [PACK])

    def bundle(self, contents: Contents | None = None) -> bytes:
        key = RecordKey(method=self.world.record.name, signer=self.world.record.private_key)
        return bundle.assemble(contents=contents or self.contents(), key=key, at=AT)

    def policy(self) -> policy.Policy:
        return self.world.policy(self.cellmaker, self.packmaker)


def pack_of_cells(count: int = 12, batch_size: int = 20, events: int = 3) -> Pack:
    """Two makers enrol; cells, then their pack, are attested; events follow."""
    world = Simulator()
    cellmaker, packmaker = (
        key_of("issuer", CELLMAKER + "#key-1"),
        key_of("issuer", PACKMAKER + "#key-1"),
    )
    world.enrol(cellmaker)
    made, signed = sign_batch(cellmaker, cell_items(batch_size))
    batch_index = world.enter(
        "batch", signed, cellmaker.name, [cell_id(n) for n in range(batch_size)]
    )
    world.enrol(packmaker)
    cells = [cell_id(each) for each in range(count)]
    upstream = [b64u_encode(hashlib.sha256(signed).digest())]
    claim = origin_of(packmaker, PACK, components=batch.component_root(cells), upstream=upstream)
    origin_index = world.enter("attestation", sign(packmaker, claim), packmaker.name, [PACK])
    for number in range(events):
        world.enter("event", canonical.encode({"event": number, "salt": "x"}), None, [PACK])
    shared = world.enter("event", b'{"event":"shipped"}', None, SHARED)
    return Pack(world, cellmaker, packmaker, made, batch_index, origin_index, shared, count)
