"""How the tree of a batch is kept: as subtrees four levels high, each with all hashes inside it.

A path crosses five of them in a tree of 2^20 leaves, wherever its leaf stands, and hashes nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from passport.proof.errors import BadTile
from passport.proof.tree import HASH_BYTES, Reader, peak_places

HEIGHT = 4
WIDTH = 1 << HEIGHT
# How many hashes stand before each row of a whole subtree.
_BEFORE = (0, 16, 24, 28)

# The level of the subtree's lowest hashes, a multiple of HEIGHT, and its place from the left.
Place: TypeAlias = tuple[int, int]
# Gives the hashes of subtrees, lowest row first; those that are not kept are left out.
Fetch: TypeAlias = Callable[[Collection[Place]], Mapping[Place, bytes]]


def subtrees(rows: Sequence[Sequence[bytes]]) -> Iterator[tuple[int, int, bytes]]:
    """Yield (level, place, hashes) of all subtrees of a tree given by its tree.levels()."""
    for level in range(0, len(rows), HEIGHT):
        for place in range(-(-len(rows[level]) // WIDTH)):
            yield level, place, b"".join(_inside(rows, level, place))


def _inside(rows: Sequence[Sequence[bytes]], level: int, place: int) -> Iterator[bytes]:
    for above, row in enumerate(rows[level : level + HEIGHT]):
        width = WIDTH >> above
        yield from row[place * width : (place + 1) * width]


def places_for(*, indices: Iterable[int], size: int) -> set[Place]:
    """Return where the paths of some leaves lead through, and the right edge of the tree."""
    leaves = set(indices)
    found = {
        (level, index >> level + HEIGHT)
        for level in range(0, size.bit_length(), HEIGHT)
        for index in leaves
        if index >> level + HEIGHT << HEIGHT < size >> level
    }
    return found | {_place_of(level, index) for level, index in peak_places(size)}


def reader(*, size: int, kept: Mapping[Place, bytes], fetch: Fetch) -> Reader:
    """Serve the complete subtrees of a tree of so many leaves; what `kept` lacks is fetched.

    The reader refuses (BadTile) what is not kept, and hashes that do not fit the tree.
    """
    known = dict(kept)

    def read(level: int, index: int) -> bytes:
        start, place = _start(level, index, size), _place_of(level, index)
        if place not in known:
            known.update(fetch([place]))
        found = known.get(place, b"")[start : start + HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise BadTile(f"The hash {index} of level {level} is not kept.")
        return found

    return read


def _place_of(level: int, index: int) -> Place:
    above = level % HEIGHT
    return level - above, index >> HEIGHT - above


def _start(level: int, index: int, size: int) -> int:
    """Where in its subtree a hash begins: after the rows below it, which the edge may cut short."""
    if not 0 <= index < size >> level:
        raise BadTile(f"A tree of {size} leaves has no hash {index} of level {level}.")
    bottom, place = _place_of(level, index)
    above = level - bottom
    if place + 1 << HEIGHT <= size >> bottom:
        before = _BEFORE[above]
    else:
        before = sum(
            min(WIDTH >> row, (size >> bottom + row) - place * (WIDTH >> row))
            for row in range(above)
        )
    return HASH_BYTES * (before + index - place * (WIDTH >> above))
