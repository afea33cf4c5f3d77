"""Databases for tests: one migrated template a session, and a clone of it for every test.

A clone in which a test has written nothing is handed on to the next that begins with the same.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, LiteralString

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from passport import env
from passport.management.commands import roles

_RUN = "PASSPORT_TEST_RUN"
_numbers = count(1)
_lines: dict[int, psycopg.Connection[Any]] = {}
# The clones of each template that nobody has written in, and nobody uses.
_unwritten: dict[str, list[Copy]] = defaultdict(list)
# PostgreSQL counts a row written when the process that wrote it ends, whether it was committed or
# taken back; it counts in a database of the same name made anew from nothing again.
_WRITTEN = """
select d.oid, (select count(*) from pg_stat_activity a where a.datid = d.oid),
    s.tup_inserted + s.tup_updated + s.tup_deleted, current_setting('track_counts')
from pg_database d join pg_stat_database s on s.datid = d.oid where d.datname = %s
"""
_PATIENCE_S = 1.0


def run_name() -> str:
    """What the names of this session's databases begin with; the same in every xdist worker."""
    return os.environ.setdefault(_RUN, f"passport_test_{os.getpid()}")


@dataclass(frozen=True)
class Beginning:
    """A database to copy, what was made in it, and the house of its log if it has one."""

    database: str
    made: Any = None
    house: Any = None


@dataclass(frozen=True)
class Copy:
    """A clone of a template, and the number under which the server knows it."""

    template: str
    name: str
    oid: int


@dataclass(frozen=True)
class Cluster:
    """A server on which we may make databases."""

    address: env.DatabaseAddress

    @contextmanager
    def admin(self, database: str = "postgres") -> Iterator[psycopg.Connection[Any]]:
        """An administrative connection; every statement is its own transaction."""
        with self._connect(database) as connection:
            yield connection

    def _connect(self, database: str) -> psycopg.Connection[Any]:
        address = self.address
        return psycopg.connect(
            host=address.host or None,
            port=address.port or None,
            user=address.user or None,
            password=address.password or None,
            dbname=database,
            autocommit=True,
        )

    def _order(self, statement: sql.Composed | LiteralString, *values: str) -> psycopg.Cursor[Any]:
        """What makes and drops databases thousands of times, on one connection of this process."""
        line = _lines.get(os.getpid())
        if line is None or line.closed or line.broken:
            line = _lines[os.getpid()] = self._connect("postgres")
        return line.execute(statement, values or None)

    def template(self) -> str:
        """The name of the migrated template; whoever comes first makes it."""
        name = f"{run_name()}_template"
        with self.admin() as admin:
            admin.execute("select pg_advisory_lock(hashtext(%s))", [name])
            if not _exists(admin, name):
                self._make_template(admin, name)
        return name

    def clone(self, template: str) -> str:
        """A fresh copy of the template."""
        name = f"{run_name()}_{os.getpid()}_{next(_numbers)}"
        self.copy(template, name)
        return name

    def lend(self, template: str) -> Copy:
        """A clone that nobody has written in: one that was given back, or a fresh one."""
        if kept := _unwritten[template]:
            return kept.pop()
        name = self.clone(template)
        found = self._order("select oid from pg_database where datname = %s", name).fetchone()
        assert found is not None
        return Copy(template, name, found[0])

    def take_back(self, lent: Copy) -> None:
        """Keeps a clone that is as it was lent; drops what was written in, or is still in use."""
        if self.is_unwritten(lent):
            _unwritten[lent.template].append(lent)
        else:
            self.drop(lent.name)

    def is_unwritten(self, lent: Copy) -> bool:
        """Whether no row of any table was written, once everybody has left it."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            found = self._order(_WRITTEN, lent.name).fetchone()
            if found is None or found[0] != lent.oid or found[3] != "on":
                return False
            if not found[1]:
                return bool(found[2] == 0)
            time.sleep(0.001)
        return False

    def copy(self, template: str, name: str) -> None:
        """The same under a name that somebody else has chosen."""
        statement = sql.SQL("create database {} template {} strategy {}").format(
            sql.Identifier(name), sql.Identifier(template), sql.Identifier("file_copy")
        )
        self._order(statement)

    def drop(self, name: str) -> None:
        """Drops a database, whoever is still connected to it."""
        statement = sql.SQL("drop database if exists {} with (force)")
        self._order(statement.format(sql.Identifier(name)))

    def drop_all(self) -> None:
        """Drops everything that this session made."""
        with self.admin() as admin:
            found = admin.execute(
                "select datname from pg_database where starts_with(datname, %s)",
                [run_name() + "_"],
            ).fetchall()
        for (name,) in found:
            self.drop(name)

    def _make_template(self, admin: psycopg.Connection[Any], name: str) -> None:
        draft = f"{name}_draft"
        self.drop(draft)
        roles.make_roles(admin)
        roles.make_database(admin, draft)
        with self.admin(draft) as inside:
            roles.grant(inside, draft)
        with entered(self.address, draft, "owner"):
            call_command("migrate", verbosity=0, interactive=False)
        admin.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(draft), sql.Identifier(name)
            )
        )


@contextmanager
def entered(address: env.DatabaseAddress, database: str, role: str) -> Iterator[None]:
    """Points Django's default connection at a database, as a role, for the length of a block."""
    connection = connections["default"]
    before = dict(connection.settings_dict)
    connection.close()
    here = env.django_database(
        admin=env.DatabaseAddress(**(vars(address) | {"name": database})),
        own=None,
        role=role,
        server_options={"lock_timeout": 2_000, "statement_timeout": 60_000, "timezone": "UTC"},
    )
    _point(connection, here)
    try:
        yield
    finally:
        connections.close_all()
        _point(connection, before)


def _point(connection: Any, here: dict[str, Any]) -> None:
    # The dictionary is shared by the connections of all threads: change it, do not replace it.
    for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS"):
        connection.settings_dict[key] = here[key]
    settings.DATABASES["default"].update(connection.settings_dict)


def _exists(admin: psycopg.Connection[Any], name: str) -> bool:
    return bool(admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone())
