"""What a maker may take back: its own words, wholly or by items, for the same readers."""

import pytest

from passport.rules.errors import Refusal
from passport.rules.withdrawal import (
    AlreadyWithdrawn,
    NotOfTheBatch,
    OtherAccessSet,
    check_items,
    check_withdrawal,
)

USUAL = {"access": "public", "of": "public", "about": "b1", "identity": "b1", "whole": False}
CASES: dict[str, tuple[dict[str, object], type[Refusal] | None, str]] = {
    "as its attestation": ({}, None, ""),
    "of a batch": ({"about": None, "identity": None}, None, ""),
    "for other readers": ({"access": "parties"}, OtherAccessSet, "sign it with accessSet public"),
    "about another battery": ({"about": "b2"}, NotOfTheBatch, "sign it with id b1"),
    "without its subject": ({"about": None}, NotOfTheBatch, "sign it with id b1"),
    "of a batch, about a battery": ({"identity": None}, NotOfTheBatch, "leave the id out"),
    "a second time": ({"whole": True}, AlreadyWithdrawn, "nothing is left"),
}


@pytest.mark.parametrize(("told", "refused", "remedy"), CASES.values(), ids=CASES)
def test_a_withdrawal_is_measured_by_its_attestation(told, refused, remedy):
    if refused is None:
        check_withdrawal(**{**USUAL, **told})
        return
    with pytest.raises(refused) as caught:
        check_withdrawal(**{**USUAL, **told})
    assert remedy in caught.value.remedy


ITEMS = {
    "the whole of a single one": (None, [], False, None),
    "the whole of a batch": (None, [], True, None),
    "two items": (["b1", "b2"], ["b1", "b2"], True, None),
    "items of a single one": (["b1"], ["b1"], False, "only a batch"),
    "an item of another batch": (["b1", "b9"], ["b1"], True, "b9 is no item"),
}


@pytest.mark.parametrize(("named", "known", "batch", "refused"), ITEMS.values(), ids=ITEMS)
def test_only_items_of_the_batch_are_taken_back(named, known, batch, refused):
    if refused is None:
        check_items(named=named, known=known, batch=batch)
        return
    with pytest.raises(NotOfTheBatch, match=refused) as caught:
        check_items(named=named, known=known, batch=batch)
    assert caught.value.remedy
