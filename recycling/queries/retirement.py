"""Retired batteries, as the parties they concern read them."""

import uuid

from django.db.models import QuerySet

from passport.models import Battery, Party
from passport.queries.battery import unknown
from recycling.models import Retirement

# The battery is not joined: it may be hidden from its former keeper, and would hide this with it.
_LOADED = ("keeper", "facility")


def listing(*, party: Party, after: uuid.UUID | None = None, limit: int = 100) -> list[Retirement]:
    """A page of a keeper's retirements, by id."""
    rows = _rows().filter(keeper=party).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def of_battery(*, battery: Battery) -> list[Retirement]:
    """The retirements of a battery, oldest first; the last one may still be open."""
    return list(_rows().filter(battery=battery).order_by("id"))


def by_id(*, retirement_id: uuid.UUID) -> Retirement:
    """The retirement of this id, if its battery concerns the acting party. Refuses NotFound."""
    found = _rows().filter(pk=retirement_id).first()
    if found is None:
        raise unknown("retirement")
    return found


def _rows() -> QuerySet[Retirement]:
    return Retirement.objects.select_related(*_LOADED)
