"""GET /api/v1/whoami: whose key it is, and what keys are refused."""

from collections.abc import Callable
from typing import Any

import pytest

from passport.actions import party
from passport.models import ApiKey
from tests.cast import THEN, Cast


def test_tells_the_party_and_its_scopes(cast: Cast) -> None:
    answer = cast.speak("maker").get("/api/v1/whoami")
    assert answer.status_code == 200
    assert answer.json()["slug"] == "maker"
    assert answer.json()["roles"] == ["MAKER"]
    assert "register" in answer.json()["scopes"]


def test_without_a_key_asks_for_one(cast: Cast) -> None:
    answer = cast.speak("nobody").get("/api/v1/whoami")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["trace_id"] == answer["X-Trace-Id"]


WRONG = {
    "another scheme": "Basic bWFrZXI6c2VjcmV0",
    "no key of ours": "Bearer letmein",
    "an unknown key": "Bearer bp_live_" + "0" * 16 + "_" + "0" * 64 + "_00000000",
    "not ASCII": "Bearer bp_ü",
    "far too long": "Bearer " + "x" * 5000,
}


@pytest.mark.parametrize("header", WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_key_in_the_same_words(cast: Cast, header: str) -> None:
    answer = cast.speak("nobody").get("/api/v1/whoami", authorization=header)
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/not-authenticated"


def test_a_flipped_digit_of_the_secret_is_refused(cast: Cast) -> None:
    good = cast.secrets["maker"]
    bad = good[:40] + ("0" if good[40] != "0" else "1") + good[41:]
    assert (
        cast.speak("nobody").get("/api/v1/whoami", authorization=f"Bearer {bad}").status_code == 401
    )


def test_a_revoked_key_is_refused_at_once(cast: Cast, as_system: object) -> None:
    key_id = cast.secrets["maker"].split("_")[2]
    with as_system():  # type: ignore[operator]
        party.revoke_api_key(key_id=key_id, by=cast["maker"], at=THEN)
    assert cast.speak("maker").get("/api/v1/whoami").status_code == 401


def test_a_session_cookie_means_nothing_here(cast: Cast) -> None:
    speaker = cast.speak("nobody")
    speaker.client.cookies["sessionid"] = "whatever"
    assert speaker.get("/api/v1/whoami").status_code == 401


def test_a_refused_request_does_not_hide_that_a_key_was_used(
    cast: Cast, as_system: Callable[[], Any]
) -> None:
    speaker = cast.speak("keeper")
    assert speaker.send("/api/v1/facilities", {"name": ""}).status_code == 400
    with as_system():
        assert ApiKey.objects.get(party=cast["keeper"]).used_on is None, "it was rolled back"
    assert speaker.get("/api/v1/whoami").status_code == 200
    with as_system():
        assert ApiKey.objects.get(party=cast["keeper"]).used_on is not None
