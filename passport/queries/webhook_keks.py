"""The keys under which secrets of webhooks lie, which are others than those of makers' keys.

The worker opens these secrets each time it sends, and shall not be able to sign as a maker.
"""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from passport.audit import files
from passport.models import WebhookSecret
from passport.proof.envelope import Envelope, Kek, Place

PURPOSE = "webhook"


def ring() -> Mapping[str, Kek]:
    """All that lie in PASSPORT_WEBHOOK_KEK_DIR, by id; none when it is not set. Refuses BadKeyFile.

    Read anew each time: the secrets stay in memory no longer than they are used.
    """
    if settings.PASSPORT_WEBHOOK_KEK_DIR is None:
        return {}
    return files.load_keks(Path(settings.PASSPORT_WEBHOOK_KEK_DIR))


def primary() -> Kek | None:
    """The one that wraps what is new: the last by name. None when webhooks are switched off."""
    found = ring()
    return found[max(found)] if found else None


def place_of(row: WebhookSecret) -> Place:
    """What the envelope of a row is bound to."""
    table = WebhookSecret._meta.db_table
    return Place(table=table, row=str(row.pk), method=str(row.endpoint_id), purpose=PURPOSE)


def envelope_of(row: WebhookSecret) -> Envelope:
    """The envelope that a row keeps."""
    return Envelope(
        kek_id=row.kek_id,
        wrapped_key=bytes(row.wrapped_key),
        sealed_seed=bytes(row.sealed_seed),
    )
