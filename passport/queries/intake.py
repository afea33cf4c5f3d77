"""How far an intake has come, and what was wrong with its lines."""

import uuid
from collections.abc import Iterator

from passport.models import Intake, IntakeError, Party
from passport.queries.battery import unknown


def state(*, intake_id: uuid.UUID) -> Intake:
    """The intake of this id with its job, if the acting party sent it. Refuses NotFound."""
    found = Intake.objects.filter(id=intake_id).select_related("job", "party").first()
    if found is None:
        raise unknown("intake")
    return found


def errors(*, intake: Intake, after: int = 0) -> Iterator[IntakeError]:
    """What was wrong, line by line, in line order, from the line after `after`."""
    rows = IntakeError.objects.filter(intake=intake, number__gt=after).order_by("number")
    return rows.iterator(chunk_size=500)


def listing(*, party: Party, after: uuid.UUID | None, limit: int) -> list[Intake]:
    """A page of a party's intakes, newest first."""
    rows = Intake.objects.filter(party=party).select_related("job").order_by("-id")
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])
