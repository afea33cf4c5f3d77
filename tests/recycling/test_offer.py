"""Offers: answered once, by the party addressed, in time, and never more than there are places."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from passport.actions import custody
from passport.models import Battery, Concern, HandOver
from passport.queries.custody import offers_to
from passport.queries.tenancy import act_as
from passport.rules.custody import AlreadyOffered, NotTheHolder
from passport.rules.errors import NotFound
from recycling.actions import counter_offer, offer, programme
from recycling.models import Offer, OfferState, Retirement, RetirementState
from recycling.queries import offer as offers
from recycling.queries import plan as plans
from recycling.rules.offer import (
    MOST_COUNTERS,
    CounteredTooOften,
    NoPlaceLeft,
    NotCountered,
    NothingCountered,
    NotYourOffer,
    OfferClosed,
    OfferCountered,
    OfferExpired,
)
from tests.recycling.stage import AT, accept, give, planned, publish, two_offered
from tests.recycling.together import together


@pytest.fixture(scope="module")
def begun(begin):
    """Two packs offered to a storage operator with two places."""
    return begin(lambda _: two_offered())


@pytest.fixture
def stage(begun, database):
    return deepcopy(begun.made)


@pytest.fixture
def found(stage, as_system):
    """The first of the two offers."""
    with as_system():
        return Offer.objects.order_by("id").first()


def test_accepting_opens_the_hand_over_that_custody_takes(stage, found):
    accepted = accept(found, by=stage.storage)
    assert accepted.state == OfferState.ACCEPTED
    with transaction.atomic():
        act_as(stage.storage.pk)
        waiting = offers_to(party=stage.storage)
        assert [each.pk for each in waiting] == [accepted.hand_over_id]
        custody.accept(hand_over_id=waiting[0].pk, by=stage.storage, at=AT)
        battery = Battery.objects.get(pk=waiting[0].battery_id)
        assert battery.holder_id == stage.storage.pk
        assert Retirement.objects.get(battery=battery).state == RetirementState.ROUTED


@pytest.mark.parametrize("who", ["keeper", "stranger", "recycler"])
def test_only_the_party_addressed_answers(stage, found, who):
    by = getattr(stage, who)
    with pytest.raises((NotFound, NotYourOffer)):
        accept(found, by=by)


def test_an_answer_stands(stage, found):
    accept(found, by=stage.storage)
    with pytest.raises(OfferClosed):
        accept(found, by=stage.storage)


def test_an_offer_ends(stage, found):
    with pytest.raises(OfferExpired):
        accept(found, by=stage.storage, at=found.expires_at)


def test_two_accepts_of_the_last_place_at_once_let_one_win(stage, as_system):
    with transaction.atomic():
        act_as(stage.storage.pk)
        waiting = offers.inbox(party=stage.storage)
        programme.change(programme_id=waiting[0].programme_id, by=stage.storage, capacity_packs=1)
    outcomes = together(lambda each: accept(each, by=stage.storage), waiting)
    assert sorted(type(each).__name__ for each in outcomes) == ["NoPlaceLeft", "Offer"]
    with as_system():
        assert Offer.objects.filter(state=OfferState.ACCEPTED).count() == 1
        assert HandOver.objects.filter(state="OFFERED").count() == 1


def test_no_place_is_left_when_it_closes(stage, found):
    with transaction.atomic():
        act_as(stage.storage.pk)
        programme.change(programme_id=found.programme_id, by=stage.storage, capacity_packs=0)
    with pytest.raises(NoPlaceLeft):
        accept(found, by=stage.storage)


def test_a_declined_pack_goes_elsewhere(stage, found, as_system):
    with transaction.atomic():
        act_as(stage.storage.pk)
        offer.decline(offer_id=found.pk, by=stage.storage, at=AT)
    with as_system():
        assert not Concern.objects.filter(
            battery=found.retirement.battery_id, party=stage.storage, until=None
        ).exists()
        publish(stage.recycler, places=1, name="Furnace", fee_cents_per_kg=-50)
        (line,) = plans.lines(plan=planned(stage))
        assert line.route == "RECYCLE"
        assert line.explanation["barred"][0]["reasons"][-1]["obstacle"] == "DECLINED"


def test_a_pack_turned_away_at_the_door_is_planned_again(stage, found, as_system):
    accepted = accept(found, by=stage.storage)
    with transaction.atomic():
        act_as(stage.storage.pk)
        custody.refuse(hand_over_id=accepted.hand_over_id, by=stage.storage, at=AT)
    with as_system():
        publish(stage.recycler, places=1, name="Furnace", fee_cents_per_kg=-50)
        (line,) = plans.lines(plan=planned(stage))
        assert (line.retirement_id, line.route) == (found.retirement_id, "RECYCLE")
        assert Offer.objects.get(pk=found.pk).state == OfferState.DECLINED


def test_a_pack_that_its_keeper_gave_away_is_not_taken(stage, found, as_system):
    with as_system():
        give(found.retirement.battery, to=stage.recycler)
    with pytest.raises(NotTheHolder):
        accept(found, by=stage.storage)


def test_a_pack_that_its_keeper_offers_elsewhere_is_not_taken(stage, found, as_system):
    with as_system():
        custody.hand_over(
            battery_id=found.retirement.battery_id,
            to_id=stage.recycler.pk,
            by=stage.keeper,
            at=AT + timedelta(minutes=1),
        )
    with pytest.raises(AlreadyOffered):
        accept(found, by=stage.storage)


def test_an_accept_and_a_sweep_at_once_leave_it_taken_or_over(stage, found, as_system):
    """Who answers in time, and the clock that closes what is over, meet at one row."""

    with as_system():
        system = dict(connection.settings_dict)

    def meet(act):
        if act == "accept":
            return accept(found, by=stage.storage, at=found.expires_at - timedelta(seconds=1))
        # This thread's own connection: the clock works as the system, who accepts does not.
        connection.settings_dict = system
        return offer.sweep(at=found.expires_at)

    outcomes = together(meet, ["accept", "sweep"])
    with as_system():
        found.refresh_from_db()
        taken = found.state == OfferState.ACCEPTED
        assert isinstance(outcomes[0], Offer if taken else OfferClosed), outcomes
        assert HandOver.objects.filter(state="OFFERED").count() == taken
        state = Retirement.objects.get(pk=found.retirement_id).state
        assert state == (RetirementState.ROUTED if taken else RetirementState.OPEN)


def _asked(stage, found, **terms):
    with transaction.atomic():
        act_as(stage.storage.pk)
        return counter_offer.ask(
            offer_id=found.pk, by=stage.storage, at=AT, **({"pick_up_on": None} | terms)
        )


def _answer(stage, found, act, who="keeper"):
    by = getattr(stage, who)
    with transaction.atomic():
        act_as(by.pk)
        return act(offer_id=found.pk, by=by, at=AT)


def test_other_terms_are_asked_for_and_taken_by_the_keeper(stage, found):
    with pytest.raises(NothingCountered):
        _asked(stage, found, price_cents=found.price_cents)
    asked = _asked(stage, found, price_cents=found.price_cents - 100, pick_up_on=AT.date())
    assert asked.state == OfferState.COUNTERED
    with pytest.raises(OfferCountered):
        accept(found, by=stage.storage)
    with pytest.raises(NotFound):
        _answer(stage, found, counter_offer.take, who="storage")
    taken = _answer(stage, found, counter_offer.take)
    assert (taken.state, taken.hand_over_id is None) == (OfferState.ACCEPTED, False)
    with pytest.raises(NotCountered):
        _answer(stage, found, counter_offer.leave)


def test_other_terms_that_are_left_leave_the_offer_as_it_was(stage, found):
    for _ in range(MOST_COUNTERS):
        _asked(stage, found, price_cents=found.price_cents + 1)
        assert _answer(stage, found, counter_offer.leave).state == OfferState.PROPOSED
    with pytest.raises(CounteredTooOften):
        _asked(stage, found, price_cents=found.price_cents + 1)
    assert accept(found, by=stage.storage).state == OfferState.ACCEPTED


def test_whoever_asked_for_other_terms_does_not_take_them_itself(stage, found, as_system):
    _asked(stage, found, price_cents=found.price_cents - 100)
    cheats = (
        "UPDATE recycling_counteroffer SET answered_at = now(), taken = true",
        "UPDATE recycling_offer SET state = 'ACCEPTED', answered_at = now()"
        " WHERE state = 'COUNTER'",
        "UPDATE recycling_offer SET state = 'PROPOSED' WHERE state = 'COUNTER'",
    )
    for cheat in cheats:
        refused = pytest.raises(DatabaseError)
        with refused, transaction.atomic(), connection.cursor() as cursor:
            act_as(stage.storage.pk)
            cursor.execute(cheat)
    with as_system():
        offer.sweep(at=found.expires_at)
        found.refresh_from_db()
        assert (found.state, found.counters.get().taken) == (OfferState.EXPIRED, False)
