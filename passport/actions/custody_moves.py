"""Moves custody of any number of whole units at once: the one hand that offers, takes, gives back.

Whoever calls it has asked who may. Rows are locked in one order: hand-overs, then batteries, by id.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Greatest

from passport.actions import event, outbox
from passport.models import (
    Battery,
    Concern,
    ConcernReason,
    Custody,
    HandOver,
    HandOverState,
    LifecycleEvent,
    Outbox,
    Party,
    Shipment,
)
from passport.models.ids import new_id
from passport.proof.leaf import subject_hash
from passport.queries.battery import unknown
from passport.queries.custody import hindrances
from passport.rules.lifecycle import EventKind, check_event

_MANY = 1000


def lock_units(battery_ids: Sequence[uuid.UUID]) -> list[Battery]:
    """Batteries with their models until the transaction ends. Refuses NotFound, NotTheHolder."""
    rows = Battery.objects.select_for_update(no_key=True, of=("self",)).select_related("model")
    batteries = list(rows.filter(pk__in=battery_ids).order_by("pk"))
    if len(batteries) != len(set(battery_ids)):
        raise event.hidden(battery_ids=battery_ids)
    return batteries


def lock_offers(hand_over_ids: Sequence[uuid.UUID]) -> list[HandOver]:
    """Hand-overs with their sides until the transaction ends. Refuses NotFound."""
    rows = HandOver.objects.select_for_update(of=("self",))
    offers = list(
        rows.select_related("from_party", "to_party").filter(pk__in=hand_over_ids).order_by("pk")
    )
    if len(offers) != len(set(hand_over_ids)):
        raise unknown("hand-over")
    return offers


def lock_shipped(shipment: Shipment) -> list[HandOver]:
    """All hand-overs of a shipment, with their sides, until the transaction ends."""
    rows = HandOver.objects.select_for_update().filter(shipment=shipment).order_by("pk")
    offers = list(rows)
    for each in offers:
        # They are the shipment's: ten thousand rows need not bring them ten thousand times.
        each.from_party, each.to_party = shipment.from_party, shipment.to_party
    return offers


def check_offer(batteries: Sequence[Battery], *, to: Party, by: Party) -> None:
    """Whether all of these may be offered. Refuses as rules.custody.check_handover()."""
    found = hindrances(batteries=batteries, by=by, to_id=to.pk)
    for refusal in found.values():
        raise refusal


def offer(
    batteries: Sequence[Battery],
    *,
    to: Party,
    by: Party,
    at: datetime,
    shipment: Shipment | None = None,
) -> list[HandOver]:
    """Open a hand-over of each, and give the other side sight of it."""
    offers = [
        HandOver(
            battery=battery, from_party=by, to_party=to, offered_at=at, shipment=shipment,
            identity=battery.identity if shipment else "",
        )
        for battery in batteries
    ]  # fmt: skip
    HandOver.objects.bulk_create(offers, batch_size=_MANY)
    _open([each.pk for each in batteries], party=to, reason=ConcernReason.OFFER, at=at)
    return offers


def take(
    offers: Sequence[HandOver],
    *,
    by: Party,
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> list[Custody]:
    """One holder ends, the next begins, at one moment; each battery has its event. `facts` go into
    each of these besides. Refuses NotFound, NotTheHolder, and what check_event() refuses."""
    batteries = lock_units([each.battery_id for each in offers])
    ids = [battery.pk for battery in batteries]
    answer(offers, HandOverState.ACCEPTED, at=at)
    held = Custody.objects.filter(battery_id__in=ids, until__isnull=True)
    began = dict(held.values_list("battery_id", "since"))
    # A clock that jumped back must not stop the trade: a span ends no earlier than it began.
    held.update(until=Greatest(F("since"), Value(at)))
    Battery.objects.filter(pk__in=ids).update(holder=by)
    spans = [Custody(battery_id=pk, holder=by, since=max(at, began.get(pk, at))) for pk in ids]
    Custody.objects.bulk_create(spans, batch_size=_MANY)
    _open(ids, party=by, reason=ConcernReason.HOLDER, at=at)
    _close(ids, reason=ConcernReason.HOLDER, at=at, but=by)
    _record(offers, {each.pk: each for each in batteries}, by=by, at=at, more=facts or {})
    end_sight(ids, party=by, at=at)
    # Whom the former holder let in sees nothing more: the new one decides whom it lets in.
    _close(ids, reason=ConcernReason.GRANT, at=at)
    return spans


def give_back(
    offers: Sequence[HandOver],
    state: HandOverState,
    *,
    at: datetime,
    reasons: Mapping[uuid.UUID, str] | None = None,
) -> None:
    """Leave batteries with their holder: the other side's sight of them ends with the offer."""
    said = reasons or {}
    for reason in dict.fromkeys(said.get(each.pk, "") for each in offers):
        alike = [each for each in offers if said.get(each.pk, "") == reason]
        answer(alike, state, at=at, reason=reason)
    for party in {each.to_party_id for each in offers}:
        ids = [each.battery_id for each in offers if each.to_party_id == party]
        Concern.objects.filter(
            battery_id__in=ids, party_id=party, reason=ConcernReason.OFFER, until__isnull=True
        ).update(until=at)


