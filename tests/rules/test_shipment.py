"""How a shipment is called, how it changes, by whom, and what did not arrive."""

from datetime import UTC, datetime, timedelta

import pytest

from passport.rules import shipment
from passport.rules.custody import NotOfferedToYou, NotYourOffer
from passport.rules.errors import NotFound
from passport.rules.gs1_values import WrongCheckDigit, WrongValue
from passport.rules.shipment import (
    MOST,
    Act,
    CannotReceive,
    GoesWithItsShipment,
    NotASscc,
    NothingArrived,
    NothingToShip,
    NotOfferedYet,
    ShipmentAnswered,
    ShipmentState,
    SsccInUse,
    WrongBatteries,
    WrongException,
    WrongExceptions,
)

SSCC = "095212340000000174"
THEN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


def test_every_way_that_a_shipment_goes():
    possible = {
        (state.value, act.value): shipment.next_state(state=state, act=act).value
        for state, acts in shipment.NEXT.items()
        for act in acts
    }
    assert possible == {
        ("DRAFT", "OFFER"): "OFFERED",
        ("OFFERED", "ACCEPT"): "ACCEPTED",
        ("OFFERED", "ACCEPT_PARTLY"): "PARTLY",
        ("OFFERED", "REFUSE"): "REFUSED",
        ("OFFERED", "WITHDRAW"): "WITHDRAWN",
    }


@pytest.mark.parametrize("state", ShipmentState)
@pytest.mark.parametrize("act", Act)
def test_every_other_way_is_shut(state, act):
    if act in shipment.NEXT.get(state, {}):
        return
    kind = NotOfferedYet if state is ShipmentState.DRAFT else ShipmentAnswered
    with pytest.raises(kind) as refused:
        shipment.next_state(state=state, act=act)
    assert refused.value.remedy


def test_what_was_accepted_in_part_is_told_so():
    with pytest.raises(ShipmentAnswered, match="accepted in part"):
        shipment.next_state(state="PARTLY", act=Act.REFUSE)
    with pytest.raises(ShipmentAnswered) as refused:
        shipment.next_state(state="OFFERED", act=Act.OFFER)
    assert "withdraw" in refused.value.remedy


SIDES = {
    "the taker accepts": (Act.ACCEPT, "taker", None),
    "the taker accepts a part": (Act.ACCEPT_PARTLY, "taker", None),
    "the taker refuses": (Act.REFUSE, "taker", None),
    "the giver withdraws": (Act.WITHDRAW, "giver", None),
    "the giver accepts": (Act.ACCEPT, "giver", NotOfferedToYou),
    "the giver refuses": (Act.REFUSE, "giver", NotOfferedToYou),
    "a stranger accepts": (Act.ACCEPT, "stranger", NotOfferedToYou),
    "the taker withdraws": (Act.WITHDRAW, "taker", NotYourOffer),
}


@pytest.mark.parametrize(("act", "by", "refusal"), SIDES.values(), ids=SIDES)
def test_each_side_does_its_own(act, by, refusal):
    said = {"act": act, "by": by, "giver": "giver", "taker": "taker"}
    if refusal is None:
        shipment.check_side(**said)
        return
    with pytest.raises(refusal):
        shipment.check_side(**said)


@pytest.mark.parametrize("count", [1, MOST])
def test_a_shipment_holds_so_many(count):
    shipment.check_count(count=count)


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_nothing_and_endlessly_many_are_no_shipment(count):
    with pytest.raises(NothingToShip) as refused:
        shipment.check_count(count=count)
    assert refused.value.pointer == "/batteries"


def test_who_only_looks_receives_nothing():
    shipment.check_receiver(roles=["AUDITOR", "KEEPER"])
    for roles in (["AUDITOR"], ["AUTHORITY"], []):
        with pytest.raises(CannotReceive):
            shipment.check_receiver(roles=roles)


def test_a_number_is_given_again_after_a_year():
    shipment.check_again(last_offered_at=None, at=THEN)
    shipment.check_again(last_offered_at=THEN - timedelta(days=365), at=THEN)
    with pytest.raises(SsccInUse, match="2025-01-05"):
        shipment.check_again(last_offered_at=THEN - timedelta(days=364, hours=23), at=THEN)


