"""Every small tree whole, and at the edges of large ones each check refuses by itself.

A refusal that another check would have made too is told apart by its words.
"""

import hashlib
from dataclasses import FrozenInstanceError

import pytest

from passport.proof import tree
from passport.proof.errors import BadTree
from passport.proof.tree import node_hash

A, B, C = (hashlib.sha256(each).digest() for each in (b"a", b"b", b"c"))
SHORT, LONG = A[:31], A + b"\0"


def leaves(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(each).encode()) for each in range(count)]


SMALL = leaves(34)
ROOTS = [tree.root(SMALL[:size]) for size in range(len(SMALL) + 1)]
READ = tree.reader(tree.levels(SMALL))


def test_every_leaf_of_every_small_tree_is_proven():
    for size in range(1, len(SMALL) + 1):
        for index in range(size):
            path = tree.inclusion_path(index=index, size=size, read=READ)
            tree.verify_inclusion(
                leaf=SMALL[index], index=index, size=size, path=path, root=ROOTS[size]
            )


def test_every_small_tree_begins_every_larger_one():
    for new in range(len(SMALL) + 1):
        for old in range(new + 1):
            path = tree.consistency_path(old=old, new=new, read=READ)
            told = {"old": old, "new": new, "path": path, "new_root": ROOTS[new]}
            tree.verify_consistency(old_root=ROOTS[old], **told)
            for forged in (bytes(32), b"\xff" * 32):
                with pytest.raises(BadTree):
                    tree.verify_consistency(old_root=forged, **told)


def test_every_two_leaves_of_every_small_tree_are_proven_together():
    for size in range(1, 20):
        for first in range(size):
            for second in range(first, size):
                places = {first, second}
                nodes = tree.multi_path(indices=list(places), size=size, read=READ)
                found = tree.root_from_many(
                    leaves={each: SMALL[each] for each in places}, size=size, nodes=nodes
                )
                assert found == ROOTS[size]


def test_sizes_and_places_are_compared_as_numbers():
    # Python keeps one object for each small integer only; these are beyond.
    size, hashes = int("1026"), leaves(1026)
    read, root = tree.reader(tree.levels(hashes)), tree.root(hashes)
    places = range(0, size, 3)
    nodes = tree.multi_path(indices=places, size=size, read=read)
    shown = {each: hashes[each] for each in places}
    assert tree.root_from_many(leaves=shown, size=int("1026"), nodes=nodes) == root

    same = {"old": size, "new": int("1026"), "path": []}
    tree.verify_consistency(old_root=root, new_root=root, **same)
    with pytest.raises(BadTree, match="two roots"):
        tree.verify_consistency(old_root=root, new_root=A, **same)
    for last in (512, 1024, 1025):
        path = tree.inclusion_path(index=last, size=last + 1, read=read)
        leaf, grown = hashes[last], tree.root(hashes[: last + 1])
        tree.verify_inclusion(leaf=leaf, index=last, size=last + 1, path=path, root=grown)
    for old in (512, 1025):
        path = tree.consistency_path(old=old, new=1026, read=read)
        old_root = tree.root(hashes[:old])
        tree.verify_consistency(old=old, new=1026, old_root=old_root, new_root=root, path=path)


def test_a_tree_that_grew_leaves_the_old_one_as_it_was():
    old = tree.Range().append(SMALL[:5])
    assert (old.append(SMALL[5:6]).root(), old.root()) == (ROOTS[6], ROOTS[5])
    with pytest.raises(FrozenInstanceError):
        old.size = 6


def test_two_leaves_at_the_far_end_of_many_are_found_across_what_is_empty():
    hashes = leaves(2048)
    read = tree.reader(tree.levels(hashes))
    places = [*range(300), 2046, 2047]
    nodes = tree.multi_path(indices=places, size=2048, read=read)
    shown = {each: hashes[each] for each in places}
    assert tree.root_from_many(leaves=shown, size=2048, nodes=nodes) == tree.root(hashes)


