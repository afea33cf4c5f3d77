"""Offers as their two sides read them."""

import uuid
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from passport.models import HandOverState, Party
from passport.queries.battery import unknown
from recycling.models import PENDING, CounterOffer, Offer, OfferState

_LOADED = ("programme", "from_party", "to_party", "hand_over")


def inbox(*, party: Party) -> list[Offer]:
    """The offers that wait for this party's answer, the first to end first."""
    rows = _rows().filter(to_party=party, state__in=PENDING)
    return list(rows.order_by("expires_at", "id"))


def lapsed(*, at: datetime) -> Q:
    """Offers that hold a place no longer: their time is over, or the hand-over was refused."""
    refused = (HandOverState.REFUSED, HandOverState.WITHDRAWN)
    return Q(state__in=PENDING, expires_at__lte=at) | Q(
        state=OfferState.ACCEPTED, hand_over__state__in=refused
    )


def listing(
    *, party: Party, state: str = "", after: uuid.UUID | None = None, limit: int = 100
) -> list[Offer]:
    """A page of the offers put to a party, by id."""
    rows = _rows().filter(to_party=party).order_by("id")
    if state:
        rows = rows.filter(state=state)
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def made_by(*, keeper: Party, after: uuid.UUID | None = None, limit: int = 100) -> list[Offer]:
    """A page of the offers made for a keeper's packs, by id."""
    rows = _rows().filter(from_party=keeper).order_by("id")
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def by_id(*, offer_id: uuid.UUID) -> Offer:
    """The offer of this id, if the acting party is one of its sides. Refuses NotFound."""
    found = _rows().filter(pk=offer_id).first()
    if found is None:
        raise unknown("offer")
    return found


def _rows() -> QuerySet[Offer]:
    # The retirement is not joined: row-level security may hide it, and the offer with it.
    return Offer.objects.select_related(*_LOADED).prefetch_related(
        "retirement", Prefetch("counters", CounterOffer.objects.order_by("id"))
    )
