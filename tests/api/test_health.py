"""GET /health/live and /health/ready."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings

from passport.actions import log
from passport.queries import readiness
from tests.cast import Cast


def test_lives_without_asking_anything(cast: Cast) -> None:
    assert cast.speak("nobody").get("/health/live").json() == {"live": True}


def test_is_ready_once_the_log_exists(cast: Cast, as_system: Callable[[], Any]) -> None:
    before = cast.speak("nobody").get("/health/ready")
    assert (before.status_code, before.json()["parts"]["log"]["good"]) == (503, False)
    with as_system():
        log.create(origin=settings.PASSPORT_LOG_ORIGIN, at=datetime.now(UTC))
    after = cast.speak("nobody").get("/health/ready")
    assert after.status_code == 200, after.json()
    assert set(after.json()["parts"]) == {"database", "migrations", "log", "disk"}


@pytest.mark.parametrize(
    ("part", "breaks"),
    {
        "database": {"look": lambda **_: None},
        "migrations": {"look": lambda **_: readiness.Readiness(unapplied=2, log_lag_seconds=None)},
        "log": {"look": lambda **_: readiness.Readiness(unapplied=0, log_lag_seconds=900.0)},
    }.items(),
)
def test_names_the_part_that_is_not_there(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, part: str, breaks: dict[str, Any]
) -> None:
    monkeypatch.setattr(readiness, "look", breaks["look"])
    answer = cast.speak("nobody").get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["parts"][part]["good"] is False
    assert settings.SECRET_KEY not in answer.content.decode()


def test_a_full_disk_is_not_ready(cast: Cast, settings: Any) -> None:
    settings.PASSPORT_DISK_FREE_PERCENT = 101
    assert cast.speak("nobody").get("/health/ready").json()["parts"]["disk"]["good"] is False
