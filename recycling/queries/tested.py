"""What was found when a battery retired, and what a test found since."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from passport.postgres.among import among
from passport.queries.incident import incidents
from recycling.models import Retirement, RetirementState, TestOrder, TestState, TestVerdict
from recycling.rules.inspection import Condition, laid_over, parse_condition, reopened
from recycling.rules.testing import undone


@dataclass(frozen=True)
class Tested:
    """A recorded test, and whether something happened to the battery that it has not seen."""

    order: TestOrder
    undone: bool

    @property
    def passed(self) -> bool:
        """Whether the battery passed it, and nothing has happened since."""
        return self.order.verdict == TestVerdict.PASSED and not self.undone


@dataclass(frozen=True)
class LookedAt:
    """The answers in force, whether it passed a test for reuse, and where both come from."""

    condition: Condition
    test_passed: bool = False
    retirement: Retirement | None = None
    test: TestOrder | None = None
    test_undone: bool = False


NOBODY_LOOKED = LookedAt(Condition())


@dataclass(frozen=True)
class _Recorded:
    """When a test was done and recorded."""

    id: uuid.UUID
    happened_at: datetime
    recorded_at: datetime


def recorded_tests(*, retirement_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Tested]:
    """The newest recorded test of each of these retirements that has one."""
    rows = TestOrder.objects.filter(among("retirement", retirement_ids), state=TestState.RECORDED)
    newest = {
        row.retirement_id: row
        for row in rows.select_related("event").order_by("settled_at", "id")
        if row.retirement_id
    }
    return {
        of: Tested(row, stale)
        for (of, row), stale in zip(newest.items(), _undone(list(newest.values())), strict=True)
    }


def undone_since(*, test: TestOrder) -> bool:
    """Whether something happened to the battery that a recorded test has not seen."""
    return _undone([test])[0]


def _undone(tests: list[TestOrder]) -> list[bool]:
    happened = incidents(battery_ids=[row.battery_id for row in tests]) if tests else {}
    return [undone(_dated(row), incidents=happened.get(row.battery_id, ())) for row in tests]


def _dated(row: TestOrder) -> _Recorded:
    recorded_at = row.settled_at or row.ordered_at
    if row.event is None:
        return _Recorded(row.pk, recorded_at, recorded_at)
    return _Recorded(row.event.pk, row.event.happened_at, recorded_at)


def condition_of(row: Retirement, *, test: Tested | None) -> Condition:
    """What whoever retired it found, and over that what the test did."""
    found = parse_condition(row.condition)
    if test is None:
        return found
    seen = laid_over(found, parse_condition(test.order.answers))
    return reopened(seen) if test.undone else seen


def passed(test: Tested | None) -> bool:
    """Whether there is a test that stands, and the battery passed it."""
    return test is not None and test.passed


def looked_at(*, battery_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, LookedAt]:
    """By battery, where it has a retirement that has not ended."""
    rows = Retirement.objects.filter(battery_id__in=battery_ids).exclude(
        state=RetirementState.CLOSED
    )
    found = list(rows.order_by("id"))
    tests = recorded_tests(retirement_ids=[row.pk for row in found])
    return {row.battery_id: _looked(row, tests.get(row.pk)) for row in found}


def _looked(row: Retirement, test: Tested | None) -> LookedAt:
    return LookedAt(
        condition_of(row, test=test),
        passed(test),
        row,
        None if test is None else test.order,
        test is not None and test.undone,
    )
