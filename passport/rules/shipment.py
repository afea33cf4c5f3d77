"""How batteries travel together: what a shipment is called, how it may change, what did not arrive.

A draft is what a giver has written down and nobody has been told of; only an offer is recorded.
"""

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from passport.rules.custody import HOLDERS, NotOfferedToYou, NotYourOffer
from passport.rules.errors import Conflict, Malformed, Refusal, Several
from passport.rules.gs1_values import check_meaning, check_value
from passport.rules.identity import CANONICAL_STEM, IdentityKind, parse_any

MOST = 10_000
LONGEST_REASON = 300
# GS1 General Specifications: the number of a logistic unit is not given again within a year.
NOT_AGAIN_WITHIN = timedelta(days=365)


class ShipmentState(StrEnum):
    """How far a shipment has come; only OFFERED waits for an answer."""

    DRAFT = "DRAFT"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    PARTLY = "PARTLY"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Act(StrEnum):
    """What a side does with a shipment."""

    OFFER = "OFFER"
    ACCEPT = "ACCEPT"
    ACCEPT_PARTLY = "ACCEPT_PARTLY"
    REFUSE = "REFUSE"
    WITHDRAW = "WITHDRAW"


class ShipmentAnswered(Conflict):
    """The shipment was accepted, refused or withdrawn before."""

    code = "shipment-answered"
    title = "The shipment is closed"


class NotOfferedYet(Conflict):
    """A draft is nobody's but its writer's."""

    code = "not-offered-yet"
    title = "The shipment has not been offered"


class NotASscc(Malformed):
    """The text is no serial shipping container code."""

    code = "not-an-sscc"
    title = "This is no SSCC"


class SsccInUse(Conflict):
    """The giver has another shipment under way, or lately answered, with the same number."""

    code = "sscc-in-use"
    title = "The SSCC names another shipment"


class NothingToShip(Refusal):
    """A shipment holds one battery or more, and not endlessly many."""

    code = "nothing-to-ship"
    title = "The shipment holds no battery, or too many"


class WrongExceptions(Several):
    """Some of what is said not to have arrived is not in the shipment, or has no reason."""

    code = "wrong-exceptions"
    title = "Some exceptions cannot be read"


class WrongException(Refusal):
    """One thing that is said not to have arrived is not in the shipment, or has no reason."""

    code = "wrong-exception"
    title = "This exception cannot be read"


class CannotReceive(Refusal):
    """Auditors and authorities look at batteries; they do not take them."""

    code = "cannot-receive"
    title = "That party cannot hold batteries"


class WrongBatteries(Several):
    """Several batteries of a list cannot be shipped; each says why."""

    code = "wrong-batteries"
    title = "Some of these batteries cannot be shipped"


class NothingArrived(Refusal):
    """To accept none of a shipment is to refuse it."""

    code = "nothing-arrived"
    title = "Nothing of the shipment would be accepted"


class GoesWithItsShipment(Conflict):
    """A battery in a shipment is answered with the shipment, not by itself."""

    code = "goes-with-its-shipment"
    title = "The hand-over is part of a shipment"


NEXT: dict[ShipmentState, dict[Act, ShipmentState]] = {
    ShipmentState.DRAFT: {Act.OFFER: ShipmentState.OFFERED},
    ShipmentState.OFFERED: {
        Act.ACCEPT: ShipmentState.ACCEPTED,
        Act.ACCEPT_PARTLY: ShipmentState.PARTLY,
        Act.REFUSE: ShipmentState.REFUSED,
        Act.WITHDRAW: ShipmentState.WITHDRAWN,
    },
}


@dataclass(frozen=True, slots=True)
class Split:
    """What becomes of each hand-over of a shipment: taken, or given back with a reason."""

    taken: tuple[Hashable, ...]
    back: Mapping[Hashable, str]

    @property
    def act(self) -> Act:
        """Whether the shipment is accepted whole."""
        return Act.ACCEPT_PARTLY if self.back else Act.ACCEPT


def next_state(*, state: str, act: Act) -> ShipmentState:
    """The state after an act of one of its sides. [shipment-1]

    Refuses ShipmentAnswered, NotOfferedYet.
    """
    here = ShipmentState(state)
    after = NEXT.get(here, {}).get(act)
    if after is not None:
        return after
    if here is ShipmentState.DRAFT:
        raise NotOfferedYet("the shipment is a draft", remedy="offer it first")
    words = "accepted in part" if here is ShipmentState.PARTLY else here.lower()
    raise ShipmentAnswered(
        f"the shipment is {words}",
        remedy="look at it again; what was answered stays answered, and a new offer is a new "
        "shipment"
        if here is not ShipmentState.OFFERED
        else "it is offered already; wait for the answer, or withdraw it",
    )


def check_side(*, act: Act, by: Hashable, giver: Hashable, taker: Hashable) -> None:
    """Whoever it is addressed to answers; whoever offered it withdraws. [shipment-2]

    Refuses NotOfferedToYou, NotYourOffer.
    """
    if act is Act.WITHDRAW and by != giver:
        raise NotYourOffer(
            "the shipment was offered by another party",
            remedy="refuse it instead, if it is addressed to you",
        )
    if act is not Act.WITHDRAW and by != taker:
        raise NotOfferedToYou(
            "the shipment is addressed to another party",
            remedy="ask whoever holds the batteries to offer them to you",
        )


