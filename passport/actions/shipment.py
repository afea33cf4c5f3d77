"""Sends batteries together: offered as one, then accepted, with exceptions or whole, or refused.

Each act is one transaction that takes its locks in one order: the shipment, its hand-overs, their
batteries, each by id. A crash leaves what was before.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from passport.actions import custody_moves as moves
from passport.models import Battery, HandOverState, Party, Shipment, ShipmentState
from passport.models.ids import new_id
from passport.postgres import locks
from passport.queries import dangerous_goods, scanned
from passport.queries import party as parties
from passport.queries import shipment as shipments
from passport.queries.battery import unknown
from passport.queries.custody import hindrances
from passport.rules.custody import check_taker
from passport.rules.dangerous_goods import Statement, check_statement
from passport.rules.errors import Refusal
from passport.rules.shipment import (
    Act,
    SsccInUse,
    check_again,
    check_count,
    check_reason,
    check_receiver,
    check_side,
    next_state,
    read_sscc,
    refusal_of,
    split,
)


@dataclass(frozen=True)
class Terms:
    """What a shipment is called, and who carries it with what; what is empty is not known."""

    sscc: str = ""
    reference: str = ""
    carrier: str = ""
    vehicle: str = ""


@transaction.atomic
def offer(
    *,
    batteries: Sequence[str],
    to_id: uuid.UUID,
    terms: Terms,
    statement: Statement | None,
    by: Party,
    at: datetime,
    shipment_id: uuid.UUID | None = None,
) -> Shipment:
    """Offer batteries to one party as a shipment: all of them, or none.

    `batteries` are ids, codes or serials; `statement` says which dangerous goods they are. Whoever
    sends the form again under one `shipment_id` gets the shipment that it made. Refuses NotFound,
    NothingToShip, WrongBatteries or what is wrong with the only one, HandedToItself, CannotReceive,
    SsccInUse, and what check_statement() and read_sscc() refuse.
    """
    named = shipment_id or new_id()
    # The same form twice at once: the second finds what the first has made.
    locks.lock_name(locks.SHIPMENT, str(named))
    earlier = Shipment.objects.filter(pk=named, from_party=by).first()
    if earlier is not None:
        return earlier
    check_count(count=len(batteries))
    to = parties.by_id(party_id=to_id)
    rows = _locked(batteries, by=by)
    moves.check_offer(rows, to=to, by=by)
    check_receiver(roles=to.roles)
    case = check_statement(
        statement=statement,
        inside=dangerous_goods.inside(rows),
        table=dangerous_goods.table(),
        on=at.date(),
    )

    made = Shipment(
        id=named,
        from_party=by,
        to_party=to,
        sscc=_sscc(terms.sscc, by=by, at=at),
        reference=terms.reference.strip(),
        carrier=terms.carrier.strip(),
        vehicle=terms.vehicle.strip(),
        dangerous_goods=case.words() if case else None,
        papers=shipments.papers(rows),
        pieces=len(rows),
        offered_at=at,
    )
    _keep(made)
    moves.offer(rows, to=to, by=by, at=at, shipment=made)
    return made


@transaction.atomic
def accept(
    *,
    shipment_id: uuid.UUID,
    exceptions: Sequence[tuple[uuid.UUID, str]],
    by: Party,
    at: datetime,
) -> Shipment:
    """Take what has arrived; each exception (battery, reason) goes back to the giver as refused.

    Refuses NotFound, NotOfferedToYou, NotAHolder, ShipmentAnswered, NothingArrived, WrongExceptions
    or what is wrong with the only one.
    """
    shipment = _lock(shipment_id, Act.ACCEPT, by=by)
    check_taker(roles=by.roles)
    offers = {each.pk: each for each in moves.lock_shipped(shipment)}
    parted = split(
        contents={each.battery_id: each.pk for each in offers.values()}, exceptions=exceptions
    )

    _answer(shipment, parted.act, at=at)
    taken = [offers[each] for each in offers if each not in parted.back]
    moves.take(taken, by=by, at=at, facts=_facts(shipment))
    back = [offers[each] for each in offers if each in parted.back]
    if back:
        reasons = {each.pk: parted.back[each.pk] for each in back}
        moves.give_back(back, HandOverState.REFUSED, at=at, reasons=reasons)
    return shipment


@transaction.atomic
def refuse(*, shipment_id: uuid.UUID, reason: str, by: Party, at: datetime) -> Shipment:
    """Leave all of it with the giver.

    Refuses NotFound, NotOfferedToYou, ShipmentAnswered, WrongException.
    """
    shipment = _lock(shipment_id, Act.REFUSE, by=by)
    said = check_reason(reason=reason)
    _close(shipment, Act.REFUSE, HandOverState.REFUSED, reason=said, at=at)
    return shipment


@transaction.atomic
def withdraw(*, shipment_id: uuid.UUID, by: Party, at: datetime) -> Shipment:
    """Take a shipment back before it is answered.

    Refuses NotFound, NotYourOffer, ShipmentAnswered.
    """
    shipment = _lock(shipment_id, Act.WITHDRAW, by=by)
    _close(shipment, Act.WITHDRAW, HandOverState.WITHDRAWN, reason="", at=at)
    return shipment


def _locked(codes: Sequence[str], *, by: Party) -> list[Battery]:
    """The batteries that the codes name, locked, once all are known to be the giver's."""
    found = scanned.named(codes=list(enumerate(codes)))
    wrong = {each.place: each.refusal for each in found.wrong}
    hindered = hindrances(batteries=list(found.batteries.values()), by=by)
    for place, battery in found.batteries.items():
        if battery.pk in hindered:
            wrong[place] = hindered[battery.pk]
    told = refusal_of([wrong[place].at(f"/batteries/{place}") for place in sorted(wrong)])
    if told is not None:
        raise told
    # Between this look and the lock another may come first: it is asked again behind the lock.
    return moves.lock_units([each.pk for each in found.batteries.values()])


