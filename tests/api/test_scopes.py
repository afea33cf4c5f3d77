"""A key may do what its scopes say, while it lives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.http.permissions import Scope
from passport.actions import party
from tests.api.expectations import EVENT, LINE, READING
from tests.api.rows import EVENT_ID
from tests.cast import Cast, Speaker

ABSENT = EVENT_ID
# One write of each scope; what the key may not do is refused before the body is looked at.
WRITES = {
    Scope.REGISTER: ("intakes", LINE, "application/x-ndjson"),
    Scope.ATTEST: ("keys/challenges", {}, "application/json"),
    Scope.RECORD: (f"batteries/{ABSENT}/events", EVENT, "application/json"),
}


@pytest.fixture
def issue(cast: Cast, as_system: Callable[[], Any]) -> Callable[..., Speaker]:
    def make(*scopes: str, **more: Any) -> Speaker:
        at = datetime.now(UTC) - timedelta(hours=1)
        with as_system():
            _, secret = party.issue_api_key(
                party=cast["maker"], name="narrow", scopes=scopes, at=at, **more
            )
        return Speaker(secret)

    return make


def test_the_scopes_of_the_edge_are_those_that_keys_carry() -> None:
    assert {str(scope) for scope in Scope} == set(party.SCOPES)


@pytest.mark.parametrize("scope", WRITES)
def test_a_key_without_the_scope_is_told_which(issue: Callable[..., Speaker], scope: Scope) -> None:
    address, body, media_type = WRITES[scope]
    others = [each for each in party.SCOPES if each != scope]
    answer = issue(*others).send(
        f"/api/v1/{address}", body, content_type=media_type, idempotency_key="k"
    )
    assert answer.status_code == 403
    assert f'"{scope}"' in answer.json()["detail"]
    allowed = issue(scope).send(
        f"/api/v1/{address}", body, content_type=media_type, idempotency_key="k"
    )
    assert allowed.status_code in (201, 202, 404)


def test_a_key_that_only_writes_does_not_read(issue: Callable[..., Speaker]) -> None:
    assert issue("register").get("/api/v1/batteries").status_code == 403


def test_an_expired_key_is_no_key(issue: Callable[..., Speaker]) -> None:
    over = datetime.now(UTC) - timedelta(seconds=1)
    assert issue("read", expires_at=over).get("/api/v1/whoami").status_code == 401
    later = datetime.now(UTC) + timedelta(hours=1)
    assert issue("read", expires_at=later).get("/api/v1/whoami").status_code == 200


def test_a_role_is_asked_before_the_object(cast: Cast) -> None:
    answer = cast.speak("auditor").send(f"/api/v1/batteries/{ABSENT}/readings", READING)
    assert answer.status_code == 403
    assert "role" in answer.json()["detail"]
