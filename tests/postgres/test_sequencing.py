"""What the sequencer takes costs the same for each row, whatever the statistics say."""

import json
from typing import Any

from django.db import connection, transaction

from passport.postgres import sequencing

_WAITING = """
INSERT INTO passport_outbox (kind, digest, subjects, subject, at)
SELECT 'event', sha256(n::text::bytea), 1, sha256(('s' || n)::bytea), now()
FROM generate_series(1, %s) n
"""
MANY, WAITING, TAKEN = 20_000, 3_000, 1_000


def _met_empty() -> None:
    """A full outbox, emptied, and counted by ANALYZE before anything swept it."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE passport_outbox SET (autovacuum_enabled = false)")
        cursor.execute(_WAITING, [MANY])
        cursor.execute("DELETE FROM passport_outbox")
        cursor.execute("ANALYZE passport_outbox")
        cursor.execute(_WAITING, [WAITING])


def _touched(node: dict[str, Any]) -> float:
    """The most rows that one step of a plan went through, over all its loops."""
    looked = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    below = [_touched(each) for each in node.get("Plans", ())]
    return max(looked * node["Actual Loops"], *below, 0)


def test_an_analyze_that_met_the_outbox_empty_makes_no_taking_quadratic(database, as_role):
    with as_role("admin"):
        _met_empty()
    with as_role("system"), transaction.atomic():
        taken = sequencing.take_waiting(limit=TAKEN)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sequencing._TAKE}", [TAKEN])
            (answer,) = cursor.fetchone()
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    assert [row.id for row in taken] == list(range(MANY + 1, MANY + 1 + TAKEN))
    assert _touched(plan) <= WAITING
