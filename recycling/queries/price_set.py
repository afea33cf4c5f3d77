"""A party's own price sets, and the tables that its plans are made with."""

import datetime
import uuid
from dataclasses import replace

from passport.models import Party
from recycling.models import PartyPrices
from recycling.queries import tables
from recycling.rules.market import Tables
from recycling.rules.prices import merged


def listing(*, party: Party, after: uuid.UUID | None = None, limit: int = 100) -> list[PartyPrices]:
    """A page of what a party has published, newest first."""
    rows = PartyPrices.objects.filter(party=party).order_by("-id")
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def in_force(*, party: Party, on: datetime.date) -> PartyPrices | None:
    """The newest version that is in force on that day; None where the released one is."""
    rows = PartyPrices.objects.filter(party=party, in_force_on__lte=on)
    return rows.order_by("-in_force_on", "-id").first()


def tables_for(*, party: Party, on: datetime.date) -> Tables:
    """The tables of the release, with the party's own figures where it has published some."""
    released, own = tables.planning(), in_force(party=party, on=on)
    if own is None:
        return released
    prices = merged(
        document=tables.price_document(),
        figures=own.figures,
        version=own.version,
        party=party.slug,
    )
    return replace(released, prices=prices)
