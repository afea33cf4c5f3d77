"""The log entry, version 1: what the log says of a document without showing it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from passport.proof import canonical, integrity, tree
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadEncoding, BadLeaf

VERSION = 1
MAX_BYTES = 512
SALT_BYTES = 16
KINDS = (
    "attestation",
    "batch",
    "event",
    "key",
    "correction",
    "erasure",
    "index",
    "backup",
    "previous-log",
    "heartbeat",
)
# What somebody signs, and what the service says of itself.
SIGNED = ("attestation", "batch", "key", "correction")
OWN = ("index", "backup", "previous-log", "heartbeat")
_KEYS = set("vkdmnsqpt")


@dataclass(frozen=True)
class Leaf:
    """One entry: kind, digest of the stored bytes, signing method, and whom it is about.

    ``subject`` is the salted hash of the one subject, or the root over many; ``sequence`` and
    ``previous`` chain the entries of one subject; ``at`` is the service's clock, a claim.
    """

    kind: str
    digest: bytes
    method: str | None
    count: int
    subject: bytes | None
    sequence: int | None
    previous: bytes | None
    at: str


def encode(leaf: Leaf) -> bytes:
    """Return the canonical bytes of an entry (RFC 8785); refuses what decode() would refuse."""
    digest, subject, previous = map(_coded, (leaf.digest, leaf.subject, leaf.previous))
    sequence = "null" if leaf.sequence is None else leaf.sequence
    # The names stand in their order and no value but the method needs an escape: this is what
    # canonical.encode() writes, four times faster, and a log is as fast as its entries.
    data = (
        f'{{"d":{digest},"k":"{leaf.kind}","m":{_method(leaf.method)},"n":{leaf.count},'
        f'"p":{previous},"q":{sequence},"s":{subject},"t":"{leaf.at}","v":{VERSION}}}'
    ).encode()
    _check(leaf, data)
    return data


def _coded(value: bytes | None) -> str:
    if value is None:
        return "null"
    if len(value) != tree.HASH_BYTES:
        raise BadLeaf(f"A hash in the entry has {len(value)} bytes; it must have 32.")
    return f'"{b64u_encode(value)}"'


@lru_cache(maxsize=1024)
def _method(value: str | None) -> str:
    return canonical.encode(value).decode()


def decode(data: bytes) -> Leaf:
    """Read an entry; refuses bytes not in canonical form, other keys, and impossible fields."""
    value = canonical.loads(data, max_bytes=MAX_BYTES, max_depth=1)
    if not isinstance(value, dict) or set(value) != _KEYS:
        raise BadLeaf("The entry does not have exactly the keys of a leaf of version 1.")
    if type(value["v"]) is not int or value["v"] != VERSION:
        raise BadLeaf("The entry is not of version 1.")
    if value["m"] is not None and not isinstance(value["m"], str):
        raise BadLeaf("The method of the entry is not text.")
    if canonical.encode(value) != data:
        raise BadLeaf("The entry is not in canonical form (RFC 8785).")
    try:
        leaf = Leaf(
            kind=value["k"],
            digest=b64u_decode(value["d"], size=32),
            method=value["m"],
            count=value["n"],
            subject=None if value["s"] is None else b64u_decode(value["s"], size=32),
            sequence=value["q"],
            previous=None if value["p"] is None else b64u_decode(value["p"], size=32),
            at=value["t"],
        )
    except BadEncoding as error:
        raise BadLeaf(f"A hash in the entry is bad: {error.detail}") from error
    _check(leaf, data)
    return leaf


def _check(leaf: Leaf, data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise BadLeaf(f"The entry has {len(data)} bytes; at most {MAX_BYTES} are allowed.")
    if leaf.kind not in KINDS or not integrity.is_moment(leaf.at):
        raise BadLeaf("The entry has an unknown kind, or a time that is not a moment in UTC.")
    if not _is_number(leaf.count) or (leaf.count > 0) != bool(leaf.subject):
        raise BadLeaf("The entry has a count that does not fit its subject.")
    if (leaf.method is not None) != (leaf.kind in SIGNED):
        raise BadLeaf("An entry names a method just when its kind is one that is signed.")
    if leaf.kind in OWN and leaf.count:
        raise BadLeaf("What the service logs of itself is about nobody.")
    if leaf.kind == "key" and (leaf.count, leaf.subject) != (1, _issuer_of(leaf.method or "")):
        raise BadLeaf("A key event stands in the chain of its issuer, under that one's salt.")
    _check_chain(leaf)


def _is_number(value: int) -> bool:
    return type(value) is int and 0 <= value <= canonical.MAX_INTEGER


def _issuer_of(method: str) -> bytes:
    """The subject of an issuer, from the name of a key: no second chain hides its revocation."""
    did = method.partition("#")[0]
    return subject_hash(salt=issuer_salt(did=did), subject=did)


def _check_chain(leaf: Leaf) -> None:
    """An entry about one subject stands in that subject's chain; any other in none."""
    if leaf.count != 1:
        if leaf.sequence is not None or leaf.previous is not None:
            raise BadLeaf("An entry about many, or about nobody, has no sequence.")
        return
    if leaf.sequence is None or not _is_number(leaf.sequence):
        raise BadLeaf("An entry about one subject needs a sequence number.")
    if (leaf.sequence > 0) != bool(leaf.previous):
        raise BadLeaf("Only the first entry of a subject has no previous one.")


def leaf_hash(leaf: Leaf) -> bytes:
    """Return the hash under which the tree holds an entry."""
    return tree.leaf_hash(encode(leaf))


def subject_hash(*, salt: bytes, subject: str) -> bytes:
    """Return SHA-256(salt ‖ subject id); refuses a salt that is not 16 bytes."""
    if len(salt) != SALT_BYTES:
        raise BadLeaf(f"The salt of a subject has {SALT_BYTES} bytes; this has {len(salt)}.")
    return hashlib.sha256(salt + subject.encode()).digest()


def issuer_salt(*, did: str) -> bytes:
    """Return the salt of an issuer: not secret, so that anybody can list its key events."""
    return hashlib.sha256(b"batterypassport/issuer/v1\n" + did.encode()).digest()[:SALT_BYTES]


def subject_leaves(hashes: Iterable[bytes]) -> list[bytes]:
    """Return the tree leaves over the sorted salted subjects of an entry about many."""
    return [tree.leaf_hash(each) for each in sorted(hashes)]


def subjects_root(hashes: Iterable[bytes]) -> bytes:
    """Return what stands in ``s``: the one salted subject, or the root over many, sorted."""
    kept = list(hashes)
    return kept[0] if len(kept) == 1 else tree.root(subject_leaves(kept))
