"""What a database holds, as its administrator sees it: tables, rows, the log's head, its guests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

Connection: TypeAlias = psycopg.Connection[Any]

# Sessions of people who were signed in: of no use to who restores, of some use to a thief.
LEFT_OUT = ("django_session",)


@dataclass(frozen=True)
class Head:
    """The log's head, and its newest signed note with the cosignatures that are kept."""

    origin: str
    size: int
    edge: tuple[bytes, ...]
    note: bytes
    cosignatures: tuple[str, ...]


@contextmanager
def entered(told: Mapping[str, str], *, database: str = "") -> Iterator[Connection]:
    """A connection as these words of libpq tell it; every statement is its own transaction."""
    said = dict(told) | ({"dbname": database} if database else {})
    with psycopg.connect(make_conninfo("", **said), autocommit=True) as connection:
        yield connection


@contextmanager
def one_moment(connection: Connection) -> Iterator[str]:
    """Everything read inside is of one moment; the name by which pg_dump shares it."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield str(_one(connection, "SELECT pg_export_snapshot()"))
    finally:
        connection.execute("ROLLBACK")


def server_major(connection: Connection) -> int:
    """The major version of the server."""
    return int(_one(connection, "SELECT current_setting('server_version_num')::int / 10000"))


def is_there(connection: Connection, name: str) -> bool:
    """Whether the server has a database of this name."""
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def others_in(connection: Connection, name: str) -> list[str]:
    """Who else is connected to a database, by what they call themselves."""
    rows = connection.execute(
        "SELECT DISTINCT coalesce(nullif(application_name, ''), usename::text, 'somebody')"
        " FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() ORDER BY 1",
        [name],
    )
    return [str(row[0]) for row in rows.fetchall()]


def drop(connection: Connection, name: str) -> None:
    """Drop a database in which nobody is."""
    connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def tables(connection: Connection) -> list[str]:
    """Every table of ours, by name."""
    rows = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') ORDER BY relname"
    )
    return [str(row[0]) for row in rows.fetchall()]


def count(connection: Connection, table: str) -> int:
    """How many rows of a table a backup holds."""
    if table in LEFT_OUT:
        return 0
    statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    return int(_one(connection, statement))


def migrations(connection: Connection) -> dict[str, str]:
    """The last migration of each app that was applied."""
    rows = connection.execute(
        "SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app"
    )
    return {str(app): str(name) for app, name in rows.fetchall()}


def head(connection: Connection) -> Head | None:
    """How the log stands in this database; None before it was created."""
    row = connection.execute("SELECT origin, size, edge FROM passport_loghead").fetchone()
    if row is None:
        return None
    signed = connection.execute(
        "SELECT size, body FROM passport_checkpoint ORDER BY size DESC LIMIT 1"
    ).fetchone()
    size, body = signed or (0, b"")
    lines = connection.execute(
        "SELECT line FROM passport_cosignature WHERE checkpoint_id = %s ORDER BY id", [size]
    )
    return Head(
        origin=str(row[0]),
        size=int(row[1]),
        edge=tuple(bytes(each) for each in row[2]),
        note=bytes(body),
        cosignatures=tuple(str(each[0]) for each in lines.fetchall()),
    )


def _one(connection: Connection, statement: str | sql.Composed) -> Any:
    row = connection.execute(statement).fetchone()
    return None if row is None else row[0]
