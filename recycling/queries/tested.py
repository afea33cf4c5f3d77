"""What was found when a battery retired, and what a test found since."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from recycling.models import Retirement, RetirementState, TestOrder, TestState, TestVerdict
from recycling.rules.inspection import Condition, laid_over, parse_condition


@dataclass(frozen=True)
class LookedAt:
    """The answers in force, whether it passed a test for reuse, and where both come from."""

    condition: Condition
    test_passed: bool = False
    retirement: Retirement | None = None
    test: TestOrder | None = None


NOBODY_LOOKED = LookedAt(Condition())


def recorded_tests(*, retirement_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, TestOrder]:
    """The newest recorded test of each of these retirements that has one."""
    rows = TestOrder.objects.filter(retirement__in=retirement_ids, state=TestState.RECORDED)
    return {
        row.retirement_id: row for row in rows.order_by("settled_at", "id") if row.retirement_id
    }


def condition_of(row: Retirement, *, test: TestOrder | None) -> Condition:
    """What whoever retired it found, and over that what the test did."""
    found = parse_condition(row.condition)
    return laid_over(found, parse_condition(test.answers)) if test is not None else found


def passed(test: TestOrder | None) -> bool:
    """Whether there is a test, and the battery passed it."""
    return test is not None and test.verdict == TestVerdict.PASSED


def looked_at(*, battery_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, LookedAt]:
    """By battery, where it has a retirement that has not ended."""
    rows = Retirement.objects.filter(battery_id__in=battery_ids).exclude(
        state=RetirementState.CLOSED
    )
    found = list(rows.order_by("id"))
    tests = recorded_tests(retirement_ids=[row.pk for row in found])
    return {
        row.battery_id: LookedAt(
            condition_of(row, test=tests.get(row.pk)),
            passed(tests.get(row.pk)),
            row,
            tests.get(row.pk),
        )
        for row in found
    }
