"""Tiles of a batch are read one by one, whatever the statistics know of the batch."""

from __future__ import annotations

import uuid

from django.db import connection, transaction

_TILES = """
INSERT INTO passport_batchtile (attestation_id, level, place, hashes)
SELECT %s, 0, place, sha256(place::text::bytea) FROM generate_series(0, %s) place
"""
MANY, ASKED = 4_000, 100


def _counted_before_the_second(old: uuid.UUID, new: uuid.UUID) -> None:
    """One batch that ANALYZE has seen, and one that came after it."""
    with connection.cursor() as cursor:
        # Tiles without their attestations will do here.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_TILES, [old, MANY])
        cursor.execute("ANALYZE passport_batchtile")
        cursor.execute(_TILES, [new, MANY])


def test_a_batch_that_no_analyze_has_seen_is_not_read_whole_for_each_tile(database, as_role):
    old, new = uuid.uuid4(), uuid.uuid4()
    with as_role("admin"):
        _counted_before_the_second(old, new)
    with as_role("admin"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM batch_tiles_v1(%s, %s, %s)",
            [new, [0] * ASKED, list(range(0, ASKED * 7, 7))],
        )
        assert cursor.fetchone() == (ASKED,)
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
            " WHERE relname = 'passport_batchtile'"
        )
        (read,) = cursor.fetchone()
    assert ASKED <= read <= 2 * ASKED
