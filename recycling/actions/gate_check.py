"""Asks the gates of a battery, and keeps what they said: rule, value, reading, rule set."""

import uuid
from datetime import datetime

from django.db import transaction

from passport.models import Battery, Party
from passport.queries.battery import unknown
from recycling.models import CheckedBecause, GateCheck
from recycling.queries import gate_check


@transaction.atomic
def check(
    *,
    battery_id: uuid.UUID,
    by: Party,
    at: datetime,
    because: CheckedBecause = CheckedBecause.ASKED,
) -> GateCheck:
    """Ask every gate in force, and keep each result with the row that its reading comes from.

    Refuses NotFound.
    """
    battery = Battery.objects.select_related("model").filter(pk=battery_id).first()
    if battery is None:
        raise unknown()
    asked = gate_check.ask(battery=battery, on=at.date())
    return GateCheck.objects.create(
        battery=battery,
        asked_by=by,
        because=because,
        rules_version=asked.outcome.rules_version,
        route=asked.outcome.route.value,
        results=asked.rows(),
        retirement=asked.seen.retirement,
        reading=asked.reading,
        test=asked.seen.test,
        checked_at=at,
    )
