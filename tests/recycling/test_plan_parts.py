"""A plan in parts: solved by whoever is there, written once, whatever moves, dies or repeats."""

import time
from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from passport import tasks
from passport.actions import job as jobs
from passport.models import Facility, Job, JobState, Party
from passport.models.ids import new_id
from recycling.actions import offer, patience, plan, plan_part, planner, what_if
from recycling.models import Offer, Plan, PlanLine, PlanPart, PlanRun, Retirement
from recycling.queries import plan as plans
from recycling.queries.market_columns import packs_of
from recycling.rules.columns import columns, encode
from recycling.rules.supposing import NothingSupposed
from tests.recycling.pack_by_pack import of_market
from tests.recycling.stage import (
    AT,
    MODEL,
    cast,
    give,
    lease,
    packs,
    planned,
    publish,
    read,
    retire,
)
from tests.recycling.test_second_life import _tested

SODIUM = MODEL | {"code": "PACK-N", "chemistry": "NMC622", "gtin": "09521234000037"}


@pytest.fixture(scope="module")
def begun(begin):
    """Two families that share no programme, each with more packs than places."""
    return begin(lambda _: _set())


@pytest.fixture
def stage(begun, database):
    return deepcopy(begun.made)


def _set():
    made = cast()
    for battery in packs(made, ["0.90", "0.80"]) + packs(made, ["0.88"], model=SODIUM):
        retire(battery, by=made.keeper)
    publish(made.storage, places=1, models=("PACK-L",))
    publish(made.storage, places=1, name="Nickel", models=("PACK-N",))
    return made


def _begun(stage, *, at=AT):
    """A run whose parts wait; its job."""
    asked = plan.request(by=stage.keeper, at=at)
    assert tasks.perform(asked.pk, clock=lambda: at) == "goes on"
    return asked


def _parts():
    return list(Job.objects.filter(kind=plan_part.KIND).order_by("dedupe_key"))


def test_the_packs_of_a_market_are_read_as_columns_as_they_are_pack_by_pack(stage, as_system):
    with as_system():
        rows = list(Retirement.objects.order_by("id"))
        _tested(rows[1].battery, stage.keeper, answers={"water_ingress": True})
        Facility.objects.create(
            party=stage.keeper, name="Yard", country="DE", latitude="52.5", longitude="13.4"
        )
        read(rows[0].battery, "0.7", by=stage.keeper, ratio="1.31")
        planned(stage)
        _sweep(stage)
        seen = of_market(keeper=stage.keeper, on=AT.date()).packs
        assert {pack.rounds for pack in seen} == {0, 1}
        held = packs_of(keeper=stage.keeper, on=AT.date())
        assert encode(held) == encode(columns(seen))
        # Read, and not left out on both sides.
        assert [pack.facts.reuse_test_passed for pack in seen] == [False, True, False]
        assert {(pack.waste_code, pack.country) for pack in seen} == {("16 06 05", "DE")}
        assert seen[1].facts.water_ingress is True


def _sweep(stage):
    first = Offer.objects.order_by("id").first()
    offer.decline(offer_id=first.pk, by=stage.storage, at=AT)
    offer.sweep(at=AT + timedelta(days=4))


def test_parts_are_solved_by_any_worker_and_written_once(stage, as_system):
    with as_system():
        asked = _begun(stage)
        first, second = _parts()
        assert tasks.perform(second.pk, clock=lambda: AT) == "done"
        late = AT + timedelta(seconds=3)
        assert tasks.perform(asked.pk, clock=lambda: late) == "goes on"
        assert tasks.perform(first.pk, clock=lambda: late) == "done"
        assert tasks.perform(asked.pk, clock=lambda: late) == "done"
        assert tasks.perform(asked.pk, clock=lambda: late) == "not due"
        made = Plan.objects.get()
        assert (made.objective_cents, Offer.objects.count()) == (made.linear_cents, 2)
        labels = sorted(PlanPart.objects.values_list("label", "packs", "method"))
        assert labels == [("LFP, PACK-L", 2, "EXACT_FLOW"), ("NMC, PACK-N", 1, "EXACT_FLOW")]


def test_a_worker_that_lost_its_part_writes_nothing_of_it(stage, as_system):
    with as_system():
        _begun(stage)
        first = _parts()[0]
        slow = lease(first)
        fast = lease(first, at=AT + timedelta(minutes=1))
        assert plan_part.run(job=fast, at=AT).result
        with pytest.raises(jobs.LeaseLost):
            plan_part.run(job=slow, at=AT)


