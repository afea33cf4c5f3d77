"""Many rows at once, by set-based statements."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from django.db import connection

from passport.postgres.arrays import binding, columns


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
    with binding() as cursor:
        for some in _in_parts(rows, at_once):
            cursor.execute(statement, [list(column) for column in zip(*some, strict=True)])


def keep_batch_tiles(*, batch: uuid.UUID, tiles: Iterable[tuple[int, int, bytes]]) -> None:
    """Keep the (level, place, hashes) of a batch's tree; the database asks whose batch it is."""
    with binding() as cursor:
        for some in _in_parts(tiles, 4096):
            cursor.execute(
                "SELECT keep_batch_tiles_v1(%s, %s::smallint[], %s::integer[], %s::bytea[])",
                [batch, *columns(("smallint", "integer", "bytea"), some)],
            )


Row = TypeVar("Row")


def _in_parts(rows: Iterable[Row], at_once: int) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while some := list(islice(waiting, at_once)):
        yield some
