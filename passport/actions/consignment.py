"""Hands many units over in one act: a lot of cells on its way to the pack line."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from passport.actions import custody, event, outbox
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
)
from passport.models.ids import new_id
from passport.proof.leaf import subject_hash
from passport.queries import party as parties
from passport.queries.battery import unknown
from passport.rules.custody import check_answer, check_handover, check_taker
from passport.rules.lifecycle import EventKind, check_event

_MANY = 1000


@transaction.atomic
def offer(
    *, battery_ids: Sequence[uuid.UUID], to_id: uuid.UUID, by: Party, at: datetime
) -> list[HandOver]:
    """Offer many units to one party, all or none; refusals as custody.hand_over()."""
    batteries = _locked(battery_ids)
    to = parties.by_id(party_id=to_id)
    waiting = set(
        HandOver.objects.filter(battery__in=battery_ids, state=HandOverState.OFFERED).values_list(
            "battery_id", flat=True
        )
    )
    for battery in batteries:
        check_handover(
            holder=battery.holder_id,
            by=by.pk,
            to=to.pk,
            open_offer=battery.pk in waiting,
            inside=None if battery.unit_id == battery.pk else battery.unit_id,
        )

    offers = [
        HandOver(battery=battery, from_party=by, to_party=to, offered_at=at)
        for battery in batteries
    ]
    HandOver.objects.bulk_create(offers, batch_size=_MANY)
    _open(batteries, party=to, reason=ConcernReason.OFFER, at=at)
    return offers


@transaction.atomic
def accept(*, hand_over_ids: Sequence[uuid.UUID], by: Party, at: datetime) -> int:
    """Take custody of many offered units, all or none; refusals as custody.accept()."""
    offers = list(
        HandOver.objects.select_for_update(of=("self",))
        .select_related("from_party", "battery")
        .filter(pk__in=hand_over_ids)
        .order_by("pk")
    )
    if len(offers) != len(set(hand_over_ids)):
        raise unknown("hand-over")
    check_taker(roles=by.roles)
    for each in offers:
        check_answer(offered_to=each.to_party_id, by=by.pk, state=each.state)
    batteries = _locked([each.battery_id for each in offers])

    ids = [battery.pk for battery in batteries]
    HandOver.objects.filter(pk__in=[each.pk for each in offers]).update(
        state=HandOverState.ACCEPTED, answered_at=at
    )
    held = Custody.objects.filter(battery_id__in=ids, until__isnull=True)
    began = dict(held.values_list("battery_id", "since"))
    # As in custody.accept(): a clock that jumped back ends no span before it began.
    held.update(until=Greatest(F("since"), Value(at)))
    Battery.objects.filter(pk__in=ids).update(holder=by)
    Custody.objects.bulk_create(
        [Custody(battery_id=pk, holder=by, since=max(at, began.get(pk, at))) for pk in ids],
        batch_size=_MANY,
    )
    _open(batteries, party=by, reason=ConcernReason.HOLDER, at=at)
    Concern.objects.filter(
        battery_id__in=ids, reason=ConcernReason.HOLDER, until__isnull=True
    ).exclude(party=by).update(until=at)
    _record(offers, by=by, at=at)
    Concern.objects.filter(
        battery_id__in=ids, party=by, reason=ConcernReason.OFFER, until__isnull=True
    ).update(until=at)
    custody.end_grants(battery_ids=ids, at=at)
    return len(offers)


def _locked(battery_ids: Sequence[uuid.UUID]) -> list[Battery]:
    rows = Battery.objects.select_for_update(no_key=True).filter(pk__in=battery_ids).order_by("pk")
    batteries = list(rows)
    if len(batteries) != len(set(battery_ids)):
        raise event.hidden(battery_ids=battery_ids)
    return batteries


def _open(
    batteries: Sequence[Battery], *, party: Party, reason: ConcernReason, at: datetime
) -> None:
    Concern.objects.bulk_create(
        [Concern(battery=battery, party=party, reason=reason, since=at) for battery in batteries],
        batch_size=_MANY,
        ignore_conflicts=True,
    )


def _record(offers: Sequence[HandOver], *, by: Party, at: datetime) -> None:
    rows: list[LifecycleEvent] = []
    entries: list[Outbox] = []
    for each in offers:
        battery = each.battery
        check_event(kind=EventKind.HANDED_OVER, state=battery.state, happened_at=at, recorded_at=at)
        row = event.written(
            content=event.words(
                kind=EventKind.HANDED_OVER,
                subject={"battery": battery.identity},
                happened_at=at,
                event_id=new_id(),
                facts={
                    "from": each.from_party.did or each.from_party.slug,
                    "to": by.did or by.slug,
                    "handOver": str(each.pk),
                },
            ),
            battery=battery,
            by=by,
            at=at,
        )
        rows.append(row)
        subject = subject_hash(salt=bytes(battery.salt), subject=battery.identity)
        entries.append(outbox.row(kind="event", body=bytes(row.body), subjects=[subject], at=at))
    LifecycleEvent.objects.bulk_create(rows, batch_size=_MANY)
    Outbox.objects.bulk_create(entries, batch_size=_MANY)
