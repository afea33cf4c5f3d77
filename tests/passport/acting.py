"""Acts as one party does through the web: as the application's role, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from passport.models import Party
from passport.queries.tenancy import act_as

# What the database itself says when it refuses, whatever the application would say.
REFUSED_BELOW = (
    "permission denied|append-only|row-level security|violates"
    "|change refused|begins as a claim|by a recorded decision|only its standing changes"
    "|kept for a day at least"
)


@contextmanager
def acting(party: Party | None) -> Iterator[None]:
    """One request of this party; of nobody when there is none."""
    with transaction.atomic():
        if party is not None:
            act_as(party.pk)
        yield


def run(statement: str, *values: object) -> list[tuple[Any, ...]] | int:
    """Raw SQL in a transaction of its own: rows, or how many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def batteries_read() -> int:
    """Rows of batteries that this transaction has fetched so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
            " FROM pg_stat_xact_user_tables WHERE relname = 'passport_battery'"
        )
        return int(cursor.fetchone()[0])
