"""Batches of which few items are shown, or none: what takes them back is still asked for."""

from dataclasses import replace

import pytest

from passport.proof import verdict
from passport.proof.bundle import Contents
from passport.proof.errors import BadBundle
from tests import later, simulator
from tests.simulator import CELLMAKER, Pack, cell_id, pack_of_cells, salt

CELLS = [cell_id(each) for each in range(20)]
ERASED, TAKEN = CELLS[4], CELLS[5]


@pytest.fixture
def pack() -> Pack:
    return pack_of_cells()


def verified(pack: Pack, contents: Contents):
    return verdict.verify(pack.bundle(contents), policy=pack.policy())


def of_an_erased_item(pack: Pack, *entries: int) -> Contents:
    """The item is gone; that the battery belongs to its batch is told by the batch's entry."""
    rows = later.rows_of(pack.world, later.everybody(pack).items())
    index = later.take_snapshot(pack.world, rows)
    shown = (0, pack.batch_index, *entries, index)
    return replace(
        pack.contents(),
        batteries={ERASED: -1},
        salts={CELLMAKER: salt(CELLMAKER), ERASED: salt(ERASED)},
        documents=[pack.world.documents[each] for each in shown],
        items=[],
        members=[simulator.members_of(pack.batch_index, CELLS, [ERASED])],
        components={},
        index=later.index_for(index, rows, [ERASED, CELLMAKER]),
        **pack.world.shown(shown),
    )


def test_what_takes_another_item_back_concerns_one_that_was_erased_as_well(pack):
    taken = later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS, items=[TAKEN])
    report = verified(pack, of_an_erased_item(pack, taken))

    assert report.completeness.startswith("proven up to entry 9 ")


def test_what_takes_a_batch_back_cannot_be_hidden_from_an_item_that_was_erased(pack):
    taken = later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS)
    with pytest.raises(BadBundle, match=f"and others {taken} of 2; shown are None and 1 of 1"):
        verified(pack, of_an_erased_item(pack))
