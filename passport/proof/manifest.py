"""The manifest of a backup: what lies in it and how the log stood, signed with the record key.

One canonical object; the signature is Ed25519 over the format's name, a newline, and the canonical
form of everything but the signature.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from passport.proof import canonical, did, integrity, keys
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64_decode, b64_encode, b64u_decode, b64u_encode
from passport.proof.errors import BadEncoding, BadSignature, ProofError
from passport.proof.keys import Signer

FORMAT = "batterypassport/backup/v1"
MAX_BYTES = 1_048_576
_TERMS = {
    *("format", "created", "log", "checkpoint", "tables", "files", "versions", "salt"),
    *("method", "signature"),
}
_LOG_TERMS = {"origin", "treeSize", "rootHash"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*\Z")


class BadManifest(ProofError):
    """A manifest that is not what the service signed, or a backup that is not what it lists."""

    code = "bad-manifest"
    title = "The backup is not what its manifest says"


@dataclass(frozen=True)
class File:
    """One file of the backup."""

    size: int
    sha256: bytes


@dataclass(frozen=True)
class Manifest:
    """What is in a backup. ``head`` is the log as the database held it; ``checkpoint`` the newest
    signed note, empty before the first; ``tables`` counts rows; ``created`` is RFC 3339, UTC."""

    created: str
    head: Checkpoint
    checkpoint: bytes
    tables: Mapping[str, int]
    files: Mapping[str, File]
    versions: Mapping[str, str]
    salt: bytes


def sign(*, manifest: Manifest, key: Signer, method: str) -> bytes:
    """Return the bytes of a manifest; refuses what read() would refuse."""
    value = _value(manifest, method)
    signed = value | {"signature": b64u_encode(key.sign(_message(value)))}
    data = canonical.encode(signed)
    _read(data)
    return data


def verify(*, data: bytes, records: Iterable[tuple[str, bytes]]) -> Manifest:
    """Read a manifest that one of these record keys signed, each with the DID it speaks for.

    Refuses NotStrictJson, BadManifest.
    """
    value, manifest = _read(data)
    method = str(value["method"])
    issuer = did.parse_method(method)[0]
    signature = b64u_decode(value.pop("signature"), size=64)
    for public_key in (key for owner, key in records if owner == issuer):
        try:
            keys.verify(public_key, _message(value), signature)
        except BadSignature:
            continue
        return manifest
    raise BadManifest(
        f"The manifest is not signed by a record key that is trusted here for {issuer}.",
        pointer="/signature",
        remedy="Compare with another copy of the backup; name the policy that lists the key.",
    )


def check_file(*, manifest: Manifest, name: str, size: int, sha256: bytes) -> None:
    """Refuse a file of the backup that the manifest does not list, or not so (BadManifest)."""
    listed = manifest.files.get(name)
    if listed is None:
        raise BadManifest(f"{name} does not stand in the manifest.", pointer="/files")
    if (listed.size, listed.sha256) != (size, sha256):
        raise BadManifest(
            f"{name} is not the file that was backed up: {size} bytes where {listed.size} stand in"
            " the manifest, or other ones.",
            pointer="/files/" + name.replace("/", "~1"),
            remedy="Take another copy of this backup, or another backup.",
        )


def digest(data: bytes) -> bytes:
    """Return the digest under which the log knows a manifest: its SHA-256."""
    return hashlib.sha256(data).digest()


def _message(value: Mapping[str, object]) -> bytes:
    return FORMAT.encode() + b"\n" + canonical.encode(dict(value))


def _value(manifest: Manifest, method: str) -> dict[str, object]:
    head = manifest.head
    return {
        "format": FORMAT,
        "created": manifest.created,
        "log": {
            "origin": head.origin, "treeSize": head.size, "rootHash": b64_encode(head.root)
        },
        "checkpoint": b64_encode(manifest.checkpoint),
        "tables": dict(manifest.tables),
        "files": {
            name: {"size": each.size, "sha256": b64u_encode(each.sha256)}
            for name, each in manifest.files.items()
        },
        "versions": dict(manifest.versions),
        "salt": b64u_encode(manifest.salt),
        "method": method,
    }  # fmt: skip


def _read(data: bytes) -> tuple[dict[str, object], Manifest]:
    value = canonical.loads(data, max_bytes=MAX_BYTES)
    if not isinstance(value, dict) or set(value) != _TERMS or value["format"] != FORMAT:
        raise BadManifest(f"The file is not the manifest of a backup ({FORMAT}).")
    if canonical.encode(value) != data:
        raise BadManifest("The manifest is not in canonical form (RFC 8785).")
    try:
        did.parse_method(value["method"])
        b64u_decode(value["signature"], size=64)
        manifest = Manifest(
            created=_moment(value["created"]),
            head=_head(value["log"]),
            checkpoint=b64_decode(value["checkpoint"]),
            tables={name: _count(rows) for name, rows in _object(value["tables"])},
            files={_name(name): _file(each) for name, each in _object(value["files"])},
            versions={name: str(each) for name, each in _object(value["versions"])},
            salt=b64u_decode(value["salt"], size=16),
        )
    except (BadEncoding, KeyError) as error:
        raise BadManifest(f"Something in the manifest does not read: {error}") from error
    return value, manifest


def _head(value: object) -> Checkpoint:
    terms = dict(_object(value))
    if set(terms) != _LOG_TERMS:
        raise BadManifest("The manifest does not say how the log stood.", pointer="/log")
    root = b64_decode(terms["rootHash"], size=32)
    return Checkpoint(origin=str(terms["origin"]), size=_count(terms["treeSize"]), root=root)


def _file(value: object) -> File:
    terms = dict(_object(value))
    return File(size=_count(terms["size"]), sha256=b64u_decode(terms["sha256"], size=32))


def _object(value: object) -> Iterable[tuple[str, object]]:
    if not isinstance(value, dict):
        raise BadManifest("The manifest holds something else than an object where one belongs.")
    return value.items()


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise BadManifest(f"{value!r} is not a number of things.")
    return value


def _name(text: str) -> str:
    if not _NAME.match(text):
        raise BadManifest(f"{text[:80]!r} is not a name that a file of a backup has.")
    return text


def _moment(value: object) -> str:
    if not isinstance(value, str) or not integrity.is_moment(value):
        raise BadManifest("The manifest does not say when the backup was made.")
    return value
