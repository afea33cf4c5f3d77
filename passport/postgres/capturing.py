"""The statements of a capture: what is known, whose the batteries are, and all rows at once."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from passport.postgres.arrays import Packed, binding, columns, packed

# Joins go row by row through indexes, whatever share of a table the planner takes a document for.
_SETTINGS = """
SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '30s'; SET LOCAL jit = off;
SET LOCAL random_page_cost = 1.0; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off
"""
_NAMED = """
SELECT name, uuid_send(id), identity, state, manufactured_on, may, salt
FROM batteries_named_v2(%s::text[])
"""
_KNOWN = """
SELECT uuid_send(e.event_id), uuid_send(e.id), x.event_hash, octet_length(e.body) > 0
FROM unnest(%s::uuid[]) AS n (id)
JOIN passport_lifecycleevent e ON e.recorder_id = %s AND e.event_id = n.id
LEFT JOIN passport_epcisevent x ON x.event_id = e.id
"""
_EVENTS = """
INSERT INTO passport_lifecycleevent (id, event_id, recorder_id, kind, battery_id, members,
    happened_at, recorded_at, body, body_sha256)
SELECT a.id, a.event_id, %s, a.kind, a.battery, nullif(a.members, '')::uuid[],
    a.happened::timestamptz, %s, a.body, a.digest
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::bytea[],
    %s::bytea[]) AS a (id, event_id, kind, battery, members, happened, body, digest)
"""
_FOUND_BY = """
INSERT INTO passport_epcisevent (event_id, recorder_id, capture_id, event_uri, declaration,
    event_hash, event_type, event_time, record_time, terms, measured, apart)
SELECT a.id, %s, %s, a.uri, a.declares = 1, a.hash, a.type, a.happened::timestamptz, %s,
    a.terms::text[], nullif(a.measured, '')::jsonb, a.apart
FROM unnest(%s::uuid[], %s::text[], %s::smallint[], %s::bytea[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::bytea[])
    AS a (id, uri, declares, hash, type, happened, terms, measured, apart)
"""
_WISHES = """
INSERT INTO passport_outbox (kind, digest, subjects, subject, at)
SELECT 'event', a.digest, a.subjects, a.subject, %s
FROM unnest(%s::bytea[], %s::integer[], %s::bytea[]) AS a (digest, subjects, subject)
"""
_STATES = """
UPDATE passport_battery SET state = a.state
FROM unnest(%s::uuid[], %s::text[]) AS a (id, state) WHERE passport_battery.id = a.id
"""
_WAITING = """
SELECT x.event_uri, x.event_hash, x.terms FROM passport_epcisevent x
WHERE x.recorder_id = %s AND x.declaration AND x.event_uri IN (SELECT unnest(%s::text[]))
"""


class Named(NamedTuple):
    """A battery by a name; its salt is there where the acting party may record of it.

    `id` has 16 bytes: what comes by the thousand is made into objects where somebody asks for it.
    """

    name: str
    id: bytes
    identity: str
    state: str
    manufactured_on: date
    may: bool
    salt: bytes | None


class Known(NamedTuple):
    """An event that its recorder has recorded before; native ones have no hash.

    Its ids have 16 bytes each.
    """

    event_id: bytes
    id: bytes
    hash: bytes | None
    stands: bool


class Row(NamedTuple):
    """An event to be kept: the columns of both its rows, and whom its log entry is about.

    `members` and `terms` are array literals; ids are 16 bytes each.
    """

    id: bytes
    event_id: bytes
    kind: str
    battery: bytes | None
    members: str
    happened: str
    body: bytes
    digest: bytes
    uri: str
    declares: int
    hash: bytes
    type: str
    terms: str
    measured: str
    apart: bytes | None
    subjects: int
    subject: bytes


def begin() -> None:
    """Settle the running transaction for a document."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS)


def named(*, names: Collection[str]) -> dict[str, Named]:
    """The batteries that these names are of, by name, for the party that app.party names.

    Those of which it may record are locked until the transaction ends.
    """
    if not names:
        return {}
    with binding() as cursor:
        cursor.execute(_NAMED, [packed("text", sorted(names))], binary=True)
        return {row[0]: Named._make(row) for row in cursor.fetchall()}


def known(*, recorder: uuid.UUID, ids: Collection[bytes]) -> dict[bytes, Known]:
    """What a recorder has recorded under these event ids, by them."""
    with binding() as cursor:
        cursor.execute(_KNOWN, [packed("uuid", list(ids)), recorder], binary=True)
        return {row[0]: Known._make(row) for row in cursor.fetchall()}


def declarations(
    *, recorder: uuid.UUID, uris: Collection[str]
) -> list[tuple[str, bytes, list[str]]]:
    """(eventID, hash, terms) of the error declarations of a recorder of events of these ids."""
    with binding() as cursor:
        cursor.execute(_WAITING, [recorder, packed("text", list(uris))])
        return [(uri, bytes(hashed), terms) for uri, hashed, terms in cursor.fetchall()]


def keep(
    *, rows: Sequence[Row], recorder: uuid.UUID, capture: uuid.UUID | None, at: datetime
) -> None:
    """Write events, how they are found, and their wishes for the log."""
    if not rows:
        return
    c = _columns(rows)
    with binding() as cursor:
        events = [c[name] for name in ("id", "event_id", "kind", "battery", "members", "happened")]
        cursor.execute(_EVENTS, [recorder, at, *events, c["body"], c["digest"]])
        _find(cursor, c, recorder, capture, at)
        cursor.execute(_WISHES, [at, c["digest"], c["subjects"], c["subject"]])


def find(*, row: Row, recorder: uuid.UUID, capture: uuid.UUID | None, at: datetime) -> None:
    """Write how an event is found that was recorded at this moment by itself."""
    with binding() as cursor:
        _find(cursor, _columns([row]), recorder, capture, at)


def _find(
    cursor: Any,
    c: Mapping[str, Packed],
    recorder: uuid.UUID,
    capture: uuid.UUID | None,
    at: datetime,
) -> None:
    found_by = [c[name] for name in ("uri", "declares", "hash", "type", "happened", "terms")]
    given = [c["id"], *found_by, c["measured"], c["apart"]]
    cursor.execute(_FOUND_BY, [recorder, capture, at, *given])


_KINDS = {
    "id": "uuid", "event_id": "uuid", "kind": "text", "battery": "uuid", "members": "text",
    "happened": "text", "body": "bytea", "digest": "bytea", "uri": "text", "declares": "smallint",
    "hash": "bytea", "type": "text", "terms": "text", "measured": "text", "apart": "bytea",
    "subjects": "integer", "subject": "bytea",
}  # fmt: skip


def _columns(rows: Sequence[Row]) -> dict[str, Packed]:
    return dict(zip(_KINDS, columns(tuple(_KINDS.values()), rows), strict=True))


def states(*, after: Sequence[tuple[bytes, str]]) -> None:
    """Set the states of batteries, which are locked."""
    if after:
        ids, words = zip(*after, strict=True)
        with binding() as cursor:
            cursor.execute(_STATES, [packed("uuid", ids), packed("text", words)])


def literal(terms: Sequence[str]) -> str:
    """Texts as the literal of an array."""
    joined = '","'.join(terms)
    if "\\" in joined or joined.count('"') != max(0, 2 * len(terms) - 2):
        joined = '","'.join(each.replace("\\", "\\\\").replace('"', '\\"') for each in terms)
    return '{"' + joined + '"}'
