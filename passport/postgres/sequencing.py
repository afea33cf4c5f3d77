"""The sequencer's statements: takes what waits, writes entries and the ends of chains, in bulk."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from passport.postgres.arrays import binding, columns, stream

# Never "newer than the last one taken": a row that commits late would be left behind for ever.
# One statement sees one snapshot, so "up to the last of the oldest" are the oldest and no others.
# Said as a range and a look-up for each row, it stays linear whatever the statistics say of a
# table that is full at one moment and empty at the next: a join of the outbox with itself was
# planned as rows times rows after an ANALYZE that met it empty.
_TAKE = """
WITH taken AS (
    DELETE FROM passport_outbox
    WHERE id <= (SELECT max(id) FROM (SELECT id FROM passport_outbox ORDER BY id LIMIT %s) oldest)
    RETURNING id, kind, digest, method, subjects, subject, at
)
SELECT id, kind, digest, method, subjects, taken.subject,
    replace(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '.000000', ''),
    ends.sequence, ends.leaf_hash
FROM taken LEFT JOIN LATERAL (
    SELECT sequence, leaf_hash FROM passport_logsubject
    WHERE taken.subjects = 1 AND passport_logsubject.subject = taken.subject
    OFFSET 0
) ends ON true
ORDER BY taken.id
"""
_ENTRIES = """
COPY passport_logentry ("index", kind, leaf, leaf_hash, digest, subject, method, outbox_id)
FROM STDIN (FORMAT BINARY)
"""
_KINDS_OF_ENTRIES = ("bigint", "text", "bytea", "bytea", "bytea", "bytea", "text", "bigint")
_NEW_ENDS = """
COPY passport_logsubject (subject, sequence, leaf_hash, "index") FROM STDIN (FORMAT BINARY)
"""
_LATER_ENDS = """
UPDATE passport_logsubject SET sequence = e.sequence, leaf_hash = e.leaf_hash, "index" = e."index"
FROM unnest(%s::bytea[], %s::int[], %s::bytea[], %s::bigint[])
    AS e (subject, sequence, leaf_hash, "index")
WHERE passport_logsubject.subject = e.subject
"""
_NEXT_IDS = """
SELECT nextval(pg_get_serial_sequence('passport_outbox', 'id')) FROM generate_series(1, %s)
"""


class Waiting(NamedTuple):
    """A wish for an entry, with the end of its subject's chain so far when it is about one.

    `at` is the moment as the log writes it: UTC, microseconds when there are any.
    """

    id: int
    kind: str
    digest: bytes
    method: str | None
    subjects: int
    subject: bytes
    at: str
    sequence: int | None
    leaf_hash: bytes | None


class Entry(NamedTuple):
    """A row of the log."""

    place: int
    kind: str
    leaf: bytes
    leaf_hash: bytes
    digest: bytes
    subject: bytes
    method: str | None
    outbox_id: int


class End(NamedTuple):
    """The newest entry of one subject."""

    subject: bytes
    sequence: int
    leaf_hash: bytes
    place: int


def take_waiting(*, limit: int) -> list[Waiting]:
    """Take the oldest wishes out of the outbox, in order; the caller writes them in one go."""
    with binding() as cursor:
        cursor.execute(_TAKE, [limit], binary=True)
        return list(map(Waiting._make, cursor.fetchall()))


def write_entries(entries: Iterable[Entry]) -> None:
    """Append rows to the log. They are made while PostgreSQL stores those before them."""
    _copy(_ENTRIES, _KINDS_OF_ENTRIES, entries)


def write_ends(*, new: Iterable[End], later: Sequence[End]) -> None:
    """Keep the ends of chains: those of subjects that had none, and those that moved on."""
    _copy(_NEW_ENDS, ("bytea", "integer", "bytea", "bigint"), new)
    if later:
        moved = columns(("bytea", "integer", "bytea", "bigint"), later)
        with binding() as bound:
            bound.execute(_LATER_ENDS, moved)


def _copy(statement: str, kinds: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for part in stream(kinds, rows):
            copy.write(part)


def next_ids(*, count: int) -> list[int]:
    """Numbers that no wish has, for entries that come without one."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_IDS, [count])
        return [row[0] for row in cursor.fetchall()]
