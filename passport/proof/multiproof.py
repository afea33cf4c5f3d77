"""One proof for many leaves of the tree of RFC 9162: each hash that is needed stands once.

A walk of the tree, left before right, does not enter a subtree that holds none of the leaves: its
root is a node of the proof, in the order of the walk.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from passport.proof.errors import BadTree
from passport.proof.hashing import Reader, misshapen, node_hash, parting, span_hash


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
        height = (end - start).bit_length() - 1
        whole = end - start == 1 << height
        if first == last:
            nodes.append(read(height, start >> height) if whole else span_hash(start, end, read))
        elif last - first == 1 and whole:
            nodes += _beside(places[first], height, read)
        else:
            middle = parting(start, end)
            split = bisect_left(places, middle, first, last)
            waiting.append((middle, end, split, last))
            waiting.append((start, middle, first, split))
    return nodes


def _beside(index: int, height: int, read: Reader) -> Iterator[bytes]:
    """The siblings on the path of the one leaf shown in a whole subtree, in the order of a walk.

    The walk meets those on the left on its way down to the leaf, those on the right on its way up.
    """
    for level in range(height - 1, -1, -1):
        if index >> level & 1:
            yield read(level, (index >> level) - 1)
    for level in range(height):
        if not index >> level & 1:
            yield read(level, (index >> level) + 1)


def root_from_many(*, leaves: Mapping[int, bytes], size: int, nodes: Sequence[bytes]) -> bytes:
    """Return the root that leaf hashes, by their places, and the nodes of multi_path() lead to.

    Refuses no leaves, an index outside the tree, too few or too many nodes, and what is no hash.
    """
    places = sorted(leaves)
    if not places or not 0 <= places[0] <= places[-1] < size:
        raise BadTree(f"The leaves shown are not in a tree of {size} leaves.")
    if misshapen(*nodes) or misshapen(*leaves.values()):
        raise BadTree("The nodes or the leaves are not made of hashes.")
    rest = iter(nodes)

    def climb(start: int, end: int, first: int, last: int) -> bytes:
        """The root over leaves [start, end); of the places shown it holds [first, last)."""
        if last - first == 1:
            return _climb_alone(places[first], leaves[places[first]], (start, end), rest)
        middle = parting(start, end)
        split = bisect_left(places, middle, first, last)
        left = climb(start, middle, first, split) if split > first else next(rest)
        right = climb(middle, end, split, last) if split < last else next(rest)
        return node_hash(left, right)

    try:
        top = climb(0, size, 0, len(places))
    except StopIteration as error:
        raise BadTree("The proof has fewer nodes than it needs.") from error
    if next(rest, None) is not None:
        raise BadTree("The proof has more nodes than it needs.")
    return top


def _climb_alone(index: int, leaf: bytes, span: tuple[int, int], rest: Iterator[bytes]) -> bytes:
    """The root over a span in which one leaf is shown: down to it, then up with its siblings.

    On the way down the walk meets the siblings on the left, on the way up those on the right.
    """
    sha256 = hashlib.sha256
    start, end = span
    left: list[bytes | None] = []
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if index < middle:
            left.append(None)
            end = middle
        else:
            left.append(next(rest))
            start = middle
    for each in reversed(left):
        both = leaf + next(rest) if each is None else each + leaf
        leaf = sha256(b"\x01" + both).digest()
    return leaf