def _sscc(text: str, *, by: Party, at: datetime) -> str:
    if not text.strip():
        return ""
    try:
        sscc = read_sscc(text)
    except Refusal as refusal:
        raise refusal.at("/sscc") from None
    check_again(last_offered_at=shipments.last_offered(by=by, sscc=sscc), at=at)
    return sscc


def _keep(made: Shipment) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as clash:
        if "shipment_sscc_is_under_way_once" not in str(clash):
            raise
        raise SsccInUse(
            "a shipment of this SSCC is under way",
            pointer="/sscc",
            remedy="withdraw that one, or wait until it is answered",
        ) from clash


def _lock(shipment_id: uuid.UUID, act: Act, *, by: Party) -> Shipment:
    rows = Shipment.objects.select_for_update(of=("self",))
    found = rows.select_related("from_party", "to_party").filter(pk=shipment_id).first()
    if found is None:
        raise unknown("shipment")
    check_side(act=act, by=by.pk, giver=found.from_party_id, taker=found.to_party_id)
    next_state(state=found.state, act=act)
    return found


def _close(
    shipment: Shipment, act: Act, state: HandOverState, *, reason: str, at: datetime
) -> None:
    offers = moves.lock_shipped(shipment)
    _answer(shipment, act, at=at, reason=reason)
    moves.give_back(offers, state, at=at, reasons={each.pk: reason for each in offers})


def _answer(shipment: Shipment, act: Act, *, at: datetime, reason: str = "") -> None:
    """First of all the shipment: the database lets its hand-overs be answered behind it alone."""
    state = ShipmentState(next_state(state=shipment.state, act=act))
    Shipment.objects.filter(pk=shipment.pk).update(state=state, answered_at=at, reason=reason)
    shipment.state, shipment.answered_at, shipment.reason = state, at, reason


def _facts(shipment: Shipment) -> dict[str, object]:
    facts: dict[str, object] = {"shipment": shipment.name}
    if shipment.dangerous_goods is not None:
        facts["dangerousGoods"] = shipment.dangerous_goods
    return facts
