"""Who may answer an offer, until when, and what is left to be taken."""

from collections.abc import Hashable
from datetime import date, datetime, timedelta

from passport.rules.errors import Conflict, Malformed, NotAllowed


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


class OfferCountered(Conflict):
    """The receiver has asked for other terms, and waits for the keeper's answer."""

    code = "offer-countered"
    title = "Other terms were asked for"


class NotCountered(Conflict):
    """Nobody has asked for other terms, or they were answered before."""

    code = "offer-not-countered"
    title = "No other terms wait for an answer"


class CounteredTooOften(Conflict):
    """The receiver has asked for other terms as often as it may."""

    code = "offer-countered-too-often"
    title = "Other terms were asked for too often"


class NothingCountered(Malformed):
    """The other terms are the same, or nobody could keep them."""

    code = "counter-terms"
    title = "These are no other terms"


class NotFirmYet(Conflict):
    """The offer is an indication until a test has measured the pack."""

    code = "offer-indicative"
    title = "The offer is not firm yet"


class GateClosed(Conflict):
    """What the pack was offered for, a gate no longer allows."""

    code = "offer-gate-closed"
    title = "A gate has closed since the offer was made"


MOST_COUNTERS = 3
FURTHEST_PICK_UP = timedelta(days=366)


def check_answer(
    *, offered_to: Hashable, by: Hashable, state: str, expires_at: datetime, at: datetime
) -> None:
    """Only the party addressed answers, once, before the offer ends. [offer-1]

    Refuses NotYourOffer, OfferCountered, OfferClosed, OfferExpired.
    """
    if by != offered_to:
        raise NotYourOffer(
            "the offer is addressed to another party", remedy="answer the offers in your inbox"
        )
    if state == "COUNTER":
        raise OfferCountered(
            "you have asked for other terms", remedy="wait for the keeper's answer, or decline"
        )
    check_pending(state=state, expires_at=expires_at, at=at)


def closed(*, state: str) -> OfferClosed:
    """The refusal of an offer that was answered, or is over."""
    return OfferClosed(
        f"the offer is closed: {state.lower()}",
        remedy="wait for the keeper's next plan; what was answered stays answered",
    )


def check_pending(*, state: str, expires_at: datetime, at: datetime) -> None:
    """An offer waits for an answer until it ends. [offer-3] Refuses OfferClosed, OfferExpired."""
    if state not in ("PROPOSED", "COUNTER"):
        raise closed(state=state)
    if at >= expires_at:
        raise OfferExpired(
            f"the offer ended at {expires_at.isoformat()}",
            remedy="wait for the keeper's next plan; it offers what is still open again",
        )


def check_counter(
    *,
    price_cents: int | None,
    pick_up_on: date | None,
    offered_cents: int,
    earlier: int,
    on: date,
) -> None:
    """Another price, or a day within a year on which the pack is fetched; three times at most.
    [offer-4] Refuses NothingCountered, CounteredTooOften.
    """
    if earlier >= MOST_COUNTERS:
        raise CounteredTooOften(
            f"other terms were asked for {earlier} times", remedy="accept the offer, or decline it"
        )
    if price_cents in (None, offered_cents) and pick_up_on is None:
        raise NothingCountered(
            "neither the price nor the day is another one",
            pointer="/price_cents",
            remedy="name another price, a day on which you fetch the pack, or both",
        )
    if pick_up_on is not None and not on <= pick_up_on <= on + FURTHEST_PICK_UP:
        raise NothingCountered(
            f"{pick_up_on.isoformat()} is not a day of the next year",
            pointer="/pick_up_on",
            remedy="name a day from today on, within a year",
        )


def check_keepers_answer(
    *, offered_by: Hashable, by: Hashable, state: str, expires_at: datetime, at: datetime
) -> None:
    """Only the keeper answers other terms, before the offer ends. [offer-5]

    Refuses NotYourOffer, NotCountered, OfferExpired.
    """
    if by != offered_by:
        raise NotYourOffer("the pack is another party's", remedy="answer offers of your own packs")
    if state != "COUNTER":
        raise NotCountered("no other terms wait for an answer", remedy="see under Offers what does")
    check_pending(state=state, expires_at=expires_at, at=at)


def check_firm(
    *, indicative: bool, tested_at: datetime | None, fits: bool, shaken: bool = False
) -> None:
    """An indication is taken once a test has measured the pack, and it fits. [offer-6, Regulation
    (EU) 2023/1542 Article 73(1)(a)] Refuses NotFirmYet.

    `tested_at`: when the newest reading that counts was measured, if that was a test; `fits`: the
    gates and the programme's own window let it through as measured; `shaken`: something happened
    to a tested pack that is wanted for another use, and its test has not seen it.
    """
    if shaken:
        raise NotFirmYet(
            "something happened to it since its test",
            remedy="have it tested again; until then this offer can only be declined",
        )
    if not indicative or (tested_at is not None and fits):
        return
    if tested_at is None:
        raise NotFirmYet(
            "its health was reported, and never tested",
            remedy="have it tested; the reading of the test makes the offer firm",
        )
    raise NotFirmYet(
        f"the test of {tested_at.date().isoformat()} found that it does not fit the programme",
        remedy="decline the offer; the next plan knows of the test",
    )


def check_gates(*, recycles: bool, harmed: bool, route: str, asks_only_who: bool, why: str) -> None:
    """What happened since the plan closes gates for a firm offer as well. [offer-7, ADR SP376]

    One that is damaged by now (`route` Q) was planned as sound: with another lane, at another
    price. A second life asks for route A, or for T where only who read its health is asked for;
    and that nothing happened (`harmed`). Refuses GateClosed.
    """
    if route == "Q" and harmed:
        raise GateClosed(
            f"it is damaged since: {why}",
            remedy="decline; the next plan sends it only where damaged ones are taken",
        )
    if recycles or (not harmed and (route == "A" or (route == "T" and asks_only_who))):
        return
    raise GateClosed(
        why or "something happened to it since it was offered",
        remedy="decline; a test opens what only a test keeps closed",
    )


def check_place(*, capacity: int, accepted: int) -> None:
    """Accepted packs never outnumber the places. [offer-2] Refuses NoPlaceLeft."""
    if accepted >= capacity:
        raise no_place_left(capacity=capacity)


def no_place_left(*, capacity: int) -> NoPlaceLeft:
    """The refusal of a pack more than a programme takes."""
    return NoPlaceLeft(
        f"all {capacity} places of the programme are taken",
        remedy="raise the programme's capacity, or decline the offer",
    )


def week_full(*, weekly: int, day: date | None) -> NoPlaceLeft:
    """The refusal of a pack more than a programme takes in the week of that day."""
    return NoPlaceLeft(
        f"all {weekly} places of the week of {day} are taken",
        remedy="agree upon a day in another week, or leave the offer as it was made",
    )
