"""What the database refuses becomes a problem; what nobody foresaw becomes a plain one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection

from api.http.errors import problem_of
from passport.queries import model
from tests.cast import Cast


def caused(kind: type[DatabaseError], state: str) -> DatabaseError:
    """A database error as Django raises it, around the driver's own."""
    error = kind("boom")
    error.__cause__ = psycopg.errors.lookup(state)("boom")
    return error


TABLE = {
    "unique": (caused(IntegrityError, "23505"), 409),
    "exclusion": (caused(IntegrityError, "23P01"), 409),
    "statement timeout": (caused(OperationalError, "57014"), 503),
    "lock timeout": (caused(OperationalError, "55P03"), 503),
    "deadlock": (caused(OperationalError, "40P01"), 503),
    "serialization": (caused(OperationalError, "40001"), 503),
    "server going down": (caused(OperationalError, "57P01"), 503),
    "disk full": (caused(OperationalError, "53100"), 507),
    "row-level security": (caused(DatabaseError, "42501"), 404),
    "the driver's own, while bytes are copied": (psycopg.errors.lookup("57014")("boom"), 503),
    "no connection": (OperationalError("refused"), 503),
}


@pytest.mark.parametrize("case", TABLE.values(), ids=TABLE)
def test_each_state_has_its_status(case: tuple[DatabaseError, int]) -> None:
    error, status = case
    problem = problem_of(error)
    assert problem is not None
    assert problem.status == status
    assert "boom" not in str(problem)
    assert ("Retry-After" in problem.headers) == (status in (503, 507))


def test_a_fault_of_ours_is_no_refusal() -> None:
    assert problem_of(caused(DatabaseError, "42703")) is None
    assert problem_of(KeyError("x")) is None


def test_a_statement_that_takes_too_long_is_stopped(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(**_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(model, "listing", slowly)
    answer = cast.speak("maker").get("/api/v1/models")
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert answer.json()["type"] == "/problems/took-too-long"


def test_an_unforeseen_fault_tells_nothing_but_its_trace(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise KeyError("the secret name of a table")

    monkeypatch.setattr(model, "listing", broken)
    speaker = cast.speak("maker")
    speaker.client.raise_request_exception = False
    answer = speaker.get("/api/v1/models")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["trace_id"] == answer["X-Trace-Id"]
    assert "secret" not in answer.content.decode()


def test_a_key_sees_nothing_of_the_request_before(
    cast: Cast, pack: Any, as_role: Callable[..., Any]
) -> None:
    address = f"/api/v1/batteries/{pack.pk}"
    for who, status in (("maker", 200), ("stranger", 404), ("nobody", 401), ("maker", 200)) * 2:
        assert cast.speak(who).get(address).status_code == status
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.party', true)")
        assert not cursor.fetchone()[0]
