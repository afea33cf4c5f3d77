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
