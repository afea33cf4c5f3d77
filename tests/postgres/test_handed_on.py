"""A test's database is handed on to the next test only when nothing was written in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from psycopg.errors import DivisionByZero

from tests.databases import Cluster, Copy

INSERT = "insert into django_content_type (app_label, model) values ('a', 'b')"
READ = {
    "nobody came": "",
    "rows are read": "select * from django_content_type",
    "a row is looked for, and there is none": "delete from django_session",
    "a reader has settings of its own": "set timezone to 'CET'",
}
WRITTEN = {
    "a row is put in": INSERT,
    "a row is put in and taken back": f"begin; {INSERT}; rollback",
    "a row is put in, and it fails": f"begin; {INSERT}; select 1 / 0",
    "a row is copied in": "create table copied as select 1",
    "a row is changed": "update django_content_type set model = model || 'x'",
    "a row is dropped": "delete from django_migrations",
    "a table is emptied": "truncate django_session",
    "a table is made": "create table made ()",
    "a right is given": "grant select on passport_battery to public",
    "a guard is lifted": "alter table passport_battery disable trigger all",
    "a large object is made": "select lo_create(0)",
}


@pytest.fixture
def lent(cluster: Cluster, template: str) -> Iterator[Copy]:
    """A database of this test's own."""
    made = cluster.lend(template)
    yield made
    cluster.drop(made.name)


def _say(cluster: Cluster, lent: Copy, statement: str) -> None:
    with cluster.admin(lent.name) as line, suppress(DivisionByZero):
        line.execute(statement.encode())


@pytest.mark.parametrize("what", READ)
def test_what_was_only_read_is_handed_on(cluster: Cluster, lent: Copy, what: str) -> None:
    if READ[what]:
        _say(cluster, lent, READ[what])
    assert cluster.is_unwritten(lent)


def test_what_was_written_is_never_handed_on(cluster: Cluster, template: str) -> None:
    for what, statement in WRITTEN.items():
        lent = cluster.lend(template)
        _say(cluster, lent, statement)
        assert not cluster.is_unwritten(lent), what
        cluster.take_back(lent)
        with cluster.admin() as admin:
            gone = admin.execute("select 1 from pg_database where oid = %s", [lent.oid])
            assert gone.fetchone() is None, what


def test_what_was_read_goes_to_who_asks_for_the_same_and_to_nobody_else(
    cluster: Cluster, template: str, lent: Copy
) -> None:
    of_it = cluster.lend(lent.name)
    cluster.take_back(of_it)
    other = cluster.lend(template)
    assert other.oid != of_it.oid
    assert cluster.lend(lent.name) == of_it
    for each in (other, of_it):
        cluster.drop(each.name)


def test_what_somebody_still_uses_is_not_handed_on(cluster: Cluster, lent: Copy) -> None:
    with cluster.admin(lent.name):
        assert not cluster.is_unwritten(lent)


def test_another_database_of_the_same_name_is_not_handed_on(
    cluster: Cluster, template: str, lent: Copy
) -> None:
    cluster.drop(lent.name)
    cluster.copy(template, lent.name)
    assert not cluster.is_unwritten(lent)
