"""A truck of batteries changes hands in one act: whole, with exceptions, or not at all."""

import pytest

from passport.actions import custody, shipment
from passport.actions.shipment import Terms
from passport.models import Battery, Concern, Custody, HandOver, LifecycleEvent, Outbox, Shipment
from passport.proof import canonical
from passport.queries import shipment as shipments
from passport.rules.custody import (
    AlreadyOffered,
    HandedToItself,
    NotOfferedToYou,
    NotTheHolder,
    NotYourOffer,
    PartOfAnother,
)
from passport.rules.dangerous_goods import Statement, StatementMissing, WrongPacking
from passport.rules.dangerous_goods_table import Condition
from passport.rules.errors import NotFound
from passport.rules.shipment import (
    CannotReceive,
    GoesWithItsShipment,
    NothingArrived,
    NothingToShip,
    ShipmentAnswered,
    SsccInUse,
    WrongBatteries,
    WrongException,
)
from tests.cast import THEN, packs
from tests.passport.acting import acting
from tests.passport.shipping import OTHER_SSCC, SOUND, SSCC, answer, offer
from tests.recycling.together import together

SERIALS = ("T1", "T2", "T3", "T4")


@pytest.fixture
def truck(cast, as_system):
    """Four packs of the maker's, a cell in each."""
    with as_system():
        return packs(cast["maker"], *SERIALS, cells=1)


def _holders(as_system):
    with as_system():
        rows = Battery.objects.filter(level="PACK").order_by("serial")
        return list(rows.values_list("holder__slug", flat=True))


def test_a_shipment_changes_hands_whole(cast, truck, as_system):
    made = offer(cast, truck)
    with as_system():
        before = Outbox.objects.count()
    with acting(cast["keeper"]):
        assert Battery.objects.filter(level="PACK").count() == 4
        assert shipments.waiting(party_id=cast["keeper"].pk) == 1
    assert answer(shipment.accept, cast, made).state == "ACCEPTED"
    assert _holders(as_system) == ["keeper"] * 4
    with as_system():
        assert Custody.objects.filter(holder=cast["keeper"], until=None).count() == 4
        assert Concern.objects.filter(reason="OFFER", until=None).count() == 0
        told = [
            canonical.loads(bytes(each.body))["facts"]
            for each in LifecycleEvent.objects.filter(kind="HANDED_OVER")
        ]
        assert {each["shipment"] for each in told} == {SSCC}
        assert {each["dangerousGoods"]["unNumber"] for each in told} == {"3480"}
        assert {each["to"] for each in told} == {"did:web:keeper.example"}
        assert Outbox.objects.count() == before + 4


def test_what_did_not_arrive_goes_back_with_a_reason(cast, truck, as_system):
    made = offer(cast, truck)
    gone = [(truck[1].pk, "did not arrive"), (truck[3].pk, " case is dented ")]
    assert answer(shipment.accept, cast, made, exceptions=gone).state == "PARTLY"
    assert _holders(as_system) == ["keeper", "maker", "keeper", "maker"]
    with acting(cast["keeper"]):
        seen = list(Battery.objects.filter(level="PACK").values_list("serial", flat=True))
        assert sorted(seen) == ["T1", "T3"]
        rows = shipments.contents(shipment=made, after=None, limit=10)
        assert {each.reason for each in rows if each.state == "REFUSED"} == {
            "did not arrive", "case is dented",
        }  # fmt: skip
        # What did not come is still named, though it is seen no more.
        assert {each.identity for each in rows} == {each.identity for each in truck}
    assert offer(cast, [truck[1], truck[3]], to="recycler", terms=Terms()).pieces == 2


@pytest.mark.parametrize(
    ("act", "by", "state"),
    [(shipment.refuse, "keeper", "REFUSED"), (shipment.withdraw, "maker", "WITHDRAWN")],
)
def test_a_shipment_turned_away_stays_with_its_giver(cast, truck, as_system, act, by, state):
    made = offer(cast, truck)
    assert answer(act, cast, made, by=by).state == state
    assert _holders(as_system) == ["maker"] * 4
    with acting(cast["keeper"]):
        assert Battery.objects.count() == 0
    with pytest.raises(ShipmentAnswered):
        answer(shipment.accept, cast, made)
    # Its number is free again.
    assert offer(cast, truck).state == "OFFERED"


NOT_ONES_OWN = {
    "the giver accepts": (shipment.accept, "maker", NotOfferedToYou),
    "the giver refuses": (shipment.refuse, "maker", NotOfferedToYou),
    "the receiver withdraws": (shipment.withdraw, "keeper", NotYourOffer),
    "a stranger accepts": (shipment.accept, "stranger", NotFound),
    "an authority accepts": (shipment.accept, "authority", NotFound),
}


