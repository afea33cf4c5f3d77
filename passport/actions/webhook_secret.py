"""Secrets of webhooks: made and sealed by the web, opened by the worker for one signature."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from passport.actions.kek_file import write_kek
from passport.models import WebhookEndpoint, WebhookSecret
from passport.models.ids import new_id
from passport.proof import envelope
from passport.proof.envelope import Kek
from passport.queries import webhook_keks
from passport.rules.errors import Conflict
from passport.rules.webhook_signature import SECRET_BYTES, spell


class WebhooksOff(Conflict):
    """The operator gave this service no key under which secrets could lie, so it calls nobody."""

    code = "webhooks-off"
    title = "This service calls no addresses"


def make_kek(*, name: str) -> Path:
    """Write a new key encryption key into PASSPORT_WEBHOOK_KEK_DIR; where it lies.

    Refuses BadKeyFile for a name that no file can have, or that is taken, and WebhooksOff.
    """
    if settings.PASSPORT_WEBHOOK_KEK_DIR is None:
        raise WebhooksOff(
            "PASSPORT_WEBHOOK_KEK_DIR is not set", remedy="name a folder of its own for them"
        )
    return write_kek(folder=Path(settings.PASSPORT_WEBHOOK_KEK_DIR), name=name)


def make(*, endpoint: WebhookEndpoint, at: datetime) -> str:
    """Draw a secret, keep it in an envelope, and return it as its holder keeps it, this once.

    The caller holds the transaction. Refuses WebhooksOff, BadKeyFile.
    """
    kek = webhook_keks.primary()
    if kek is None:
        raise WebhooksOff(
            "the operator has not set up webhooks", remedy="ask the operator; poll meanwhile"
        )
    secret = os.urandom(SECRET_BYTES)
    row = WebhookSecret(id=new_id(), endpoint=endpoint, party_id=endpoint.party_id, created_at=at)
    kept = envelope.seal(seed=secret, place=webhook_keks.place_of(row), kek=kek)
    row.kek_id, row.wrapped_key, row.sealed_seed = kept.kek_id, kept.wrapped_key, kept.sealed_seed
    row.save(force_insert=True)
    return spell(secret)


def opened(*, endpoint: WebhookEndpoint, keks: Mapping[str, Kek], at: datetime) -> list[bytes]:
    """The secrets of an endpoint that are in force, the newest first. Refuses BadEnvelope."""
    rows = WebhookSecret.objects.filter(endpoint=endpoint)
    in_force = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at)).order_by("-id")
    return [
        envelope.open_seed(
            envelope=webhook_keks.envelope_of(row), place=webhook_keks.place_of(row), keks=keks
        )
        for row in in_force
    ]


@transaction.atomic
def rewrap(*, limit: int = 100) -> int:
    """Wrap some of the secrets again that another than the newest KEK wraps; how many there were.

    Call it until it says none. Refuses BadEnvelope, BadKeyFile.
    """
    kek, ring = webhook_keks.primary(), webhook_keks.ring()
    if kek is None:
        return 0
    others = WebhookSecret.objects.select_for_update().exclude(kek_id=kek.id)
    rows = list(others.order_by("pk")[:limit])
    for row in rows:
        again = envelope.rewrap(
            envelope=webhook_keks.envelope_of(row),
            place=webhook_keks.place_of(row),
            keks=ring,
            to=kek,
        )
        WebhookSecret.objects.filter(pk=row.pk).update(
            kek_id=again.kek_id, wrapped_key=again.wrapped_key
        )
    # A crash before this commit leaves these rows under the old KEK, which the next call finds.
    return len(rows)
