"""Two sides, two seats, a retried request, a killed process: one outcome, whole or none."""

from __future__ import annotations

import os
import signal
from itertools import count
from typing import Any

import pytest
from django.db import connection, connections

from passport.actions import shipment
from passport.models import Battery, Custody, HandOver, LifecycleEvent, Outbox, Shipment
from passport.models.ids import new_id
from passport.rules.shipment import ShipmentAnswered
from tests.cast import THEN, Cast, packs
from tests.passport.shipping import answer, offer
from tests.recycling.together import together

SERIALS = tuple(f"R{n}" for n in range(6))


@pytest.fixture
def truck(cast, as_system):
    with as_system():
        return packs(cast["maker"], *SERIALS)


def _told(outcomes):
    return sorted(
        each.state if isinstance(each, Shipment) else type(each).__name__ for each in outcomes
    )


def test_of_two_seats_that_accept_at_once_one_wins(cast, truck, as_system):
    made = offer(cast, truck)
    outcomes = together(lambda _: answer(shipment.accept, cast, made), range(4))
    assert _told(outcomes) == ["ACCEPTED", *["ShipmentAnswered"] * 3]
    with as_system():
        assert LifecycleEvent.objects.filter(kind="HANDED_OVER").count() == len(SERIALS)
        assert Custody.objects.filter(holder=cast["keeper"]).count() == len(SERIALS)


PAIRS = {
    "accepted whole or in part": ({}, {"exceptions": 1}),
    "accepted or refused": ({}, {"refuse": True}),
    "accepted or withdrawn": ({}, {"withdraw": True}),
    "refused or withdrawn": ({"refuse": True}, {"withdraw": True}),
}


@pytest.mark.parametrize("name", PAIRS)
def test_of_two_answers_at_once_one_stands_and_the_other_hears_it(cast, truck, name, as_system):
    made = offer(cast, truck)

    def say(how):
        if "withdraw" in how:
            return answer(shipment.withdraw, cast, made, by="maker")
        if "refuse" in how:
            return answer(shipment.refuse, cast, made)
        gone = [(each.pk, "gone") for each in truck[: how.get("exceptions", 0)]]
        return answer(shipment.accept, cast, made, exceptions=gone)

    outcomes = together(say, PAIRS[name])
    assert sum(isinstance(each, ShipmentAnswered) for each in outcomes) == 1, outcomes
    (won,) = [each for each in outcomes if isinstance(each, Shipment)]
    with as_system():
        kept = Shipment.objects.get(pk=made.pk)
        assert kept.state == won.state
        held = Battery.objects.filter(holder=cast["keeper"]).count()
        assert held == HandOver.objects.filter(state="ACCEPTED").count()
        assert not HandOver.objects.filter(state="OFFERED").exists()


def test_the_same_batteries_in_two_shipments_at_once_are_in_one(cast, truck, as_system):
    def send(to):
        return offer(cast, truck, to=to, terms=shipment.Terms())

    outcomes = together(send, ["keeper", "recycler"])
    assert sum(isinstance(each, Shipment) for each in outcomes) == 1, outcomes
    with as_system():
        assert HandOver.objects.count() == len(SERIALS)


def test_one_key_sent_twice_at_once_and_again_has_one_answer(cast: Cast, truck, as_system):
    made = offer(cast, truck)
    where = f"/api/v1/shipments/{made.pk}/accept"

    def send(_):
        return cast.speak("keeper").send(where, {}, idempotency_key="take-7")

    first = together(send, range(2))
    assert {each.status_code for each in first} <= {200, 409}
    (done,) = {each.content for each in first if each.status_code == 200}
    again = send(None)
    assert (again.status_code, again.content) == (200, done)
    assert again["Idempotent-Replayed"] == "true"
    other = cast.speak("keeper").send(where, {})
    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, "shipment-answered")
    with as_system():
        assert LifecycleEvent.objects.filter(kind="HANDED_OVER").count() == len(SERIALS)


def _killed(action: Any, *, before: int) -> bool:
    """Do it in a child of its own that is killed before its n-th statement; whether it was."""
    connections.close_all()
    child = os.fork()
    if not child:
        numbers = count(1)

        def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if next(numbers) == before:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        try:
            connection.execute_wrappers.append(wrapper)
            action()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
    return os.WIFSIGNALED(status)


def test_killed_before_any_statement_of_accepting_all_or_nothing_is_there(cast, truck, as_system):
    made = offer(cast, truck)
    gone = [(truck[0].pk, "gone")]
    with as_system():
        waiting = Outbox.objects.count()
    for number in count(1):
        done = not _killed(
            lambda: answer(shipment.accept, cast, made, exceptions=gone), before=number
        )
        with as_system():
            held = Battery.objects.filter(holder=cast["keeper"]).count()
            facts = (
                Shipment.objects.get().state, held, Outbox.objects.count() - waiting,
                LifecycleEvent.objects.filter(kind="HANDED_OVER").count(),
                HandOver.objects.filter(state="OFFERED").count(),
            )  # fmt: skip
        if done:
            break
        assert facts == ("OFFERED", 0, 0, 0, 6), number
    assert facts == ("PARTLY", 5, 5, 5, 0)
    assert number > 12


def test_killed_before_any_statement_of_offering_all_or_nothing_is_there(cast, truck, as_system):
    for number in count(1):
        done = not _killed(lambda: offer(cast, truck), before=number)
        with as_system():
            facts = (Shipment.objects.count(), HandOver.objects.count())
        if done:
            break
        assert facts == (0, 0), number
    assert facts == (1, 6)


def test_hundreds_change_hands_in_a_few_statements(cast, as_system):
    with as_system():
        many = packs(cast["maker"], *(f"M{n}" for n in range(300)))
    made = offer(cast, many)
    asked: list[str] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        answer(shipment.accept, cast, made, at=THEN)
    assert len(asked) < 40


def test_one_form_sent_twice_at_once_makes_one_shipment(cast, truck, as_system):
    named = new_id()
    both = together(lambda _: offer(cast, truck, shipment_id=named), range(3))
    assert [getattr(each, "pk", each) for each in both] == [named] * 3
    with as_system():
        assert Shipment.objects.count() == 1
        assert HandOver.objects.count() == len(SERIALS)
