"""How long a waiting pack lasts decides where it goes, and is worked out once a reading."""

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pytest

from passport.actions import correction, health
from passport.models import HealthReading
from passport.queries.tenancy import act_as
from passport.rules.correction import Reason
from passport.rules.health import Kind, Method, make_reading
from recycling.actions import outlook
from recycling.models import KeptOutlook, PlanLine, Retirement
from recycling.queries import gate_check, kept_outlook, standing
from recycling.queries import plan as plans
from recycling.queries.market_columns import packs_of
from recycling.rules.columns import columns, encode
from recycling.rules.forecast_looks import Unit
from tests.recycling.pack_by_pack import of_market
from tests.recycling.stage import AT, cast, packs, planned, publish, read, retire, uid

# State of health so many days ago; the newest is the one that every pack has.
BENT = {700: "0.95", 560: "0.94", 420: "0.93", 280: "0.92", 140: "0.86"}
TIRED = {700: "0.85", 560: "0.82", 420: "0.79", 280: "0.76", 140: "0.73"}


@pytest.fixture(scope="module")
def begun(begin):
    """One pack behind its knee, one that will not last, one that was read once."""
    return begin(lambda _: _set())


@pytest.fixture
def stage(begun, database):
    return deepcopy(begun.made)


def _set():
    made = cast()
    for battery, past in zip(packs(made, ["0.75", "0.70", "0.90"]), (BENT, TIRED, {}), strict=True):
        for days, soh in past.items():
            read(battery, soh, by=made.keeper, days=days)
        retire(battery, by=made.keeper)
    publish(made.storage, places=9)
    publish(made.recycler, places=9, name="Furnace", fee_cents_per_kg=-50)
    return made


def test_a_knee_asks_for_a_test_and_a_short_life_ends_a_contract(stage, as_system):
    with as_system():
        made = planned(stage)
        bent, tired, young = PlanLine.objects.filter(plan=made).order_by("retirement_id")
        told = plans.explanation(line_id=bent.pk).explanation
        said = next(gate for gate in told["gates"] if gate["field"] == "knee")
        assert (bent.gate_route, said["reading"], said["route"]) == ("T", "True", "T")
        told = plans.explanation(line_id=tired.pk).explanation
        assert 0 <= float(told["remaining_years_low"]) < 5
        reasons = [each["obstacle"] for bar in told["barred"] for each in bar["reasons"]]
        assert (tired.route, reasons) == ("RECYCLE", ["REMAINING_LIFE"])
        assert young.route == "REPURPOSE"
        assert plans.explanation(line_id=young.pk).explanation["remaining_years_low"] is None
        (kept,) = KeptOutlook.objects.filter(knee=True)
        asked = gate_check.ask(battery=kept.battery, on=AT.date())
        assert asked.outcome.route == "T"


def test_it_is_worked_out_anew_after_a_reading_and_not_before(
    stage, as_system, django_assert_num_queries
):
    with as_system():
        assert outlook.refresh(keeper=stage.keeper, at=AT, told=list) == 2
        with django_assert_num_queries(2):
            assert outlook.refresh(keeper=stage.keeper, at=AT, told=list) == 0
        seen = of_market(keeper=stage.keeper, on=AT.date()).packs
        assert [pack.remaining_years_low is None for pack in seen] == [False, False, True]
        assert encode(packs_of(keeper=stage.keeper, on=AT.date())) == encode(columns(seen))
        row = Retirement.objects.order_by("id").first()
        read(row.battery, "0.74", by=stage.keeper, days=0)
        assert _stale(stage) == [row.battery_id]
        outlook.refresh(keeper=stage.keeper, at=AT, told=list)
        _put_right(row.battery, by=stage.keeper)
        assert _stale(stage) == [row.battery_id]


def _stale(stage):
    return [each.battery_id for each in kept_outlook.stale(keeper=stage.keeper)]


def _put_right(battery, *, by):
    """Declare the newest reading wrong, and record what was measured at that moment."""
    act_as(by.pk)
    wrong = HealthReading.objects.filter(battery=battery).latest("measured_at")
    correction.declare(
        event_id=wrong.event_id, reason=Reason.INCORRECT_DATA, correctives=(),
        declaration_id=uid(), by=by, at=AT,
    )  # fmt: skip
    right = make_reading(
        soh=Decimal("0.71"),
        method=Method(wrong.method),
        source="cycler 4",
        measured_at=wrong.measured_at,
    )
    later = AT + timedelta(hours=1)
    health.read(battery_id=battery.pk, event_id=uid(), reading=right, by=by, at=later)


def test_many_are_worked_out_in_as_many_questions_as_few(
    stage, as_system, django_assert_num_queries
):
    with as_system():
        for battery in packs(stage, ["0.70"] * 3):
            for days in (300, 200, 100):
                read(battery, "0.8", by=stage.keeper, days=days)
            retire(battery, by=stage.keeper)
        # Which are stale; batteries, readings, lives of their model; what is kept.
        with django_assert_num_queries(8):
            assert outlook.refresh(keeper=stage.keeper, at=AT, told=list) == 5


def test_a_test_stands_until_something_says_worse(stage, as_system):
    with as_system():
        row = Retirement.objects.order_by("id").last()
        methods = []
        for soh, days in (("0.90", 0), ("0.70", -1)):
            read(row.battery, soh, by=stage.keeper, method=Method.BMS_REPORTED, days=days)
            on = AT.date() + timedelta(days=-days)
            seen = of_market(keeper=stage.keeper, on=on).packs
            assert encode(packs_of(keeper=stage.keeper, on=on)) == encode(columns(seen))
            methods.append(seen[-1].facts.soh_method)
            asked = gate_check.ask(battery=row.battery, on=on)
            assert asked.reading.method == methods[-1]
        assert methods == ["TESTED", "BMS_REPORTED"]


def test_a_fleet_is_asked_for_once_a_model_and_nobody_stands_in_its_own(
    stage, as_system, django_assert_num_queries
):
    with as_system():
        worn = packs(stage, ["0.55"] * 11)
        for battery in worn:
            for days, soh in {900: "0.99", 600: "0.85", 300: "0.70"}.items():
                read(battery, soh, by=stage.keeper, days=days)
        (other,) = packs(stage, ["0.90"])
        beside = standing.fleets(by=stage.keeper)
        known = beside.beside(other, kind=Kind.CAPACITY).seen(Unit.DAYS)[0]
        with django_assert_num_queries(0):
            others = [beside.beside(each, kind=Kind.CAPACITY) for each in worn]
            assert beside.beside(other, kind=Kind.CAPACITY).seen(Unit.DAYS)[0] is known
        assert (known.n, {each.seen(Unit.DAYS)[0].n for each in others}) == (11, {10})