@pytest.mark.parametrize("name", NOT_ONES_OWN)
def test_an_answer_that_is_not_ones_own_is_refused(cast, truck, name, as_system):
    made = offer(cast, truck)
    act, by, refusal = NOT_ONES_OWN[name]
    with pytest.raises(refusal):
        answer(act, cast, made, by=by)
    with as_system():
        assert set(HandOver.objects.values_list("state", flat=True)) == {"OFFERED"}


def test_a_list_with_something_wrong_is_refused_whole_and_names_each(cast, truck, as_system):
    with as_system():
        cell = Battery.objects.filter(unit=truck[0], level="CELL").get()
    with acting(cast["maker"]):
        custody.hand_over(
            battery_id=truck[1].pk, to_id=cast["recycler"].pk, by=cast["maker"], at=THEN
        )
    with pytest.raises(WrongBatteries) as refused:
        offer(cast, [truck[0], truck[1], cell, truck[0]])
    found = [(each.pointer, type(each)) for each in refused.value.each]
    assert found[:2] == [("/batteries/1", AlreadyOffered), ("/batteries/2", PartOfAnother)]
    assert (found[2][0], refused.value.each[2].code) == ("/batteries/3", "named-twice")
    with as_system():
        assert Shipment.objects.count() == 0
        assert HandOver.objects.count() == 1


REFUSED = {
    "to itself": ({"to": "maker"}, HandedToItself),
    "to who only looks": ({"to": "auditor"}, CannotReceive),
    "of another's": ({"by": "keeper", "to": "recycler"}, NotFound),
    "without a statement": ({"statement": None}, StatementMissing),
    "in a wrong packing": (
        {"statement": Statement("3480", Condition.DAMAGED, "P903", assessed_by="expert")},
        WrongPacking,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_shipment_that_is_not_possible_is_refused(cast, truck, name, as_system):
    said, refusal = REFUSED[name]
    with pytest.raises((refusal, WrongBatteries)) as refused:
        offer(cast, truck, **said)
    each = getattr(refused.value, "each", (refused.value,))
    assert {type(one) for one in each} == {refusal}
    with as_system():
        assert not Shipment.objects.exists()


def test_nothing_is_no_shipment(cast, truck):
    with pytest.raises(NothingToShip):
        offer(cast, [])


def test_what_was_given_away_is_not_shipped(cast, truck):
    answer(shipment.accept, cast, offer(cast, truck))
    with pytest.raises(WrongBatteries) as refused:
        offer(cast, truck, to="recycler", terms=Terms())
    assert {type(each) for each in refused.value.each} == {NotTheHolder}


def test_a_number_names_one_pallet_for_a_year(cast, truck):
    made = offer(cast, truck[:2])
    with pytest.raises(SsccInUse) as refused:
        offer(cast, truck[2:])
    assert refused.value.pointer == "/sscc"
    answer(shipment.accept, cast, made)
    with pytest.raises(SsccInUse):
        offer(cast, truck[2:])
    assert offer(cast, truck[2:], terms=Terms(sscc=f"(00) {OTHER_SSCC}")).sscc == OTHER_SSCC


def test_of_two_pallets_of_one_number_at_one_moment_one_stands(cast, truck):
    outcomes = together(lambda some: offer(cast, some), [truck[:2], truck[2:]])
    assert sorted(type(each).__name__ for each in outcomes) == ["Shipment", "SsccInUse"]


def test_the_form_sent_twice_makes_one_shipment(cast, truck, as_system):
    first = offer(cast, truck)
    again = offer(cast, truck, shipment_id=first.pk)
    assert again.pk == first.pk
    with as_system():
        assert Shipment.objects.count() == 1


@pytest.mark.parametrize("act", [custody.accept, custody.refuse, custody.withdraw])
def test_one_battery_of_a_shipment_is_not_answered_by_itself(cast, truck, as_system, act):
    offer(cast, truck)
    by = cast["maker" if act is custody.withdraw else "keeper"]
    with as_system():
        one = HandOver.objects.first().pk
    with pytest.raises(GoesWithItsShipment), acting(by):
        act(hand_over_id=one, by=by, at=THEN)


def test_exceptions_that_are_wrong_change_nothing(cast, truck, pack, as_system):
    made = offer(cast, truck)
    for wrong in ([(pack.pk, "gone")], [(truck[0].pk, " ")]):
        with pytest.raises(WrongException):
            answer(shipment.accept, cast, made, exceptions=wrong)
    with pytest.raises(NothingArrived):
        answer(shipment.accept, cast, made, exceptions=[(each.pk, "gone") for each in truck])
    assert _holders(as_system)[-4:] == ["maker"] * 4


def test_an_empty_terms_has_no_number(cast, truck):
    made = offer(cast, truck, terms=Terms(carrier=" Fast Freight "), statement=SOUND)
    assert (made.sscc, made.carrier, made.name) == ("", "Fast Freight", str(made.pk))
    assert made.papers == [
        {
            "model": "Model PACK-12", "code": "PACK-12", "chemistry": "LFP", "level": "PACK",
            "count": 4, "massKg": "288", "energyKwh": "43.008", "waste": 0,
        }
    ]  # fmt: skip
