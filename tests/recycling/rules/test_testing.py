"""The seven items of a test, and what is refused of them."""

import datetime
import uuid
from dataclasses import dataclass
from decimal import Decimal

import pytest

from passport.rules.errors import Refusal
from recycling.rules import testing
from recycling.rules.inspection import Condition, laid_over, reopened
from recycling.rules.testing import (
    ITEMS,
    NotTheTester,
    NotToBeTested,
    Verdict,
    check_booking,
    check_order,
    check_place,
    check_step,
    parse_campaign,
    undone,
)

ALL = {name: {"passed": True} for name in ITEMS} | {"capacity": {"passed": True, "soh": "0.8"}}
TODAY = datetime.date(2026, 11, 29)


def test_seven_items_make_a_verdict_and_a_reading():
    assert len(ITEMS) == 7
    more = {"voltage": {"passed": True, "minimum_cell_v": "3.1", "note": "at rest"}}
    done = parse_campaign(ALL | more)
    assert (done.verdict, done.measured) == (
        Verdict.PASSED,
        {"soh": Decimal("0.8"), "minimum_cell_v": Decimal("3.1")},
    )
    assert parse_campaign(ALL | {"bms": {"passed": False}}).verdict is Verdict.FAILED


BROKEN = {
    "an item left out": ({"bms": None}, "/items/bms"),
    "an item that is neither": ({"bms": {"passed": "yes"}}, "/items/bms"),
    "an eighth item": ({"smell": {"passed": True}}, "/items/smell"),
    "a measure of another item": ({"bms": {"passed": True, "soh": "1"}}, "/items/bms/soh"),
    "no capacity": ({"capacity": {"passed": True}}, "/items/capacity/soh"),
    "beyond physics": ({"capacity": {"passed": True, "soh": "1.3"}}, "/items/capacity/soh"),
    "a note that is none": ({"bms": {"passed": True, "note": 7}}, "/items/bms/note"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_missing_or_cannot_be_is_named(case):
    change, pointer = BROKEN[case]
    with pytest.raises(Refusal) as told:
        parse_campaign(ALL | change)
    assert told.value.pointer == pointer


def test_who_orders_books_and_records():
    check_order(own=True, tester_roles=["KEEPER"], route="T")
    check_order(own=False, tester_roles=["WORKSHOP"], route="R")
    for own, roles, route in ((False, ["RECYCLER"], "T"), (True, ["WORKSHOP"], "Q")):
        with pytest.raises(NotToBeTested):
            check_order(own=own, tester_roles=roles, route=route)
    check_step(state="BOOKED", tester=1, by=1)
    with pytest.raises(NotTheTester):
        check_step(state="ORDERED", tester=1, by=2)
    with pytest.raises(testing.TestSettled):
        check_step(state="RECORDED", tester=1, by=1)
    check_booking(on=TODAY, today=TODAY)
    with pytest.raises(Refusal):
        check_booking(on=TODAY - datetime.timedelta(days=1), today=TODAY)
    place = {"facility": "Bench", "country": "DE", "certificate": "UL-1"}
    check_place(**place)
    for change in ({"facility": " "}, {"certificate": "x" * 81}, {"country": "Germany"}):
        with pytest.raises(Refusal):
            check_place(**(place | change))


@dataclass
class Told:
    """Something at a day of the month, recorded on another, in an order."""

    number: int
    day: int
    recorded: int

    @property
    def id(self):
        return uuid.UUID(int=self.number)

    @property
    def happened_at(self):
        return datetime.datetime(2026, 3, self.day, tzinfo=datetime.UTC)

    @property
    def recorded_at(self):
        return datetime.datetime(2026, 3, self.recorded, tzinfo=datetime.UTC)


TEST = Told(5, 10, 12)
# An incident, and whether the test has not seen it.
HAPPENED = {
    "before the test, and known by then": (Told(4, 9, 9), False),
    "before the test, recorded in the same moment and before it": (Told(4, 9, 12), False),
    "after the test was done": (Told(6, 13, 13), True),
    "between the test and its record": (Told(4, 11, 11), True),
    "recorded after the test, and dated back": (Told(6, 1, 13), True),
    "recorded in the same moment, behind it, and dated back": (Told(6, 1, 12), True),
}


@pytest.mark.parametrize("case", HAPPENED)
def test_a_test_stands_until_something_happens(case):
    incident, gone = HAPPENED[case]
    assert undone(TEST, incidents=[incident]) is gone
    assert undone(TEST, incidents=[Told(4, 9, 9), incident]) is gone
    assert not undone(TEST, incidents=[])


def test_what_nobody_looked_at_since_is_open_again():
    seen = Condition(
        thermal_event=False,
        case_damage=True,
        water_ingress=None,
        crash_severity="LIGHT",
        knee=False,
    )
    assert reopened(seen) == Condition(case_damage=True, knee=False)
    assert reopened(Condition(crash_severity="AIRBAG")).crash_severity == "AIRBAG"


def test_a_later_look_answers_over_the_first():
    first = Condition(case_damage=False, knee=True)
    assert laid_over(first, Condition(case_damage=True)) == Condition(case_damage=True, knee=True)
