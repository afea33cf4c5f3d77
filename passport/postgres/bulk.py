"""Many rows at once: COPY, and the set-based functions."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import psycopg
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


def insert_in(
    *, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]], at_once: int = 5000
) -> None:
    """Insert many rows into a table that row-level security guards, which COPY refuses to do.

    `columns` gives each column with its SQL type, in the order of the rows' values.
    """
    names = ", ".join(columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    statement = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5min'")
    with _binding() as cursor:
        for some in _in_parts(rows, at_once):
            cursor.execute(statement, [list(column) for column in zip(*some, strict=True)])


def keep_batch_tiles(*, batch: uuid.UUID, tiles: Iterable[tuple[int, int, bytes]]) -> None:
    """Keep the (level, place, hashes) of a batch's tree; the database asks whose batch it is."""
    with _binding() as cursor:
        for some in _in_parts(tiles, 4096):
            cursor.execute(
                "SELECT keep_batch_tiles_v1(%s, %s::smallint[], %s::integer[], %s::bytea[])",
                [batch, *(list(column) for column in zip(*some, strict=True))],
            )


@contextmanager
def _binding() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor that sends values beside the statement, in binary: no quoting of a million bytes."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        yield cursor


Row = TypeVar("Row")


def _in_parts(rows: Iterable[Row], at_once: int) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while some := list(islice(waiting, at_once)):
        yield some
