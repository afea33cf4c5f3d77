"""The queries of EPCIS that a party has named."""

from passport.models import EpcisQuery, Party
from passport.queries.battery import unknown


def listing(*, by: Party) -> list[EpcisQuery]:
    """All of them, by name; a party has a bounded number."""
    return list(EpcisQuery.objects.filter(party=by, ended_at=None).order_by("name"))


def by_name(*, name: str, by: Party) -> EpcisQuery:
    """The query of this name. Refuses NotFound."""
    found = EpcisQuery.objects.filter(party=by, name=name, ended_at=None).first()
    if found is None:
        raise unknown("query")
    return found
