"""Whom an entry about many is about is proven from two blocks, however many there are."""

import hashlib

import pytest

from passport.proof import leaf, members, tree
from passport.proof.errors import BadTree

COUNTS = (2, 3, 255, 256, 257, 511, 512, 513, 700, 1024, 1300)


def subjects_of(count):
    return [hashlib.sha256(b"subject %d" % number).digest() for number in range(count)]


def kept_for(subjects, *wanted):
    """What is read of all blocks: those in which these would stand, and the last one."""
    blocks = list(members.blocks_of(subjects))
    places = {max((b.place for b in blocks if b.first <= each), default=0) for each in wanted}
    return members.Members(
        count=len(subjects),
        roots=[each.root for each in blocks],
        blocks={b.place: b.subjects for b in blocks if b.place in {*places, blocks[-1].place}},
    )


@pytest.mark.parametrize("count", COUNTS)
def test_the_blocks_make_the_root_that_an_entry_holds(count):
    subjects = subjects_of(count)
    assert kept_for(subjects, subjects[0]).root() == leaf.subjects_root(subjects)


@pytest.mark.parametrize("count", COUNTS)
def test_a_few_are_proven_under_it(count):
    subjects = subjects_of(count)
    wanted = {subjects[0], subjects[count // 2], subjects[-1]}
    kept = kept_for(subjects, *wanted)
    places = {kept.place_of(each): tree.leaf_hash(each) for each in wanted}
    assert sorted(subjects)[min(places)] in wanted
    root = tree.root_from_many(leaves=places, size=count, nodes=kept.nodes(places))
    assert root == leaf.subjects_root(subjects)


def test_who_is_not_among_them_has_no_place():
    subjects = subjects_of(600)
    for strange in (bytes(32), b"\xff" * 32, subjects_of(601)[-1]):
        assert kept_for(subjects, strange).place_of(strange) is None


def test_a_changed_block_is_refused():
    subjects = subjects_of(600)
    kept = kept_for(subjects, subjects[3])
    place, data = next(iter(kept.blocks.items()))
    spoilt = members.Members(kept.count, kept.roots, {**kept.blocks, place: data[::-1]})
    with pytest.raises(BadTree, match=f"Block {place} of the subjects has another root"):
        spoilt.root()


def test_what_stands_in_a_block_that_is_not_there_is_not_proven():
    subjects = subjects_of(600)
    kept = kept_for(subjects, sorted(subjects)[0])
    with pytest.raises(BadTree, match="Block 1 of the subjects is not at hand"):
        kept.nodes([300])
