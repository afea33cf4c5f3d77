"""The tree agrees with the definition; the vectors of others stand in test_vectors."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.proof import tree
from passport.proof.errors import BadTree


def leaves(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(each).encode()) for each in range(count)]


def by_definition(hashes: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return tree.node_hash(by_definition(hashes[:k]), by_definition(hashes[k:]))


@given(st.integers(0, 80))
def test_all_ways_to_a_root_agree(size):
    hashes = leaves(size)

    assert tree.root(hashes) == by_definition(hashes) == tree.Range().append(hashes).root()


@given(st.integers(1, 300), st.data())
def test_a_path_proves_its_leaf_and_no_other(size, data):
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    path = tree.inclusion_path(index=index, size=size, read=tree.reader(tree.levels(hashes)))
    root = tree.root(hashes)

    tree.verify_inclusion(leaf=hashes[index], index=index, size=size, path=path, root=root)
    for other in {index ^ 1, index + 1, size, size + 1} - {index}:
        with pytest.raises(BadTree):
            tree.verify_inclusion(leaf=hashes[index], index=other, size=size, path=path, root=root)
    for wrong in (
        [*path, root],
        path[:-1] if path else [root],
        [each[::-1] for each in path] or [b""],
    ):
        with pytest.raises(BadTree):
            tree.verify_inclusion(leaf=hashes[index], index=index, size=size, path=wrong, root=root)


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_consistency_proof_proves_the_prefix(one, other):
    old, new = sorted((one, other))
    hashes = leaves(new)
    path = tree.consistency_path(old=old, new=new, read=tree.reader(tree.levels(hashes)))
    roots = {"old_root": tree.root(hashes[:old]), "new_root": tree.root(hashes)}

    tree.verify_consistency(old=old, new=new, path=path, **roots)
    with pytest.raises(BadTree):
        tree.verify_consistency(old=old, new=new, path=[*path, bytes(32)], **roots)
    forged = {**roots, "old_root": bytes(32)}
    with pytest.raises(BadTree):
        tree.verify_consistency(old=old, new=new, path=path, **forged)


REFUSED = {
    "a leaf beyond the tree": lambda: tree.inclusion_path(index=3, size=3, read=lambda *_: b""),
    "a shrinking tree": lambda: tree.consistency_path(old=4, new=3, read=lambda *_: b""),
    "a hash of 31 bytes": lambda: tree.verify_consistency(
        old=1, new=2, old_root=bytes(32), new_root=bytes(32), path=[bytes(31)]
    ),
    "no proof where one is due": lambda: tree.verify_consistency(
        old=1, new=2, old_root=bytes(32), new_root=bytes(32), path=[]
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case):
    with pytest.raises(BadTree):
        REFUSED[case]()
