"""What is shown by its digest only, and what could be hidden there."""

import pytest

from passport.proof import verdict
from tests import later
from tests.simulator import CELLMAKER, PACKMAKER, Pack, cell_id, pack_of_cells

CELLS = [cell_id(each) for each in range(20)]


@pytest.fixture
def pack() -> Pack:
    return pack_of_cells()


def doubts(pack: Pack, kind: str, method: str | None, about: list[str]) -> list[str]:
    """The doubts about one more entry, of which the document is not shown."""
    pack.world.enter(kind, b"unseen", method, about)
    contents = later.hide(pack.contents(), b"unseen")
    return verdict.verify(pack.bundle(contents), policy=pack.policy()).doubts


def test_what_a_maker_logs_of_its_batch_again_may_take_it_back(pack):
    said = doubts(pack, "attestation", CELLMAKER + "#key-1", CELLS)

    assert said == [
        f"The attestation at 8, by {CELLMAKER} and about the items of its batch at 1, is shown by"
        " its digest only: it may take them back."
    ]


def test_another_batch_of_the_same_items_is_a_claim_for_other_eyes(pack):
    assert doubts(pack, "batch", CELLMAKER + "#key-1", CELLS) == []


def test_a_withdrawal_that_is_hidden_is_named_once(pack):
    said = doubts(pack, "correction", CELLMAKER + "#key-1", CELLS)

    assert said == ["The correction at 8 is shown by its digest only."]


def test_what_another_maker_says_of_the_items_takes_nothing_back(pack):
    assert doubts(pack, "batch", PACKMAKER + "#key-1", CELLS) == []


def test_an_event_of_the_battery_and_others_is_no_secret_either(pack):
    contents = later.hide(pack.contents(), pack.world.documents[pack.shared_index])
    report = verdict.verify(pack.bundle(contents), policy=pack.policy())

    assert report.doubts == ["The event at 7 is shown by its digest only."]
