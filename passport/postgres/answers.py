"""Kept copies of what was once said: they must go when the thing they tell of is erased."""

from collections.abc import Sequence

from django.db import connection

from passport.postgres.locks import ERASURE, lock

# Whoever makes a copy holds the lock for as long as a request may last.
_PATIENCE = "SET LOCAL lock_timeout = '30s'"
_ANSWERS = """
DELETE FROM passport_idempotencykey
WHERE EXISTS (SELECT 1 FROM unnest(%s::bytea[]) AS words (told) WHERE position(told IN body) > 0)
"""
_BUNDLES = """
UPDATE passport_bundleorder SET content = NULL
WHERE EXISTS (SELECT 1 FROM unnest(%s::bytea[]) AS words (told) WHERE position(told IN content) > 0)
"""


def hold() -> None:
    """Wait until every copy under way is kept, and let none begin until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
    lock(ERASURE)


def forget(*, mentioning: Sequence[str]) -> None:
    """Drop kept answers, and files of bundles, that hold one of these texts: ids and digests."""
    told = [each.encode() for each in mentioning]
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, [told])
        cursor.execute(_BUNDLES, [told])
