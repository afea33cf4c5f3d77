"""The statements of an intake: claims, batteries, places, items; a chunk of a file at once."""

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeAlias

from django.db import connection

from passport.postgres.arrays import Packed, binding, columns, packed, sent

# Place among those asked for → what it is, and of an own one its battery.
Claims: TypeAlias = dict[int, tuple[str, uuid.UUID | None]]

# For one transaction: a chunk may wait for another one that claims the same names, and its joins go
# row by row through indexes, whatever share of a table the planner takes a chunk for.
_TRIES = 5
_SETTINGS = """
SET LOCAL statement_timeout = '5min'; SET LOCAL lock_timeout = '60s'; SET LOCAL work_mem = '32MB';
SET LOCAL random_page_cost = 1.0; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;
SET LOCAL jit = off
"""
# In the order in which all acts on several batteries lock them.
_UNITS = """
SELECT u.id FROM passport_battery u WHERE u.id IN (
    SELECT b.unit_id FROM unnest(%s::text[]) AS n (name)
    JOIN passport_battery b ON b.identity = n.name
    JOIN passport_battery h ON h.id = b.unit_id
    WHERE b.maker_id = %s OR h.holder_id = %s)
ORDER BY u.id FOR SHARE
"""
_HOLDERS = """
SELECT b.identity, b.id, b.level, b.unit_id, u.holder_id, u.state, b.intake_id,
    EXISTS (SELECT 1 FROM passport_handover h WHERE h.battery_id = u.id AND h.state = 'OFFERED')
FROM unnest(%s::text[]) AS n (name)
JOIN passport_battery b ON b.identity = n.name
JOIN passport_battery u ON u.id = b.unit_id
WHERE b.maker_id = %s OR u.holder_id = %s
"""
_STANDING = """
SELECT a.parent_id, a.position, c.identity FROM passport_assembly a
JOIN passport_battery c ON c.id = a.child_id
WHERE a.parent_id = ANY (%s::uuid[]) AND a.until IS NULL AND a.position <> ''
"""
_CLAIM = """
SELECT place, outcome, battery_id
FROM claim_identities_v3(%s::text[], %s, %s::bytea[], %s::uuid[], %s)
"""
# What many rows share comes once, and each row names its place in that, from 1.
_BATTERIES = """
INSERT INTO passport_battery (id, identity, maker_id, model_id, level, serial, manufactured_on,
    facility_id, salt, unit_id, holder_id, status, state, registered_at, intake_id, lot)
SELECT a.id, a.identity, %s, s.models[a.kind], s.levels[a.kind], a.serial, s.days[a.kind],
    s.facilities[a.kind], a.salt, a.unit, s.holders[a.kind], 'original', 'REGISTERED', %s, %s,
    s.lots[a.kind]
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::bytea[], %s::uuid[], %s::integer[])
    AS a (id, identity, serial, salt, unit, kind)
CROSS JOIN (SELECT %s::uuid[], %s::text[], %s::date[], %s::uuid[], %s::uuid[], %s::text[])
    AS s (models, levels, days, facilities, holders, lots)
"""
# A place is named after its child: one that goes in with its registration goes in once.
_ASSEMBLIES = """
INSERT INTO passport_assembly (id, parent_id, child_id, position, since)
SELECT a.child, a.parent, a.child, a.position, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS a (parent, child, position)
"""
_CUSTODY = """
INSERT INTO passport_custody (id, battery_id, holder_id, since)
SELECT a.unit, a.unit, %s, %s FROM unnest(%s::uuid[]) AS a (unit)
"""
_CONCERN = """
INSERT INTO passport_concern (id, battery_id, party_id, reason, since)
SELECT a.unit, a.unit, %s, 'HOLDER', %s FROM unnest(%s::uuid[]) AS a (unit)
"""
_NEXT_PLACE = """
SELECT coalesce(max("index") + 1, 0) FROM passport_attestationitem WHERE attestation_id = %s
"""
_ITEMS = """
INSERT INTO passport_attestationitem (id, attestation_id, "index", battery_id, body, leaf_hash)
SELECT a.id, %s, %s + a.place - 1, b.id, a.body, a.hash
FROM unnest(%s::uuid[], %s::text[], %s::bytea[], %s::bytea[])
    WITH ORDINALITY AS a (id, identity, body, hash, place)
JOIN passport_battery b ON b.identity = a.identity
"""
# The trigger of the table looks whether these batteries are there, and whose they are.
_ITEMS_OF = """
INSERT INTO passport_attestationitem (id, attestation_id, "index", battery_id, body, leaf_hash)
SELECT a.id, %s, %s + a.place - 1, a.battery, a.body, a.hash
FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[], %s::bytea[])
    WITH ORDINALITY AS a (id, battery, body, hash, place)
"""


