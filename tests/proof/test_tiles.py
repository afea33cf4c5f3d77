"""Tiles written piece by piece are the tiles of the whole, and prove the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passport.proof import tiles, tree
from passport.proof.errors import BadTile
from passport.proof.tiles import Place


def entries(count: int) -> list[bytes]:
    return [f"entry {each}".encode() for each in range(count)]


def grown(sizes: list[int]) -> tuple[dict[str, bytes], int, bytes]:
    files: dict[str, bytes] = {}
    whole = entries(sum(sizes))
    size, root = 0, tree.EMPTY_ROOT
    for count in sizes:
        added = tiles.append(
            old_size=size, entries=whole[size : size + count], read=files.__getitem__
        )
        size, root = added.size, added.root
        files.update(added.files)
    return files, size, root


@settings(max_examples=25)
@given(st.lists(st.sampled_from([0, 1, 2, 3, 254, 255, 256, 257, 600]), max_size=5), st.data())
def test_appending_in_any_steps_gives_the_same_log(sizes, data):
    files, size, root = grown(sizes)
    hashes = [tree.leaf_hash(each) for each in entries(size)]
    read = files.__getitem__

    assert root == tree.root(hashes) == tiles.root_of(size=size, read=read)
    found = [
        e for place in tiles.places(level=None, size=size) for e in tiles.entries_of(place, read)
    ]
    assert found == entries(size)
    if size:
        index = data.draw(st.integers(0, size - 1))
        path = tiles.inclusion_path(index=index, size=size, read=read)
        tree.verify_inclusion(leaf=hashes[index], index=index, size=size, path=path, root=root)
        old = data.draw(st.integers(0, size))
        proof = tiles.consistency_path(old=old, new=size, read=read)
        tree.verify_consistency(
            old=old, new=size, old_root=tree.root(hashes[:old]), new_root=root, path=proof
        )


def test_a_log_beyond_two_levels_has_a_third():
    files, size, root = grown([65_536, 300])

    assert "tile/2/000.p/1" in files
    assert "tile/0/x000/256" not in files
    assert "tile/0/256" in files
    assert tiles.root_of(size=size, read=files.__getitem__) == root


def test_an_append_writes_only_what_changes():
    files, size, _ = grown([600])
    added = tiles.append(old_size=size, entries=[b"one more"], read=files.__getitem__)

    assert sorted(added.files) == ["tile/0/002.p/89", "tile/entries/002.p/89"]


PATHS = {
    "tile/0/000": Place(0, 0),
    "tile/1/x001/234.p/5": Place(1, 1234, 5),
    "tile/entries/x001/x234/067": Place(None, 1_234_067),
    "tile/entries/999.p/255": Place(None, 999, 255),
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_written_as_c2sp_says(path):
    assert PATHS[path].path == path
    assert tiles.parse_path(path) == PATHS[path]


@pytest.mark.parametrize(
    "path",
    [
        "tile/8/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/1000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/../000",
        "tile/0/000\n",
        "tile/0/" + "x001/" * 30 + "000",
    ],
)
def test_refuses_as_a_path(path):
    with pytest.raises(BadTile):
        tiles.parse_path(path)


def test_a_damaged_right_edge_is_refused():
    files, size, _ = grown([10])
    files["tile/0/000.p/10"] += b"x"

    with pytest.raises(BadTile):
        tiles.append(old_size=size, entries=[b"x"], read=files.__getitem__)


DAMAGED = {"cut off": b"\x00\x05abc", "half a length": b"\x00", "too few": b"\x00\x01a"}


@pytest.mark.parametrize("case", DAMAGED)
def test_refuses_a_bundle_that_is(case):
    with pytest.raises(BadTile):
        tiles.entries_of(Place(None, 0, 2), lambda path: DAMAGED[case])


def test_refuses_an_entry_too_long_for_its_length():
    with pytest.raises(BadTile):
        tiles.append(old_size=0, entries=[bytes(65_536)], read=lambda path: b"")


def test_a_partial_tile_is_the_beginning_of_the_full_one():
    (made, *_), (part, *_) = grown([256]), grown([7])
    for level in (0, None):
        place = Place(level=level, index=0, width=7)
        shown = tiles.beginning(Place(level=level, index=0), 7, made.__getitem__)
        assert shown == part[place.path]
