"""The Merkle tree of RFC 9162: hashes, roots, inclusion and consistency proofs, appending."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from passport.proof.errors import BadTree

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_BYTES = 32

# Gives the hash of the complete subtree of 2^level leaves at a place: read(level, index).
Reader = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Hash a leaf: SHA-256(0x00 ‖ data) (RFC 9162 §2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children: SHA-256(0x01 ‖ left ‖ right) (RFC 9162 §2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Range:
    """A tree of ``size`` leaves as the roots of its complete subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """Return the root hash of this tree (RFC 9162 §2.1.1)."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def append(self, hashes: Iterable[bytes]) -> "Range":
        """Return the tree with these leaf hashes added on the right."""
        peaks = list(self.peaks)
        size = self.size
        for each in hashes:
            merged = each
            rest = size
            while rest & 1:
                merged = node_hash(peaks.pop(), merged)
                rest >>= 1
            peaks.append(merged)
            size += 1
        return Range(size=size, peaks=tuple(peaks))


def root(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes; the root of nothing is SHA-256 of nothing."""
    level = list(hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def _next_level(level: list[bytes]) -> list[bytes]:
    sha256 = hashlib.sha256
    paired = [
        sha256(b"\x01" + left + right).digest()
        for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    if len(level) % 2:
        paired.append(level[-1])
    return paired


def levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Return the complete subtrees of every level, from the leaves up; reader() serves them."""
    rows = [list(hashes)]
    while len(rows[-1]) > 1:
        row = rows[-1]
        rows.append(_next_level(row[: len(row) // 2 * 2]))
    return rows


def reader(rows: Sequence[Sequence[bytes]]) -> Reader:
    """Serve complete subtrees from levels() kept in memory."""
    return lambda level, index: rows[level][index]


def peak_places(size: int) -> list[tuple[int, int]]:
    """Return (level, index) of each complete subtree at the top of a tree, largest first."""
    places = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return places


def range_of(*, size: int, read: Reader) -> Range:
    """Return the right edge of the tree with this many leaves."""
    return Range(size=size, peaks=tuple(read(level, at) for level, at in peak_places(size)))


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
        middle = start + (1 << (end - start - 1).bit_length() - 1)
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


def consistency_path(*, old: int, new: int, read: Reader) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves begins that of ``new`` (§2.1.4.1)."""
    if not 0 <= old <= new:
        raise BadTree(f"A tree of {new} leaves holds none of {old}.")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while end != old:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
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
