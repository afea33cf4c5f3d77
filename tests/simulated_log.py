"""A log and its two witnesses, wholly in memory: entries, chains, checkpoints, a trust file."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from passport.proof import checkpoint, keyevent, keyfile, leaf, note, policy, tiles, tree
from passport.proof.bundle import Entry
from passport.proof.checkpoint import Checkpoint
from passport.proof.keyfile import KeyFile
from passport.proof.leaf import Leaf

AT = "2026-03-01T08:00:00Z"
SECONDS = 1_772_352_000
ORIGIN = "batterypassport.example/log/2026"
SERVICE = "did:web:batterypassport.example"


def seed(name: str) -> bytes:
    """Thirty-two bytes that depend on a name alone, so that vectors never change."""
    return hashlib.sha256(b"simulator " + name.encode()).digest()


def salt(name: str) -> bytes:
    """The salt of an issuer is anybody's to compute; any other depends on the name alone."""
    if name.startswith("did:"):
        return leaf.issuer_salt(did=name)
    return seed("salt " + name)[:16]


def key_of(purpose: str, name: str) -> KeyFile:
    return keyfile.make(purpose=purpose, name=name, seed=seed(name))


@dataclass
class Simulator:
    """The log grows by enter(); bundle_of() takes what a pack needs out of it."""

    entries: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    documents: dict[int, bytes] = field(default_factory=dict)
    chains: dict[str, list[int]] = field(default_factory=dict)
    about: dict[int, list[str]] = field(default_factory=dict)
    past: list[tuple[int, bytes, str]] = field(default_factory=list)  # size, note, key of a name
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
        self.about[len(self.entries)] = subjects
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
        return Checkpoint(origin=self.log.name, size=len(self.entries), root=root)

    def signed_head(self, witnesses: list[KeyFile] | None = None) -> bytes:
        return self.sign_head(self.head(), witnesses)

    def sign_head(self, head: Checkpoint, witnesses: list[KeyFile] | None = None) -> bytes:
        """The note of any head, true or not, signed and cosigned."""
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
        lines = [f"log {vkey}" for *_, vkey in self.past]
        lines.append(f"log {self.log.verifier.vkey}")
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
