"""Many rows at once: COPY, and the set-based functions."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection


def copy_in(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """COPY rows into a table that has no row-level security; how many there were."""
    count = 0
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        # The limit of a request is made for its statements, not for a file of a million lines.
        cursor.execute("SET LOCAL statement_timeout = '5min'")
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def claim_identities(
    *, claims: Sequence[tuple[str, bytes, uuid.UUID]], owner: uuid.UUID, at: datetime
) -> dict[str, tuple[str, uuid.UUID | None]]:
    """Claim (identity, digest, battery id) for an owner; identity → new, same or clash, and whose.

    Decided by the database over all parties' rows; the battery id is told only to its owner.
    """
    if not claims:
        return {}
    identities, digests, batteries = (list(column) for column in zip(*claims, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity, outcome, battery_id FROM claim_identities_v1(%s, %s, %s, %s, %s)",
            [identities, owner, digests, batteries, at],
        )
        return {identity: (outcome, battery) for identity, outcome, battery in cursor.fetchall()}
