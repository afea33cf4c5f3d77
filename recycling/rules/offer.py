"""Who may answer an offer, until when, and what is left to be taken."""

from collections.abc import Hashable
from datetime import datetime

from passport.rules.errors import Conflict, NotAllowed


class NotYourOffer(NotAllowed):
    """Somebody other than the party addressed tried to answer."""

    code = "not-your-offer"
    title = "Only the party addressed answers an offer"


class OfferClosed(Conflict):
    """The offer was answered before."""

    code = "offer-closed"
    title = "The offer is closed"


class OfferExpired(Conflict):
    """The offer ended before it was answered."""

    code = "offer-expired"
    title = "The offer has expired"


class NoPlaceLeft(Conflict):
    """The programme's last place was taken by another pack."""

    code = "no-place-left"
    title = "The programme is full"


def check_answer(
    *, offered_to: Hashable, by: Hashable, state: str, expires_at: datetime, at: datetime
) -> None:
    """Only the party addressed answers, once, before the offer ends. [offer-1]

    Refuses NotYourOffer, OfferClosed, OfferExpired.
    """
    if by != offered_to:
        raise NotYourOffer(
            "the offer is addressed to another party", remedy="answer the offers in your inbox"
        )
    if state != "PROPOSED":
        raise OfferClosed(
            f"the offer is closed: {state.lower()}",
            remedy="wait for the keeper's next plan; what was answered stays answered",
        )
    if at >= expires_at:
        raise OfferExpired(
            f"the offer ended at {expires_at.isoformat()}",
            remedy="wait for the keeper's next plan; it offers what is still open again",
        )


def check_place(*, capacity: int, accepted: int) -> None:
    """Accepted packs never outnumber the places. [offer-2] Refuses NoPlaceLeft."""
    if accepted < capacity:
        return
    raise NoPlaceLeft(
        f"all {capacity} places of the programme are taken",
        remedy="raise the programme's capacity, or decline the offer",
    )
