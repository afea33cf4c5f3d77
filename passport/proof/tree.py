"""The Merkle tree of RFC 9162: inclusion and consistency proofs, for one leaf and for many."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from passport.proof.errors import BadTree
from passport.proof.hashing import (
    EMPTY_ROOT,
    HASH_BYTES,
    Range,
    Reader,
    leaf_hash,
    levels,
    node_hash,
    peak_places,
    range_of,
    reader,
    root,
)

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


def _span(start: int, end: int, read: Reader) -> bytes:
    """Hash leaves [start, end), where start is a multiple of the power of two that covers them."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(read(level, start >> level))
        start += 1 << level
    result = parts.pop()
    while parts:
        result = node_hash(parts.pop(), result)
    return result


def inclusion_path(*, index: int, size: int, read: Reader) -> list[bytes]:
    """Return the path from a leaf to the root, lowest sibling first (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise BadTree(f"Leaf {index} is not in a tree of {size} leaves.")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            path.append(_span(middle, end, read))
            end = middle
        else:
            path.append(_span(start, middle, read))
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


def multi_path(*, indices: Sequence[int], size: int, read: Reader) -> list[bytes]:
    """Return what proves many leaves at once: the roots of the subtrees that hold none of them.

    They stand in the order of a walk of the tree, left before right. Without leaves there is
    nothing to prove. Refuses an index outside the tree.
    """
    places = sorted(set(indices))
    if places and not 0 <= places[0] <= places[-1] < size:
        raise BadTree(f"Leaf {places[0]} or {places[-1]} is not in a tree of {size} leaves.")
    nodes: list[bytes] = []
    waiting = [(0, size, 0, len(places))] if places else []
    while waiting:
        start, end, first, last = waiting.pop()
        if first == last:
            nodes.append(_span(start, end, read))
        elif end - start > 1:
            middle = _middle(start, end)
            parting = bisect_left(places, middle, first, last)
            waiting.append((middle, end, parting, last))
            waiting.append((start, middle, first, parting))
    return nodes


def root_from_many(*, leaves: Mapping[int, bytes], size: int, nodes: Sequence[bytes]) -> bytes:
    """Return the root that leaf hashes, by their places, and the nodes of multi_path() lead to.

    Refuses no leaves, an index outside the tree, too few or too many nodes, and what is no hash.
    """
    places = sorted(leaves)
    if not places or not 0 <= places[0] <= places[-1] < size:
        raise BadTree(f"The leaves shown are not in a tree of {size} leaves.")
    if _misshapen(*nodes) or _misshapen(*leaves.values()):
        raise BadTree("The nodes or the leaves are not made of hashes.")
    rest = iter(nodes)

    def climb(start: int, end: int, first: int, last: int) -> bytes:
        if first == last:
            return _next_of(rest)
        if end - start == 1:
            return leaves[start]
        middle = _middle(start, end)
        parting = bisect_left(places, middle, first, last)
        left = climb(start, middle, first, parting)
        return node_hash(left, climb(middle, end, parting, last))

    top = climb(0, size, 0, len(places))
    if next(rest, None) is not None:
        raise BadTree("The proof has more nodes than it needs.")
    return top


def _next_of(rest: Iterator[bytes]) -> bytes:
    node = next(rest, None)
    if node is None:
        raise BadTree("The proof has fewer nodes than it needs.")
    return node


def _middle(start: int, end: int) -> int:
    """Where RFC 9162 parts leaves [start, end): after the largest power of two that fits."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def consistency_path(*, old: int, new: int, read: Reader) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves begins that of ``new`` (§2.1.4.1)."""
    if not 0 <= old <= new:
        raise BadTree(f"A tree of {new} leaves holds none of {old}.")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while end != old:
        middle = _middle(start, end)
        if old <= middle:
            path.append(_span(middle, end, read))
            end = middle
        else:
            path.append(_span(start, middle, read))
            start = middle
            whole = False
    if not whole:
        path.append(_span(start, end, read))
    return path[::-1]


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Refuse unless the old tree is a prefix of the new one (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new or _misshapen(*path):
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


def _misshapen(*hashes: bytes) -> bool:
    return any(len(each) != HASH_BYTES for each in hashes)


def _verify_trivial(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    if path:
        raise BadTree("This consistency proof must be empty.")
    if old == 0 and (old_root != EMPTY_ROOT or _misshapen(new_root)):
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
