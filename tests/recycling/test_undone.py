"""What happens to a pack after its test takes the test's word away, however it is told."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from passport.actions import correction, event
from passport.models.ids import new_id
from passport.queries.tenancy import act_as
from passport.rules.correction import Reason
from passport.rules.lifecycle import EventKind
from recycling.actions import gate_check, waste
from recycling.actions.waste import EvidenceIncomplete
from recycling.models import EvidenceFile, Offer, PlanLine
from recycling.rules.offer import GateClosed, NotFirmYet
from tests.recycling.stage import AT, accept, cast, packs, planned, publish, retire, uid
from tests.recycling.test_second_life import _papers, _tested

SOUND = {"recall_open": False, "case_damage": False, "crash_severity": "AIRBAG"}
LONG_AGO = AT - datetime.timedelta(days=400)


@pytest.fixture
def stage(as_system, database):
    with as_system():
        return cast()


def _happened(battery, *, by, kind=EventKind.INCIDENT, at=LONG_AGO, **facts):
    return event.record(
        battery_id=battery.pk, kind=kind, happened_at=at, event_id=uid(), facts=facts, by=by, at=AT
    )


def _routes(stage, battery, *, day):
    """What the gates say on a day, asked of one and read in columns for a plan."""
    at = AT + datetime.timedelta(days=day)
    asked = gate_check.check(battery_id=battery.pk, by=stage.keeper, at=at).route
    planned(stage, at=at)
    line = PlanLine.objects.filter(retirement__battery=battery).latest("id")
    return asked, line.gate_route


def _refused_as_evidence(stage, pack, done):
    """Neither by the action nor below it."""
    papers = _papers(stage.keeper)
    with pytest.raises(EvidenceIncomplete, match="has not seen"):
        waste.assemble(battery_id=pack.pk, test_id=done.pk, by=stage.keeper, at=AT, **papers)
    with pytest.raises(IntegrityError, match="has not seen"), transaction.atomic():
        EvidenceFile.objects.create(
            id=new_id(), battery=pack, party=stage.keeper, test=done, made_at=AT,
            contract_id=papers["contract"], transport_id=papers["transport"],
        )  # fmt: skip


def test_an_incident_takes_the_word_of_a_test_away(stage, as_system):
    with as_system():
        (pack,) = packs(stage, ["0.80"])
        retire(pack, by=stage.keeper, **SOUND)
        done = _tested(pack, stage.keeper, answers={"recall_open": False, "thermal_event": False})
        # Of what was scraped nobody said that it sets the pack apart; and it is dated back.
        act_as(stage.keeper.pk)
        wrong = _happened(pack, by=stage.keeper, what="fell off a fork lift")
        assert _routes(stage, pack, day=0) == ("T", "T")
        declared = {"reason": Reason.DID_NOT_OCCUR, "correctives": (), "declaration_id": uid()}
        correction.declare(event_id=wrong.pk, by=stage.keeper, at=AT, **declared)
        assert _routes(stage, pack, day=1) == ("A", "A")

        _happened(pack, by=stage.keeper, setApart=True, because="crash")
        assert _routes(stage, pack, day=2) == ("T", "T")
        # A repair mends it, and no test has seen that.
        _happened(pack, by=stage.keeper, kind=EventKind.REPAIRED, at=AT)
        assert _routes(stage, pack, day=3) == ("T", "T")

        _refused_as_evidence(stage, pack, done)
        _tested(pack, stage.keeper, answers={"recall_open": False})
        assert _routes(stage, pack, day=4) == ("A", "A")


def test_a_firm_offer_of_a_pack_that_was_harmed_since_is_not_taken(stage, as_system):
    with as_system():
        (pack,) = packs(stage, ["0.80"])
        retire(pack, by=stage.keeper, **SOUND)
        _tested(pack, stage.keeper, answers={"recall_open": False})
        publish(stage.storage, places=5)
        planned(stage)
        made = Offer.objects.get(retirement__battery=pack)
        assert (made.indicative, made.to_party) == (False, stage.storage)
        act_as(stage.keeper.pk)
        _happened(pack, by=stage.keeper, setApart=True, because="water_ingress")
    with pytest.raises(NotFirmYet, match="since its test"):
        accept(made, by=stage.storage)
    with as_system():
        assert Offer.objects.get(pk=made.pk).state == "PROPOSED"


def test_a_firm_offer_is_not_taken_for_what_a_gate_forbids_by_now(stage, as_system):
    with as_system():
        burnt, wet, shaken, dented = packs(stage, ["0.30", "0.80", "0.80", "0.30"])
        for each in (burnt, wet, shaken, dented):
            retire(each, by=stage.keeper)
        publish(stage.storage, places=5)
        publish(stage.recycler, places=5, name="Furnace", fee_cents_per_kg=-50)
        planned(stage)
        made = {each.retirement.battery_id: each for each in Offer.objects.all()}
        assert not any(each.indicative for each in made.values())
        act_as(stage.keeper.pk)
        _happened(burnt, by=stage.keeper, setApart=True, because="thermal_event")
        _happened(wet, by=stage.keeper, setApart=True, because="water_ingress")
        # Dated back, set apart by nobody, and never seen by a test of whoever wants it again.
        _happened(shaken, by=stage.keeper, what="fell off a fork lift")
        _happened(dented, by=stage.keeper, what="scratched")
    for pack, by in ((burnt, stage.recycler), (wet, stage.storage), (shaken, stage.storage)):
        with pytest.raises(GateClosed):
            accept(made[pack.pk], by=by)
    accept(made[dented.pk], by=stage.recycler)