def test_a_hand_over_in_a_shipment_is_not_answered_by_itself():
    shipment.check_alone(shipment=None)
    with pytest.raises(GoesWithItsShipment, match="S-1"):
        shipment.check_alone(shipment="S-1")


READ = {
    "digits": SSCC,
    "with its identifier": "00" + SSCC,
    "in brackets": f"(00) {SSCC}",
    "of a scanner": f"]C100{SSCC}",
    "as a link": f"https://id.gs1.org/00/{SSCC}",
    "as a link elsewhere": f" HTTPS://passport.example/00/{SSCC} ",
}


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_an_sscc_is_read_however_it_is_written(text):
    assert shipment.read_sscc(text) == SSCC
    assert shipment.link_of(sscc=SSCC) == f"https://id.gs1.org/00/{SSCC}"


UNREAD = {
    "a wrong digit": (SSCC[:-1] + "5", WrongCheckDigit),
    "too short": (SSCC[:-1], WrongValue),
    "twenty digits of something else": ("11" + SSCC, WrongValue),
    "a battery": ("https://id.gs1.org/01/09521234000013/21/C1", NotASscc),
}


@pytest.mark.parametrize(("text", "refusal"), UNREAD.values(), ids=UNREAD)
def test_what_is_no_sscc_is_refused(text, refusal):
    with pytest.raises(refusal) as refused:
        shipment.read_sscc(text)
    assert refused.value.remedy


def test_a_scanner_types_a_code_a_line():
    typed = " (01)09521234000013(21)C1\r\n\n\x1d0109521234000013\t\rC 2"
    assert shipment.lines_of(typed) == [
        (1, "(01)09521234000013(21)C1"),
        (3, "\x1d0109521234000013"),
        (4, "C 2"),
    ]


def test_all_that_is_wrong_with_a_list_is_one_refusal():
    one = NotFound("no such battery", pointer="/batteries/3")
    assert shipment.refusal_of([]) is None
    assert shipment.refusal_of([one]) is one
    many = shipment.refusal_of([one, one])
    assert isinstance(many, WrongBatteries)
    assert len(many.each) == 2


CONTENTS = {"a": 1, "b": 2, "c": 3}


def test_what_arrived_is_parted_from_what_did_not():
    whole = shipment.split(contents=CONTENTS, exceptions=[])
    assert (whole.taken, whole.back, whole.act) == ((1, 2, 3), {}, Act.ACCEPT)
    part = shipment.split(contents=CONTENTS, exceptions=[("b", " dented ")])
    assert (part.taken, part.back, part.act) == ((1, 3), {2: "dented"}, Act.ACCEPT_PARTLY)


WRONG = {
    "not inside": ([("z", "gone")], "/exceptions/0/battery"),
    "twice": ([("a", "gone"), ("a", "dented")], "/exceptions/1/battery"),
    "without a reason": ([("a", " ")], "/exceptions/0/reason"),
    "with a novel": ([("a", "x" * 301)], "/exceptions/0/reason"),
}


@pytest.mark.parametrize(("exceptions", "pointer"), WRONG.values(), ids=WRONG)
def test_an_exception_that_is_wrong_is_named(exceptions, pointer):
    with pytest.raises(WrongException) as refused:
        shipment.split(contents=CONTENTS, exceptions=exceptions)
    assert refused.value.pointer == pointer


def test_several_wrong_exceptions_are_told_at_once():
    with pytest.raises(WrongExceptions) as refused:
        shipment.split(contents=CONTENTS, exceptions=[("z", "gone"), ("a", ""), ("b", "ok")])
    assert [each.pointer for each in refused.value.each] == [
        "/exceptions/0/battery",
        "/exceptions/1/reason",
    ]


def test_to_accept_nothing_is_to_refuse():
    with pytest.raises(NothingArrived):
        shipment.split(contents=CONTENTS, exceptions=[(each, "gone") for each in CONTENTS])


def test_a_reason_is_given():
    assert shipment.check_reason(reason=" not ordered ") == "not ordered"
