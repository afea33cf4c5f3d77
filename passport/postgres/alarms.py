"""Alarms are raised set-based: each anew, or as one that is open already."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

# kind, party, identity, battery, count, details as JSON text, when it happened last.
Raised = tuple[str, uuid.UUID, str, uuid.UUID | None, int, str, datetime]


def raise_all(*, ids: Sequence[uuid.UUID], alarms: Sequence[Raised], sums: bool) -> None:
    """Raise alarms; with `sums` counts are added to those that are open, else they are whole.

    What a party has dismissed is not raised again by what happened before that.
    """
    if not alarms:
        return
    columns = [list(column) for column in zip(*alarms, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT raise_alarms_v1(%s, %s, %s, %s, %s::uuid[], %s, %s, %s, %s)",
            [list(ids), *columns, sums],
        )


def clashing_owners(
    *, identities: Sequence[str], claimant: uuid.UUID
) -> list[tuple[str, uuid.UUID, uuid.UUID]]:
    """Identity, owner and battery of those that another party had registered before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity, owner_id, battery_id FROM clashing_owners_v1(%s, %s)",
            [list(identities), claimant],
        )
        return cursor.fetchall()
