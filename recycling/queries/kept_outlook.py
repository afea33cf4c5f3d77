"""What was kept of how long waiting packs last, and which of it is stale."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from passport.models import Party
from passport.queries.health import counting
from recycling.models import KeptOutlook, RetirementState
from recycling.rules.forecast_looks import LEAST_READINGS


@dataclass(frozen=True)
class Read:
    """How often a waiting pack was read, and when the last reading was recorded."""

    battery_id: uuid.UUID
    readings: int
    looked_until: datetime


def stale(*, keeper: Party) -> list[Read]:
    """The keeper's waiting packs of which something was read since, or declared wrong, by model.

    With fewer readings than a forecast needs there is nothing to keep, unless there was before.
    """
    kept = {row.battery_id: row for row in of_waiting(keeper=keeper)}
    counted = (
        counting()
        .filter(**_waiting(keeper))
        .order_by()
        .values("battery_id")
        .annotate(n=Count("id"), last=Max("recorded_at"))
        .order_by("battery__model_id", "battery_id")
    )
    read = [Read(row["battery_id"], row["n"], row["last"]) for row in counted]
    return [
        each
        for each in read
        if (was := kept.get(each.battery_id)) is not None or each.readings >= LEAST_READINGS
        if was is None or (was.readings, was.looked_until) != (each.readings, each.looked_until)
    ]


def of_waiting(*, keeper: Party) -> QuerySet[KeptOutlook]:
    """What is kept of the packs that wait."""
    return KeptOutlook.objects.filter(**_waiting(keeper))


def _waiting(keeper: Party) -> dict[str, Any]:
    return {
        "battery__retirements__keeper": keeper,
        "battery__retirements__state": RetirementState.OPEN,
    }
