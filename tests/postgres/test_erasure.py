"""Content goes by a logged erasure alone: raw SQL of every role is refused everything beside it."""

from __future__ import annotations

import hashlib
import uuid

import pytest
from django.db import DatabaseError, transaction

from tests.passport.acting import acting, run

ROLES = ("app", "system", "owner")
# Table → the column with its digest, and those that an erasure empties.
CONTENT = {
    "passport_lifecycleevent": ("body_sha256", ("body",)),
    "passport_attestation": ("sha256", ("body",)),
    "passport_attestationitem": ("leaf_hash", ("body",)),
    "passport_withdrawal": ("sha256", ("body", "reason")),
    "passport_document": ("sha256", ("content",)),
}
FACT = (
    "INSERT INTO passport_erasure (id, digest, reason, body, sha256, erased_at, written_in)"
    " VALUES (%s, %s, 'x', %s, %s, now(), 0)"
)
WISH = (
    "INSERT INTO passport_outbox (kind, digest, subjects, subject, at)"
    " VALUES ('erasure', %s, 0, '', now())"
)


def state_fact(digest: bytes, *, wish: bool = True) -> None:
    """Record that a content is erased, as the action does, with its wish for a log entry."""
    body = b"fact " + digest
    run(FACT, uuid.uuid4(), digest, body, hashlib.sha256(body).digest())
    if wish:
        run(WISH, hashlib.sha256(body).digest())


def someone(table: str) -> tuple[object, bytes]:
    """A row of a table whose content stands: its key and digest."""
    named, (content, *_) = CONTENT[table]
    key = "sha256" if table == "passport_document" else "id"
    asked = f"SELECT {key}, {named} FROM {table} WHERE {content} <> '' ORDER BY 2 LIMIT 1"
    ((found, digest),) = run(asked)
    return found, bytes(digest)


def blanking(table: str, to: str = "''") -> str:
    named, columns = CONTENT[table]
    return f"UPDATE {table} SET {', '.join(f'{c} = {to}' for c in columns)} WHERE {named} = %s"


@pytest.mark.parametrize("table", CONTENT)
@pytest.mark.parametrize("role", ROLES)
def test_no_content_goes_without_the_fact(furniture, enter, role, table):
    with enter("system"):
        _, digest = someone(table)
    words = "permission denied" if role == "app" else "is append-only: UPDATE refused"
    with enter(role), acting(furniture.cast["maker"]), pytest.raises(DatabaseError, match=words):
        run(blanking(table), digest)


