"""Whom an entry about many is about: salted subjects, sorted, in blocks that prove single ones.

Of a million subjects only the blocks are read that hold those asked about, and the last one, which
may not be full; of all others the root is enough.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from passport.proof import tree
from passport.proof.errors import BadTree
from passport.proof.tree import HASH_BYTES

LEVEL = 8
WIDTH = 1 << LEVEL


@dataclass(frozen=True, slots=True)
class Block:
    """Up to 256 neighbouring subjects, end to end, and the root of the tree over them."""

    place: int
    subjects: bytes
    root: bytes

    @property
    def first(self) -> bytes:
        """The lowest subject, by which the block is found."""
        return self.subjects[:HASH_BYTES]


def blocks_of(subjects: Iterable[bytes]) -> Iterator[Block]:
    """Yield the blocks of some salted subjects, in order."""
    kept = sorted(subjects)
    for start in range(0, len(kept), WIDTH):
        some = kept[start : start + WIDTH]
        yield Block(start // WIDTH, b"".join(some), tree.root(map(tree.leaf_hash, some)))


def root_of(roots: Sequence[bytes]) -> bytes:
    """Return the root over all subjects from the roots of their blocks (RFC 9162 §2.1.1)."""
    return tree.root(roots)


@dataclass(frozen=True)
class Members:
    """So many subjects: the roots of all their blocks, and the subjects of some.

    Refuses (BadTree) to prove what stands in a block that it was not given.
    """

    count: int
    roots: Sequence[bytes]
    blocks: Mapping[int, bytes]

    def root(self) -> bytes:
        """Return the root that an entry about these subjects holds, from what is at hand."""
        for place, subjects in self.blocks.items():
            if _root(subjects) != self.roots[place]:
                raise BadTree(f"Block {place} of the subjects has another root than was kept.")
        return root_of(self.roots)

    def place_of(self, subject: bytes) -> int | None:
        """Return where a salted subject stands among the sorted ones; None where it does not."""
        for place, subjects in self.blocks.items():
            kept = [_at(subjects, at) for at in range(len(subjects) // HASH_BYTES)]
            found = bisect_left(kept, subject)
            if kept[found : found + 1] == [subject]:
                return place * WIDTH + found
        return None

    def nodes(self, places: Iterable[int]) -> tuple[bytes, ...]:
        """Return what proves the subjects at these places under the root, see tree.multi_path()."""
        return tuple(tree.multi_path(indices=sorted(places), size=self.count, read=self._read))

    @cached_property
    def _above(self) -> list[list[bytes]]:
        return tree.levels(self.roots[: self.count // WIDTH])

    def _read(self, level: int, index: int) -> bytes:
        if level >= LEVEL:
            return self._above[level - LEVEL][index]
        block, start = divmod(index << level, WIDTH)
        if block not in self.blocks:
            raise BadTree(f"Block {block} of the subjects is not at hand.")
        start *= HASH_BYTES
        return _root(self.blocks[block][start : start + (HASH_BYTES << level)])


def _at(subjects: bytes, place: int) -> bytes:
    return subjects[place * HASH_BYTES : (place + 1) * HASH_BYTES]


def _root(subjects: bytes) -> bytes:
    return tree.root(tree.leaf_hash(_at(subjects, at)) for at in range(len(subjects) // HASH_BYTES))
