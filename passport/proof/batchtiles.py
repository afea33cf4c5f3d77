"""How the tree of a batch is kept: as subtrees four levels high, each with all hashes inside it.

A path crosses five of them in a tree of 2^20 leaves, wherever its leaf stands, and hashes nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from passport.proof.errors import BadTile
from passport.proof.tree import HASH_BYTES, Reader, node_hash, peak_places

HEIGHT = 4
WIDTH = 1 << HEIGHT
# How many hashes stand before each row of a whole subtree; and its bytes.
_BEFORE = (0, 16, 24, 28)
_WHOLE = 30 * HASH_BYTES

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
        place = _place_of(level, index)
        found = known.get(place, b"")
        if len(found) == _WHOLE:
            above = level - place[0]
            start = HASH_BYTES * (_BEFORE[above] + index - (place[1] << HEIGHT - above))
            return found[start : start + HASH_BYTES]
        return read_edge(level, index, place)

    def read_edge(level: int, index: int, place: Place) -> bytes:
        start = _start(level, index, size)
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


class Growth:
    """The subtrees of a tree whose leaf hashes come one after the other: each when it is whole.

    Holds a row of at most 16 hashes for each level that is kept; rest() gives the right edge.
    """

    def __init__(self) -> None:
        self._rows: list[list[bytes]] = [[]]
        self._places: list[int] = [0]

    def add(self, hashes: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
        """Append leaf hashes; yield (level, place, hashes) of the subtrees that they fill."""
        yield from self._add(0, hashes)

    def rest(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield the subtrees that the end of the tree leaves open."""
        for at, row in enumerate(self._rows):
            if row:
                yield at * HEIGHT, self._places[at], b"".join(map(b"".join, _above(row)))

    def _add(self, at: int, hashes: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
        row = self._rows[at]
        row += hashes
        whole = len(row) // WIDTH
        tops = []
        for place in range(whole):
            levels = _above(row[place * WIDTH : (place + 1) * WIDTH])
            yield at * HEIGHT, self._places[at] + place, b"".join(map(b"".join, levels))
            tops.append(node_hash(*levels[-1]))
        self._places[at] += whole
        del row[: whole * WIDTH]
        if tops:
            if at + 1 == len(self._rows):
                self._rows.append([])
                self._places.append(0)
            yield from self._add(at + 1, tops)


def _above(row: Sequence[bytes]) -> list[list[bytes]]:
    """A row of hashes and the rows above it inside one subtree, as far as they are complete."""
    rows = [list(row)]
    while len(rows) < HEIGHT and len(rows[-1]) > 1:
        below = rows[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        rows.append([node_hash(left, right) for left, right in pairs])
    return rows
