"""A key that goes wild is told to wait; the others are not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from api.http import throttles
from tests.cast import Cast


def test_a_bucket_fills_again() -> None:
    buckets = throttles.Buckets()
    waits = [buckets.take("a", rate=2, burst=2, now=0.0) for _ in range(3)]
    assert waits == [0, 0, 0.5]
    assert buckets.take("b", rate=2, burst=2, now=0.0) == 0
    assert buckets.take("a", rate=2, burst=2, now=0.5) == 0


def test_the_oldest_names_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttles, "REMEMBERED", 3)
    buckets = throttles.Buckets()
    for name in "abcdef":
        buckets.take(name, rate=1, burst=1, now=0.0)
    assert len(buckets._filled) == 3


def test_a_key_above_its_rate_gets_429_with_retry_after(cast: Cast, settings: Any) -> None:
    settings.PASSPORT_REQUESTS_PER_SECOND = 0.5
    statuses = [cast.speak("maker").get("/api/v1/whoami").status_code for _ in range(2)]
    assert statuses == [200, 429]
    answer = cast.speak("maker").get("/api/v1/whoami")
    assert int(answer["Retry-After"]) >= 1
    assert cast.speak("keeper").get("/api/v1/whoami").status_code == 200


# What X-Forwarded-For says → who it is that asks, where a proxy at 10.3.0.1 wrote its last hop.
HOPS = {
    "10.2.0.1": "10.2.0.1",
    "made.up, 6.6.6.6, 10.2.0.1": "10.2.0.1",
    "10.2.0.1:4711": "10.2.0.1",
    "2001:db8:1:2::7": "2001:db8:1:2::/64",
    "[2001:db8:1:2::8]:4711": "2001:db8:1:2::/64",
    "2001:db8:1:3::7": "2001:db8:1:3::/64",
    "unknown": "10.3.0.1",
    "10.2.0.1, ": "10.3.0.1",
    "": "10.3.0.1",
}


@pytest.mark.parametrize("hops", HOPS)
def test_behind_a_proxy_the_last_hop_says_who_asks(settings: Any, hops: str) -> None:
    request = RequestFactory(REMOTE_ADDR="10.3.0.1").get("/", headers={"x-forwarded-for": hops})
    settings.PASSPORT_BEHIND_PROXY = True
    assert throttles.place_of(request) == HOPS[hops]
    settings.PASSPORT_BEHIND_PROXY = False
    assert throttles.place_of(request) == "10.3.0.1"
