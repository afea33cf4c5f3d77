"""Other terms for an offer: asked for by its receiver, taken by the keeper or not."""

import uuid
from datetime import date, datetime

from django.db import transaction

from passport.models import Party
from passport.queries.battery import unknown
from passport.rules.webhook import OFFER_COUNTERED, OFFER_PROPOSED
from recycling.actions import news
from recycling.actions import offer as offers
from recycling.models import CounterOffer, Offer, OfferState
from recycling.rules.offer import check_answer, check_counter, check_keepers_answer


@transaction.atomic
def ask(
    *,
    offer_id: uuid.UUID,
    price_cents: int | None,
    pick_up_on: date | None,
    by: Party,
    at: datetime,
    note: str = "",
) -> Offer:
    """Ask for another price in cents for the pack, or a day on which it is fetched.

    The place stays held and the offer still ends when it ends. Refuses NotFound, NotYourOffer,
    OfferClosed, OfferCountered, OfferExpired, NothingCountered, CounteredTooOften.
    """
    found = offers.lock(offer_id)
    check_answer(
        offered_to=found.to_party_id,
        by=by.pk,
        state=found.state,
        expires_at=found.expires_at,
        at=at,
    )
    check_counter(
        price_cents=price_cents,
        pick_up_on=pick_up_on,
        offered_cents=found.price_cents,
        earlier=CounterOffer.objects.filter(offer=found).count(),
        on=at.date(),
    )
    CounterOffer.objects.create(
        offer=found,
        price_cents=found.price_cents if price_cents is None else price_cents,
        pick_up_on=pick_up_on,
        note=note,
        made_at=at,
    )
    news.of_offer(OFFER_COUNTERED, turned := _turn(found, OfferState.COUNTERED), by=by, at=at)
    return turned


@transaction.atomic
def take(*, offer_id: uuid.UUID, by: Party, at: datetime) -> Offer:
    """Take the other terms as the keeper: the offer is accepted with them.

    Where they name a day the pack goes by it, in a week that has a place left. Refuses NotFound,
    NotYourOffer, NotCountered, OfferExpired, and what offer.accept refuses.
    """
    found = _asked(offer_id, by=by, at=at)
    asked = CounterOffer.objects.get(offer=found, answered_at__isnull=True)
    _answer(found, taken=True, at=at)
    return offers.take(found, by=by, at=at, goes_by=asked.pick_up_on or found.goes_by)


@transaction.atomic
def leave(*, offer_id: uuid.UUID, by: Party, at: datetime) -> Offer:
    """Do not take the other terms: the offer stands as it was made, until it ends.

    Refuses NotFound, NotYourOffer, NotCountered, OfferExpired.
    """
    found = _asked(offer_id, by=by, at=at)
    _answer(found, taken=False, at=at)
    # To whoever asked for other terms it is the offer as it was made, once more.
    news.of_offer(OFFER_PROPOSED, turned := _turn(found, OfferState.PROPOSED), by=by, at=at)
    return turned


def _asked(offer_id: uuid.UUID, *, by: Party, at: datetime) -> Offer:
    # The database lets a keeper lock an offer only while other terms wait: it is looked at first.
    seen = Offer.objects.filter(pk=offer_id, from_party=by).first()
    if seen is None:
        raise unknown("offer of yours")
    _check(seen, by=by, at=at)
    found = offers.lock(offer_id)
    _check(found, by=by, at=at)
    return found


def _check(found: Offer, *, by: Party, at: datetime) -> None:
    check_keepers_answer(
        offered_by=found.from_party_id,
        by=by.pk,
        state=found.state,
        expires_at=found.expires_at,
        at=at,
    )


def _answer(found: Offer, *, taken: bool, at: datetime) -> None:
    waiting = CounterOffer.objects.filter(offer=found, answered_at__isnull=True)
    waiting.update(answered_at=at, taken=taken)


def _turn(found: Offer, state: OfferState) -> Offer:
    Offer.objects.filter(pk=found.pk).update(state=state)
    found.state = state
    return found
