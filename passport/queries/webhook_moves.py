"""What an endpoint is to be told of that has no entry in the log: hand-overs, shipments, news.

What is new is found by what was told. Whoever is offered something hears of it while it waits;
whoever gave it hears how it was answered; and what was said to it, as long as what was told is
remembered.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from passport.models import HandOver, News, Shipment, WebhookDelivery, WebhookEndpoint
from passport.rules.shipment import ShipmentState
from passport.rules.webhook import (
    HAND_OVER_ANSWERED,
    HAND_OVER_OFFERED,
    NEWS,
    SHIPMENT_ANSWERED,
    SHIPMENT_OFFERED,
    EndpointState,
    wants,
)

# Whoever withdrew something knows.
_ANSWERED: Final = (ShipmentState.ACCEPTED, ShipmentState.PARTLY, ShipmentState.REFUSED)
# (rows not told to an endpoint, its party, since when it is there, since when is remembered)
_New = Callable[[QuerySet[Any], Any, Any, Any], QuerySet[Any]]


def _offered(rows: QuerySet[Any], party: Any, since: Any, kept: Any) -> QuerySet[Any]:
    return rows.filter(state=ShipmentState.OFFERED, to_party=party, offered_at__gte=since)


def _answered(rows: QuerySet[Any], party: Any, since: Any, kept: Any) -> QuerySet[Any]:
    answered = rows.filter(state__in=_ANSWERED, from_party=party)
    return answered.filter(answered_at__gte=since).filter(answered_at__gte=kept)


def _said(rows: QuerySet[Any], party: Any, since: Any, kept: Any) -> QuerySet[Any]:
    return rows.filter(party=party, at__gte=since).filter(at__gte=kept)


# What travels in a shipment is told of with it.
_KINDS: Final[Mapping[str, tuple[type[HandOver | Shipment | News], _New]]] = {
    HAND_OVER_OFFERED: (HandOver, _offered),
    HAND_OVER_ANSWERED: (HandOver, _answered),
    SHIPMENT_OFFERED: (Shipment, _offered),
    SHIPMENT_ANSWERED: (Shipment, _answered),
    **dict.fromkeys(NEWS, (News, _said)),
}
# What is read with each; news say it all.
_BESIDE: Final = {HandOver: ("from_party", "to_party"), Shipment: ("from_party", "to_party")}


def with_news(*, kept: datetime) -> list[uuid.UUID]:
    """The active endpoints that are to be told of one; what was answered before `kept` is not."""
    wanted = Q(pk__in=())
    for kind in _KINDS:
        named = Q(kinds=[]) | Q(kinds__contains=[kind])
        found = _new(
            kind, OuterRef(OuterRef("pk")), OuterRef("party"), OuterRef("created_at"), kept
        )
        wanted |= named & Q(Exists(found))
    rows = WebhookEndpoint.objects.filter(wanted, state=EndpointState.ACTIVE)
    return list(rows.order_by("id").values_list("pk", flat=True))


def news(*, endpoint: WebhookEndpoint, kept: datetime) -> list[tuple[str, Any]]:
    """Of what it is to be told, in its order: the kind, and the hand-over, shipment or news."""
    party, since = endpoint.party_id, endpoint.created_at
    return [
        (kind, row)
        for kind in _KINDS
        if wants(kinds=endpoint.kinds, kind=kind)
        for row in _new(kind, endpoint.pk, party, since, kept)
        .select_related(*_BESIDE.get(_KINDS[kind][0], ()))
        .order_by("id")
    ]


def _new(kind: str, endpoint: Any, party: Any, since: Any, kept: Any) -> QuerySet[Any]:
    model, new = _KINDS[kind]
    told = WebhookDelivery.objects.filter(endpoint=endpoint, kind=kind)
    if model is HandOver:
        alone = HandOver.objects.filter(shipment=None)
        return new(alone.filter(~Exists(told.filter(hand_over=OuterRef("pk")))), party, since, kept)
    if model is News:
        said = News.objects.filter(kind=kind)
        return new(said.filter(~Exists(told.filter(news=OuterRef("pk")))), party, since, kept)
    rows = Shipment.objects.filter(~Exists(told.filter(shipment=OuterRef("pk"))))
    return new(rows, party, since, kept)
