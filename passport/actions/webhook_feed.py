"""Reads the log for endpoints of webhooks: writes what each is to be told, and how far it read.

Messages and cursor are written in one transaction, so nothing is left out and nothing is told as
two messages, whenever the process ends.
"""

import logging
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from passport.actions.event import stamp
from passport.models import (
    Battery,
    HandOver,
    News,
    Recall,
    Shipment,
    WebhookDelivery,
    WebhookEndpoint,
)
from passport.postgres import locks
from passport.proof import canonical
from passport.queries import webhook, webhook_feed, webhook_moves
from passport.queries.tenancy import sight_of
from passport.queries.webhook_feed import Seen, Span
from passport.rules.webhook import (
    HAND_OVER_OFFERED,
    LIMITS_CHANGED,
    MOST_BYTES,
    MOST_TRIES,
    RECALL_CLOSED,
    RECALL_OPENED,
    SHIPMENT_OFFERED,
    DeliveryState,
    EndpointState,
    kinds_of_event,
    message_id,
    wants,
)

log = logging.getLogger(__name__)
# Entries that are looked at in one go, and endpoints that are served in one call.
AT_ONCE = 500
MOST_TURNS = 2_000
# So long one call goes on while an endpoint is behind: the log may take thousands a second.
LONGEST_S = 10.0


@dataclass(frozen=True)
class Message:
    """What one endpoint is told: `about` is an index of the log, or the id of what has none."""

    kind: str
    about: str
    index: int | None
    timestamp: str
    data: Mapping[str, object]
    hand_over: uuid.UUID | None = None
    shipment: uuid.UUID | None = None
    news: uuid.UUID | None = None


def feed(*, at: datetime) -> int:
    """Bring every active endpoint up to the published log, or some way; how many messages.

    One process at a time does; another call returns at once. Only the system's role can.
    """
    with locks.held(locks.WEBHOOK_FEED) as mine:
        if not mine:
            return 0
        return _moves(at) + _entries(at)


def _entries(at: datetime) -> int:
    until, size, made = time.monotonic() + LONGEST_S, webhook.published_size(), 0
    while behind := webhook_feed.behind(size=size)[:MOST_TURNS]:
        spans: dict[int, Span] = {}
        for endpoint_id, start in behind:
            span = spans.get(start)
            if span is None:
                span = webhook_feed.span(start=start, end=min(size, start + AT_ONCE))
                spans[start] = span
            made += _tell(endpoint_id, span, at)
        if time.monotonic() >= until:
            break
    return made


@transaction.atomic
def _tell(endpoint_id: uuid.UUID, span: Span, at: datetime) -> int:
    endpoint = _hold(endpoint_id)
    if endpoint is None or endpoint.next_index != span.start:
        return 0  # It was paused or set back meanwhile; the next call sees how far it is.
    messages = [] if span.is_silent else _of_span(endpoint, span)
    count = _write(endpoint, messages, at)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(next_index=span.end)
    # A crash before this commit leaves the cursor where it was, and no message.
    return count


def _moves(at: datetime) -> int:
    # What was told of longer ago may be forgotten, and would be told again.
    kept = at - timedelta(days=settings.PASSPORT_WEBHOOK_DAYS)
    found = webhook_moves.with_news(kept=kept)[:MOST_TURNS]
    return sum(_tell_moves(pk, kept, at) for pk in found)


@transaction.atomic
def _tell_moves(endpoint_id: uuid.UUID, kept: datetime, at: datetime) -> int:
    endpoint = _hold(endpoint_id)
    if endpoint is None:
        return 0
    with sight_of(endpoint.party_id):
        news = webhook_moves.news(endpoint=endpoint, kept=kept)
        ids = {row.battery_id for _, row in news if isinstance(row, HandOver)}
        seen = Battery.objects.filter(pk__in=ids).only("identity").in_bulk()
    told = [_news(row) if isinstance(row, News) else _move(kind, row, seen) for kind, row in news]
    return _write(endpoint, told, at)


def _hold(endpoint_id: uuid.UUID) -> WebhookEndpoint | None:
    rows = WebhookEndpoint.objects.select_for_update(of=("self",)).select_related("party")
    return rows.filter(pk=endpoint_id, state=EndpointState.ACTIVE).first()


def _of_span(endpoint: WebhookEndpoint, span: Span) -> list[Message]:
    with sight_of(endpoint.party_id):
        events = webhook_feed.seen(events=span.events, by=endpoint.party)
        opened = webhook_feed.recalls(ids=span.opened)
        closed = webhook_feed.recalls(ids=span.closed)
    found = [message for each in events for message in _event(each)]
    found += [_recall(RECALL_OPENED, row, index) for row, index in opened]
    found += [_recall(RECALL_CLOSED, row, index) for row, index in closed]
    chosen = [each for each in found if wants(kinds=endpoint.kinds, kind=each.kind)]
    return sorted(chosen, key=lambda each: each.index or 0)


