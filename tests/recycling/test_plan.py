"""Plans, on a real database: one transaction, one plan a snapshot, explained."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from passport import tasks
from passport.actions import job as jobs
from passport.models import Concern, Job, JobState
from passport.queries.tenancy import act_as
from recycling.actions import plan
from recycling.models import Offer, OfferState, Plan, PlanLine, PlanRun
from recycling.queries import plan as plans
from recycling.rules.errors import NothingToPlan
from tests.recycling.stage import AT, cast, lease, packs, planned, publish, retire
from tests.recycling.together import together


@pytest.fixture(scope="module")
def market(begin):
    """Four retired packs, a storage operator with two places, a recycler with room for all."""
    return begin(lambda _: _set())


@pytest.fixture
def begun(request, market, empty):
    """The market, unless the test makes one of its own."""
    return market if "stage" in request.fixturenames else empty


@pytest.fixture
def stage(market, database):
    return deepcopy(market.made)


def _set():
    made = cast()
    batteries = packs(made, ["0.90", "0.80", "0.70", "0.30"])
    for battery in batteries:
        retire(battery, by=made.keeper)
    publish(made.storage, places=2)
    publish(made.recycler, places=9, name="Furnace", fee_cents_per_kg=-50)
    return made


def test_a_plan_is_optimal_explained_and_offered(stage, as_system):
    with as_system():
        made = planned(stage)
        lines = {line.reason: line for line in PlanLine.objects.filter(plan=made)}
        offers = Offer.objects.filter(state=OfferState.PROPOSED)
        assert made.objective_cents == made.linear_cents >= made.best_edge_first_cents
        assert PlanLine.objects.filter(plan=made, route="REPURPOSE").count() == 2
        assert set(lines) == {"BEST_VALUE", "PLACE_WORTH_MORE_TO_ANOTHER", "GATE_RECYCLES"}
        told = plans.explanation(line_id=lines["GATE_RECYCLES"].pk).explanation
        assert told["gates"][12]["gate"] == "G13"
        assert offers.count() == 4
        assert Concern.objects.filter(reason="OFFER", until=None).count() == 4


def test_the_explanation_adds_up(stage, as_system):
    with as_system():
        made = planned(stage)
        for line in plans.lines(plan=made):
            told = line.explanation
            for edge in told["edges"]:
                assert edge["cents"] == sum(item["cents"] for item in edge["items"])
            chosen = [e for e in told["edges"] if e["programme"] == str(line.programme_id)]
            assert chosen[0]["cents"] == line.value_cents
            assert told["edges"][0]["cents"] - line.value_cents == line.regret_cents
            assert told["snapshot_sha256"] == bytes(made.snapshot_sha256).hex()


def test_a_job_finishes_with_its_plan_and_runs_once(stage, as_system):
    with as_system():
        made = planned(stage)
        job = made.job
        job.refresh_from_db()
        assert (job.state, job.done_count) == (JobState.DONE, 4)
        assert jobs.lease(job_id=job.pk, at=AT + timedelta(hours=1)) is None
        with pytest.raises(NothingToPlan):
            plan.request(by=stage.keeper, at=AT)


def test_a_worker_that_lost_its_lease_leaves_nothing(stage, as_system):
    with as_system():
        asked = plan.request(by=stage.keeper, at=AT)
        slow = lease(asked)
        fast = lease(asked, at=AT + timedelta(minutes=5))
        with pytest.raises(jobs.LeaseLost):
            plan.run(job=slow, at=AT)
        assert not Plan.objects.exists()
        assert not Offer.objects.exists()
        with pytest.raises(jobs.GoesOn):
            plan.run(job=fast, at=AT)
        assert PlanRun.objects.get().job == fast


def test_asked_twice_before_it_starts_it_is_one_job(stage, as_system):
    with as_system():
        assert plan.request(by=stage.keeper, at=AT) == plan.request(by=stage.keeper, at=AT)


def test_two_runs_at_once_make_one_plan(stage, as_system):
    with as_system():
        asked = [plan.request(by=stage.keeper, at=AT) for _ in range(2)]
        Job.objects.filter(pk=asked[0].pk).update(state=JobState.RESTING)
        asked = [asked[0], plan.request(by=stage.keeper, at=AT)]
        Job.objects.filter(pk=asked[0].pk).update(state=JobState.READY)
        said = together(lambda job: tasks.see_through(job.pk, clock=lambda: AT), asked)
        # With a clock that stands still, one that rests while the other solves its part stays so.
        assert set(said) <= {"done", "not due"}
        for minute in (1, 2):
            for job in asked:
                tasks.see_through(job.pk, clock=lambda: AT + timedelta(minutes=minute))  # noqa: B023
        assert Job.objects.filter(kind="plan", state=JobState.DONE).count() == 2
        assert Plan.objects.count() == 1
        assert Offer.objects.count() == 4


def test_a_market_that_moved_too_often_is_looked_at_again_after_a_while(stage, as_system):
    with as_system():
        asked = plan.request(by=stage.keeper, at=AT)
        said = {"content": b"", "packs": 0, "edges": 0, "snapshot_sha256": b"", "binding": True}
        for _ in range(plan.MOST_LOOKS):
            PlanRun.objects.create(
                job=asked, keeper=stage.keeper, state="MOVED", began_at=AT, ended_at=AT, **said
            )
        assert tasks.see_through(asked.pk, clock=lambda: AT) == "failed"
        asked.refresh_from_db()
        assert asked.last_error.startswith("MarketMoved")
        later = AT + timedelta(seconds=30)
        assert tasks.see_through(asked.pk, clock=lambda: later) == "done"
        assert Offer.objects.count() == 4


def test_the_same_snapshot_is_planned_once(as_system, database):
    with as_system():
        made = cast()
        retire(packs(made, ["0.90"])[0], by=made.keeper)
        first = planned(made)
        assert (first.state, planned(made).pk) == ("HELD", first.pk)
        assert PlanLine.objects.get().reason == "HELD_NOBODY_TAKES_IT"


def test_a_pack_that_only_a_test_keeps_from_a_second_life_is_held(as_system, database):
    with as_system():
        made = cast()
        retire(packs(made, ["0.90"])[0], by=made.keeper, crash_severity="AIRBAG")
        publish(made.storage, places=1)
        publish(made.recycler, places=9, name="Furnace", fee_cents_per_kg=500)
        line = PlanLine.objects.get(plan=planned(made))
        assert (line.gate_route, line.route, line.reason) == ("T", None, "HELD_FOR_TEST")


def test_what_expired_is_offered_again_and_its_place_is_free(stage, as_system):
    with as_system():
        planned(stage)
        again = planned(stage, at=AT + timedelta(days=4))
        assert Offer.objects.filter(state=OfferState.EXPIRED).count() == 4
        assert Offer.objects.filter(state=OfferState.PROPOSED).count() == 4
        assert Plan.objects.count() == 2
        assert again.state == "OFFERED"


def test_a_lot_takes_one_band_of_health_and_says_so_to_the_others(as_system, database):
    with as_system():
        made = cast()
        for battery in packs(made, ["0.90", "0.86", "0.72"]):
            retire(battery, by=made.keeper)
        lot = {"lot_minimum_packs": 2, "band_width": Decimal("0.06")}
        publish(made.storage, places=3, **lot)
        publish(made.recycler, places=9, name="Furnace", fee_cents_per_kg=-50)
        done = planned(made)
        lines = PlanLine.objects.filter(plan=done)
        found = sorted((line.route, line.reason) for line in lines)
        assert found == [
            ("RECYCLE", "LOT_OF_OTHERS"),
            ("REPURPOSE", "BEST_VALUE"),
            ("REPURPOSE", "BEST_VALUE"),
        ]
        assert done.best_edge_first_cents <= done.objective_cents <= done.linear_cents


def test_only_the_keeper_reads_the_plan(stage, as_system):
    with as_system():
        made = planned(stage)
    for party, lines in ((stage.keeper, 4), (stage.storage, 0), (stage.stranger, 0)):
        with transaction.atomic():
            act_as(party.pk)
            assert len(plans.lines(plan=made)) == lines
