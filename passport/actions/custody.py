"""Passes batteries from hand to hand: offered by the holder, then accepted or refused."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

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
from passport.models.ids import new_id
from passport.queries import party as parties
from passport.queries.battery import place_of, unknown
from passport.rules.custody import (
    check_answer,
    check_grant,
    check_handover,
    check_taker,
    check_withdrawal,
)
from passport.rules.lifecycle import EventKind


@transaction.atomic
def hand_over(*, battery_id: uuid.UUID, to_id: uuid.UUID, by: Party, at: datetime) -> HandOver:
    """Offer a whole unit to another party, which sees it from now on.

    Refuses NotFound, NotTheHolder, HandedToItself, PartOfAnother, AlreadyOffered.
    """
    battery = event.lock(battery_id=battery_id)
    to = parties.by_id(party_id=to_id)
    waiting = HandOver.objects.filter(battery=battery, state=HandOverState.OFFERED).exists()
    inside = place_of(battery=battery)
    check_handover(holder=battery.holder_id, by=by.pk, to=to.pk, open_offer=waiting, inside=inside)

    offer = HandOver.objects.create(battery=battery, from_party=by, to_party=to, offered_at=at)
    _concern(battery=battery, party=to, reason=ConcernReason.OFFER, at=at)
    return offer


@transaction.atomic
def accept(*, hand_over_id: uuid.UUID, by: Party, at: datetime) -> Custody:
    """Take custody of what was offered: one holder ends, the next begins, at one moment.

    Refuses NotFound, NotAHolder, NotOfferedToYou, AlreadyAnswered.
    """
    offer = _lock(hand_over_id)
    check_taker(roles=by.roles)
    check_answer(offered_to=offer.to_party_id, by=by.pk, state=offer.state)
    battery = event.lock(battery_id=offer.battery_id)

    HandOver.objects.filter(pk=offer.pk).update(state=HandOverState.ACCEPTED, answered_at=at)
    held = Custody.objects.filter(battery=battery, until__isnull=True)
    # A clock that jumped back must not stop the trade: a span ends no earlier than it began.
    since = max([at, *held.values_list("since", flat=True)])
    held.update(until=since)
    Battery.objects.filter(pk=battery.pk).update(holder=by)
    battery.holder = by
    custody = Custody.objects.create(battery=battery, holder=by, since=since)
    _concern(battery=battery, party=by, reason=ConcernReason.HOLDER, at=at)
    _end_concern(battery=battery, party_id=offer.from_party_id, reason=ConcernReason.HOLDER, at=at)
    event.append(
        battery=battery,
        kind=EventKind.HANDED_OVER,
        happened_at=at,
        event_id=new_id(),
        facts={"from": _name(offer.from_party), "to": _name(by), "handOver": str(offer.pk)},
        by=by,
        at=at,
    )
    _end_concern(battery=battery, party_id=by.pk, reason=ConcernReason.OFFER, at=at)
    end_grants(battery_ids=[battery.pk], at=at)
    return custody


@transaction.atomic
def refuse(*, hand_over_id: uuid.UUID, by: Party, at: datetime) -> HandOver:
    """Leave the battery with its holder. Refuses NotFound, NotOfferedToYou, AlreadyAnswered."""
    offer = _lock(hand_over_id)
    check_answer(offered_to=offer.to_party_id, by=by.pk, state=offer.state)
    return _close(offer, HandOverState.REFUSED, at=at)


@transaction.atomic
def withdraw(*, hand_over_id: uuid.UUID, by: Party, at: datetime) -> HandOver:
    """Take an offer back before it is answered. Refuses NotFound, NotYourOffer, AlreadyAnswered."""
    offer = _lock(hand_over_id)
    check_withdrawal(offered_by=offer.from_party_id, by=by.pk, state=offer.state)
    return _close(offer, HandOverState.WITHDRAWN, at=at)


@transaction.atomic
def grant(*, battery_id: uuid.UUID, to_id: uuid.UUID, by: Party, at: datetime) -> Concern:
    """Let an auditor or a workshop see a unit. Refuses NotFound, NotTheHolder, HandedToItself."""
    battery = event.lock(battery_id=battery_id)
    to = parties.by_id(party_id=to_id)
    check_grant(holder=battery.holder_id, by=by.pk, to=to.pk)
    return _concern(battery=battery, party=to, reason=ConcernReason.GRANT, at=at)


def end_grants(*, battery_ids: Sequence[uuid.UUID], at: datetime) -> None:
    """Whom the former holder let in sees nothing more: the new one decides whom it lets in."""
    Concern.objects.filter(
        battery_id__in=battery_ids, reason=ConcernReason.GRANT, until__isnull=True
    ).update(until=at)


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


def _lock(hand_over_id: uuid.UUID) -> HandOver:
    offer = (
        HandOver.objects.select_for_update(of=("self",))
        .select_related("from_party", "to_party")
        .filter(pk=hand_over_id)
        .first()
    )
    if offer is None:
        raise unknown("hand-over")
    return offer


def _close(offer: HandOver, state: HandOverState, *, at: datetime) -> HandOver:
    HandOver.objects.filter(pk=offer.pk).update(state=state, answered_at=at)
    _end_concern(
        battery=offer.battery, party_id=offer.to_party_id, reason=ConcernReason.OFFER, at=at
    )
    offer.state, offer.answered_at = state, at
    return offer


def _concern(*, battery: Battery, party: Party, reason: ConcernReason, at: datetime) -> Concern:
    found = Concern.objects.filter(
        battery=battery, party=party, reason=reason, until__isnull=True
    ).first()
    return found or Concern.objects.create(battery=battery, party=party, reason=reason, since=at)


def _end_concern(
    *, battery: Battery, party_id: uuid.UUID, reason: ConcernReason, at: datetime
) -> None:
    Concern.objects.filter(
        battery=battery, party_id=party_id, reason=reason, until__isnull=True
    ).update(until=at)


def _name(party: Party) -> str:
    return party.did or party.slug
