"""Retirement and treatment: by the holder, once, and the masses close."""

from decimal import Decimal

import pytest
from django.db import transaction

from passport.actions import custody
from passport.models import Battery, BatteryState, LifecycleEvent
from passport.queries.tenancy import act_as
from passport.rules.custody import NotTheHolder, PartOfAnother
from passport.rules.lifecycle import AlreadyRecycled, NotPossibleNow
from recycling.actions import retirement, treatment
from recycling.models import Process, Retirement, RetirementReason, RetirementState, Treatment
from recycling.queries import treatment as treatments
from recycling.rules.inspection import AnswerNotKnown
from recycling.rules.programme import RoleMissing
from recycling.rules.recovery import Fate, MassDoesNotClose, MassNotPositive, Output
from tests.recycling.stage import AT, SOUND, cast, give, packs, retire, uid

OUT = (
    Output(material="Cu", mass_kg=Decimal("25.5"), fate=Fate.RECYCLED),
    Output(material="black mass", mass_kg=Decimal("190"), fate=Fate.RECYCLED),
    Output(material="slag", mass_kg=Decimal("80"), fate=Fate.DISPOSED),
)


@pytest.fixture
def stage(as_system, database):
    with as_system():
        return cast()


@pytest.fixture
def pack(stage, as_system):
    """One retired pack in the recycler's hands."""
    with as_system():
        (battery,) = packs(stage, ["0.30"])
        retire(battery, by=stage.keeper)
        give(battery, to=stage.recycler)
        return battery


def _book(pack, *, by, event_id=None, fractions=OUT, mass="300"):
    with transaction.atomic():
        act_as(by.pk)
        return treatment.book(
            battery_id=pack.pk,
            by=by,
            mass_in_kg=Decimal(mass),
            process=Process.HYDRO,
            fractions=fractions,
            event_id=event_id or uid(),
            at=AT,
        )


def test_a_treatment_ends_a_battery(stage, pack, as_system):
    booked = _book(pack, by=stage.recycler)
    assert (booked.mass_out_kg, booked.efficiency) == (Decimal("295.5"), Decimal("0.71833"))
    assert booked.efficiency_floor == Decimal("0.65")
    with as_system():
        battery = Battery.objects.get(pk=pack.pk)
        assert (battery.state, battery.status) == (BatteryState.RECYCLED, "waste")
        assert Retirement.objects.get().state == RetirementState.CLOSED
        assert LifecycleEvent.objects.filter(kind="TREATED").count() == 1
        reached = {each.subject: each.share for each in treatments.recovered(treatment=booked)}
        assert round(reached["Cu"], 3) == Decimal("0.953")


def test_the_same_booking_again_changes_nothing(stage, pack, as_system):
    once = uid()
    assert _book(pack, by=stage.recycler, event_id=once) == _book(
        pack, by=stage.recycler, event_id=once
    )
    with as_system():
        assert Treatment.objects.get().fractions.count() == 3
    with pytest.raises(AlreadyRecycled):
        _book(pack, by=stage.recycler)


CASES = {
    "three kilograms too many: closes": ("291", None),
    "nine missing of three hundred: refused": ("305", MassDoesNotClose),
    "nothing went in: refused": ("0", MassNotPositive),
    "more came out than went in: refused": ("280", MassDoesNotClose),
}


@pytest.mark.parametrize(("mass", "refused"), CASES.values(), ids=CASES)
def test_masses_close_or_nothing_is_booked(stage, pack, mass, refused, as_system):
    if refused is None:
        assert _book(pack, by=stage.recycler, mass=mass)
        return
    with pytest.raises(refused):
        _book(pack, by=stage.recycler, mass=mass)
    with as_system():
        assert not Treatment.objects.exists()


def test_only_a_recycler_that_holds_it_treats_a_battery(stage, as_system):
    with as_system():
        (battery,) = packs(stage, ["0.30"])
        retire(battery, by=stage.keeper)
        custody.grant(battery_id=battery.pk, to_id=stage.recycler.pk, by=stage.keeper, at=AT)
    with pytest.raises(NotTheHolder):
        _book(battery, by=stage.recycler)
    with pytest.raises(RoleMissing):
        _book(battery, by=stage.keeper)


def test_a_battery_in_service_is_not_treated(stage, as_system):
    with as_system():
        (battery,) = packs(stage, ["0.90"])
        give(battery, to=stage.recycler)
    with pytest.raises(NotPossibleNow):
        _book(battery, by=stage.recycler)


def test_only_the_holder_retires(stage, as_system):
    with as_system():
        (battery,) = packs(stage, ["0.90"])
        with pytest.raises(NotTheHolder):
            retire(battery, by=stage.stranger)


def test_a_part_is_not_retired_alone(stage, as_system):
    with as_system():
        outer, inner = packs(stage, ["0.90", "0.90"])
        Battery.objects.filter(pk=inner.pk).update(unit=outer)
        with pytest.raises(PartOfAnother):
            retire(inner, by=stage.keeper)


@pytest.mark.parametrize(
    "answer", [{"smells": True}, {"recall_open": 1}, {"crash_severity": "BIG"}]
)
def test_an_inspection_asks_its_questions_only(stage, as_system, answer):
    with as_system():
        (battery,) = packs(stage, ["0.90"])
        with pytest.raises(AnswerNotKnown) as told:
            retire(battery, by=stage.keeper, **answer)
        assert told.value.pointer == f"/condition/{next(iter(answer))}"


def test_the_same_retirement_again_changes_nothing(stage, as_system):
    with as_system():
        (battery,) = packs(stage, ["0.90"])
        words = {
            "battery_id": battery.pk,
            "by": stage.keeper,
            "reason": RetirementReason.CAPACITY,
            "condition": SOUND,
            "event_id": uid(),
            "at": AT,
        }
        assert retirement.retire(**words) == retirement.retire(**words)
        with pytest.raises(NotPossibleNow):
            retirement.retire(**words | {"event_id": uid()})
