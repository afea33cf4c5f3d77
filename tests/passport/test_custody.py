"""One holder at a time: offered, then accepted, refused or withdrawn; sight follows custody."""

from datetime import timedelta

import pytest

from passport.actions import custody
from passport.models import Battery, Concern, Custody, HandOver, LifecycleEvent
from passport.queries import battery as batteries
from passport.rules.custody import (
    AlreadyAnswered,
    AlreadyOffered,
    HandedToItself,
    NotOfferedToYou,
    NotTheHolder,
    NotYourOffer,
    PartOfAnother,
)
from passport.rules.errors import NotFound
from tests.cast import THEN
from tests.passport.acting import acting
from tests.recycling.together import together

LATER = THEN + timedelta(minutes=1)


@pytest.fixture
def offered(cast, pack):
    """The maker's pack, offered to the keeper."""
    with acting(cast["maker"]):
        return _offer(cast, pack)


def _offer(cast, pack, to="keeper", by="maker"):
    return custody.hand_over(battery_id=pack.pk, to_id=cast[to].pk, by=cast[by], at=THEN)


def _sees(party, battery):
    with acting(party):
        return Battery.objects.filter(pk=battery.pk).exists()


def _answer(action, offer, by, at=LATER):
    with acting(by):
        return action(hand_over_id=offer.pk, by=by, at=at)


def test_an_offer_gives_sight_and_an_acceptance_takes_the_givers(cast, pack, offered, as_system):
    assert _sees(cast["keeper"], pack)
    _answer(custody.accept, offered, cast["keeper"])
    with acting(cast["keeper"]):
        assert _offer(cast, pack, to="recycler", by="keeper").state == "OFFERED"
        assert len(batteries.components(battery=pack)) == 2
    with as_system():
        assert Battery.objects.get(pk=pack.pk).holder == cast["keeper"]
        spans = Custody.objects.filter(battery=pack).order_by("since")
        assert list(spans.values_list("holder__slug", "since", "until")) == [
            ("maker", THEN, LATER),
            ("keeper", LATER, None),
        ]
        assert LifecycleEvent.objects.filter(kind="HANDED_OVER").count() == 1


def test_who_gave_a_battery_on_no_longer_sees_it(cast, pack, offered):
    _answer(custody.accept, offered, cast["keeper"])
    with acting(cast["keeper"]):
        onward = _offer(cast, pack, to="recycler", by="keeper")
    _answer(custody.accept, onward, cast["recycler"], at=LATER + timedelta(minutes=1))
    assert not _sees(cast["keeper"], pack)
    assert _sees(cast["recycler"], pack)
    # Its maker keeps the passport, so it sees what it made.
    assert _sees(cast["maker"], pack)


@pytest.mark.parametrize(
    ("action", "by"), [(custody.refuse, "keeper"), (custody.withdraw, "maker")]
)
def test_a_refusal_and_a_withdrawal_take_the_sight_away(cast, pack, offered, action, by):
    _answer(action, offered, cast[by])
    assert not _sees(cast["keeper"], pack)
    with pytest.raises(AlreadyAnswered):
        _answer(custody.accept, offered, cast["keeper"])
    with acting(cast["maker"]):
        assert _offer(cast, pack).state == "OFFERED"


@pytest.mark.parametrize("second", [custody.accept, custody.refuse])
def test_an_offer_is_answered_once(cast, offered, second):
    _answer(custody.accept, offered, cast["keeper"])
    with pytest.raises(AlreadyAnswered):
        _answer(second, offered, cast["keeper"])


