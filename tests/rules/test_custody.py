"""Only the holder gives away, only the party addressed answers, and each only once."""

import pytest

from passport.rules import custody
from passport.rules.custody import (
    AlreadyAnswered,
    AlreadyOffered,
    HandedToItself,
    HandOverState,
    NotAHolder,
    NotOfferedToYou,
    NotTheHolder,
    NotYourOffer,
    PartOfAnother,
    check_taker,
)
from passport.rules.errors import Refusal

Told = tuple[dict[str, object], type[Refusal] | None]

HAND_OVERS: dict[str, Told] = {
    "the holder hands over": ({}, None),
    "a stranger hands over": ({"by": "stranger"}, NotTheHolder),
    "a stranger hands over to itself": ({"by": "stranger", "to": "stranger"}, NotTheHolder),
    "the holder hands over to itself": ({"to": "maker"}, HandedToItself),
    "a second offer beside an open one": ({"open_offer": True}, AlreadyOffered),
    "a cell out of its pack": ({"inside": "pack"}, PartOfAnother),
}


@pytest.mark.parametrize(("told", "refused"), HAND_OVERS.values(), ids=HAND_OVERS)
def test_hand_over(told: dict[str, object], refused: type[Refusal] | None) -> None:
    _ask(
        custody.check_handover, {"holder": "maker", "by": "maker", "to": "keeper", **told}, refused
    )


ANSWERS: dict[str, Told] = {
    "the party addressed answers": ({}, None),
    "the holder answers for it": ({"by": "maker"}, NotOfferedToYou),
    "a stranger answers a closed offer": ({"by": "x", "state": "REFUSED"}, NotOfferedToYou),
    **{
        f"an answer to an offer that is {state.lower()}": ({"state": state}, AlreadyAnswered)
        for state in HandOverState
        if state is not HandOverState.OFFERED
    },
}


@pytest.mark.parametrize(("told", "refused"), ANSWERS.values(), ids=ANSWERS)
def test_answer(told: dict[str, object], refused: type[Refusal] | None) -> None:
    _ask(
        custody.check_answer,
        {"offered_to": "keeper", "by": "keeper", "state": "OFFERED", **told},
        refused,
    )


WITHDRAWALS: dict[str, Told] = {
    "the party that offered withdraws": ({}, None),
    "the party addressed withdraws": ({"by": "keeper"}, NotYourOffer),
    "an answered offer is withdrawn": ({"state": "ACCEPTED"}, AlreadyAnswered),
}


@pytest.mark.parametrize(("told", "refused"), WITHDRAWALS.values(), ids=WITHDRAWALS)
def test_withdrawal(told: dict[str, object], refused: type[Refusal] | None) -> None:
    _ask(
        custody.check_withdrawal,
        {"offered_by": "maker", "by": "maker", "state": "OFFERED", **told},
        refused,
    )


GRANTS: dict[str, Told] = {
    "the holder lets an auditor look": ({}, None),
    "the maker lets somebody look at what it gave away": ({"by": "maker"}, NotTheHolder),
    "the holder lets itself look": ({"to": "keeper"}, HandedToItself),
}


@pytest.mark.parametrize(("told", "refused"), GRANTS.values(), ids=GRANTS)
def test_grant(told: dict[str, object], refused: type[Refusal] | None) -> None:
    _ask(
        custody.check_grant, {"holder": "keeper", "by": "keeper", "to": "auditor", **told}, refused
    )


RECORDERS: dict[str, Told] = {
    "the holder records": ({}, None),
    "a workshop that was let in records": ({"by": "workshop", "let_in": True}, None),
    "a workshop that was not": ({"by": "workshop"}, NotTheHolder),
    "the maker, after it gave the battery away": ({"by": "maker"}, NotTheHolder),
}


@pytest.mark.parametrize(("told", "refused"), RECORDERS.values(), ids=RECORDERS)
def test_recorder(told: dict[str, object], refused: type[Refusal] | None) -> None:
    _ask(
        custody.check_recorder,
        {"holder": "keeper", "by": "keeper", "let_in": False, **told},
        refused,
    )


def _ask(rule: object, told: dict[str, object], refused: type[Refusal] | None) -> None:
    assert callable(rule)
    if refused is None:
        rule(**told)
        return
    with pytest.raises(refused) as caught:
        rule(**told)
    assert caught.value.detail
    assert caught.value.remedy
    assert caught.value.code


@pytest.mark.parametrize("roles", [["MAKER"], ["AUDITOR", "RECYCLER"], ["KEEPER"], ["WORKSHOP"]])
def test_who_handles_batteries_takes_them(roles):
    check_taker(roles=roles)


@pytest.mark.parametrize("roles", [[], ["AUDITOR"], ["AUTHORITY"], ["AUDITOR", "AUTHORITY"]])
def test_who_only_looks_takes_none(roles):
    with pytest.raises(NotAHolder):
        check_taker(roles=roles)
