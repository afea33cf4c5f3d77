"""Which messages there are, where they go, and when they are tried again."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from passport.rules.lifecycle import EventKind
from passport.rules.webhook import (
    KINDS,
    LIMITS_CHANGED,
    SCHEDULE_S,
    BadAddress,
    UnknownKind,
    Verdict,
    check_kinds,
    check_url,
    failing_since,
    is_over,
    judge,
    kinds_of_event,
    message_id,
    next_try_s,
    retry_after,
    wants,
)

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
GOOD = (
    "https://example.com/",
    "https://hooks.example.com/a/b?c=d",
    "https://example.com:443/x",
    "https://example.com:8443",
    "https://xn--bcher-kva.example/hooks",
)
BAD = {
    "http": "http://example.com/",
    "another scheme": "ftp://example.com/",
    "no scheme": "example.com/hooks",
    "no host": "https:///hooks",
    "a name without a domain": "https://intranet/hooks",
    "this machine": "https://localhost/",
    "a number": "https://127.0.0.1/",
    "a number in one": "https://2130706433/",
    "a number in hex": "https://0x7f.0x1/",
    "a number in IPv6": "https://[::1]/",
    "a number mapped": "https://[::ffff:127.0.0.1]/",
    "a broken bracket": "https://[::1/",
    "somebody signed in": "https://user@example.com/",
    "somebody with a password": "https://:secret@example.com/",
    "a fragment": "https://example.com/#x",
    "an empty fragment": "https://example.com/#",
    "a trailing dot": "https://example.com./",
    "a dot of another script": "https://127。0。0。1/",
    "a space": "https://example.com/a b",
    "a line break": "https://example.com/\r\nX: y",
    "a port of something else": "https://example.com:22/",
    "a port that is none": "https://example.com:99999/",
    "too long": "https://example.com/" + "a" * 500,
    "nothing": "",
}


@pytest.mark.parametrize("url", GOOD)
def test_an_https_address_of_a_name_is_called(url: str) -> None:
    assert check_url(url, loopback=False) == url


@pytest.mark.parametrize("what", BAD)
def test_other_addresses_are_refused(what: str) -> None:
    with pytest.raises(BadAddress) as refused:
        check_url(BAD[what], loopback=False)
    assert (refused.value.pointer, bool(refused.value.remedy)) == ("/url", True)


def test_this_machine_is_called_where_the_setting_lets_it() -> None:
    for url in ("http://127.0.0.1:9/", "http://localhost:9/x", "https://localhost/"):
        assert check_url(url, loopback=True) == url
    for url in ("http://10.0.0.1/", "http://example.com/", "ftp://localhost/"):
        with pytest.raises(BadAddress):
            check_url(url, loopback=True)


def test_each_event_has_a_message_and_some_change_the_limits() -> None:
    for kind in EventKind:
        assert set(kinds_of_event(kind)) <= set(KINDS)
    assert kinds_of_event("HANDED_OVER") == ("battery.handed_over",)
    assert kinds_of_event("HEALTH_READ") == ("battery.health_read", LIMITS_CHANGED)


def test_kinds_are_kept_in_order_and_once() -> None:
    asked = [LIMITS_CHANGED, "battery.retired", LIMITS_CHANGED]
    assert check_kinds(asked) == ("battery.retired", LIMITS_CHANGED)
    assert check_kinds([]) == ()
    with pytest.raises(UnknownKind, match=r"battery\.exploded"):
        check_kinds(["battery.exploded"])


def test_no_kinds_are_all() -> None:
    assert wants(kinds=[], kind="recall.opened")
    assert wants(kinds=["recall.opened"], kind="recall.opened")
    assert not wants(kinds=["recall.opened"], kind="recall.closed")


def test_a_message_has_one_name_for_each_endpoint() -> None:
    here, there = uuid.UUID(int=1), uuid.UUID(int=2)
    name = message_id(endpoint=here, kind="recall.opened", about="7")
    assert name == message_id(endpoint=here, kind="recall.opened", about="7")
    others = {
        message_id(endpoint=there, kind="recall.opened", about="7"),
        message_id(endpoint=here, kind="recall.closed", about="7"),
        message_id(endpoint=here, kind="recall.opened", about="8"),
    }
    assert len(others | {name}) == 4
    assert name.startswith("msg_")
    assert "." not in name
    assert len(name) <= 40


def test_the_schedule_is_the_standard_s_with_some_jitter() -> None:
    assert SCHEDULE_S == (0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    assert next_try_s(tried=1, jitter_permille=0, retry_after_s=None) == 5
    assert next_try_s(tried=2, jitter_permille=100, retry_after_s=None) == 330
    assert next_try_s(tried=2, jitter_permille=9_999, retry_after_s=None) == 330
    assert next_try_s(tried=10, jitter_permille=0, retry_after_s=60) is None


def test_who_asks_for_time_gets_up_to_an_hour() -> None:
    assert next_try_s(tried=1, jitter_permille=0, retry_after_s=60) == 60
    assert next_try_s(tried=1, jitter_permille=0, retry_after_s=10**9) == 3600
    assert next_try_s(tried=5, jitter_permille=0, retry_after_s=60) == 18000


MEANS = {
    None: Verdict.FAILED, 200: Verdict.DELIVERED, 204: Verdict.DELIVERED, 299: Verdict.DELIVERED,
    199: Verdict.FAILED, 301: Verdict.FAILED, 307: Verdict.FAILED, 400: Verdict.FAILED,
    404: Verdict.FAILED, 410: Verdict.GONE, 429: Verdict.THROTTLED, 500: Verdict.FAILED,
    502: Verdict.THROTTLED, 503: Verdict.THROTTLED, 504: Verdict.THROTTLED,
}  # fmt: skip


@pytest.mark.parametrize("status", MEANS)
def test_what_a_status_means(status: int | None) -> None:
    assert judge(status) is MEANS[status]


AFTER = {
    None: None, "": None, "90": 90, "0": 0, "-1": None, "1e3": None, "soon": None,
    "9999999999": None, "Mon, 05 Jan 2026 08:01:00 GMT": 60, "Mon, 05 Jan 2026 07:00:00 GMT": 0,
    "Mon, 05 Jan 2026 08:01:00 -0000": None,
}  # fmt: skip


@pytest.mark.parametrize("text", AFTER)
def test_retry_after_is_seconds_or_a_moment(text: str | None) -> None:
    assert retry_after(text, at=NOW) == AFTER[text]


def test_an_endpoint_has_its_days() -> None:
    assert not is_over(failing_since=None, at=NOW, days=5)
    assert not is_over(failing_since=NOW - timedelta(days=4), at=NOW, days=5)
    assert is_over(failing_since=NOW - timedelta(days=5), at=NOW, days=5)


def test_it_has_failed_since_the_first_try_with_no_long_pause_after_it() -> None:
    days = [NOW + timedelta(days=day) for day in (0, 1, 3, 5.5, 6)]
    assert failing_since(tries=[]) is None
    assert failing_since(tries=days[:3]) == days[0]
    assert failing_since(tries=days) == days[3]
