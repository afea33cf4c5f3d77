"""The Merkle tree of RFC 9162: inclusion and consistency proofs, for one leaf and for many."""

from collections.abc import Sequence

from passport.proof.errors import BadTree
from passport.proof.hashing import (
    EMPTY_ROOT,
    HASH_BYTES,
    Range,
    Reader,
    leaf_hash,
    levels,
    misshapen,
    node_hash,
    parting,
    peak_places,
    range_of,
    reader,
    root,
    span_hash,
)
from passport.proof.multiproof import multi_path, root_from_many

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Range",
    "Reader",
    "consistency_path",
    "inclusion_path",
    "leaf_hash",
    "levels",
    "multi_path",
    "node_hash",
    "peak_places",
    "range_of",
    "reader",
    "root",
    "root_from_many",
    "root_from_path",
    "verify_consistency",
    "verify_inclusion",
]


def inclusion_path(*, index: int, size: int, read: Reader) -> list[bytes]:
    """Return the path from a leaf to the root, lowest sibling first (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise BadTree(f"Leaf {index} is not in a tree of {size} leaves.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = parting(start, end)
        if index < middle:
            path.append(span_hash(middle, end, read))
            end = middle
        else:
            path.append(span_hash(start, middle, read))
            start = middle
    return path[::-1]


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Refuse unless the leaf hash stands at ``index`` under this root (RFC 9162 §2.1.3.2)."""
    if len(leaf) != HASH_BYTES or len(root) != HASH_BYTES:
        raise BadTree("A leaf hash and a root have 32 bytes.")
    if root_from_path(leaf=leaf, index=index, size=size, path=path) != root:
        raise BadTree("The inclusion path leads to another root.")


def root_from_path(*, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a path leads to; refuses a path of the wrong length or hash size."""
    if not 0 <= index < size:  # step 1
        raise BadTree(f"Leaf {index} is not in a tree of {size} leaves.")
    fn, sn, r = index, size - 1, leaf  # steps 2, 3
    for p in path:  # step 4
        if sn == 0 or len(p) != HASH_BYTES:
            raise BadTree("The inclusion path is too long, or not made of hashes.")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    if sn != 0:  # step 5
        raise BadTree("The inclusion path is too short.")
    return r


def consistency_path(*, old: int, new: int, read: Reader) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves begins that of ``new`` (§2.1.4.1)."""
    if not 0 <= old <= new:
        raise BadTree(f"A tree of {new} leaves holds none of {old}.")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while end != old:
        middle = parting(start, end)
        if old <= middle:
            path.append(span_hash(middle, end, read))
            end = middle
        else:
            path.append(span_hash(start, middle, read))
            start = middle
            whole = False
    if not whole:
        path.append(span_hash(start, end, read))
    return path[::-1]


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Refuse unless the old tree is a prefix of the new one (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new or misshapen(*path):
        raise BadTree("The consistency proof has impossible sizes or hashes.")
    if old == new or old == 0:
        _verify_trivial(old, new, old_root, new_root, path)
        return
    if not path:  # step 1
        raise BadTree("The consistency proof is empty.")
    proof = list(path) if old & (old - 1) else [old_root, *path]  # step 2
    fr, sr = _consistency_roots(proof, old - 1, new - 1)
    if fr != old_root or sr != new_root:  # step 7
        raise BadTree("The new tree does not begin with the old one.")


def _verify_trivial(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    if path:
        raise BadTree("This consistency proof must be empty.")
    if old == 0 and (old_root != EMPTY_ROOT or misshapen(new_root)):
        raise BadTree("The root of the empty tree is SHA-256 of nothing.")
    if old == new and old_root != new_root:
        raise BadTree("Two trees of one size have two roots.")


def _consistency_roots(proof: Sequence[bytes], fn: int, sn: int) -> tuple[bytes, bytes]:
    while fn & 1:  # steps 3, 4
        fn >>= 1
        sn >>= 1
    fr = sr = proof[0]  # step 5
    for c in proof[1:]:  # step 6
        if sn == 0:
            raise BadTree("The consistency proof is too long.")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    if sn != 0:
        raise BadTree("The consistency proof is too short.")
    return fr, sr