def begin_chunk() -> None:
    """Settle the running transaction for a chunk of a file."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS)


def leave() -> None:
    """Close the connection of a thread that ends."""
    connection.close()


def holders(*, names: Collection[str], by: uuid.UUID) -> list[tuple[Any, ...]]:
    """(identity, id, level, unit, its holder, its state, intake, whether it is offered to another)
    of what a party made or holds under these names. Until the transaction ends these units are
    handed over to nobody, and put into nothing.
    """
    if not names:
        return []
    given = packed("text", sorted(names))
    locked: set[uuid.UUID] = set()
    with binding() as cursor:
        # A unit may have been put into another one while this waited for it.
        for _ in range(_TRIES):
            cursor.execute(_UNITS, [given, by, by])
            locked |= {row[0] for row in cursor.fetchall()}
            cursor.execute(_HOLDERS, [given, by, by])
            found = cursor.fetchall()
            if all(row[3] in locked for row in found):
                break
        return list(found)


def standing(*, parents: Collection[bytes]) -> list[tuple[bytes, str, str]]:
    """(parent, position, identity) of what stands at a position of these now."""
    if not parents:
        return []
    with binding() as cursor:
        cursor.execute(_STANDING, [packed("uuid", sorted(parents))])
        return [(parent.bytes, position, name) for parent, position, name in cursor.fetchall()]


def claim(*, claims: Sequence[tuple[str, bytes, bytes]], owner: uuid.UUID, at: datetime) -> Claims:
    """Claim (identity, digest, battery id); place → what it is, and whose, of those taken.

    "same": of this owner in these words; "legacy": found by another party, and claimed by no maker
    yet; "clash": anything else.

    Decided by the database over all parties' rows; the battery id is told only to its owner.
    """
    given = columns(("text", "bytea", "uuid"), claims)
    with claiming(claims=given, owner=owner, at=at) as answer:
        return answer()


@contextmanager
def claiming(
    *, claims: Sequence[Packed], owner: uuid.UUID, at: datetime
) -> Iterator[Callable[[], Claims]]:
    """The same of columns, asked for when the block begins; it may prepare for the answer, but ask
    nothing.
    """
    names, digests, batteries = claims
    with sent(_CLAIM, [names, owner, digests, batteries, at]) as done:
        yield lambda: {place: (what, of) for place, what, of in done.result().fetchall()}


def shared_columns(rows: Sequence[Sequence[object]]) -> list[Packed]:
    """What new batteries share: model, level, day, facility, holder, lot."""
    return columns(("uuid", "text", "date", "uuid", "uuid", "text"), rows)


def batteries(
    *,
    each: Sequence[Packed],
    shared: Sequence[Packed],
    maker: uuid.UUID,
    intake: uuid.UUID,
    at: datetime,
) -> None:
    """Write new batteries: id, identity, serial, salt, unit, and where among what they share stand
    their model, level, day, facility, holder and lot, from 1; and shared_columns().
    """
    with binding() as cursor:
        cursor.execute(_BATTERIES, [maker, at, intake, *each, *shared])


def assemblies(*, places: Sequence[Packed], at: datetime) -> None:
    """Write where new batteries stand: parent, child, position."""
    with binding() as cursor:
        cursor.execute(_ASSEMBLIES, [at, *places])


def custody(*, units: Sequence[bytes], holder: uuid.UUID, at: datetime) -> None:
    """Begin the custody of new outermost batteries with their holder."""
    if units:
        with binding() as cursor:
            given = packed("uuid", units)
            cursor.execute(_CUSTODY, [holder, at, given])
            cursor.execute(_CONCERN, [holder, at, given])


def next_place(*, attestation: uuid.UUID) -> int:
    """At which place the next item of a batch goes."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_PLACE, [attestation])
        return int(cursor.fetchone()[0])


@contextmanager
def items(
    *, attestation: uuid.UUID, first: int, items: Sequence[Packed]
) -> Iterator[Callable[[], int]]:
    """Write items of a batch from a place on: id, identity, body, leaf hash; how many there are.

    They are written while the block goes on; it may ask the database nothing before the answer.
    """
    with sent(_ITEMS, [attestation, first, *items]) as done:
        yield lambda: done.result().rowcount


@contextmanager
def items_of(
    *, attestation: uuid.UUID, first: int, items: Sequence[Packed]
) -> Iterator[Callable[[], int]]:
    """The same where the ids of the batteries are known: columns of id, battery, body, leaf hash.

    Refuses what is no battery of the batch's issuer, by the database.
    """
    with sent(_ITEMS_OF, [attestation, first, *items]) as done:
        yield lambda: done.result().rowcount
