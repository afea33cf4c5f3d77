"""Kept answers to requests: what they quote must go when the thing they tell of is erased."""

from django.db import connection

_FORGET = "DELETE FROM passport_idempotencykey WHERE position(%s::bytea IN body) > 0"


def forget(*, mentioning: str) -> int:
    """Drop every kept answer whose body holds this text, an id as a rule; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [mentioning.encode()])
        return int(cursor.rowcount)