@pytest.mark.parametrize("table", CONTENT)
def test_with_the_fact_the_content_goes_and_all_else_stays(enter, table):
    with enter("system"), transaction.atomic():
        _, digest = someone(table)
        state_fact(digest)
        assert run(blanking(table), digest) == 1
        run("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@pytest.mark.parametrize("table", CONTENT)
def test_content_is_not_changed_to_something_else(enter, table):
    with enter("system"), transaction.atomic():
        _, digest = someone(table)
        state_fact(digest)
        with pytest.raises(DatabaseError, match="is append-only: UPDATE refused"):
            run(blanking(table, "'another'"), digest)
        transaction.set_rollback(True)


@pytest.mark.parametrize("table", CONTENT)
def test_the_fact_of_one_content_lets_no_other_go(enter, table):
    with enter("system"), transaction.atomic():
        _, digest = someone(table)
        state_fact(bytes(32))
        with pytest.raises(DatabaseError, match="is append-only: UPDATE refused"):
            run(blanking(table), digest)
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", ROLES)
def test_the_fact_of_before_lets_nothing_go_now(furniture, enter, role):
    with enter("system"):
        ((digest,), *_) = run(
            "SELECT body_sha256 FROM passport_lifecycleevent WHERE body = ''",
        )
    with (
        enter(role),
        acting(furniture.cast["keeper"]),
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
    ):
        run(blanking("passport_lifecycleevent"), bytes(digest))


def test_with_the_content_no_other_column_goes(enter):
    with enter("system"), transaction.atomic():
        _, digest = someone("passport_lifecycleevent")
        state_fact(digest)
        with pytest.raises(DatabaseError, match="permission denied"):
            run("UPDATE passport_lifecycleevent SET body = '', kind = 'x'")
        transaction.set_rollback(True)


def test_a_batch_takes_its_items_along_and_an_item_goes_alone(furniture, enter):
    of_batch = "UPDATE passport_attestationitem SET body = '' WHERE attestation_id = %s"
    with enter("system"), transaction.atomic():
        ((digest,),) = run("SELECT sha256 FROM passport_attestation WHERE id = %s", furniture.batch)
        state_fact(bytes(digest))
        assert run(of_batch, furniture.batch) == 2
        transaction.set_rollback(True)
    with enter("system"), transaction.atomic():
        asked = "SELECT leaf_hash FROM passport_attestationitem WHERE attestation_id = %s LIMIT 1"
        ((leaf,),) = run(asked, furniture.batch)
        state_fact(bytes(leaf))
        with pytest.raises(DatabaseError, match="is append-only"):
            run(of_batch, furniture.batch)
        transaction.set_rollback(True)


STATING = {
    "the application states it": ("app", "permission denied"),
    "the owner states it": ("owner", "recorded by the system"),
}


@pytest.mark.parametrize("what", STATING)
def test_only_the_system_states_the_fact(enter, what):
    role, words = STATING[what]
    with enter(role), pytest.raises(DatabaseError, match=words):
        state_fact(bytes(32))


def test_a_fact_is_over_its_own_bytes_and_its_transaction_is_not_forged(enter):
    with enter("system"), pytest.raises(DatabaseError, match="over its own bytes"):
        run(FACT, uuid.uuid4(), bytes(32), b"body", bytes(32))
    with enter("system"), transaction.atomic():
        state_fact(bytes(32))
        ((noted, now),) = run(
            "SELECT written_in, pg_current_xact_id()::text::bigint FROM passport_erasure"
            " WHERE digest = %s",
            bytes(32),
        )
        assert noted == now
        transaction.set_rollback(True)


def test_no_fact_without_a_wish_for_its_log_entry(enter):
    with enter("system"):
        with (
            pytest.raises(DatabaseError, match="an erasure is an entry of the log"),
            transaction.atomic(),
        ):
            state_fact(bytes(32), wish=False)
        assert run("SELECT 1 FROM passport_erasure WHERE digest = %s", bytes(32)) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_reading_goes_with_its_event_alone(furniture, enter, role):
    words = "permission denied" if role == "app" else "append-only: DELETE refused"
    drop = "DELETE FROM passport_healthreading"
    with enter(role), acting(furniture.cast["keeper"]), pytest.raises(DatabaseError, match=words):
        run(drop)
    if role != "system":
        return
    with enter(role), transaction.atomic():
        asked = "SELECT e.id, e.body_sha256 FROM passport_lifecycleevent e WHERE EXISTS"
        (event, digest), *_ = run(
            asked + " (SELECT 1 FROM passport_healthreading r WHERE r.event_id = e.id)"
        )
        state_fact(bytes(digest))
        assert run(drop + " WHERE event_id = %s", event) == 1
        with pytest.raises(DatabaseError, match=words):
            run(drop)
        transaction.set_rollback(True)


def test_whoever_could_read_the_content_reads_that_it_was_erased(furniture, enter):
    asked = "SELECT battery_id, reason FROM passport_erasure ORDER BY 1"
    seen = {"keeper": 1, "recycler": 2, "second-maker": 1, "stranger": 0, "authority": 2}
    with enter("app"):
        for name, count in seen.items():
            with acting(furniture.cast[name]):
                assert (name, len(run(asked))) == (name, count)