def answer(
    offers: Sequence[HandOver], state: HandOverState, *, at: datetime, reason: str = ""
) -> None:
    """Close hand-overs; nothing else follows from it."""
    rows = HandOver.objects.filter(pk__in=[each.pk for each in offers])
    rows.update(state=state, answered_at=at, reason=reason)
    for each in offers:
        each.state, each.answered_at, each.reason = state, at, reason


def end_sight(ids: Sequence[uuid.UUID], *, party: Party, at: datetime) -> None:
    """What a party saw because it was offered, it sees no more for that."""
    Concern.objects.filter(
        battery_id__in=ids, party=party, reason=ConcernReason.OFFER, until__isnull=True
    ).update(until=at)


def _open(ids: Sequence[uuid.UUID], *, party: Party, reason: ConcernReason, at: datetime) -> None:
    Concern.objects.bulk_create(
        [Concern(battery_id=pk, party=party, reason=reason, since=at) for pk in ids],
        batch_size=_MANY,
        ignore_conflicts=True,
    )


def _close(
    ids: Sequence[uuid.UUID], *, reason: ConcernReason, at: datetime, but: Party | None = None
) -> None:
    rows = Concern.objects.filter(battery_id__in=ids, reason=reason, until__isnull=True)
    (rows.exclude(party=but) if but else rows).update(until=at)


def _record(
    offers: Sequence[HandOver],
    batteries: Mapping[uuid.UUID, Battery],
    *,
    by: Party,
    at: datetime,
    more: Mapping[str, object],
) -> None:
    rows: list[LifecycleEvent] = []
    entries: list[Outbox] = []
    for each in offers:
        battery = batteries[each.battery_id]
        check_event(kind=EventKind.HANDED_OVER, state=battery.state, happened_at=at, recorded_at=at)
        facts = {"from": name_of(each.from_party), "to": name_of(by), "handOver": str(each.pk)}
        content = event.words(
            kind=EventKind.HANDED_OVER,
            subject={"battery": battery.identity},
            happened_at=at,
            event_id=new_id(),
            facts={**facts, **more},
        )
        row = event.written(content=content, battery=battery, by=by, at=at)
        rows.append(row)
        subject = subject_hash(salt=bytes(battery.salt), subject=battery.identity)
        entries.append(outbox.row(kind="event", body=bytes(row.body), subjects=[subject], at=at))
    LifecycleEvent.objects.bulk_create(rows, batch_size=_MANY)
    Outbox.objects.bulk_create(entries, batch_size=_MANY)


def name_of(party: Party) -> str:
    """What events call a party."""
    return party.did or party.slug
