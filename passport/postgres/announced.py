"""What is told of the batteries of a file: their names and salted subjects, hashed and in order.

Hashes come end to end, many at once: a million rows would take longer to hand over than to hash.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db import connection

_UNITS = """
SELECT b.id, b.identity, b.salt, b.level, m.code, b.manufactured_on
FROM passport_battery b JOIN passport_batterymodel m ON m.id = b.model_id
"""
_NEW_UNITS = (
    _UNITS
    + """
WHERE b.id BETWEEN %s AND %s AND b.intake_id = %s AND b.unit_id = b.id AND b.level <> 'CELL'
ORDER BY b.id
"""
)
_GIVEN_UNITS = _UNITS + "WHERE b.id = ANY (%s::uuid[]) ORDER BY b.id"
# A name as a leaf of components: the hash of its canonical JSON. Identities need no escapes.
_CONTENTS = """
SELECT unit_id, string_agg(
    sha256('\\x0022'::bytea || convert_to(identity, 'UTF8') || '\\x22'::bytea),
    ''::bytea ORDER BY identity COLLATE "C")
FROM passport_battery WHERE unit_id = ANY (%s::uuid[]) AND id <> unit_id GROUP BY unit_id
"""
_REST_NAMES = """
SELECT string_agg(
    sha256('\\x0022'::bytea || convert_to(identity, 'UTF8') || '\\x22'::bytea),
    ''::bytea ORDER BY place)
FROM (SELECT b.identity, row_number() OVER (ORDER BY b.identity COLLATE "C") - 1 AS place
FROM passport_battery b WHERE b.intake_id = %s AND NOT EXISTS (
    SELECT 1 FROM passport_lifecycleevent e WHERE e.battery_id = b.id AND e.kind = 'REGISTERED')
) AS numbered GROUP BY place / 4096 ORDER BY place / 4096
"""
_REST_SUBJECTS = """
SELECT string_agg(subject, ''::bytea ORDER BY place),
    string_agg(sha256('\\x00'::bytea || subject), ''::bytea ORDER BY place)
FROM (
    SELECT subject, row_number() OVER (ORDER BY subject) - 1 AS place
    FROM (SELECT sha256(b.salt || convert_to(b.identity, 'UTF8')) AS subject
FROM passport_battery b WHERE b.intake_id = %s AND NOT EXISTS (
    SELECT 1 FROM passport_lifecycleevent e WHERE e.battery_id = b.id AND e.kind = 'REGISTERED')
) AS salted) AS numbered GROUP BY place / 256 ORDER BY place / 256
"""
_ITEM_SUBJECTS = """
SELECT string_agg(sha256('\\x00'::bytea || subject), ''::bytea ORDER BY place)
FROM (
    SELECT subject, row_number() OVER (ORDER BY subject) - 1 AS place
    FROM (SELECT sha256(b.salt || convert_to(b.identity, 'UTF8')) AS subject
          FROM passport_attestationitem i JOIN passport_battery b ON b.id = i.battery_id
          WHERE i.attestation_id = %s) AS salted) AS numbered
GROUP BY place / 4096 ORDER BY place / 4096
"""
_ONLY_SUBJECT = """
SELECT sha256(b.salt || convert_to(b.identity, 'UTF8'))
FROM passport_attestationitem i JOIN passport_battery b ON b.id = i.battery_id
WHERE i.attestation_id = %s
"""
_ITEM_HAS_EVENT = """
SELECT EXISTS (
    SELECT 1 FROM passport_lifecycleevent e
    JOIN passport_attestationitem i ON i.battery_id = e.battery_id AND i.attestation_id = %s
    WHERE e.battery_id BETWEEN %s AND %s AND e.kind = 'REGISTERED')
"""
_LEAVES = """
SELECT string_agg(leaf_hash, ''::bytea ORDER BY "index") FROM passport_attestationitem
WHERE attestation_id = %s AND "index" BETWEEN %s AND %s
"""


def new_units(*, first: uuid.UUID, last: uuid.UUID, intake: uuid.UUID) -> list[tuple[Any, ...]]:
    """(id, identity, salt, level, model, day) of outermost batteries of an intake in id order."""
    return _rows(_NEW_UNITS, first, last, intake)


def units(*, ids: Collection[uuid.UUID]) -> list[tuple[Any, ...]]:
    """The same of given ones."""
    return _rows(_GIVEN_UNITS, list(ids))


def contents(*, units: Sequence[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """Unit → leaf hashes of the names inside it, in the order of a component root."""
    return dict(_rows(_CONTENTS, list(units))) if units else {}


def rest_names(*, intake: uuid.UUID) -> Iterator[bytes]:
    """Leaf hashes of the names that an intake registered without an event of their own, sorted."""
    return (row[0] for row in _stream(_REST_NAMES, intake))


def rest_subjects(*, intake: uuid.UUID) -> Iterator[tuple[bytes, bytes]]:
    """Their salted subjects, sorted, 256 at once, with their leaf hashes."""
    return ((row[0], row[1]) for row in _stream(_REST_SUBJECTS, intake))


def item_subjects(*, attestation: uuid.UUID) -> Iterator[bytes]:
    """Leaf hashes of the sorted salted subjects of a batch, 4096 at once."""
    return (row[0] for row in _stream(_ITEM_SUBJECTS, attestation))


def only_subject(*, attestation: uuid.UUID) -> bytes:
    """The salted subject of a batch of one."""
    return bytes(_rows(_ONLY_SUBJECT, attestation)[0][0])


def item_has_event(*, attestation: uuid.UUID, first: uuid.UUID, last: uuid.UUID) -> bool:
    """Whether a battery of a batch, with an id between these, has an event of its registration."""
    return bool(_rows(_ITEM_HAS_EVENT, attestation, first, last)[0][0])


def leaves(*, attestation: uuid.UUID, first: int, last: int) -> bytes:
    """Leaf hashes of kept items at these places, end to end."""
    return bytes(_rows(_LEAVES, attestation, first, last)[0][0] or b"")


def _rows(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [tuple(row) for row in cursor.fetchall()]


def _stream(statement: str, *given: Any) -> Iterator[tuple[Any, ...]]:
    """Rows one after the other, whole ones alone in memory; the transaction is the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL work_mem = '64MB'; SET LOCAL statement_timeout = '10min';"
            " SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; SET LOCAL jit = off;"
            # Where the planner takes a new table for an empty one, it would read all events anew
            # for each battery.
            " SET LOCAL random_page_cost = 1.0; SET LOCAL enable_material = off"
        )
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, given)
        while rows := cursor.fetchmany(64):
            yield from rows
