"""A pack with one recalled cell in it stays in quarantine, whatever who looked at it answered."""

import json

import pytest

from passport import tasks
from passport.actions import intake, intake_work, recall
from passport.actions.recall import Notice, Scope
from passport.models import Assembly, Battery
from passport.queries.tenancy import act_as
from passport.rules.recall import UnderRecall
from recycling.actions import offer, plan
from recycling.models import Offer, OfferState, PlanLine
from recycling.queries import plan as plans
from tests.recycling.stage import AT, cast, lease, packs, planned, publish, retire

CELL = {
    "type": "model", "code": "CELL-L", "name": "Cell L", "level": "CELL", "category": "EV",
    "chemistry": "LFP", "gtin": "09521234000013", "rated_capacity_ah": "100",
    "rated_energy_kwh": "0.32", "nominal_voltage_v": "3.2", "minimum_voltage_v": "2.5",
    "maximum_voltage_v": "3.65", "mass_kg": "2",
}  # fmt: skip
LOTTED = {
    "type": "battery", "model": "CELL-L", "manufactured_on": "2019-03-02", "lot": "L-7",
    "id": "https://id.gs1.org/01/09521234000013/21/C1",
}  # fmt: skip


@pytest.fixture
def stage(as_system, database):
    """Two sound retired packs; a cell of the lot L-7 stands in the first."""
    with as_system():
        made = cast()
        first, second = packs(made, ["0.90", "0.90"])
        raw = [json.dumps(line).encode() for line in (CELL, LOTTED)]
        taken = intake.receive(lines=raw, media_type="application/x-ndjson", by=made.maker, at=AT)
        intake_work.run(job=lease(taken.job), at=AT)
        Assembly.objects.create(parent=first, child=Battery.objects.get(lot="L-7"), since=AT)
        for battery in (first, second):
            retire(battery, by=made.keeper)
        publish(made.storage, places=2)
    return made, first, second


def _recall(made):
    return recall.open_recall(
        maker=made.maker, notice=Notice(reason="may burn"), scope=Scope(lots=("L-7",)),
        by=made.maker, at=AT,
    )  # fmt: skip


def test_one_recalled_cell_gates_its_pack_and_no_other(stage, as_system):
    made, first, second = stage
    with as_system():
        _recall(made)
        planned(made)
        lines = {each.retirement.battery_id: each for each in PlanLine.objects.all()}
        told = plans.explanation(line_id=lines[first.pk].pk).explanation
        assert (lines[first.pk].gate_route, lines[second.pk].gate_route) == ("Q", "A")
        (gate,) = [g for g in told["gates"] if g["gate"] == "G01"]
        assert (gate["verdict"], gate["reading"]) == ("FAILED", "True")
        assert lines[first.pk].programme_id is None


def test_a_closed_recall_gates_nothing(stage, as_system):
    made, first, _ = stage
    with as_system():
        opened = _recall(made)
        recall.close(recall_id=opened.pk, because="was no danger", by=made.maker, at=AT)
        planned(made)
        assert PlanLine.objects.get(retirement__battery=first).gate_route == "A"


def test_a_recall_that_opens_before_the_answer_stops_the_offer(stage, as_system):
    made, first, _ = stage
    with as_system():
        planned(made)
        waiting = Offer.objects.get(retirement__battery=first)
        _recall(made)
        act_as(made.storage.pk)
        with pytest.raises(UnderRecall):
            offer.accept(offer_id=waiting.pk, by=made.storage, at=AT)
        waiting.refresh_from_db()
        assert waiting.state == OfferState.PROPOSED


def test_a_recall_changes_what_a_plan_was_made_from(stage, as_system):
    made, _, _ = stage
    with as_system():
        job = plan.request(by=made.keeper, at=AT)
        _recall(made)
        assert tasks.see_through(job.pk, clock=lambda: AT) == "done"
        assert PlanLine.objects.filter(gate_route="Q").count() == 1