INCLUSION = {
    "a place before the first": (
        "not in a tree", lambda: tree.root_from_path(leaf=A, index=-1, size=2, path=[B])
    ),
    "a place behind the last": (
        "not in a tree", lambda: tree.root_from_path(leaf=A, index=2, size=2, path=[B])
    ),
    "a place far behind": (
        "not in a tree", lambda: tree.root_from_path(leaf=A, index=9, size=2, path=[B])
    ),
    "no place before the first to be proven": (
        "Leaf -1 is not", lambda: tree.inclusion_path(index=-1, size=2, read=READ)
    ),
    "no place far behind to be proven": (
        "Leaf 9 is not", lambda: tree.inclusion_path(index=9, size=2, read=READ)
    ),
    "a path too long": (
        "too long", lambda: tree.root_from_path(leaf=A, index=0, size=2, path=[B, C])
    ),
    "a path too long for one leaf": (
        "too long", lambda: tree.root_from_path(leaf=A, index=0, size=1, path=[B])
    ),
    "a path too short": (
        "too short", lambda: tree.root_from_path(leaf=A, index=0, size=3, path=[B])
    ),
    "a path of short hashes": (
        "not made of hashes", lambda: tree.root_from_path(leaf=A, index=0, size=2, path=[SHORT])
    ),
    "a path of long hashes": (
        "not made of hashes", lambda: tree.root_from_path(leaf=A, index=0, size=2, path=[LONG])
    ),
    "a short leaf hash under a root that fits": (
        "32 bytes",
        lambda: tree.verify_inclusion(
            leaf=SHORT, index=0, size=2, path=[B], root=node_hash(SHORT, B)
        ),
    ),
    "a long leaf hash under a root that fits": (
        "32 bytes",
        lambda: tree.verify_inclusion(
            leaf=LONG, index=0, size=2, path=[B], root=node_hash(LONG, B)
        ),
    ),
    "a short root": (
        "32 bytes",
        lambda: tree.verify_inclusion(leaf=A, index=0, size=2, path=[B], root=SHORT),
    ),
    "a long root": (
        "32 bytes",
        lambda: tree.verify_inclusion(leaf=A, index=0, size=2, path=[B], root=LONG),
    ),
}  # fmt: skip
MANY = {
    "places, and names the outermost": (
        "Leaf 1 or 7 is not in a tree of 5",
        lambda: tree.multi_path(indices=[3, 7, 1], size=5, read=READ),
    ),
    "a place just behind": (
        "Leaf 0 or 5 is not", lambda: tree.multi_path(indices=[0, 5], size=5, read=READ)
    ),
    "a place before the first": (
        "Leaf -1 or 2 is not", lambda: tree.multi_path(indices=[-1, 2], size=5, read=READ)
    ),
    "a leaf before the first": (
        "not in a tree", lambda: tree.root_from_many(leaves={-1: A, 0: B}, size=2, nodes=[])
    ),
    "a leaf just behind": (
        "not in a tree", lambda: tree.root_from_many(leaves={0: A, 2: B}, size=2, nodes=[C])
    ),
    "a leaf far behind": (
        "not in a tree", lambda: tree.root_from_many(leaves={0: A, 9: B}, size=2, nodes=[C])
    ),
    "a leaf behind the last of many": (
        "not in a tree",
        lambda: tree.root_from_many(leaves={0: A, 1000: B}, size=int("1000"), nodes=[C]),
    ),
}  # fmt: skip
CONSISTENCY = {
    "an old tree of less than nothing": (
        "impossible",
        lambda: tree.verify_consistency(old=-1, new=1, old_root=A, new_root=B, path=[C]),
    ),
    "no proof from less than nothing": (
        "holds none of -1", lambda: tree.consistency_path(old=-1, new=3, read=READ)
    ),
    "an old tree larger than the new": (
        "impossible",
        lambda: tree.verify_consistency(old=4, new=3, old_root=A, new_root=B, path=[C]),
    ),
    "short hashes that would lead to the root": (
        "impossible",
        lambda: tree.verify_consistency(
            old=1, new=2, old_root=A, new_root=node_hash(A, SHORT), path=[SHORT]
        ),
    ),
    "a proof too long": (
        "too long",
        lambda: tree.verify_consistency(old=1, new=2, old_root=A, new_root=B, path=[B, C]),
    ),
    "a proof too short": (
        "too short",
        lambda: tree.verify_consistency(old=1, new=4, old_root=A, new_root=B, path=[B]),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "ask"),
    [*INCLUSION.values(), *MANY.values(), *CONSISTENCY.values()],
    ids=[*INCLUSION, *(f"together: {each}" for each in MANY), *CONSISTENCY],
)
def test_refuses(words, ask):
    with pytest.raises(BadTree, match=words):
        ask()
