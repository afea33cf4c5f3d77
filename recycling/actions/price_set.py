"""Publishes the figures that a party plans with, a version at a time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from passport.models import Party
from passport.rules.errors import Conflict
from recycling.models import PartyPrices
from recycling.queries import tables
from recycling.rules.keeping import check_keeper
from recycling.rules.prices import check_figures, check_version


class VersionTaken(Conflict):
    """A version says the same for ever."""

    code = "price-version-taken"
    title = "You have published other figures under this version"


@transaction.atomic
def publish(
    *, version: str, figures: Mapping[str, Any], in_force_on: date, by: Party, at: datetime
) -> PartyPrices:
    """Publish a version of a keeper's own figures; the same again changes nothing.

    Plans of that day and later are made with them. Refuses NotAKeeper, FiguresBroken, NotADecimal,
    VersionTaken.
    """
    check_keeper(roles=by.roles)
    check_version(version)
    released = tables.price_document()
    said = check_figures(figures, document=released)
    try:
        with transaction.atomic():
            return PartyPrices.objects.create(
                party=by,
                version=version,
                base=released["price_set"],
                in_force_on=in_force_on,
                figures=said,
                published_at=at,
            )
    except IntegrityError as clash:
        earlier = PartyPrices.objects.filter(party=by, version=version).first()
        if earlier is None:
            raise
        if (earlier.figures, earlier.in_force_on) != (said, in_force_on):
            raise VersionTaken(
                f"{version} is published with other figures or another day",
                pointer="/version",
                remedy="publish these under a version of their own",
            ) from clash
        return earlier
