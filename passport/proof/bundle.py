"""The provenance bundle: one canonical file that an auditor takes away and checks offline.

Lists stand in ascending order of their keys as written, compared by code points; no key twice.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from passport.proof import canonical, checkpoint, credential, leaf, note
from passport.proof.checkpoint import Checkpoint
from passport.proof.contents import (
    MAX_TITLE,
    Contents,
    Entry,
    Index,
    ItemGroup,
    MemberGroup,
    Previous,
)
from passport.proof.credential import CONTEXTS, RECORD
from passport.proof.encoding import b64_encode, b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.keys import Signer

__all__ = [
    "FORMAT",
    "MAX_BYTES",
    "MAX_TITLE",
    "Contents",
    "Entry",
    "Index",
    "ItemGroup",
    "MemberGroup",
    "Previous",
    "RecordKey",
    "as_of",
    "assemble",
    "digest_of",
    "parts_of",
    "shown_digest",
]

FORMAT = "batterypassport/bundle/v1"
MAX_BYTES = 64 * 2**20
_SHOWN = ("documents", "items", "members", "subjects", "index", "previous")


@dataclass(frozen=True)
class RecordKey:
    """The key with which the service signs what it answers."""

    method: str
    signer: Signer


def assemble(*, contents: Contents, key: RecordKey, at: str) -> bytes:
    """Return the canonical bytes of a bundle, its record signed at ``at`` (RFC 3339, UTC).

    Refuses contents too large to be read again; the claims inside are the verifier's to judge.
    """
    parts = {name: canonical.encode(part) for name, part in parts_of(contents).items()}
    record = credential.sign(
        _record(contents, parts, key, at),
        private_key=key.signer,
        method=key.method,
        created=at,
    )
    data = canonical.joined({"format": canonical.encode(FORMAT), "record": record, **parts})
    if len(data) > MAX_BYTES:
        raise BadBundle(f"The bundle has {len(data)} bytes; {MAX_BYTES} at most.", step=1)
    return data


def _record(
    contents: Contents, parts: Mapping[str, bytes], key: RecordKey, at: str
) -> dict[str, object]:
    text, _ = note.parse(contents.checkpoint)
    head = checkpoint.parse(text)
    kinds = {each.index: leaf.decode(each.entry).kind for each in contents.evidence}
    subject: dict[str, object] = {
        "batteries": asked(contents),
        "asOf": as_of(head),
        "entries": sorted(index for index, kind in kinds.items() if kind != "key"),
        "keyEvents": sorted(index for index, kind in kinds.items() if kind == "key"),
        "components": {
            "count": sum(len(inside) for inside in contents.components.values()),
            "digest": _digest(parts["components"]),
        },
        "shown": _digest(canonical.joined({name: parts[name] for name in _SHOWN})),
    }
    if contents.title:
        subject["title"] = contents.title
    return {
        "@context": CONTEXTS,
        "type": ["VerifiableCredential", RECORD],
        "issuer": key.method.partition("#")[0],
        "validFrom": at,
        "credentialSubject": subject,
    }


def asked(contents: Contents) -> list[dict[str, object]]:
    """Return how a record names the batteries that it is about, with the salts that are shown."""
    rows: list[dict[str, object]] = []
    for battery in sorted(contents.batteries):
        row: dict[str, object] = {"id": battery, "lastSequence": contents.batteries[battery]}
        if battery in contents.salts:
            row["salt"] = b64u_encode(contents.salts[battery])
        rows.append(row)
    return rows


def as_of(head: Checkpoint) -> dict[str, object]:
    """Return how a record names the checkpoint that it was made under."""
    return {"origin": head.origin, "treeSize": head.size, "rootHash": b64_encode(head.root)}


def digest_of(part: object) -> str:
    """Return how a record commits to a part of its bundle: base64url SHA-256 of its JCS."""
    return _digest(canonical.encode(part))


def _digest(data: bytes) -> str:
    return b64u_encode(hashlib.sha256(data).digest())


def shown_digest(parts: Mapping[str, object]) -> str:
    """Return how a record commits to what it shows, so that nobody drops a document later."""
    return digest_of({name: parts[name] for name in _SHOWN})


def parts_of(contents: Contents) -> dict[str, object]:
    """Return the lists of a bundle by their names, each in its order."""
    documents = {b64u_encode(hashlib.sha256(each).digest()): each for each in contents.documents}
    return {
        "checkpoint": contents.checkpoint.decode(),
        "previous": [
            {"checkpoint": each.checkpoint.decode(), "path": _hashes(each.path)}
            for each in contents.previous
        ],
        "evidence": {
            "entries": [
                {"index": each.index, "entry": b64_encode(each.entry)}
                for each in sorted(contents.evidence, key=lambda each: each.index)
            ],
            "nodes": _hashes(contents.evidence_nodes),
        },
        "documents": [
            {"digest": digest, "bytes": b64_encode(documents[digest])}
            for digest in sorted(documents)
        ],
        "items": sorted(map(_items, contents.items), key=lambda each: str(each["batch"])),
        "members": [
            _members(each) for each in sorted(contents.members, key=lambda each: each.entry)
        ],
        "subjects": [
            {"id": each, "salt": b64u_encode(contents.salts[each])}
            for each in sorted(contents.salts)
        ],
        "components": [
            {"parent": each, "children": sorted(contents.components[each])}
            for each in sorted(contents.components)
        ],
        "index": None if contents.index is None else _index(contents.index),
        "timestamps": [b64_encode(each) for each in contents.timestamps],
    }


def _items(group: ItemGroup) -> dict[str, object]:
    rows = [{"index": index, "item": b64_encode(item)} for index, item in sorted(group.rows)]
    return {"batch": b64u_encode(group.batch), "rows": rows, "nodes": _hashes(group.nodes)}


def _members(group: MemberGroup) -> dict[str, object]:
    rows = [{"index": index, "id": subject} for index, subject in sorted(group.rows)]
    return {"entry": group.entry, "rows": rows, "nodes": _hashes(group.nodes)}


def _index(index: Index) -> dict[str, object]:
    rows = [{"at": at, "row": b64_encode(row)} for at, row in sorted(index.rows)]
    return {"entry": index.entry, "rows": rows, "nodes": _hashes(index.nodes)}


def _hashes(hashes: Sequence[bytes]) -> list[str]:
    return [b64_encode(each) for each in hashes]
