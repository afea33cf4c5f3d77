"""Passes batteries from hand to hand: offered by the holder, then accepted or refused."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from passport.actions import custody_moves as moves
from passport.actions import event
from passport.models import (
    Battery,
    Concern,
    ConcernReason,
    Custody,
    HandOver,
    HandOverState,
    Party,
)
from passport.queries import party as parties
from passport.rules.custody import check_answer, check_grant, check_taker, check_withdrawal
from passport.rules.errors import Refusal
from passport.rules.shipment import check_alone


@transaction.atomic
def hand_over(*, battery_id: uuid.UUID, to_id: uuid.UUID, by: Party, at: datetime) -> HandOver:
    """Offer a whole unit to another party, which sees it from now on.

    Refuses NotFound, NotTheHolder, HandedToItself, PartOfAnother, AlreadyOffered.
    """
    return hand_over_all(battery_ids=[battery_id], to_id=to_id, by=by, at=at)[0]


@transaction.atomic
def hand_over_all(
    *, battery_ids: Sequence[uuid.UUID], to_id: uuid.UUID, by: Party, at: datetime
) -> list[HandOver]:
    """Offer many units to one party, each by itself, all or none; refusals as hand_over()."""
    batteries = moves.lock_units(battery_ids)
    to = parties.by_id(party_id=to_id)
    moves.check_offer(batteries, to=to, by=by)
    return moves.offer(batteries, to=to, by=by, at=at)


@transaction.atomic
def accept(*, hand_over_id: uuid.UUID, by: Party, at: datetime) -> Custody:
    """Take custody of what was offered: one holder ends, the next begins, at one moment.

    Refuses NotFound, NotAHolder, NotOfferedToYou, AlreadyAnswered, GoesWithItsShipment.
    """
    return accept_all(hand_over_ids=[hand_over_id], by=by, at=at)[0]


@transaction.atomic
def accept_all(*, hand_over_ids: Sequence[uuid.UUID], by: Party, at: datetime) -> list[Custody]:
    """Take custody of many offered units, all or none; refusals as accept()."""
    offers = moves.lock_offers(hand_over_ids)
    check_taker(roles=by.roles)
    for each in offers:
        check_answer(offered_to=each.to_party_id, by=by.pk, state=each.state)
        check_alone(shipment=each.shipment_id)
    return moves.take(offers, by=by, at=at)


@transaction.atomic
def refuse(*, hand_over_id: uuid.UUID, by: Party, at: datetime) -> HandOver:
    """Leave the battery with its holder.

    Refuses NotFound, NotOfferedToYou, AlreadyAnswered, GoesWithItsShipment.
    """
    (offer,) = moves.lock_offers([hand_over_id])
    check_answer(offered_to=offer.to_party_id, by=by.pk, state=offer.state)
    check_alone(shipment=offer.shipment_id)
    moves.give_back([offer], HandOverState.REFUSED, at=at)
    return offer


@transaction.atomic
def withdraw(*, hand_over_id: uuid.UUID, by: Party, at: datetime) -> HandOver:
    """Take an offer back before it is answered.

    Refuses NotFound, NotYourOffer, AlreadyAnswered, GoesWithItsShipment.
    """
    (offer,) = moves.lock_offers([hand_over_id])
    check_withdrawal(offered_by=offer.from_party_id, by=by.pk, state=offer.state)
    check_alone(shipment=offer.shipment_id)
    moves.give_back([offer], HandOverState.WITHDRAWN, at=at)
    return offer


class Answer(StrEnum):
    """What a side says of one hand-over."""

    ACCEPT = "ACCEPT"
    REFUSE = "REFUSE"
    WITHDRAW = "WITHDRAW"


@dataclass(frozen=True)
class Answered:
    """What became of one answer: the state of the hand-over now, or why nothing was changed."""

    hand_over_id: uuid.UUID
    state: str | None = None
    code: str | None = None
    detail: str | None = None
    remedy: str | None = None


@transaction.atomic
def answer_each(
    *, answers: Sequence[tuple[uuid.UUID, Answer]], by: Party, at: datetime
) -> list[Answered]:
    """Answer many hand-overs, each by itself: what is refused stops none of the others.

    They are answered in the order of their ids, whatever the order asked in, and told in the order
    asked in. Refuses nothing as a whole.
    """
    told: dict[int, Answered] = {}
    for number in sorted(range(len(answers)), key=lambda each: answers[each][0].int):
        hand_over_id, said = answers[number]
        try:
            with transaction.atomic():
                _ANSWERS[said](hand_over_id=hand_over_id, by=by, at=at)
            told[number] = Answered(hand_over_id, _AFTER[said])
        except Refusal as refusal:
            told[number] = Answered(
                hand_over_id, None, refusal.code, refusal.detail, refusal.remedy
            )
    return [told[number] for number in range(len(answers))]


_ANSWERS: dict[Answer, Callable[..., object]] = {
    Answer.ACCEPT: accept,
    Answer.REFUSE: refuse,
    Answer.WITHDRAW: withdraw,
}
_AFTER = {
    Answer.ACCEPT: HandOverState.ACCEPTED,
    Answer.REFUSE: HandOverState.REFUSED,
    Answer.WITHDRAW: HandOverState.WITHDRAWN,
}


@transaction.atomic
def grant(*, battery_id: uuid.UUID, to_id: uuid.UUID, by: Party, at: datetime) -> Concern:
    """Let an auditor or a workshop see a unit. Refuses NotFound, NotTheHolder, HandedToItself."""
    battery = event.lock(battery_id=battery_id)
    to = parties.by_id(party_id=to_id)
    check_grant(holder=battery.holder_id, by=by.pk, to=to.pk)
    return _concern(battery=battery, party=to, reason=ConcernReason.GRANT, at=at)


def open_custody(*, batteries: list[Battery], at: datetime) -> None:
    """Begin the custody of new outermost units with their holder: registered, or taken out."""
    Custody.objects.bulk_create(
        [Custody(battery=unit, holder_id=unit.holder_id, since=at) for unit in batteries],
        batch_size=1000,
    )
    Concern.objects.bulk_create(
        [
            Concern(battery=unit, party_id=unit.holder_id, reason=ConcernReason.HOLDER, since=at)
            for unit in batteries
        ],
        batch_size=1000,
    )


def _concern(*, battery: Battery, party: Party, reason: ConcernReason, at: datetime) -> Concern:
    found = Concern.objects.filter(
        battery=battery, party=party, reason=reason, until__isnull=True
    ).first()
    return found or Concern.objects.create(battery=battery, party=party, reason=reason, since=at)
