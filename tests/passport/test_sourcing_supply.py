"""Agreements are given away once, by whichever way and however many ask; all is one's own."""

from __future__ import annotations

from decimal import Decimal
from threading import Barrier

import pytest
from django.db import DatabaseError

from passport.actions import sourcing_pipeline, sourcing_supply
from passport.models import SupplyAllocation
from passport.models.ids import new_id
from passport.rules.errors import Conflict, NotFound
from passport.rules.sourcing_agreement import NoAllocation, OverAllocated
from tests.cast import THEN
from tests.passport.acting import REFUSED_BELOW, acting, run
from tests.passport.projecting import opened
from tests.passport.supplying import DAY, RAMP, allocated, supplied, told
from tests.recycling.together import together

BELOW = REFUSED_BELOW + "|ends once|released once|does not hold so much|of one owner|has ended"


def test_what_comes_is_what_the_ramp_lets_come_and_goes_once(cast):
    keeper = cast["keeper"]
    desk = supplied(keeper)
    with acting(keeper):
        comes = dict(desk.agreement.volumes.values_list("year", "deliverable"))
        assert comes == {2027: Decimal("91.5"), 2028: Decimal(100)}
    first = allocated(keeper, desk, "90")
    with pytest.raises(OverAllocated, match=r"1\.500 are left of 2027"):
        allocated(keeper, desk, "1.6")
    with pytest.raises(NoAllocation):
        allocated(keeper, desk, "1", year=2029)
    with acting(keeper):
        with pytest.raises(sourcing_supply.StillAllocated):
            sourcing_supply.end_agreement(agreement_id=desk.agreement.pk, by=keeper, at=THEN)
        with pytest.raises(sourcing_supply.StillAllocated):
            sourcing_pipeline.end_plan(planned_id=desk.planned.pk, by=keeper, at=THEN)
        for _ in range(2):
            sourcing_supply.release(allocation_id=first.pk, by=keeper, at=THEN)
    allocated(keeper, desk, "91.5")


def test_of_many_who_allocate_at_once_none_gets_more_than_there_is(cast, as_system):
    keeper = cast["keeper"]
    desk = supplied(keeper)
    outcomes = together(lambda _: allocated(keeper, desk, "40"), range(4))
    assert sorted(type(each).__name__ for each in outcomes) == [
        "OverAllocated", "OverAllocated", "SupplyAllocation", "SupplyAllocation",
    ]  # fmt: skip
    with as_system():
        assert SupplyAllocation.objects.count() == 2


def test_raw_sql_gives_nothing_away_twice_even_at_once(cast, as_system):
    keeper = cast["keeper"]
    desk = supplied(keeper)
    with acting(keeper):
        volume = desk.agreement.volumes.get(year=2027)
    met = Barrier(2, timeout=20)

    def insert(_):
        with acting(keeper):
            met.wait()
            return run(
                "INSERT INTO passport_supplyallocation (id, owner_id, volume_id, planned_id,"
                " quantity, allocated_at) VALUES (%s, %s, %s, %s, 60, now())",
                new_id(), keeper.pk, volume.pk, desk.planned.pk,
            )  # fmt: skip

    outcomes = together(insert, range(2))
    assert sorted(type(each).__name__ for each in outcomes) == ["IntegrityError", "int"]


def test_what_was_recorded_ends_once_and_changes_never(cast):
    keeper = cast["keeper"]
    desk = supplied(keeper)
    allocated(keeper, desk, "10")
    statements = (
        "UPDATE passport_supplyoffer SET price = 1",
        "UPDATE passport_supplyoffer SET ended_at = now(), maker = 'x'",
        "UPDATE passport_frameworkagreement SET name = 'x'",
        "UPDATE passport_agreedvolume SET deliverable = volume",
        "UPDATE passport_plannedproject SET nameplate_kwh = 1",
        "UPDATE passport_supplyallocation SET quantity = 1",
        "UPDATE passport_supplyallocation SET released_at = now(), quantity = 1",
        "DELETE FROM passport_supplyallocation",
        "DELETE FROM passport_sourcingscenario",
    )
    for statement in statements:
        with acting(keeper), pytest.raises(DatabaseError, match=BELOW):
            run(statement)
    with acting(keeper):
        assert run("UPDATE passport_supplyoffer SET ended_at = now()") == 1
        with pytest.raises(DatabaseError, match=BELOW):
            run("UPDATE passport_supplyoffer SET ended_at = now()")


