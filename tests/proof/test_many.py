"""One proof for many leaves says exactly what their single paths say."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passport.proof import tree
from passport.proof.errors import BadTree


def leaves(count: int) -> list[bytes]:
    return [tree.leaf_hash(str(each).encode()) for each in range(count)]


@st.composite
def some_of_a_tree(draw):
    """A tree and some of its leaves: its hashes, the places, the nodes that prove them."""
    size = draw(st.integers(1, 300))
    indices = draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=40))
    hashes = leaves(size)
    read = tree.reader(tree.levels(hashes))
    return hashes, indices, tree.multi_path(indices=list(indices), size=size, read=read)


@given(some_of_a_tree())
def test_many_leaves_lead_to_the_root_of_their_single_paths(case):
    hashes, indices, nodes = case
    size, read = len(hashes), tree.reader(tree.levels(hashes))
    found = tree.root_from_many(
        leaves={each: hashes[each] for each in indices}, size=size, nodes=nodes
    )

    assert found == tree.root(hashes)
    for index in indices:
        path = tree.inclusion_path(index=index, size=size, read=read)
        assert found == tree.root_from_path(leaf=hashes[index], index=index, size=size, path=path)


@given(st.integers(1, 200), st.data())
def test_one_leaf_needs_the_nodes_of_its_path(size, data):
    index = data.draw(st.integers(0, size - 1))
    read = tree.reader(tree.levels(leaves(size)))
    path = tree.inclusion_path(index=index, size=size, read=read)

    assert sorted(tree.multi_path(indices=[index], size=size, read=read)) == sorted(path)


@given(some_of_a_tree(), st.data())
def test_refuses_too_few_and_too_many_nodes(case, data):
    hashes, indices, nodes = case
    shown = {each: hashes[each] for each in indices}
    place = data.draw(st.integers(0, len(nodes)))

    with pytest.raises(BadTree, match="more nodes"):
        tree.root_from_many(
            leaves=shown, size=len(hashes), nodes=[*nodes[:place], bytes(32), *nodes[place:]]
        )
    if nodes:
        with pytest.raises(BadTree, match="fewer nodes"):
            tree.root_from_many(leaves=shown, size=len(hashes), nodes=nodes[:-1])


@given(some_of_a_tree(), st.data())
def test_a_leaf_in_another_place_or_a_changed_hash_leads_elsewhere(case, data):
    hashes, indices, nodes = case
    shown = {each: hashes[each] for each in indices}
    moved = data.draw(st.sampled_from(sorted(indices)))
    changed = {**shown, moved: hashlib.sha256(shown[moved]).digest()}

    assert tree.root_from_many(leaves=changed, size=len(hashes), nodes=nodes) != tree.root(hashes)
    there = data.draw(st.integers(0, len(hashes) - 1))
    if there not in shown:
        elsewhere = {each: hashes[each] for each in indices - {moved}} | {there: hashes[moved]}
        try:
            found = tree.root_from_many(leaves=elsewhere, size=len(hashes), nodes=nodes)
        except BadTree:
            return
        assert found != tree.root(hashes)


@given(some_of_a_tree(), st.data())
def test_nodes_in_another_order_lead_elsewhere(case, data):
    hashes, indices, nodes = case
    other = data.draw(st.permutations(nodes))
    shown = {each: hashes[each] for each in indices}
    found = tree.root_from_many(leaves=shown, size=len(hashes), nodes=other)

    assert (found == tree.root(hashes)) is (list(other) == nodes)


def test_all_leaves_need_no_nodes_and_no_leaves_nothing_at_all():
    hashes = leaves(7)
    read = tree.reader(tree.levels(hashes))

    assert tree.multi_path(indices=range(7), size=7, read=read) == []
    assert tree.multi_path(indices=[], size=7, read=read) == []
    assert tree.root_from_many(leaves=dict(enumerate(hashes)), size=7, nodes=[]) == tree.root(
        hashes
    )


HASH = bytes(32)
REFUSED = {
    "no leaves": ({}, 4, [HASH]),
    "a tree without leaves": ({0: HASH}, 0, []),
    "a leaf beyond the tree": ({4: HASH}, 4, [HASH, HASH]),
    "a leaf before the tree": ({-1: HASH}, 4, [HASH, HASH]),
    "a leaf of 31 bytes": ({0: bytes(31)}, 1, []),
    "a node of 33 bytes": ({0: HASH}, 2, [bytes(33)]),
    "a leaf without its nodes in a tree of 2^62": ({2**62 - 1: HASH}, 2**62, []),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case):
    shown, size, nodes = REFUSED[case]
    with pytest.raises(BadTree):
        tree.root_from_many(leaves=shown, size=size, nodes=nodes)


@pytest.mark.parametrize("index", [-1, 3])
def test_refuses_to_prove_a_leaf_outside_the_tree(index):
    with pytest.raises(BadTree):
        tree.multi_path(indices=[0, index], size=3, read=lambda *_: b"")
