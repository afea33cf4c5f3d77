"""A pack that was set apart in a yard goes nowhere, whatever its inspection said before."""

from datetime import timedelta

from passport.actions import correction, event
from passport.models import LifecycleEvent
from passport.queries.tenancy import act_as
from passport.rules.correction import Reason
from passport.rules.lifecycle import EventKind
from recycling.models import PlanLine
from tests.recycling.stage import AT, cast, packs, planned, publish, retire, uid


def happened(battery, *, by, kind=EventKind.INCIDENT, when=AT, **facts) -> LifecycleEvent:
    return event.record(
        battery_id=battery.pk,
        kind=kind,
        happened_at=when,
        event_id=uid(),
        facts=facts,
        by=by,
        at=AT,
    )


def test_what_set_a_pack_apart_reaches_the_gates_of_a_plan(as_system, database):
    with as_system():
        made = cast()
        hot, taken_back, repaired, dented, _sound, hidden = every = packs(made, ["0.90"] * 6)
        act_as(made.keeper.pk)
        for battery in every:
            retire(battery, by=made.keeper)
        heat = {"setApart": True, "because": "thermal_event"}
        wrong = happened(taken_back, by=made.keeper, **heat)
        for battery in (hot, repaired):
            happened(battery, by=made.keeper, **heat)
        happened(repaired, by=made.keeper, kind=EventKind.REPAIRED)
        # No repair mends what is told behind it, however far it is dated back.
        happened(hidden, by=made.keeper, kind=EventKind.REPAIRED)
        happened(hidden, by=made.keeper, when=AT - timedelta(days=1), **heat)
        happened(dented, by=made.keeper, what="scratched")
        correction.declare(
            event_id=wrong.pk, reason=Reason.DID_NOT_OCCUR, correctives=(), declaration_id=uid(),
            by=made.keeper, at=AT,
        )  # fmt: skip
        publish(made.storage, places=5)
        planned(made)
        routes = {each.retirement.battery_id: each.gate_route for each in PlanLine.objects.all()}
        assert [routes[each.pk] for each in every] == ["Q", "A", "A", "A", "A", "Q"]
        assert PlanLine.objects.get(retirement__battery=hot).programme_id is None
