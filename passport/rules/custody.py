"""Who may hand a battery over, answer an offer, and let somebody else look."""

from collections.abc import Collection, Hashable
from enum import StrEnum

from passport.rules.errors import Conflict, NotAllowed, Refusal


class HandOverState(StrEnum):
    """How far a hand-over has come; only OFFERED is open."""

    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class NotTheHolder(NotAllowed):
    """Somebody other than the holder tried to give the battery away, or show it."""

    code = "not-the-holder"
    title = "Only the holder may do this"


class HandedToItself(Refusal):
    """From and to are the same party."""

    code = "handed-to-itself"
    title = "A party does not hand over to itself"


class AlreadyOffered(Conflict):
    """Another hand-over of this battery waits for its answer."""

    code = "already-offered"
    title = "A hand-over is already open"


HOLDERS = {"MAKER", "KEEPER", "WORKSHOP", "RECYCLER"}


class NotAHolder(NotAllowed):
    """Auditors and authorities look at batteries; they do not take them."""

    code = "not-a-holder"
    title = "The party cannot hold batteries"


class NotOfferedToYou(NotAllowed):
    """Somebody other than the party addressed tried to answer."""

    code = "not-offered-to-you"
    title = "Only the party addressed answers an offer"


class NotYourOffer(NotAllowed):
    """Somebody other than the party that offered tried to withdraw."""

    code = "not-your-offer"
    title = "Only the party that offered withdraws an offer"


class AlreadyAnswered(Conflict):
    """The hand-over is closed."""

    code = "already-answered"
    title = "The offer is closed"


class PartOfAnother(Conflict):
    """The battery sits in another one, which carries its custody."""

    code = "part-of-another"
    title = "Hand over the outermost battery"


def check_handover(
    *,
    holder: Hashable,
    by: Hashable,
    to: Hashable,
    open_offer: bool = False,
    inside: Hashable | None = None,
) -> None:
    """Only the holder hands over, never to itself, one offer at a time, the whole unit. [custody-1]

    `inside` names the outermost battery when this one sits in another.
    Refuses NotTheHolder, HandedToItself, PartOfAnother, AlreadyOffered.
    """
    if by != holder:
        raise NotTheHolder(
            "the battery is in another party's hands",
            remedy="ask the holder to hand it over to you first",
        )
    if to == by:
        raise HandedToItself(
            "the battery is already in your hands", pointer="/to", remedy="name another party"
        )
    if inside is not None:
        raise PartOfAnother(
            f"the battery sits in {inside}",
            remedy=f"hand over {inside}, or take this battery out of it first",
        )
    if open_offer:
        raise AlreadyOffered(
            "a hand-over of this battery waits for its answer",
            remedy="withdraw the open offer, or wait until it is answered",
        )


def check_answer(*, offered_to: Hashable, by: Hashable, state: str) -> None:
    """Only the party addressed accepts or refuses, and once. [custody-2]

    Refuses NotOfferedToYou, AlreadyAnswered.
    """
    if by != offered_to:
        raise NotOfferedToYou(
            "the offer is addressed to another party",
            remedy="ask the holder to offer the battery to you",
        )
    _still_open(state)


def check_taker(*, roles: Collection[str]) -> None:
    """Makers, keepers, workshops and recyclers take custody; who only looks does not. [custody-6]

    Refuses NotAHolder.
    """
    if not HOLDERS & set(roles):
        raise NotAHolder(
            "your party has no role in which it could hold a battery",
            remedy="let a maker, keeper, workshop or recycler accept it",
        )


def check_withdrawal(*, offered_by: Hashable, by: Hashable, state: str) -> None:
    """Only the party that offered takes the offer back, while nobody has answered. [custody-3]

    Refuses NotYourOffer, AlreadyAnswered.
    """
    if by != offered_by:
        raise NotYourOffer(
            "the offer was made by another party",
            remedy="refuse it instead, if it is addressed to you",
        )
    _still_open(state)


def check_grant(*, holder: Hashable, by: Hashable, to: Hashable) -> None:
    """Only the holder opens an auditor's or a workshop's sight of a battery. [custody-4]

    Refuses NotTheHolder, HandedToItself.
    """
    if by != holder:
        raise NotTheHolder(
            "only the party that holds the battery decides who else may look",
            remedy="ask the holder to grant the access",
        )
    if to == by:
        raise HandedToItself(
            "the holder sees the battery already", pointer="/to", remedy="name another party"
        )


def check_recorder(*, holder: Hashable, by: Hashable, let_in: bool) -> None:
    """The holder records what happens to a battery, or a workshop that it let in. [custody-5]

    Refuses NotTheHolder.
    """
    if by != holder and not let_in:
        raise NotTheHolder(
            "the battery is in another party's hands",
            remedy="ask the holder to record it, or to hand the battery over to you",
        )


def _still_open(state: str) -> None:
    if HandOverState(state) is not HandOverState.OFFERED:
        raise AlreadyAnswered(
            f"the offer is closed: {state.lower()}",
            remedy="ask the holder for a new offer; what was answered stays answered",
        )
