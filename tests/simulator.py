"""A small log, two witnesses and some makers, wholly in memory, for tests of proof."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from passport.proof import (
    batch,
    bundle,
    canonical,
    checkpoint,
    credential,
    integrity,
    keyevent,
    keyfile,
    leaf,
    note,
    policy,
    tiles,
    tree,
)
from passport.proof.bundle import Contents, Entry, ItemGroup, MemberGroup, RecordKey
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from passport.proof.leaf import Leaf

AT = "2026-03-01T08:00:00Z"
SECONDS = 1_772_352_000
ORIGIN = "batterypassport.example/log/2026"
SERVICE = "did:web:batterypassport.example"
CELLMAKER = "did:web:cellmaker.example"
PACKMAKER = "did:web:packmaker.example"
PACK = "https://id.example/01/09521234000020/21/P0001"
SHARED = [PACK, "other", "third"]


def seed(name: str) -> bytes:
    """Thirty-two bytes that depend on a name alone, so that vectors never change."""
    return hashlib.sha256(b"simulator " + name.encode()).digest()


def salt(name: str) -> bytes:
    return seed("salt " + name)[:16]


def key_of(purpose: str, name: str) -> KeyFile:
    return keyfile.make(purpose=purpose, name=name, seed=seed(name))


def cell_id(number: int) -> str:
    return f"https://id.example/01/09521234000013/21/C{number:06d}"


@dataclass
class Simulator:
    """The log grows by enter(); bundle_of() takes what a pack needs out of it."""

    entries: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    documents: dict[int, bytes] = field(default_factory=dict)
    chains: dict[str, list[int]] = field(default_factory=dict)
    log: KeyFile = field(default_factory=lambda: key_of("log", ORIGIN))
    witnesses: list[KeyFile] = field(
        default_factory=lambda: [key_of("witness", f"witness-{each}.example") for each in "ab"]
    )
    record: KeyFile = field(default_factory=lambda: key_of("record", SERVICE + "#record-1"))

    def enter(self, kind: str, data: bytes, method: str | None, subjects: list[str]) -> int:
        """Append the entry of a document about these subjects; return its index."""
        one = subjects[0] if len(subjects) == 1 else None
        chain = self.chains.setdefault(one, []) if one is not None else []
        hashes = [leaf.subject_hash(salt=salt(each), subject=each) for each in subjects]
        entry = leaf.encode(
            Leaf(
                kind=kind,
                digest=hashlib.sha256(data).digest(),
                method=method,
                count=len(subjects),
                subject=leaf.subjects_root(hashes) if subjects else None,
                sequence=len(chain) if one is not None else None,
                previous=self.hash_of(chain[-1]) if chain else None,
                at=AT,
            )
        )
        return self.append(entry, data, chain)

    def append(self, entry: bytes, data: bytes, chain: list[int]) -> int:
        index = len(self.entries)
        grown = tiles.append(old_size=index, entries=[entry], read=self.files.__getitem__)
        self.files.update(grown.files)
        self.entries.append(entry)
        self.documents[index] = data
        chain.append(index)
        return index

    def hash_of(self, index: int) -> bytes:
        return leaf.leaf_hash(leaf.decode(self.entries[index]))

    def enrol(self, key: KeyFile, custody: str | None = None) -> int:
        challenge = "nonce-" + key.name[-5:]
        data = keyevent.enrol(key=key, challenge=challenge, created=AT, custody=custody)
        return self.enter("key", data, key.name, [key.did])

    def rotate(self, key: KeyFile, new: KeyFile, custody: str | None = None) -> int:
        data = keyevent.rotate(key=key, new=new, challenge="n", created=AT, custody=custody)
        return self.enter("key", data, key.name, [key.did])

    def revoke(
        self, key: KeyFile, suspect_from: int | None = None, *, by: KeyFile | None = None
    ) -> int:
        signer = by or key
        data = keyevent.revoke(
            key=signer,
            method=key.name,
            reason="keyCompromise",
            challenge="nonce",
            created=AT,
            suspect_from=suspect_from,
        )
        return self.enter("key", data, signer.name, [key.did])

    def head(self) -> Checkpoint:
        root = tiles.root_of(size=len(self.entries), read=self.files.__getitem__)
        return Checkpoint(origin=ORIGIN, size=len(self.entries), root=root)

    def signed_head(self, witnesses: list[KeyFile] | None = None) -> bytes:
        head = self.head()
        data = checkpoint.sign(
            checkpoint=head, public_key=self.log.public_key, private_key=self.log.private_key
        )
        lines = [cosign(each, head) for each in self.witnesses if witnesses is None]
        lines += [cosign(each, head) for each in witnesses or []]
        return checkpoint.add_cosignatures(data, lines=lines)

    def path(self, index: int) -> list[bytes]:
        """The path of one entry to the root, as a proof file shows it."""
        return tiles.inclusion_path(
            index=index, size=len(self.entries), read=self.files.__getitem__
        )

    def shown(self, indices: Iterable[int] | None = None) -> dict[str, object]:
        """The parts of a bundle that show these entries, or all: evidence and its nodes."""
        kept = list(range(len(self.entries))) if indices is None else sorted(indices)
        read = tiles.hash_reader(size=len(self.entries), read=self.files.__getitem__)
        return {
            "evidence": [Entry(index=each, entry=self.entries[each]) for each in kept],
            "evidence_nodes": tree.multi_path(indices=kept, size=len(self.entries), read=read),
        }

    def policy_text(self, *pinned: KeyFile) -> str:
        lines = [f"log {self.log.verifier.vkey}"]
        for number, each in enumerate(self.witnesses):
            lines.append(f"witness w{number} {each.verifier.vkey}")
        lines += ["group both all w0 w1", "quorum both"]
        lines += [f"issuer {each.did} {each.multikey}" for each in pinned]
        lines.append(f"record {self.record.did} {self.record.multikey}")
        return "\n".join(lines) + "\n"

    def policy(self, *pinned: KeyFile) -> policy.Policy:
        return policy.parse(self.policy_text(*pinned).encode())


def cosign(key: KeyFile, head: Checkpoint) -> note.Signature:
    return note.cosign(
        text=head.text,
        name=key.name,
        public_key=key.public_key,
        private_key=key.private_key,
        seconds=SECONDS,
    )


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