def test_what_kills_its_workers_is_planned_by_the_best_edge_first(stage, as_system):
    with as_system():
        _begun(stage)
        at = AT
        for _ in range(plan_part.MOST_SEARCHES):
            lease(_parts()[0], at=at)
            at += timedelta(minutes=1)
        solved = plan_part.run(job=lease(_parts()[0], at=at), at=at)
        assert (solved.method, solved.cut_off) == ("BEST_EDGE_FIRST", True)
        assert solved.bound_cents > solved.objective_cents == solved.best_edge_first_cents


def test_work_that_does_not_end_is_killed_and_an_error_meanwhile_too():
    told = []
    assert patience.within(0.2, lambda: [1] * 300_000, meanwhile=told.append) == [1] * 300_000
    assert patience.within(0.2, lambda: time.sleep(9), meanwhile=list) is None
    assert patience.within(5, lambda: 1 / 0, meanwhile=list) is None


def test_a_market_that_moved_meanwhile_is_planned_anew(stage, as_system):
    with as_system():
        asked = _begun(stage)
        publish(stage.storage, places=5, name="Larger", price=9000)
        for part in _parts():
            tasks.perform(part.pk, clock=lambda: AT)
        assert tasks.see_through(asked.pk, clock=lambda: AT) == "done"
        assert sorted(PlanRun.objects.values_list("state", flat=True)) == ["DONE", "MOVED"]
        assert PlanLine.objects.filter(programme__name="Larger").count() == 3


def test_one_plan_has_the_market_and_a_stuck_one_gives_it_back(stage, as_system):
    with as_system():
        _begun(stage)
        (battery,) = packs(stage, ["0.85"])
        other = Party.objects.get(slug="stranger")
        _give_on(battery, stage, other)
        asked = plan.request(by=other, at=AT)
        assert tasks.perform(asked.pk, clock=lambda: AT) == "goes on"
        twin = PlanRun.objects.get()
        twin.pk = new_id()
        with pytest.raises(IntegrityError, match="one_plan_a_market"), transaction.atomic():
            twin.save(force_insert=True)
        Job.objects.filter(kind=plan_part.KIND).update(state=JobState.RESTING)
        later = AT + timedelta(minutes=1)
        assert tasks.see_through(asked.pk, clock=lambda: later) == "done"
        assert sorted(PlanRun.objects.values_list("state", flat=True)) == ["DONE", "FAILED"]


def _give_on(battery, stage, other):
    give(battery, to=other)
    retire(battery, by=other)


def test_a_plan_that_binds_nobody_says_what_would_be_another_way(stage, as_system):
    with as_system():
        base = planned(stage)
        dear = _supposed(stage, base, price_percent=10)
        assert (dear.state, dear.base, Offer.objects.count()) == ("WHATIF", base, 2)
        assert dear.objective_cents > base.objective_cents
        closed = _supposed(stage, base, closed=[str(Offer.objects.first().programme_id)])
        found = plans.difference(plan=closed)
        assert found.value_cents == closed.objective_cents - base.objective_cents < 0
        assert [(each.packs, each.was != each.now) for each in found.moves] == [(1, True)]
        with pytest.raises(NothingSupposed):
            _supposed(stage, dear, price_percent=5)
        sold = Offer.objects.first()
        sold.pk, sold.plan_line = new_id(), PlanLine.objects.filter(plan=closed).last()
        with pytest.raises(IntegrityError):
            sold.save(force_insert=True)


def _supposed(stage, base, *, price_percent=0, closed=()):
    asked = what_if.request(
        plan_id=base.pk, price_percent=price_percent, programme="", closed=closed,
        by=stage.keeper, at=AT,
    )  # fmt: skip
    assert tasks.see_through(asked.pk, clock=lambda: AT) == "done"
    return Plan.objects.get(job=asked)


def test_keepers_who_asked_once_are_planned_for_when_it_is_due(
    stage, as_system, django_assert_num_queries
):
    with as_system():
        assert planner.replan(at=AT) == 0
        planned(stage)
        with django_assert_num_queries(1):
            planner.replan(at=AT + timedelta(minutes=1))
        assert planner.replan(at=AT + timedelta(minutes=30)) == 0
        assert planner.replan(at=AT + timedelta(hours=25)) == 1
        publish(stage.storage, places=5, name="Later")
        late = AT + timedelta(hours=25, seconds=1)
        assert planner.replan(at=late) == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE recycling_planline SET value_cents = value_cents + 1",
        "UPDATE recycling_planpart SET content = '\\x00'",
        "UPDATE recycling_planrun SET content = '\\x00'",
        "DELETE FROM recycling_planrun",
        "UPDATE recycling_planrun SET state = 'SOLVING', ended_at = NULL",
    ],
)
def test_what_was_planned_is_not_changed_afterwards(stage, as_system, as_role, change):
    with as_system():
        planned(stage)
    refused = pytest.raises(DatabaseError, match=r"chang|append-only")
    with as_role("owner"), refused, connection.cursor() as cursor:
        cursor.execute(change)
