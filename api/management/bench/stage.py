"""The database of one run: made for it alone, entered as the administrator where that is needed."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from psycopg import sql

from passport.env import DatabaseAddress
from passport.local.borrow import BENCH_DATABASE


def is_scratch() -> bool:
    """Whether this process stands in a database that was made for a benchmark."""
    return _address().name.startswith(BENCH_DATABASE)


def admin(database: str | None = None) -> psycopg.Connection[Any]:
    """An administrative connection to the database of this run, or to another one beside it."""
    address = _address()
    return psycopg.connect(
        host=address.host or None,
        port=address.port or None,
        user=address.user or None,
        password=address.password or None,
        dbname=database or address.name,
        autocommit=True,
    )


def leave() -> None:
    """Drop the database: on a server of somebody else's nothing is left behind."""
    connections.close_all()
    with admin("postgres") as server:
        name = sql.Identifier(_address().name)
        server.execute(sql.SQL("drop database if exists {} with (force)").format(name))


def _address() -> DatabaseAddress:
    address: DatabaseAddress | None = settings.PASSPORT_DB_ADDRESS
    if address is None:
        raise CommandError("DATABASE_URL is not set: a benchmark needs an administrative address.")
    return address