def _event(seen: Seen) -> Iterator[Message]:
    event = seen.event
    data: dict[str, object] = {
        "event_id": str(event.event_id),
        "recorded_at": stamp(event.recorded_at),
        "log_index": seen.index,
        "withheld": seen.withheld,
    }
    if event.intake_id is not None:
        links = {"intake": _link("intakes", event.intake_id)}
        data |= {"intake": str(event.intake_id), "links": links}
    else:
        data |= _about(seen.batteries, seen.named)
    for kind in kinds_of_event(event.kind):
        if kind != LIMITS_CHANGED or seen.reads_use:
            yield Message(kind, str(seen.index), seen.index, stamp(event.happened_at), data)


def _about(batteries: Sequence[Battery], named: int) -> dict[str, object]:
    first = batteries[0]
    others = [_battery(each) for each in batteries[1:]]
    more = {"others": others, "batteries": named} if others else {}
    links = {
        "battery": _link("batteries", first.pk),
        "events": _link("batteries", first.pk, "events"),
        "energy": _link("batteries", first.pk, "energy"),
    }
    return {"battery": _battery(first), "links": links} | more


def _battery(battery: Battery) -> dict[str, str]:
    return {"id": str(battery.pk), "identity": battery.identity}


def _recall(kind: str, row: Recall, index: int) -> Message:
    moment = row.opened_at if kind == RECALL_OPENED else row.closed_at
    links = {"recall": _link("recalls", row.pk), "batteries": _link("recalls", row.pk, "batteries")}
    data = {"recall": str(row.pk), "log_index": index, "links": links}
    return Message(kind, str(index), index, stamp(moment or row.opened_at), data)


def _move(kind: str, row: HandOver | Shipment, seen: Mapping[uuid.UUID, Battery]) -> Message:
    offered = kind in (HAND_OVER_OFFERED, SHIPMENT_OFFERED)
    said: dict[str, object] = {"from": row.from_party.slug}
    if not offered:
        said = {"to": row.to_party.slug, "state": row.state, "reason": row.reason}
    moment = stamp(row.offered_at if offered else row.answered_at or row.offered_at)
    if isinstance(row, Shipment):
        links = {"shipment": _link("shipments", row.pk)}
        inside = {"shipment": str(row.pk), "sscc": row.sscc, "pieces": row.pieces, "links": links}
        return Message(kind, str(row.pk), None, moment, inside | said, shipment=row.pk)
    # Whoever has given it away may not see it any more.
    battery = seen.get(row.battery_id)
    data = {
        "hand_over": str(row.pk),
        "battery": _battery(battery) if battery else {"id": str(row.battery_id)},
        "links": {"hand_over": _link("hand-overs", row.pk)},
    }
    return Message(kind, str(row.pk), None, moment, data | said, hand_over=row.pk)


def _news(row: News) -> Message:
    links = {name: _link(path) for name, path in row.links.items()}
    data = row.said | {"news": str(row.pk), "links": links}
    return Message(row.kind, str(row.pk), None, stamp(row.at), data, news=row.pk)


def _link(*parts: object) -> str:
    return "/".join([settings.PASSPORT_PUBLIC_URL, "api/v1", *map(str, parts)])


def _write(endpoint: WebhookEndpoint, messages: Sequence[Message], at: datetime) -> int:
    """Keep what is to be sent; what was sent before is asked for again, under its own id."""
    rows = [_row(endpoint, each, at) for each in messages]
    names = [row.message_id for row in rows]
    before = WebhookDelivery.objects.filter(endpoint=endpoint, message_id__in=names)
    known = set(before.values_list("message_id", flat=True))
    before.exclude(state=DeliveryState.WAITING).filter(attempts__lt=MOST_TRIES).update(
        state=DeliveryState.WAITING, next_at=at, round_start=F("attempts"), settled_at=None
    )
    WebhookDelivery.objects.bulk_create([row for row in rows if row.message_id not in known])
    return len(rows)


def _row(endpoint: WebhookEndpoint, message: Message, at: datetime) -> WebhookDelivery:
    body = canonical.encode(
        {"type": message.kind, "timestamp": message.timestamp, "data": dict(message.data)}
    )
    if len(body) > MOST_BYTES:
        raise AssertionError(f"a message of {len(body)} bytes; thin ones have {MOST_BYTES}")
    return WebhookDelivery(
        endpoint=endpoint,
        party_id=endpoint.party_id,
        message_id=message_id(endpoint=endpoint.pk, kind=message.kind, about=message.about),
        kind=message.kind,
        log_index=message.index,
        hand_over_id=message.hand_over,
        shipment_id=message.shipment,
        news_id=message.news,
        body=body,
        next_at=at,
        created_at=at,
    )
