"""Names queries of EPCIS, and ends them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from passport.models import EpcisQuery, Party
from passport.queries import epcis_named
from passport.rules.epcis_named import MOST, QueryNamed, TooManyQueries, asked_of, check_name


@transaction.atomic
def name(
    *, name: str, query: Mapping[str, Any], prefixes: Mapping[str, str], by: Party, at: datetime
) -> EpcisQuery:
    """Keep a query under a name. [EPCIS 12.8]

    Refuses NotAQuery, QueryParameter, QueryNamed, TooManyQueries.
    """
    asked = asked_of(query, prefixes=prefixes)
    if len(epcis_named.listing(by=by)) >= MOST:
        raise TooManyQueries(f"you have {MOST} named queries", remedy="delete one of them")
    try:
        with transaction.atomic():
            return EpcisQuery.objects.create(
                party=by, name=check_name(name), asked=asked, prefixes=dict(prefixes), created_at=at
            )
    except IntegrityError as clash:
        raise QueryNamed(
            f"you have a query named {name}",
            pointer="/name",
            remedy="choose another name, or delete that one first",
        ) from clash


def end(*, name: str, by: Party, at: datetime) -> None:
    """Ask a query no more; its name is free. Refuses NotFound."""
    found = epcis_named.by_name(name=name, by=by)
    EpcisQuery.objects.filter(pk=found.pk, ended_at=None).update(ended_at=at)
