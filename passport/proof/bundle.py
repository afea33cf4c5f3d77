"""The provenance bundle: one canonical file that an auditor takes away and checks offline."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from passport.proof import canonical, checkpoint, credential, leaf, note
from passport.proof.checkpoint import Checkpoint
from passport.proof.credential import CONTEXTS, RECORD
from passport.proof.encoding import b64_encode, b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.keys import Signer

FORMAT = "batterypassport/bundle/v1"
MAX_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Evidence:
    """An entry of the log and its path to the root of the checkpoint."""

    index: int
    entry: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Item:
    """An item of a batch and its path; ``batch`` is the digest of the batch's credential."""

    batch: bytes
    index: int
    item: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Member:
    """That an entry about many is about this subject too: its path among the sorted hashes."""

    entry: int
    subject: str
    index: int
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Contents:
    """All that a bundle holds besides the service's signature.

    ``salts`` are of the subjects of the entries shown (batteries and issuers). ``documents`` are
    stored bytes. ``components`` maps a battery to those directly inside it. ``last_sequence`` is
    the battery's newest sequence number, -1 when the log has no entry about it alone.
    """

    battery: str
    last_sequence: int
    checkpoint: bytes
    salts: Mapping[str, bytes]
    evidence: Sequence[Evidence] = ()
    documents: Sequence[bytes] = ()
    items: Sequence[Item] = ()
    members: Sequence[Member] = ()
    components: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordKey:
    """The key with which the service signs what it answers."""

    method: str
    signer: Signer


def assemble(*, contents: Contents, key: RecordKey, at: str) -> bytes:
    """Return the canonical bytes of a bundle, its record signed at ``at`` (RFC 3339, UTC).

    Refuses contents too large to be read again; the claims inside are the verifier's to judge.
    """
    parts = _parts(contents)
    record = credential.sign(
        _record(contents, parts, key, at),
        private_key=key.signer,
        method=key.method,
        created=at,
    )
    data = canonical.encode({"format": FORMAT, "record": canonical.loads(record), **parts})
    if len(data) > MAX_BYTES:
        raise BadBundle(f"The bundle has {len(data)} bytes; {MAX_BYTES} at most.", step=1)
    return data


def _record(
    contents: Contents, parts: Mapping[str, object], key: RecordKey, at: str
) -> dict[str, object]:
    text, _ = note.parse(contents.checkpoint)
    head = checkpoint.parse(text)
    kinds = {each.index: leaf.decode(each.entry).kind for each in contents.evidence}
    subject: dict[str, object] = {
        "id": contents.battery,
        "asOf": as_of(head),
        "entries": sorted(index for index, kind in kinds.items() if kind != "key"),
        "keyEvents": sorted(index for index, kind in kinds.items() if kind == "key"),
        "lastSequence": contents.last_sequence,
        "components": {
            "count": sum(len(inside) for inside in contents.components.values()),
            "digest": digest_of(parts["components"]),
        },
        "shown": shown_digest(parts),
    }
    if contents.battery in contents.salts:
        subject["salt"] = b64u_encode(contents.salts[contents.battery])
    return {
        "@context": CONTEXTS,
        "type": ["VerifiableCredential", RECORD],
        "issuer": key.method.partition("#")[0],
        "validFrom": at,
        "credentialSubject": subject,
    }


def as_of(head: Checkpoint) -> dict[str, object]:
    """Return how a record names the checkpoint that it was made under."""
    return {"origin": head.origin, "treeSize": head.size, "rootHash": b64_encode(head.root)}


def digest_of(part: object) -> str:
    """Return how a record commits to a part of its bundle: base64url SHA-256 of its JCS."""
    return b64u_encode(hashlib.sha256(canonical.encode(part)).digest())


def shown_digest(parts: Mapping[str, object]) -> str:
    """Return how a record commits to what it shows, so that nobody drops a document later."""
    return digest_of({name: parts[name] for name in ("documents", "items", "members", "subjects")})


def _parts(contents: Contents) -> dict[str, object]:
    documents = {b64u_encode(hashlib.sha256(each).digest()): each for each in contents.documents}
    return {
        "checkpoint": contents.checkpoint.decode(),
        "evidence": [
            {"index": each.index, "entry": b64_encode(each.entry), "path": _path(each.path)}
            for each in sorted(contents.evidence, key=lambda each: each.index)
        ],
        "documents": [
            {"digest": digest, "bytes": b64_encode(documents[digest])}
            for digest in sorted(documents)
        ],
        "items": [
            {
                "batch": b64u_encode(each.batch),
                "index": each.index,
                "item": b64_encode(each.item),
                "path": _path(each.path),
            }
            for each in sorted(contents.items, key=lambda each: (each.batch, each.index))
        ],
        "members": [
            {
                "entry": each.entry,
                "id": each.subject,
                "index": each.index,
                "path": _path(each.path),
            }
            for each in sorted(contents.members, key=lambda each: (each.entry, each.index))
        ],
        "subjects": [
            {"id": each, "salt": b64u_encode(contents.salts[each])}
            for each in sorted(contents.salts)
        ],
        "components": [
            {"parent": each, "children": sorted(contents.components[each])}
            for each in sorted(contents.components)
        ],
    }


def _path(path: Sequence[bytes]) -> list[str]:
    return [b64_encode(each) for each in path]
