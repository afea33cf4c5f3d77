"""The rows that a file has made, copied as fast as PostgreSQL takes them: the limit of an intake.

They go into a database like ours that is empty but for what they point to, table by table, over one
connection, with every index, constraint and trigger in force.
"""

import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from api.management.bench import stage

# What the rows point to: whole tables, before the clock starts.
_BEFORE = ("party", "job", "intake", "batterymodel", "attestation")
# Table → which rows the file has made.
MADE = {
    "identityclaim": "battery_id IN (SELECT id FROM passport_battery WHERE intake_id = {intake})",
    "battery": "intake_id = {intake}",
    "assembly": "child_id IN (SELECT id FROM passport_battery WHERE intake_id = {intake})",
    "custody": "battery_id IN (SELECT id FROM passport_battery WHERE intake_id = {intake})",
    "concern": "battery_id IN (SELECT id FROM passport_battery WHERE intake_id = {intake})",
    "lifecycleevent": "intake_id = {intake} OR battery_id IN "
    "(SELECT id FROM passport_battery WHERE intake_id = {intake})",
    "attestationitem": "battery_id IN (SELECT id FROM passport_battery WHERE intake_id = {intake})",
    "batchtile": "attestation_id IN (SELECT attestation_id FROM passport_intakeprogress "
    "WHERE intake_id = {intake})",
    "subjectblock": "of IN (SELECT e.subject FROM passport_logentry e WHERE e.digest IN ("
    "SELECT sha256(body) FROM passport_lifecycleevent WHERE intake_id = {intake} UNION ALL "
    "SELECT sha256 FROM passport_attestation WHERE id IN (SELECT attestation_id "
    "FROM passport_intakeprogress WHERE intake_id = {intake})))",
}
_PIECE = 1 << 20


def empty_copy() -> str:
    """Make a database like that of this run while it is empty; its name."""
    connections.close_all()
    with stage.admin("postgres") as server:
        name = f"{settings.DATABASES['default']['NAME']}_copy"
        server.execute(
            sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(str(settings.DATABASES["default"]["NAME"]))
            )
        )
    return name


def drop(name: str) -> None:
    """Drop it."""
    with stage.admin("postgres") as server:
        statement = sql.SQL("drop database if exists {} with (force)")
        server.execute(statement.format(sql.Identifier(name)))


def count(table: str) -> int:
    """How many rows a table has."""
    with stage.admin() as ours:
        query = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
        found = ours.execute(query).fetchone()
    return int(found[0]) if found else 0


def copy_into(name: str, *, intake: uuid.UUID) -> dict[str, float]:
    """Copy what an intake has made into that database; table → seconds that COPY took."""
    # In the order in which they were written, which suits the indexes best.
    made = {
        table: sql.SQL("select * from {} where {} order by ctid")
        .format(
            sql.Identifier(f"passport_{table}"), sql.SQL(where).format(intake=sql.Literal(intake))
        )
        .as_string(None)
        for table, where in MADE.items()
    }
    return copy_rows(name, before=_BEFORE, made=made)


def copy_rows(name: str, *, before: Sequence[str], made: Mapping[str, str]) -> dict[str, float]:
    """Copy what these queries find into that database, by table; table → seconds that COPY took.

    The tables of `before` go there whole, and are not timed.
    """
    took = {}
    with (
        stage.admin() as ours,
        stage.admin(name) as theirs,
        tempfile.TemporaryDirectory(dir=settings.PASSPORT_STATE) as folder,
    ):
        # As the service does for its chunks: joins of triggers go row by row through indexes.
        theirs.execute("set work_mem = '256MB'; set jit = off; set random_page_cost = 1.0")
        # What is read out beside ten million rows asks for a set of them row by row otherwise.
        ours.execute("set work_mem = '256MB'; set jit = off")
        for table in before:
            _copy(ours, theirs, table, f"select * from passport_{table}", Path(folder))  # noqa: S608
        for table, query in made.items():
            seconds, size = _copy(ours, theirs, table, query, Path(folder))
            if size:
                took[table] = seconds
    return took


def _copy(
    ours: psycopg.Connection[Any],
    theirs: psycopg.Connection[Any],
    table: str,
    query: str,
    folder: Path,
) -> tuple[float, int]:
    name = sql.Identifier(f"passport_{table}")
    out = f"copy ({query}) to stdout (format binary)"
    file = folder / table
    with file.open("wb") as kept, ours.cursor().copy(out) as source:
        for piece in source:
            kept.write(piece)
    theirs.execute("analyze")
    began = time.monotonic()
    into = sql.SQL("copy {} from stdin (format binary)").format(name)
    with file.open("rb") as kept, theirs.cursor().copy(into) as target:
        while data := kept.read(_PIECE):
            target.write(data)
    seconds = time.monotonic() - began
    file.unlink()
    counted = theirs.execute(sql.SQL("select count(*) from {}").format(name)).fetchone()
    return seconds, int(counted[0]) if counted else 0
