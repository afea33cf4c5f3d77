"""Puts packs to parties and takes their answers: proposed, then accepted, declined or expired."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from passport.actions import event
from passport.models import Concern, ConcernReason, HandOver, HandOverState, Party
from passport.models.ids import new_id
from passport.queries.battery import unknown
from passport.queries.recall import recalled_units
from passport.rules.custody import AlreadyOffered, check_handover
from passport.rules.lifecycle import EventKind, check_event
from passport.rules.recall import check_not_recalled
from recycling.models import (
    Offer,
    OfferState,
    PlanLine,
    Programme,
    Retirement,
    RetirementState,
)
from recycling.queries.offer import lapsed
from recycling.rules.offer import check_answer, check_place


def propose(*, lines: Sequence[PlanLine], expires_at: datetime, at: datetime) -> list[Offer]:
    """Put each placed line to its programme's party, which sees the battery from now on.

    Used by plan.run alone, in its transaction.
    """
    placed = [line for line in lines if line.programme_id is not None]
    retirements = Retirement.objects.in_bulk([line.retirement_id for line in placed])
    programmes = Programme.objects.in_bulk({line.programme_id for line in placed})
    offers = [
        Offer(
            plan_line=line,
            retirement=retirements[line.retirement_id],
            programme=programmes[line.programme_id],
            from_party_id=retirements[line.retirement_id].keeper_id,
            to_party_id=programmes[line.programme_id].party_id,
            value_cents=line.value_cents,
            proposed_at=at,
            expires_at=expires_at,
        )
        for line in placed
    ]
    # One statement: places are counted when it ends.
    Offer.objects.bulk_create(offers)
    _show(offers, at=at)
    Retirement.objects.filter(pk__in=retirements).update(state=RetirementState.PLANNED)
    return offers


@transaction.atomic
def accept(*, offer_id: uuid.UUID, by: Party, at: datetime) -> Offer:
    """Take a pack: a hand-over from its keeper is open at once, and waits in the party's inbox.

    Custody follows when the pack arrives (custody.accept). Refuses NotFound, NotYourOffer,
    OfferClosed, OfferExpired, UnderRecall, NoPlaceLeft, NotTheHolder, AlreadyOffered.
    """
    offer = _lock(offer_id, by=by, at=at)
    unit = offer.retirement.battery_id
    check_not_recalled(recalled=bool(recalled_units(units=[unit])))
    programme = Programme.objects.select_for_update().get(pk=offer.programme_id)
    taken = Offer.objects.filter(programme=programme, state=OfferState.ACCEPTED).count()
    check_place(capacity=programme.capacity_packs, accepted=taken)

    hand_over = _open_hand_over(offer, by=by, at=at)
    _answer(offer, OfferState.ACCEPTED, hand_over=hand_over, at=at)
    Retirement.objects.filter(pk=offer.retirement_id).update(state=RetirementState.ROUTED)
    _log(offer, by=by, at=at)
    return offer


@transaction.atomic
def decline(*, offer_id: uuid.UUID, by: Party, at: datetime) -> Offer:
    """Leave a pack to the next plan, which will not put it to this programme again.

    Refuses NotFound, NotYourOffer, OfferClosed, OfferExpired.
    """
    offer = _lock(offer_id, by=by, at=at)
    _answer(offer, OfferState.DECLINED, hand_over=None, at=at)
    _reopen([offer], at=at)
    return offer


@transaction.atomic
def sweep(*, at: datetime) -> int:
    """Close every offer whose time is over, or whose pack was turned away at the door.

    Its pack waits for a plan again, its place is free. Run by the system before each plan.
    """
    over = _locked(lapsed(at=at) & Q(state=OfferState.PROPOSED))
    Offer.objects.filter(pk__in=[each.pk for each in over]).update(
        state=OfferState.EXPIRED, answered_at=at
    )
    turned_away = _locked(lapsed(at=at) & Q(state=OfferState.ACCEPTED))
    Offer.objects.filter(pk__in=[each.pk for each in turned_away]).update(
        state=OfferState.DECLINED, answered_at=at, hand_over=None
    )
    _reopen([*over, *turned_away], at=at)
    return len(over) + len(turned_away)


def _locked(condition: Q) -> list[Offer]:
    return list(
        Offer.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(condition)
        .select_related("retirement")
        .order_by("id")
    )


def _lock(offer_id: uuid.UUID, *, by: Party, at: datetime) -> Offer:
    offer = (
        Offer.objects.select_for_update(of=("self",))
        .select_related("retirement__battery", "from_party", "programme")
        .filter(pk=offer_id)
        .first()
    )
    if offer is None:
        raise unknown("offer")
    check_answer(
        offered_to=offer.to_party_id,
        by=by.pk,
        state=offer.state,
        expires_at=offer.expires_at,
        at=at,
    )
    return offer


def _log(offer: Offer, *, by: Party, at: datetime) -> None:
    """Where the battery goes, recorded by whoever takes it: the keeper agreed when it asked."""
    battery, kind = offer.retirement.battery, EventKind.ROUTED
    check_event(kind=kind, state=battery.state, happened_at=at, recorded_at=at)
    terms = offer.programme
    content = event.words(
        kind=kind,
        subject={"battery": battery.identity},
        happened_at=at,
        event_id=new_id(),
        facts={"offer": str(offer.pk), "programme": terms.name, "route": terms.route},
    )
    event.keep(content=content, battery=battery, by=by, at=at)


def _open_hand_over(offer: Offer, *, by: Party, at: datetime) -> HandOver:
    battery = event.lock(battery_id=offer.retirement.battery_id)
    inside = None if battery.unit_id == battery.pk else battery.unit.identity
    check_handover(holder=battery.holder_id, by=offer.from_party_id, to=by.pk, inside=inside)
    try:
        with transaction.atomic():
            return HandOver.objects.create(
                battery=battery,
                from_party=offer.from_party,
                to_party=by,
                state=HandOverState.OFFERED,
                offered_at=at,
            )
    except IntegrityError as clash:
        raise AlreadyOffered(
            "the keeper has offered the battery to somebody else",
            remedy="ask the keeper to withdraw that hand-over, or decline the offer",
        ) from clash


def _answer(offer: Offer, state: OfferState, *, hand_over: HandOver | None, at: datetime) -> None:
    Offer.objects.filter(pk=offer.pk).update(state=state, answered_at=at, hand_over=hand_over)
    offer.state, offer.answered_at, offer.hand_over = state, at, hand_over


def _show(offers: Iterable[Offer], *, at: datetime) -> None:
    Concern.objects.bulk_create(
        [
            Concern(
                battery_id=offer.retirement.battery_id,
                party_id=offer.to_party_id,
                reason=ConcernReason.OFFER,
                since=at,
            )
            for offer in offers
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def _reopen(offers: Sequence[Offer], *, at: datetime) -> None:
    Retirement.objects.filter(
        pk__in=[offer.retirement_id for offer in offers],
        state__in=(RetirementState.PLANNED, RetirementState.ROUTED),
    ).update(state=RetirementState.OPEN)
    sights = Q()
    for offer in offers:
        sights |= Q(battery_id=offer.retirement.battery_id, party_id=offer.to_party_id)
    if sights:
        Concern.objects.filter(sights, reason=ConcernReason.OFFER, until__isnull=True).update(
            until=at
        )
