"""What tests of webhooks begin with: secrets can be kept, receivers on this machine be called."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from passport.actions import custody, health, webhook, webhook_feed, webhook_secret, webhook_sending
from passport.models import Battery, Party, WebhookDelivery, WebhookEndpoint
from passport.models.ids import new_id
from passport.rules.health import Method, make_reading
from tests.cast import THEN
from tests.passport.acting import acting
from tests.passport.receivers import Receiver

LATER = THEN + timedelta(hours=1)


def switch_on(settings: Any, folder: Any) -> None:
    """A key under which secrets lie, and http to this machine."""
    settings.PASSPORT_WEBHOOK_KEK_DIR = folder / "webhook-keys"
    settings.PASSPORT_WEBHOOK_LOOPBACK = True
    webhook_secret.make_kek(name="webhooks-1")


def endpoint(by: Party, to: Receiver | str, *kinds: str, at: datetime = THEN) -> Any:
    """An endpoint and its secret; call it as the application."""
    url = to if isinstance(to, str) else to.url
    with acting(by):
        return webhook.create(url=url, kinds=kinds, description="", by=by, at=at)


def give(pack: Battery, giver: Party, taker: Party, *, at: datetime = THEN) -> None:
    """Hand a pack over; call it as the system."""
    offered = custody.hand_over(battery_id=pack.pk, to_id=taker.pk, by=giver, at=at)
    custody.accept(hand_over_id=offered.pk, by=taker, at=at)


def read(pack: Battery, by: Party, *, soh: str = "0.9", at: datetime = THEN) -> None:
    """Record a reading; call it as the system."""
    reading = make_reading(soh=Decimal(soh), method=Method.TESTED, source="bench", measured_at=at)
    health.read(battery_id=pack.pk, event_id=new_id(), reading=reading, by=by, at=at)


def feed(at: datetime = LATER) -> int:
    """What the worker does with the log."""
    return webhook_feed.feed(at=at)


def send(at: datetime = LATER) -> int:
    """What the worker does with what is due at a moment."""
    return webhook_sending.run(clock=lambda: at)


def told(of: WebhookEndpoint) -> list[str]:
    """The kinds of messages that an endpoint was to be told, in order."""
    rows = WebhookDelivery.objects.filter(endpoint=of).order_by("id")
    return list(rows.values_list("kind", flat=True))
