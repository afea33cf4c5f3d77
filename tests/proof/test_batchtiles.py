"""The kept tree of a batch: every hash of every tree is found, and nothing else is."""

import hashlib
from random import Random

import pytest

from passport.proof import batchtiles, tree
from passport.proof.errors import BadTile

SIZES = [*range(1, 70), 255, 256, 257, 1000, 4095, 4096, 4097]


def rows_of(size: int) -> list[list[bytes]]:
    return tree.levels([hashlib.sha256(b"%d" % each).digest() for each in range(size)])


def kept(rows: list[list[bytes]]) -> dict[batchtiles.Place, bytes]:
    return {(level, place): data for level, place, data in batchtiles.subtrees(rows)}


def never(places):
    raise AssertionError(f"{places} was not prefetched")


@pytest.mark.parametrize("size", SIZES)
def test_every_hash_of_a_tree_is_found(size):
    rows = rows_of(size)
    read = batchtiles.reader(size=size, kept=kept(rows), fetch=never)
    for level, row in enumerate(rows):
        for index, each in enumerate(row):
            assert read(level, index) == each
        with pytest.raises(BadTile):
            read(level, len(row))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_prefetched_is_enough_for_any_leaves(size):
    rows = rows_of(size)
    stored, root = kept(rows), tree.root(rows[0])
    drawn = Random(size)
    for count in {1, min(3, size), size}:
        indices = drawn.sample(range(size), count)
        wanted = batchtiles.places_for(indices=indices, size=size)
        assert wanted <= stored.keys()
        some = {place: stored[place] for place in wanted}
        read = batchtiles.reader(size=size, kept=some, fetch=never)
        nodes = tree.multi_path(indices=indices, size=size, read=read)
        leaves = {index: rows[0][index] for index in indices}
        assert tree.root_from_many(leaves=leaves, size=size, nodes=nodes) == root
        path = tree.inclusion_path(index=indices[0], size=size, read=read)
        assert path == tree.inclusion_path(index=indices[0], size=size, read=tree.reader(rows))


def test_what_was_not_prefetched_is_fetched_once():
    rows, asked = rows_of(600), []

    def fetch(places):
        asked.extend(places)
        return {place: kept(rows)[place] for place in places}

    read = batchtiles.reader(size=600, kept={}, fetch=fetch)
    assert [read(0, 5), read(0, 6), read(1, 3)] == [rows[0][5], rows[0][6], rows[1][3]]
    assert asked == [(0, 0)]


@pytest.mark.parametrize("cut", [0, 31, 32 * 29])
def test_a_subtree_that_is_missing_or_cut_short_is_refused(cut):
    rows = rows_of(600)
    short = {(0, 0): kept(rows)[0, 0][:cut]}
    read = batchtiles.reader(size=600, kept=short, fetch=lambda places: {})
    with pytest.raises(BadTile, match="not kept"):
        read(3, 1)


@pytest.mark.parametrize(("level", "index"), [(0, -1), (0, 600), (9, 1), (10, 0)])
def test_a_hash_that_the_tree_does_not_have_is_refused(level, index):
    read = batchtiles.reader(size=600, kept=kept(rows_of(600)), fetch=lambda places: {})
    with pytest.raises(BadTile, match="has no hash"):
        read(level, index)


def test_a_full_subtree_has_thirty_hashes():
    sizes = {len(data) for _, _, data in batchtiles.subtrees(rows_of(4096))}
    # 16 + 8 + 4 + 2 of 32 bytes; the root of a tree of 16^3 leaves stands alone.
    assert sizes == {960, 32}


# How many leaves come at once: fewer than a subtree has, just as many, more, and all.
PORTIONS = (1, 7, 15, 16, 17, 250, 5000)
GROWN = [0, *range(1, 35), 255, 256, 257, 272, 1000, 4095, 4096, 4097]


def grown(leaves, portion):
    """The subtrees of a tree that grows by portions: those that filled on the way, and the rest."""
    growth, filled = batchtiles.Growth(), []
    for start in range(0, len(leaves), portion):
        filled += growth.add(leaves[start : start + portion])
    return filled, list(growth.rest())


@pytest.mark.parametrize("portion", PORTIONS)
@pytest.mark.parametrize("size", GROWN)
def test_a_tree_that_grows_by_portions_has_the_subtrees_of_the_whole(size, portion):
    rows = rows_of(size) if size else [[]]
    filled, rest = grown(rows[0], portion)
    assert sorted(filled + rest) == sorted(batchtiles.subtrees(rows))
    assert {len(data) for _, _, data in filled} <= {960}
    assert all(len(data) < 960 for _, _, data in rest)


def test_a_subtree_is_given_as_soon_as_its_last_leaf_stands_and_once():
    rows, growth = rows_of(257), batchtiles.Growth()
    given = [[(level, place) for level, place, _ in growth.add([leaf])] for leaf in rows[0]]
    assert [at for at, each in enumerate(given, 1) if each] == list(range(16, 257, 16))
    assert given[31] == [(0, 1)]
    assert given[255] == [(0, 15), (4, 0)]
    assert [(level, place) for level, place, _ in growth.rest()] == [(0, 16), (8, 0)]


def test_the_rest_takes_nothing_away():
    rows, growth = rows_of(20), batchtiles.Growth()
    filled = list(growth.add(rows[0][:18]))
    assert list(growth.rest()) == list(growth.rest())
    filled += growth.add(rows[0][18:])
    assert sorted(filled + list(growth.rest())) == sorted(batchtiles.subtrees(rows))


def test_no_leaves_give_no_subtree():
    growth = batchtiles.Growth()
    assert [*growth.add([]), *growth.rest()] == []


def test_a_grown_tree_is_read_like_any_other():
    rows = rows_of(1000)
    filled, rest = grown(rows[0], 7)
    stored = {(level, place): data for level, place, data in filled + rest}
    read = batchtiles.reader(size=1000, kept=stored, fetch=never)
    for index in (0, 15, 16, 511, 999):
        path = tree.inclusion_path(index=index, size=1000, read=read)
        tree.verify_inclusion(
            leaf=rows[0][index], index=index, size=1000, path=path, root=tree.root(rows[0])
        )
