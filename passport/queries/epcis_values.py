"""What the events that a party sees are of: their types, steps, places."""

from typing import Final

from passport.models import EpcisEvent, Party
from passport.queries.epcis_found import ids
from passport.rules.epcis_query import Query

# So many of the newest events are looked at.
NEWEST: Final = 1_000


def values(*, parameter: str, by: Party) -> list[str]:
    """The values of a parameter in the newest events that a party reads, in order."""
    found = ids(query=Query(), by=by, most=NEWEST)
    rows = EpcisEvent.objects.filter(pk__in=found).values_list("terms", flat=True)
    stem = f"{parameter} "
    named = {each.removeprefix(stem) for row in rows for each in row if each.startswith(stem)}
    return sorted(named)
