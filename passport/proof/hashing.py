"""The hashes of RFC 9162: of leaves, of nodes, of whole trees, and the growth of a tree."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

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


def span_hash(start: int, end: int, read: Reader) -> bytes:
    """Return the hash over leaves [start, end).

    Start is a multiple of the power of two that covers them, as it is in every walk of a tree.
    """
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(read(level, start >> level))
        start += 1 << level
    result = parts.pop()
    while parts:
        result = node_hash(parts.pop(), result)
    return result


def parting(start: int, end: int) -> int:
    """Where RFC 9162 parts leaves [start, end): after the largest power of two that fits."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def misshapen(*hashes: bytes) -> bool:
    """Tell whether one of these is no hash."""
    return any(len(each) != HASH_BYTES for each in hashes)
