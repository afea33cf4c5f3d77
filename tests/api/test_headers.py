"""The headers of every answer, and what is logged of it."""

from __future__ import annotations

import pytest

from api.http.headers import DATA_POLICY, PAGE_POLICY
from passport.models import Battery
from tests.cast import Cast

ADDRESSES = ("/api/v1/whoami", "/log/checkpoint", "/health/live", "/no-such-page", "/sign-in")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_guarded(cast: Cast, address: str) -> None:
    answer = cast.speak("nobody").get(address, accept="text/html")
    page = answer["Content-Type"].startswith("text/html")
    assert answer["Content-Security-Policy"] == (PAGE_POLICY if page else DATA_POLICY)
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert len(answer["X-Trace-Id"]) == 32


KEPT = {
    "/api/v1/whoami": "no-store",
    "/api/v1/batteries": "no-store",
    "/api/v1/batteries/{pack}": "private, no-cache",
    "/api/v1/batteries/{pack}/events": "no-store",
    "/api/v1/nothing": "no-store",
    "/api/v1/openapi.json": "public, max-age=300",
}


@pytest.mark.parametrize("address", KEPT)
def test_no_cache_keeps_what_a_party_reads(cast: Cast, pack: Battery, address: str) -> None:
    maker, address_ = cast.speak("maker"), address.replace("{pack}", str(pack.pk))
    answer = maker.get(address_)
    assert answer["Cache-Control"] == KEPT[address]
    if "ETag" in answer:
        again = maker.get(address_, if_none_match=answer["ETag"])
        assert (again.status_code, again["Cache-Control"]) == (304, KEPT[address])


def test_a_trace_of_the_callers_own_is_kept(cast: Cast) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    header = f"00-{trace}-b7ad6b7169203331-01"
    assert cast.speak("nobody").get("/health/live", traceparent=header)["X-Trace-Id"] == trace
    for wrong in ("00-" + "0" * 32 + "-b7ad6b7169203331-01", "x\r\ny: z", "00"):
        assert cast.speak("nobody").get("/health/live", traceparent=wrong)["X-Trace-Id"] != trace


def test_no_line_of_the_log_holds_a_key(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    cast.speak("maker").get("/api/v1/whoami?token=" + cast.secrets["maker"])
    assert "answered" in caplog.text
    said = "".join(
        str(vars(record)) for record in caplog.records if record.name == "api.http.trace"
    )
    assert cast.secrets["maker"] not in said