def _foreign(desk, volume):
    """Rows in another's name, or on what is another's."""
    return (
        "INSERT INTO passport_plannedproject (id, owner_id, name, begins_on, incurred_on,"
        " nameplate_kwh, nameplate_kw, other_cost, planned_at)"
        " VALUES (gen_random_uuid(), %s, 'x', now(), now(), 1, 1, 0, now())",
        "INSERT INTO passport_agreedvolume (id, owner_id, agreement_id, year, volume, deliverable)"
        f" VALUES (gen_random_uuid(), %s, '{desk.agreement.pk}', 2030, 1, 1)",
        "INSERT INTO passport_supplyallocation (id, owner_id, volume_id, planned_id, quantity,"
        " allocated_at) VALUES (gen_random_uuid(), %s,"
        f" '{volume.pk}', '{desk.planned.pk}', 1, now())",
    )


def test_another_party_reads_and_joins_nothing(cast):
    keeper, second = cast["keeper"], cast["second-maker"]
    desk = supplied(keeper)
    with acting(keeper):
        volume = desk.agreement.volumes.get(year=2027)
    with acting(second):
        for table in ("supplyoffer", "frameworkagreement", "agreedvolume", "plannedproject"):
            assert run(f"SELECT 1 FROM passport_{table}") == []
        with pytest.raises(NotFound):
            sourcing_supply.end_offer(offer_id=desk.offer.pk, by=second, at=THEN)
        with pytest.raises(sourcing_supply.NoKeeper):
            sourcing_pipeline.plan(told=told(), project_id=None, by=second, at=THEN)
    tries = _foreign(desk, volume)
    for owner in (second.pk, keeper.pk):
        for statement in tries:
            with acting(second), pytest.raises(DatabaseError, match=BELOW):
                run(statement, owner)


def test_what_has_ended_takes_nothing_more(cast):
    keeper = cast["keeper"]
    desk = supplied(keeper)
    with acting(keeper):
        volume = desk.agreement.volumes.get(year=2027)
        for _ in range(2):
            sourcing_supply.end_offer(offer_id=desk.offer.pk, by=keeper, at=THEN)
            sourcing_pipeline.end_plan(planned_id=desk.planned.pk, by=keeper, at=THEN)
    with pytest.raises(Conflict, match="planned project has ended"):
        allocated(keeper, desk, "1")
    with acting(keeper), pytest.raises(DatabaseError, match=BELOW):
        run(
            "INSERT INTO passport_supplyallocation (id, owner_id, volume_id, planned_id, quantity,"
            " allocated_at) VALUES (%s, %s, %s, %s, 1, now())",
            new_id(), keeper.pk, volume.pk, desk.planned.pk,
        )  # fmt: skip
    with acting(keeper):
        sourcing_pipeline.plan(told=told(), project_id=None, by=keeper, at=THEN)
        for _ in range(2):
            sourcing_supply.end_agreement(agreement_id=desk.agreement.pk, by=keeper, at=THEN)


def test_names_are_used_once_and_a_plan_is_of_ones_own_project(cast):
    keeper = cast["keeper"]
    desk = supplied(keeper)
    with acting(keeper):
        with pytest.raises(sourcing_supply.AgreementNameTaken):
            sourcing_supply.agree(
                offer_id=desk.offer.pk, name="Frame", signed_on=DAY, ramp=RAMP, by=keeper, at=THEN,
                volumes={2027: Decimal(1)},
            )  # fmt: skip
        with pytest.raises(sourcing_pipeline.PlannedNameTaken):
            sourcing_pipeline.plan(told=told(), project_id=None, by=keeper, at=THEN)
        with pytest.raises(sourcing_pipeline.NoSize):
            sourcing_pipeline.plan(
                told=told("Small", kwh=Decimal(0)), project_id=None, by=keeper, at=THEN
            )
        with pytest.raises(NotFound):
            sourcing_pipeline.plan(told=told("South"), project_id=new_id(), by=keeper, at=THEN)
    project = opened(keeper)
    with acting(keeper):
        made = sourcing_pipeline.plan(told=told("South"), project_id=project.pk, by=keeper, at=THEN)
        assert made.project_id == project.pk
