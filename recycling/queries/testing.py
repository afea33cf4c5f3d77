"""Tests of batteries for another use, as their two sides read them."""

import uuid

from passport.models import Battery, Party
from passport.queries.battery import unknown
from recycling.models import TestOrder


def of_battery(*, battery: Battery) -> list[TestOrder]:
    """The tests of a battery, newest first."""
    rows = TestOrder.objects.filter(battery=battery).select_related("tester", "ordered_by")
    return list(rows.order_by("-id"))


def listing(*, party: Party, after: uuid.UUID | None = None, limit: int = 100) -> list[TestOrder]:
    """A page of the tests that a party ordered or was given, newest first."""
    rows = TestOrder.objects.select_related("tester", "ordered_by").order_by("-id")
    rows = rows.filter(ordered_by=party) | rows.filter(tester=party)
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def by_id(*, order_id: uuid.UUID) -> TestOrder:
    """One test, if the battery concerns the acting party. Refuses NotFound."""
    rows = TestOrder.objects.select_related("tester", "ordered_by")
    found = rows.filter(pk=order_id).first()
    if found is None:
        raise unknown("test")
    return found
