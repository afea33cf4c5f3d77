"""Endpoints of a party's webhooks, what was sent to them, and how it went."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from passport.models import (
    Checkpoint,
    LogHead,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
)
from passport.queries.battery import unknown
from passport.rules.webhook import DeliveryState, EndpointState

_NEWEST = 50


def listing(
    *, party_id: uuid.UUID, after: uuid.UUID | None, limit: int
) -> Sequence[WebhookEndpoint]:
    """A page of a party's endpoints, by id."""
    rows = _of(party_id).order_by("id")
    return rotating(list(rows.filter(id__gt=after)[:limit] if after else rows[:limit]))


def standing(*, party_id: uuid.UUID) -> Sequence[WebhookEndpoint]:
    """A party's endpoints that were not ended, with how many of their messages wait and failed."""
    rows = _of(party_id).exclude(state=EndpointState.ENDED).order_by("id")
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING))
    failed = Count("deliveries", filter=Q(deliveries__state=DeliveryState.FAILED))
    return rotating(list(rows.annotate(waiting=waiting, failed=failed)))


def by_id(*, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    """The endpoint of this id, if it is the acting party's. Refuses NotFound."""
    found = rotating(list(WebhookEndpoint.objects.filter(pk=endpoint_id)))
    if not found:
        raise unknown("webhook")
    return found[0]


def rotating(rows: Sequence[WebhookEndpoint]) -> list[WebhookEndpoint]:
    """Each with `rotating_until`: when its former secret ends, or None."""
    found = list(rows)
    ends = dict(
        WebhookSecret.objects.filter(endpoint__in=found, ends_at__isnull=False)
        .order_by("ends_at")
        .values_list("endpoint_id", "ends_at")
    )
    for each in found:
        each.rotating_until = ends.get(each.pk)  # type: ignore[attr-defined]
    return found


def deliveries(
    *, endpoint: WebhookEndpoint, after: uuid.UUID | None, limit: int, state: str = ""
) -> list[WebhookDelivery]:
    """A page of what was sent to an endpoint, by id."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("id")
    if state:
        rows = rows.filter(state=state)
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def newest(*, endpoint_id: uuid.UUID, limit: int = _NEWEST) -> list[WebhookDelivery]:
    """What was made for an endpoint last, the newest on top."""
    return list(WebhookDelivery.objects.filter(endpoint_id=endpoint_id).order_by("-id")[:limit])


def delivery(*, delivery_id: uuid.UUID) -> WebhookDelivery:
    """The message of this id, if it is the acting party's. Refuses NotFound."""
    found = WebhookDelivery.objects.filter(pk=delivery_id).first()
    if found is None:
        raise unknown("delivery")
    return found


def tries(*, delivery: WebhookDelivery) -> list[WebhookAttempt]:
    """Every try of a message, in order."""
    return list(WebhookAttempt.objects.filter(delivery=delivery).order_by("number"))


def published_size() -> int:
    """How many entries the published log has; none before it was created."""
    return LogHead.objects.values_list("published_size", flat=True).first() or 0


def index_at(*, moment: datetime) -> int:
    """An entry from which on everything lies that was logged since a moment, and little more."""
    rows = Checkpoint.objects.filter(signed_at__lte=moment).order_by("-size")
    return rows.values_list("size", flat=True).first() or 0


def moment_of(*, index: int) -> datetime | None:
    """When the entry of this index was under a checkpoint first; None when it is under none."""
    rows = Checkpoint.objects.filter(size__gt=index).order_by("size")
    return rows.values_list("signed_at", flat=True).first()


def troubled(*, party_id: uuid.UUID) -> int:
    """How many of a party's endpoints were switched off because nothing came through."""
    return _of(party_id).filter(state=EndpointState.DISABLED).count()


def _of(party_id: uuid.UUID) -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(party_id=party_id)
