"""A connection is asked whether it lives once a second, and after an error at once."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from api.http import connections
from api.http.connections import TRUSTED_S, Connections


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    clock = SimpleNamespace(now=1000.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(connections, "time", clock)
    return clock


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What Django keeps of a connection; it forgets between two requests that it asked."""
    kept = SimpleNamespace(health_check_done=False)
    monkeypatch.setattr(connections, "connection", kept)
    return kept


def test_it_is_asked_once_a_second(clock: SimpleNamespace, kept: SimpleNamespace) -> None:
    asked = []

    def view(request: object) -> HttpResponse:
        if not kept.health_check_done:
            asked.append(clock.now)
            kept.health_check_done = True
        return HttpResponse()

    serve = Connections(view)
    for clock.now in (1000.0, 1000.9, 1000.0 + TRUSTED_S, 1001.9, 1002.1):
        kept.health_check_done = False
        serve(RequestFactory().get("/"))
    assert asked == [1000.0, 1001.0, 1002.1]


def test_what_asks_no_database_says_nothing_of_it(
    clock: SimpleNamespace, kept: SimpleNamespace
) -> None:
    seen = []

    def view(request: object) -> HttpResponse:
        seen.append(kept.health_check_done)
        return HttpResponse()

    serve = Connections(view)
    for _ in range(3):
        kept.health_check_done = False
        serve(RequestFactory().get("/"))
    assert seen == [False, False, False]
