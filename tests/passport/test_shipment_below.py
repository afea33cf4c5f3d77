"""Raw SQL as the application's role: no other party's shipment is answered, none is bent."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError

from passport.actions import shipment
from passport.models import HandOver, Shipment
from passport.models.ids import new_id
from tests.cast import THEN, packs
from tests.passport.acting import acting, run
from tests.passport.shipping import answer, offer

REFUSED = (
    "row-level security|permission denied|change refused|do not agree|takes nothing more|violates"
)
COLUMNS = (
    "(id, from_party_id, to_party_id, sscc, reference, carrier, vehicle, dangerous_goods, papers,"
    " pieces, state, reason, offered_at, answered_at)"
)


@pytest.fixture
def truck(cast, as_system):
    with as_system():
        return packs(cast["maker"], "B1", "B2", "B3")


@pytest.fixture
def sent(cast, truck):
    """Two of three packs, on their way to the keeper."""
    return offer(cast, truck[:2])


def _tries(by, statement, *values):
    """How many rows it touched; whether it was refused."""
    try:
        with acting(by):
            return run(statement, *values)
    except DatabaseError as refused:
        return str(refused)


def _state(as_system, sent):
    with as_system():
        hands = HandOver.objects.filter(shipment=sent).values_list("state", flat=True)
        return (Shipment.objects.get(pk=sent.pk).state, sorted(hands))


UNTOUCHED = ("OFFERED", ["OFFERED", "OFFERED"])
ANSWERS = ("ACCEPTED", "PARTLY", "REFUSED", "WITHDRAWN")
TAKE = "UPDATE passport_shipment SET state = %s, answered_at = now() WHERE id = %s"


@pytest.mark.parametrize("who", ["stranger", "authority", "recycler"])
@pytest.mark.parametrize("state", ANSWERS)
def test_a_third_party_answers_nothing(cast, sent, who, state, as_system):
    assert _tries(cast[who], TAKE, state, sent.pk) == 0
    with acting(cast[who]):
        assert run("SELECT count(*) FROM passport_shipment") == [(0,)]
    assert _state(as_system, sent) == UNTOUCHED


CHEATS = {
    "the giver accepts for the taker": ("maker", TAKE, "ACCEPTED"),
    "the giver accepts a part for the taker": ("maker", TAKE, "PARTLY"),
    "the taker withdraws": ("keeper", TAKE, "WITHDRAWN"),
    "the taker accepts the paper and no battery": ("keeper", TAKE, "ACCEPTED"),
    "the taker refuses the paper alone": ("keeper", TAKE, "REFUSED"),
    "the giver withdraws the paper alone": ("maker", TAKE, "WITHDRAWN"),
}


@pytest.mark.parametrize("name", CHEATS)
def test_a_shipment_is_not_bent(cast, sent, name, as_system):
    who, statement, state = CHEATS[name]
    told = _tries(cast[who], statement, state, sent.pk)
    assert isinstance(told, str), told
    assert any(words in told for words in REFUSED.split("|")), told
    assert _state(as_system, sent) == UNTOUCHED


BENT = {
    "its carrier": "carrier = 'another'",
    "its dangerous goods": "dangerous_goods = NULL",
    "its number": "sscc = '095212340000000181'",
    "its other side": "to_party_id = from_party_id",
    "its pieces": "pieces = 1",
}


@pytest.mark.parametrize("name", BENT)
def test_what_was_offered_is_not_written_anew(cast, sent, name):
    told = _tries(
        cast["maker"], f"UPDATE passport_shipment SET {BENT[name]} WHERE id = %s", sent.pk
    )
    assert "permission denied" in str(told)


@pytest.mark.parametrize("state", ANSWERS)
def test_an_answered_shipment_is_not_answered_again(cast, sent, state, as_system):
    answer(shipment.accept, cast, sent)
    for who in ("keeper", "maker"):
        assert isinstance(_tries(cast[who], TAKE, state, sent.pk), str)
    hands = "UPDATE passport_handover SET state = 'REFUSED', answered_at = now()"
    assert "change refused" in _tries(cast["keeper"], hands)
    assert _state(as_system, sent) == ("ACCEPTED", ["ACCEPTED", "ACCEPTED"])


def test_one_battery_of_a_shipment_is_not_taken_past_it(cast, sent, truck, as_system):
    one = "UPDATE passport_handover SET state = %s, answered_at = now() WHERE battery_id = %s"
    for who, state in (("keeper", "ACCEPTED"), ("keeper", "REFUSED"), ("maker", "WITHDRAWN")):
        assert "change refused" in _tries(cast[who], one, state, truck[0].pk)
    assert _state(as_system, sent) == UNTOUCHED


def test_nothing_is_slipped_into_a_shipment(cast, sent, truck, as_system):
    add = (
        "INSERT INTO passport_handover (id, battery_id, from_party_id, to_party_id, state,"
        " offered_at, shipment_id, identity, reason)"
        " VALUES (%s, %s, %s, %s, 'OFFERED', now(), %s, '', '')"
    )
    maker, keeper, recycler = (cast[name].pk for name in ("maker", "keeper", "recycler"))
    told = _tries(cast["maker"], add, new_id(), truck[2].pk, maker, keeper, sent.pk)
    assert "takes nothing more" in told
    told = _tries(cast["maker"], add, new_id(), truck[2].pk, maker, recycler, sent.pk)
    assert "takes nothing more" in told
    assert _state(as_system, sent) == UNTOUCHED


def test_a_shipment_is_made_by_its_giver_with_all_that_it_says(cast, truck):
    make = (
        f"INSERT INTO passport_shipment {COLUMNS} VALUES (%s, %s, %s, '', '', '', '', NULL, %s,"
        " 2, %s, '', now(), %s)"
    )
    maker, keeper = cast["maker"].pk, cast["keeper"].pk
    papers = json.dumps([])
    told = _tries(cast["stranger"], make, new_id(), maker, keeper, papers, "OFFERED", None)
    assert "row-level security" in told
    told = _tries(cast["maker"], make, new_id(), maker, keeper, papers, "ACCEPTED", THEN)
    assert "row-level security" in told
    # With nothing in it.
    told = _tries(cast["maker"], make, new_id(), maker, keeper, papers, "OFFERED", None)
    assert "do not agree" in told


def test_a_shipment_is_never_dropped(cast, sent, as_role):
    drop = "DELETE FROM passport_shipment"
    for role in ("app", "system", "owner"):
        with as_role(role), pytest.raises(DatabaseError, match=r"permission denied|append-only"):
            run(drop)
