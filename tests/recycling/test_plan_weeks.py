"""A plan says in which week each pack goes, and no week holds more than its programme takes."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from passport.models.ids import new_id
from recycling.models import Offer, PlanLine
from recycling.queries import plan as plans
from recycling.queries.market_columns import packs_of
from recycling.rules.columns import columns, encode
from recycling.rules.keeping import DaysBroken, check_days
from tests.recycling.pack_by_pack import of_market
from tests.recycling.stage import AT, cast, packs, planned, publish, retire

# Week 0 of a plan of that Monday ends on the seventh.
WEEKS = [date(2026, 6, 7) + timedelta(weeks=n) for n in range(8)]


@pytest.fixture(scope="module")
def begun(begin):
    """Four packs, two of which know days, and an operator that takes one a week."""
    return begin(lambda _: _set())


@pytest.fixture
def stage(begun, database):
    return deepcopy(begun.made)


def _set():
    made = cast()
    found = packs(made, ["0.90", "0.90", "0.90", "0.90"])
    for battery in found[:2]:
        retire(battery, by=made.keeper)
    retire(found[2], by=made.keeper, due_on=date(2026, 6, 10))
    retire(found[3], by=made.keeper, ready_on=date(2026, 6, 24))
    publish(made.storage, places=9, weekly_capacity_packs=1)
    return made


def _days(of):
    """By which day each pack goes, by what its keeper said of days."""
    rows = PlanLine.objects.filter(plan=of).select_related("retirement")
    return sorted((row.goes_by, row.retirement.ready_on, row.retirement.due_on) for row in rows)


def test_packs_go_week_by_week_between_their_days(stage, as_system):
    with as_system():
        seen = of_market(keeper=stage.keeper, on=AT.date())
        assert encode(packs_of(keeper=stage.keeper, on=AT.date())) == encode(columns(seen.packs))
        made = planned(stage)
        told = [(each.goes_by, each.value_cents) for each in Offer.objects.order_by("goes_by")]
        assert len({day.isocalendar()[:2] for day, _ in told}) == 4
        said = {row.retirement.due_on: row for row in _rows(made)}
        assert said[date(2026, 6, 10)].goes_by <= date(2026, 6, 10)
        late = next(row for row in _rows(made) if row.retirement.ready_on)
        assert late.goes_by == WEEKS[3]
        # A week in storage costs the same for each: whoever waits costs as many of them.
        costs = sorted(told[0][1] - cents for _, cents in told)
        assert costs[0] == 0
        assert made.objective_cents == made.linear_cents
        _check_told(made)


def _rows(of):
    return list(PlanLine.objects.filter(plan=of).select_related("retirement"))


def _check_told(made):
    """What a later week costs stands in the explanation of the pack, which adds up."""
    for line in plans.lines(plan=made):
        (edge,) = line.explanation["edges"]
        assert edge["cents"] == sum(item["cents"] for item in edge["items"]) == line.value_cents
        waits = [item for item in edge["items"] if item["name"] == "waiting"]
        assert bool(waits) == (line.explanation["weeks_waited"] > 0)


def test_what_is_promised_of_a_week_is_not_promised_again(stage, as_system):
    with as_system():
        first = planned(stage)
        (battery,) = packs(stage, ["0.85"])
        retire(battery, by=stage.keeper)
        again = planned(stage, at=AT + timedelta(hours=1))
        assert first != again
        taken = {day for day, _, _ in _days(first)}
        ((day, _, _),) = _days(again)
        assert day not in taken
        assert Offer.objects.count() == 5


def test_nobody_sells_a_week_twice_or_another_one_than_the_plan_says(stage, as_system):
    with as_system():
        made = planned(stage)
        one, other = Offer.objects.order_by("goes_by")[:2]
        sold = _sold_again(stage, made, one)
        with pytest.raises(IntegrityError, match="a week, 2 are taken"), transaction.atomic():
            sold.save(force_insert=True)
        sold.goes_by = other.goes_by
        with pytest.raises(IntegrityError, match="what a plan that binds"), transaction.atomic():
            sold.save(force_insert=True)


def _sold_again(stage, made, like):
    """An offer of another pack in the week of this one, with a line to it, as rows."""
    (battery,) = packs(stage, ["0.85"])
    more = retire(battery, by=stage.keeper)
    line = PlanLine.objects.get(pk=like.plan_line_id)
    line.pk, line.retirement = new_id(), more
    line.save(force_insert=True)
    like.pk, like.plan_line, like.retirement = new_id(), line, more
    return like


def test_a_pack_that_nobody_takes_in_time_stays_and_says_so(stage, as_system):
    with as_system():
        made = cast_again(stage)
        line = PlanLine.objects.get(plan=made, reason="HELD_TOO_LATE")
        assert (line.goes_by, line.programme) == (None, None)


def cast_again(stage):
    """A pack that must be gone this week, whose week is over before an offer would be answered."""
    (battery,) = packs(stage, ["0.90"])
    retire(battery, by=stage.keeper, due_on=date(2026, 6, 6))
    return planned(stage, at=AT + timedelta(days=5))


def test_days_that_leave_no_time_are_refused():
    with pytest.raises(DaysBroken, match="is over"):
        check_days(ready_on=None, due_on=date(2026, 5, 31), on=AT.date())
    with pytest.raises(DaysBroken, match="is ready on"):
        check_days(ready_on=date(2026, 6, 3), due_on=date(2026, 6, 2), on=AT.date())
    check_days(ready_on=date(2026, 6, 2), due_on=date(2026, 6, 2), on=AT.date())