def check_count(*, count: int) -> None:
    """A shipment holds 1 to 10,000 batteries. [shipment-3] Refuses NothingToShip."""
    if not 1 <= count <= MOST:
        raise NothingToShip(
            f"{count} batteries are named",
            pointer="/batteries",
            remedy=f"name 1 to {MOST} of the batteries in your hands; parts travel in their whole",
        )


def check_receiver(*, roles: Collection[str]) -> None:
    """A shipment goes to somebody who can hold batteries. [shipment-7] Refuses CannotReceive."""
    if not HOLDERS & set(roles):
        raise CannotReceive(
            "that party has no role in which it could hold a battery",
            pointer="/to",
            remedy="name a maker, keeper, workshop or recycler",
        )


def check_again(*, last_offered_at: datetime | None, at: datetime) -> None:
    """The number of a pallet is not given again within a year. [GS1 General Specifications]

    `last_offered_at` is when the giver last offered a shipment of this number that was not turned
    away. Refuses SsccInUse.
    """
    if last_offered_at is not None and at - last_offered_at < NOT_AGAIN_WITHIN:
        raise SsccInUse(
            f"a shipment of this SSCC was offered on {last_offered_at.date()}",
            pointer="/sscc",
            remedy="give each pallet a number of its own, or leave the number out",
        )


def lines_of(text: str) -> list[tuple[int, str]]:
    """What a scanner has typed into one field: each line that says something, with its number."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [(n, line.strip(" \t")) for n, line in enumerate(lines, 1) if line.strip(" \t")]


def refusal_of(wrong: Sequence[Refusal]) -> Refusal | None:
    """One refusal for all that is wrong with a list of batteries; None where nothing is."""
    if len(wrong) > 1:
        return WrongBatteries(f"{len(wrong)} of the batteries cannot be shipped", each=wrong)
    return wrong[0] if wrong else None


def check_alone(*, shipment: Hashable | None) -> None:
    """A hand-over that is part of a shipment is not answered by itself. [shipment-4]

    Refuses GoesWithItsShipment.
    """
    if shipment is not None:
        raise GoesWithItsShipment(
            f"the battery travels in the shipment {shipment}",
            remedy="answer the shipment; name this battery as an exception where it is one",
        )


def read_sscc(text: str) -> str:
    """The 18 digits of an SSCC: as digits, a link /00/…, (00)…, or scanner data. [GS1 AI 00]

    Refuses NotASscc, WrongCheckDigit, WrongValue, NotADigitalLink, NotAnIdentity, WrongPair.
    """
    text = text.strip()
    if text.isascii() and text.isdecimal():
        digits = text[2:] if len(text) == 20 and text.startswith("00") else text
        check_value("00", digits)
        check_meaning("00", digits)
        return digits
    found = parse_any(text)
    if found.kind is not IdentityKind.SHIPMENT:
        raise NotASscc(
            f"it names a {found.kind.lower()}, not a shipment",
            remedy="scan the code (00) on the pallet or the crate; it has 18 digits",
        )
    return found.serial


def link_of(*, sscc: str) -> str:
    """The canonical link of an SSCC."""
    return f"{CANONICAL_STEM}/00/{sscc}"


def split(
    *, contents: Mapping[Hashable, Hashable], exceptions: Sequence[tuple[Hashable, str]]
) -> Split:
    """Part what arrived from what did not. [shipment-5]

    `contents` gives each battery its hand-over; `exceptions` are batteries with a reason each.
    Refuses WrongExceptions (or WrongException), NothingArrived.
    """
    back: dict[Hashable, str] = {}
    wrong: list[Refusal] = []
    for number, (battery, reason) in enumerate(exceptions):
        fault = _fault(battery, reason, contents=contents, named=back, at=f"/exceptions/{number}")
        if fault is not None:
            wrong.append(fault)
        else:
            back[battery] = reason.strip()
    if len(wrong) > 1:
        raise WrongExceptions(f"{len(wrong)} of {len(exceptions)} exceptions are wrong", each=wrong)
    if wrong:
        raise wrong[0]
    if len(back) == len(contents):
        raise NothingArrived(
            f"all {len(contents)} batteries are named as exceptions",
            pointer="/exceptions",
            remedy="refuse the shipment instead",
        )
    taken = tuple(offer for battery, offer in contents.items() if battery not in back)
    return Split(taken, {contents[battery]: reason for battery, reason in back.items()})


def check_reason(*, reason: str) -> str:
    """Why a shipment is refused, without the space around it. Refuses WrongException."""
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise WrongException(
            "no reason is given" if not reason else f"the reason has {len(reason)} characters",
            pointer="/reason",
            remedy=f"say in 1 to {LONGEST_REASON} characters why it goes back",
        )
    return reason


def _fault(
    battery: Hashable,
    reason: str,
    *,
    contents: Mapping[Hashable, Hashable],
    named: Collection[Hashable],
    at: str,
) -> Refusal | None:
    if battery not in contents:
        return WrongException(
            "the battery is not in this shipment",
            pointer=f"{at}/battery",
            remedy="leave it out; name batteries of this shipment alone",
        )
    if battery in named:
        return WrongException(
            "the battery is named twice", pointer=f"{at}/battery", remedy="name it once"
        )
    try:
        check_reason(reason=reason)
    except WrongException as refusal:
        return refusal.at(at)
    return None
