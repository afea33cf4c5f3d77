"""The key encryption keys that this service was given, and whether they open what they wrapped."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from passport.audit import files
from passport.models import HostedKey
from passport.proof import envelope
from passport.proof.envelope import Envelope, Kek, Place
from passport.proof.errors import ProofError


def ring() -> Mapping[str, Kek]:
    """All that lie in PASSPORT_KEK_DIR, by id; none when it is not set. Refuses BadKeyFile.

    Read anew each time: the secrets stay in memory no longer than they are used.
    """
    if settings.PASSPORT_KEK_DIR is None:
        return {}
    return files.load_keks(Path(settings.PASSPORT_KEK_DIR))


def primary() -> Kek | None:
    """The one that wraps what is new, or None when this service holds no keys for others."""
    return ring().get(settings.PASSPORT_KEK)


def place_of(row: HostedKey) -> Place:
    """What the envelope of a row is bound to."""
    table = HostedKey._meta.db_table
    return Place(table=table, row=str(row.pk), method=row.method, purpose=row.purpose)


def envelope_of(row: HostedKey) -> Envelope:
    """The envelope that a row keeps."""
    return Envelope(
        kek_id=row.kek_id,
        wrapped_key=bytes(row.wrapped_key),
        sealed_seed=bytes(row.sealed_seed),
    )


def troubles() -> Iterator[ProofError]:
    """What keeps hosted keys from opening, one a row; who acts for all parties sees all rows."""
    keks = ring()
    for row in HostedKey.objects.order_by("pk").iterator(chunk_size=500):
        try:
            envelope.check(envelope=envelope_of(row), place=place_of(row), keks=keks)
        except ProofError as trouble:
            yield trouble
