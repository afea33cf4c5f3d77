"""Takes the answers to what a plan has put to parties: accepted, declined, or over."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

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
from passport.rules.webhook import OFFER_ACCEPTED, OFFER_DECLINED, OFFER_EXPIRED
from recycling.actions import news
from recycling.models import (
    PENDING,
    CounterOffer,
    EndRoute,
    Offer,
    OfferState,
    Programme,
    Retirement,
    RetirementState,
)
from recycling.queries import firmness
from recycling.queries.offer import lapsed
from recycling.rules.gates import unproven
from recycling.rules.offer import (
    NoPlaceLeft,
    check_answer,
    check_firm,
    check_gates,
    check_pending,
    check_place,
    closed,
    no_place_left,
    week_full,
)


@transaction.atomic
def accept(*, offer_id: uuid.UUID, by: Party, at: datetime) -> Offer:
    """Take a pack: a hand-over from its keeper is open at once, and waits in the party's inbox.

    Custody follows when the pack arrives (custody.accept). Refuses NotFound, NotYourOffer,
    OfferClosed, OfferCountered, OfferExpired, NotFirmYet, GateClosed, UnderRecall, NoPlaceLeft,
    NotTheHolder, AlreadyOffered.
    """
    offer = lock(offer_id)
    check_answer(
        offered_to=offer.to_party_id,
        by=by.pk,
        state=offer.state,
        expires_at=offer.expires_at,
        at=at,
    )
    return take(offer, by=by, at=at, goes_by=offer.goes_by)


def take(offer: Offer, *, by: Party, at: datetime, goes_by: date | None) -> Offer:
    """Close a locked offer as accepted, whoever of its two sides said the last word; the pack goes
    by the day that they agreed upon.
    """
    unit = offer.retirement.battery_id
    check_not_recalled(recalled=bool(recalled_units(units=[unit])))
    check_firm(
        indicative=offer.indicative,
        tested_at=firmness.tested_at(offer=offer, on=at.date()),
        fits=not offer.indicative or firmness.fits(offer=offer, on=at.date()),
        shaken=firmness.shaken(offer=offer),
    )
    _check_gates(offer, on=at.date())
    if by.pk == offer.to_party_id:
        programme = Programme.objects.select_for_update().get(pk=offer.programme_id)
        taken = Offer.objects.filter(programme=programme, state=OfferState.ACCEPTED).count()
        check_place(capacity=programme.capacity_packs, accepted=taken)

    hand_over = _open_hand_over(offer, at=at)
    try:
        with transaction.atomic():
            _answer(offer, OfferState.ACCEPTED, hand_over=hand_over, at=at, goes_by=goes_by)
    except IntegrityError as clash:
        # A keeper does not see who else has a place: the database does.
        raise _full(clash, offer, goes_by=goes_by) from clash
    Retirement.objects.filter(pk=offer.retirement_id).update(state=RetirementState.ROUTED)
    _log(offer, by=by, at=at)
    news.of_offer(OFFER_ACCEPTED, offer, by=by, at=at)
    return offer


def _full(clash: IntegrityError, offer: Offer, *, goes_by: date | None) -> NoPlaceLeft:
    said = getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "")
    if said == "programme_week_is_never_oversold":
        return week_full(weekly=offer.programme.weekly_capacity_packs or 0, day=goes_by)
    return no_place_left(capacity=offer.programme.capacity_packs)


def _check_gates(offer: Offer, *, on: date) -> None:
    """An indication is held against all gates when it becomes firm; a firm offer here."""
    recycles = offer.programme.route == EndRoute.RECYCLE
    if offer.indicative and not recycles:
        return
    seen = firmness.gates(offer=offer, on=on)
    check_gates(
        recycles=recycles,
        harmed=seen.harmed,
        route=seen.outcome.route.value,
        asks_only_who=unproven(seen.outcome),
        why=seen.why,
    )


@transaction.atomic
def decline(*, offer_id: uuid.UUID, by: Party, at: datetime) -> Offer:
    """Leave a pack to the next plan, which will not put it to this programme again.

    Also while other terms wait for the keeper. Refuses NotFound, NotYourOffer, OfferClosed,
    OfferExpired.
    """
    offer = lock(offer_id)
    if offer.state != OfferState.COUNTERED or by.pk != offer.to_party_id:
        check_answer(
            offered_to=offer.to_party_id,
            by=by.pk,
            state=offer.state,
            expires_at=offer.expires_at,
            at=at,
        )
    check_pending(state=offer.state, expires_at=offer.expires_at, at=at)
    drop_counters([offer], at=at)
    _answer(offer, OfferState.DECLINED, hand_over=None, at=at)
    _reopen([offer], at=at)
    news.of_offer(OFFER_DECLINED, offer, by=by, at=at)
    return offer


# All offers of a plan end in one moment: so many are closed in one transaction.
AT_ONCE = 2_000


def sweep(*, at: datetime) -> int:
    """Close every offer whose time is over, or whose pack was turned away at the door.

    Its pack waits for a plan again, its place is free. Run by the system, by the clock and before
    each plan.
    """
    closed = 0
    while some := _sweep_some(at=at):
        closed += some
    return closed


@transaction.atomic
def _sweep_some(*, at: datetime) -> int:
    over = _locked(lapsed(at=at) & Q(state__in=PENDING))
    drop_counters(over, at=at)
    Offer.objects.filter(pk__in=[each.pk for each in over]).update(
        state=OfferState.EXPIRED, answered_at=at
    )
    turned_away = _locked(lapsed(at=at) & Q(state=OfferState.ACCEPTED))
    Offer.objects.filter(pk__in=[each.pk for each in turned_away]).update(
        state=OfferState.DECLINED, answered_at=at, hand_over=None
    )
    _reopen([*over, *turned_away], at=at)
    news.of_offers(OFFER_EXPIRED, over, at=at)
    news.of_offers(OFFER_DECLINED, turned_away, at=at)
    return len(over) + len(turned_away)


def drop_counters(offers: Iterable[Offer], *, at: datetime) -> None:
    """Other terms that nobody answers any more were not taken."""
    waiting = CounterOffer.objects.filter(offer__in=list(offers), answered_at__isnull=True)
    waiting.update(answered_at=at, taken=False)


def _locked(condition: Q) -> list[Offer]:
    return list(
        Offer.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(condition)
        .select_related("retirement")
        .order_by("id")[:AT_ONCE]
    )


def lock(offer_id: uuid.UUID) -> Offer:
    """An offer that nobody else answers until the transaction ends.

    Refuses NotFound, and OfferClosed for one whose pack the party sees no more.
    """
    offer = (
        Offer.objects.select_for_update(of=("self",))
        .select_related("retirement__battery", "from_party", "to_party", "programme")
        .filter(pk=offer_id)
        .first()
    )
    if offer is None:
        seen = Offer.objects.filter(pk=offer_id).first()
        if seen is None or seen.state in PENDING:
            raise unknown("offer")
        # Since it ended its pack concerns this party no longer.
        raise closed(state=seen.state)
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


def _open_hand_over(offer: Offer, *, at: datetime) -> HandOver:
    battery = event.lock(battery_id=offer.retirement.battery_id)
    inside = None if battery.unit_id == battery.pk else battery.unit.identity
    check_handover(
        holder=battery.holder_id, by=offer.from_party_id, to=offer.to_party_id, inside=inside
    )
    try:
        with transaction.atomic():
            return HandOver.objects.create(
                battery=battery,
                from_party=offer.from_party,
                to_party=offer.to_party,
                state=HandOverState.OFFERED,
                offered_at=at,
            )
    except IntegrityError as clash:
        raise AlreadyOffered(
            "the keeper has offered the battery to somebody else",
            remedy="ask the keeper to withdraw that hand-over, or decline the offer",
        ) from clash


def _answer(
    offer: Offer,
    state: OfferState,
    *,
    hand_over: HandOver | None,
    at: datetime,
    goes_by: date | None = None,
) -> None:
    more: dict[str, object] = {}
    if offer.indicative and state == OfferState.ACCEPTED:
        more["firm_at"] = at
    if goes_by != offer.goes_by and state == OfferState.ACCEPTED:
        more["goes_by"] = goes_by
    Offer.objects.filter(pk=offer.pk).update(
        state=state, answered_at=at, hand_over=hand_over, **more
    )
    offer.refresh_from_db(fields=["state", "answered_at", "hand_over", "firm_at", "goes_by"])


def _reopen(offers: Sequence[Offer], *, at: datetime) -> None:
    Retirement.objects.filter(
        pk__in=[offer.retirement_id for offer in offers],
        state__in=(RetirementState.PLANNED, RetirementState.ROUTED),
    ).update(state=RetirementState.OPEN)
    by_party: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for offer in offers:
        by_party[offer.to_party_id].append(offer.retirement.battery_id)
    for party_id, batteries in by_party.items():
        Concern.objects.filter(
            party_id=party_id,
            battery_id__in=batteries,
            reason=ConcernReason.OFFER,
            until__isnull=True,
        ).update(until=at)