ANSWERS = {
    "the giver accepts": (custody.accept, "maker", NotOfferedToYou),
    "the giver refuses": (custody.refuse, "maker", NotOfferedToYou),
    "the receiver withdraws": (custody.withdraw, "keeper", NotYourOffer),
    "a stranger accepts": (custody.accept, "stranger", NotFound),
    "a stranger refuses": (custody.refuse, "stranger", NotFound),
    "a stranger withdraws": (custody.withdraw, "stranger", NotFound),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_not_ones_own_is_refused(cast, offered, name, as_system):
    action, by, refusal = ANSWERS[name]
    with pytest.raises(refusal):
        _answer(action, offered, cast[by])
    with as_system():
        assert HandOver.objects.get().state == "OFFERED"


OFFERS = {
    "by a stranger": ("pack", "keeper", "stranger", NotFound),
    "to itself": ("pack", "maker", "maker", HandedToItself),
    "of a cell inside": ("cell", "keeper", "maker", PartOfAnother),
}


@pytest.mark.parametrize("name", OFFERS)
def test_an_offer_that_is_not_possible_is_refused(cast, pack, name, as_system):
    what, to, by, refusal = OFFERS[name]
    with as_system():
        cell = Battery.objects.filter(unit=pack).exclude(pk=pack.pk)[0]
    with pytest.raises(refusal), acting(cast[by]):
        _offer(cast, pack if what == "pack" else cell, to=to, by=by)


def test_a_second_offer_waits_for_the_first(cast, pack, offered):
    with pytest.raises(AlreadyOffered), acting(cast["maker"]):
        _offer(cast, pack, to="recycler")


def test_of_two_acceptances_at_one_moment_one_counts(cast, pack, offered, as_system):
    outcomes = together(lambda by: _answer(custody.accept, offered, by), [cast["keeper"]] * 2)
    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyAnswered", "Custody"]
    with as_system():
        assert Custody.objects.filter(battery=pack, until=None).count() == 1
        assert LifecycleEvent.objects.filter(kind="HANDED_OVER").count() == 1


def test_of_two_offers_at_one_moment_one_stands(cast, pack, as_system):
    def offer(to):
        with acting(cast["maker"]):
            return _offer(cast, pack, to=to)

    outcomes = together(offer, ["keeper", "recycler"])
    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyOffered", "HandOver"]


def test_an_acceptance_and_a_withdrawal_at_one_moment_do_not_both_happen(cast, pack, offered):
    outcomes = together(
        lambda pair: _answer(pair[0], offered, cast[pair[1]]),
        [(custody.accept, "keeper"), (custody.withdraw, "maker")],
    )
    assert sum(isinstance(each, AlreadyAnswered) for each in outcomes) == 1


def test_the_holder_lets_somebody_look_and_nobody_else_does(cast, pack, as_system):
    with acting(cast["maker"]):
        for _ in range(2):
            custody.grant(battery_id=pack.pk, to_id=cast["auditor"].pk, by=cast["maker"], at=THEN)
    assert _sees(cast["auditor"], pack)
    with pytest.raises(NotTheHolder), acting(cast["auditor"]):
        custody.grant(battery_id=pack.pk, to_id=cast["stranger"].pk, by=cast["auditor"], at=THEN)
    with as_system():
        assert Concern.objects.filter(reason="GRANT").count() == 1


def test_a_clock_that_jumped_back_does_not_stop_a_hand_over(cast, pack, offered):
    given = _answer(custody.accept, offered, cast["keeper"], at=THEN - timedelta(seconds=30))
    assert given.holder == cast["keeper"]


def test_whom_the_former_holder_let_in_sees_nothing_more_after_the_hand_over(cast, pack):
    with acting(cast["maker"]):
        for guest in ("auditor", "workshop"):
            custody.grant(battery_id=pack.pk, to_id=cast[guest].pk, by=cast["maker"], at=THEN)
    assert _sees(cast["workshop"], pack)
    with acting(cast["maker"]):
        offer = _offer(cast, pack)
    with acting(cast["keeper"]):
        custody.accept(hand_over_id=offer.pk, by=cast["keeper"], at=LATER)
    assert not _sees(cast["workshop"], pack)
    assert not _sees(cast["auditor"], pack)
    assert _sees(cast["keeper"], pack)
