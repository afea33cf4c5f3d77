"""Endpoints of webhooks: made, changed, paused, asked again, ended. Nothing here sends anything."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from passport.actions import webhook_secret
from passport.actions.event import stamp
from passport.models import Party, WebhookDelivery, WebhookEndpoint, WebhookSecret
from passport.models.ids import new_id
from passport.postgres import locks
from passport.proof import canonical
from passport.queries import webhook
from passport.rules.errors import Malformed
from passport.rules.webhook import (
    MOST_ENDPOINTS,
    MOST_FORMER,
    MOST_TRIES,
    MOVES,
    TEST,
    DeliveryState,
    EndpointEnded,
    EndpointState,
    RotatedTooOften,
    StillUnderWay,
    TooManyEndpoints,
    TriedTooOften,
    check_kinds,
    check_url,
    message_id,
)
from passport.rules.wording import check_line

# So long both secrets sign, while the receiver takes the new one up.
BOTH_SIGN = timedelta(days=1)


@transaction.atomic
def create(
    *, url: str, kinds: Sequence[str], description: str, by: Party, at: datetime
) -> tuple[WebhookEndpoint, str]:
    """Have an address called from now on: the endpoint, and its secret, which is shown this once.

    Refuses WebhooksOff, BadAddress, UnknownKind, BadWording, TooManyEndpoints.
    """
    if description:
        check_line(text=description, pointer="/description", most=120)
    # Two at once are counted one after the other.
    locks.lock_name(locks.WEBHOOK_COUNT, str(by.pk))
    standing = WebhookEndpoint.objects.filter(party=by).exclude(state=EndpointState.ENDED)
    if standing.count() >= MOST_ENDPOINTS:
        raise TooManyEndpoints(
            f"you have {MOST_ENDPOINTS} endpoints", remedy="end one that you no longer need"
        )
    made = WebhookEndpoint.objects.create(
        party=by,
        url=check_url(url, loopback=settings.PASSPORT_WEBHOOK_LOOPBACK),
        kinds=list(check_kinds(kinds)),
        description=description,
        next_index=webhook.published_size(),
        created_at=at,
    )
    return made, webhook_secret.make(endpoint=made, at=at)


@transaction.atomic
def change(
    *,
    endpoint_id: uuid.UUID,
    by: Party,
    url: str | None = None,
    kinds: Sequence[str] | None = None,
    description: str | None = None,
    state: str | None = None,
) -> WebhookEndpoint:
    """Change what is named; PAUSED stops it, ACTIVE lets it go on where it stopped.

    Refuses NotFound, EndpointEnded, BadAddress, UnknownKind, BadWording.
    """
    endpoint = _lock(endpoint_id, by)
    if url is not None:
        endpoint.url = check_url(url, loopback=settings.PASSPORT_WEBHOOK_LOOPBACK)
    if kinds is not None:
        endpoint.kinds = list(check_kinds(kinds))
    if description is not None:
        if description:
            check_line(text=description, pointer="/description", most=120)
        endpoint.description = description
    if state is not None:
        endpoint.state, endpoint.reason = EndpointState(state), ""
        # Whoever sets it going again says that it was mended: it has all its time before it.
        endpoint.failing_since = endpoint.held_until = None
    _save(endpoint)
    return webhook.by_id(endpoint_id=endpoint.pk)


@transaction.atomic
def rotate(*, endpoint_id: uuid.UUID, by: Party, at: datetime) -> tuple[WebhookEndpoint, str]:
    """Give an endpoint another secret; for a day the former one signs beside it.

    Asked for twice, because an answer was lost, it takes nothing from the secret that the receiver
    has. Refuses NotFound, EndpointEnded, RotatedTooOften, WebhooksOff.
    """
    endpoint = _lock(endpoint_id, by)
    rows = WebhookSecret.objects.filter(endpoint=endpoint)
    if rows.filter(ends_at__gt=at).count() >= MOST_FORMER:
        raise RotatedTooOften(
            f"{MOST_FORMER} former secrets still sign", remedy="wait until one of them has ended"
        )
    rows.filter(ends_at__isnull=True).update(ends_at=at + BOTH_SIGN)
    secret = webhook_secret.make(endpoint=endpoint, at=at)
    return webhook.by_id(endpoint_id=endpoint.pk), secret


@transaction.atomic
def end(*, endpoint_id: uuid.UUID, by: Party, at: datetime) -> WebhookEndpoint:
    """Call an address no more, for good; what waits for it is not sent. Refuses NotFound,
    EndpointEnded.
    """
    endpoint = _lock(endpoint_id, by)
    endpoint.state, endpoint.ended_at = EndpointState.ENDED, at
    _save(endpoint)
    secrets = WebhookSecret.objects.filter(endpoint=endpoint)
    secrets.filter(ends_at__isnull=True).update(ends_at=at)
    secrets.filter(ends_at__gt=at).update(ends_at=at)
    return webhook.by_id(endpoint_id=endpoint.pk)


@transaction.atomic
def test(*, endpoint_id: uuid.UUID, by: Party, at: datetime) -> WebhookDelivery:
    """Have a message sent that tells of nothing, so that the receiver can be tried.

    Refuses NotFound, EndpointEnded.
    """
    endpoint, about = _lock(endpoint_id, by), str(new_id())
    body = {
        "type": TEST,
        "timestamp": stamp(at),
        "data": {"endpoint": str(endpoint.pk), "test": about},
    }
    return WebhookDelivery.objects.create(
        endpoint=endpoint,
        party=by,
        message_id=message_id(endpoint=endpoint.pk, kind=TEST, about=about),
        kind=TEST,
        body=canonical.encode(body),
        next_at=at,
        created_at=at,
    )


@transaction.atomic
def resend(*, delivery_id: uuid.UUID, by: Party, at: datetime) -> WebhookDelivery:
    """Send one message again, under its own id, with the whole schedule before it.

    Refuses NotFound, EndpointEnded, StillUnderWay, TriedTooOften.
    """
    found = webhook.delivery(delivery_id=delivery_id)
    _lock(found.endpoint_id, by)
    found = WebhookDelivery.objects.select_for_update().get(pk=found.pk)
    if found.state == DeliveryState.WAITING:
        raise StillUnderWay(
            "the message waits to be sent", remedy="wait; its next try is told with it"
        )
    if found.attempts >= MOST_TRIES:
        raise TriedTooOften(
            f"the message was sent {found.attempts} times",
            remedy="read what it tells of from the API",
        )
    _again(WebhookDelivery.objects.filter(pk=found.pk), at=at)
    return webhook.delivery(delivery_id=delivery_id)


@transaction.atomic
def replay(
    *,
    endpoint_id: uuid.UUID,
    by: Party,
    at: datetime,
    index: int | None = None,
    moment: datetime | None = None,
) -> WebhookEndpoint:
    """Tell an endpoint everything again from an entry of the log, or from a moment, on.

    Messages keep their ids, so a receiver passes over what it has; what it may no longer know is
    not told again. Refuses NotFound, EndpointEnded, Malformed.
    """
    endpoint = _lock(endpoint_id, by)
    if (index is None) == (moment is None):
        raise Malformed(
            "say from where: an index of the log, or a moment",
            pointer="/index",
            remedy="send one of index and moment",
        )
    since = webhook.moment_of(index=index) if index is not None else moment
    start = index if index is not None else webhook.index_at(moment=moment or at)
    if start > endpoint.next_index:
        raise Malformed(
            f"the endpoint was told up to entry {endpoint.next_index}, which lies before {start}",
            pointer="/index",
            remedy=f"send an index up to {endpoint.next_index}",
        )
    endpoint.next_index = start
    _save(endpoint)
    # What has no entry in the log is asked for again here; of the rest the feed takes care.
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, kind__in=MOVES)
    if since is not None:
        _again(rows.filter(created_at__gte=since, attempts__lt=MOST_TRIES), at=at)
    return webhook.by_id(endpoint_id=endpoint.pk)


def _again(rows: QuerySet[WebhookDelivery], *, at: datetime) -> None:
    settled = rows.exclude(state=DeliveryState.WAITING)
    settled.update(
        state=DeliveryState.WAITING, next_at=at, round_start=F("attempts"), settled_at=None
    )


def _lock(endpoint_id: uuid.UUID, by: Party) -> WebhookEndpoint:
    rows = WebhookEndpoint.objects.select_for_update()
    endpoint = rows.filter(pk=endpoint_id, party=by).first()
    if endpoint is None:
        return webhook.by_id(endpoint_id=endpoint_id)
    if endpoint.state == EndpointState.ENDED:
        raise EndpointEnded("the endpoint was ended", remedy="make another one")
    return endpoint


def _save(endpoint: WebhookEndpoint) -> None:
    endpoint.save(
        update_fields=[
            *("url", "description", "kinds", "state", "reason", "next_index"),
            *("held_until", "failing_since", "ended_at"),
        ]
    )
