"""Serials over HTTP: issued to a maker, once, even when the request comes twice."""

from __future__ import annotations

from passport.models import Battery
from tests.cast import PACK_GTIN, Cast

ADDRESS = "/api/v1/serials"


def test_issues_serials_and_gives_them_again(cast: Cast, pack: Battery) -> None:
    maker = cast.speak("maker")
    made = maker.send(ADDRESS, {"model": "PACK-12", "count": 25})

    assert made.status_code == 201
    assert len(set(made.json()["serials"])) == 25
    assert made.json()["gtin"] == PACK_GTIN
    assert maker.get(made["Location"]).json() == made.json()
    (listed,) = maker.get(ADDRESS).json()["items"]
    assert listed == {name: made.json()[name] for name in ("id", "model", "count", "issued_at")}
    assert cast.speak("second-maker").get(made["Location"]).status_code == 404


def test_a_request_that_comes_twice_issues_once(cast: Cast, pack: Battery) -> None:
    maker, asked = cast.speak("maker"), {"model": "PACK-12", "count": 3}
    one = maker.send(ADDRESS, asked, idempotency_key="k")
    two = maker.send(ADDRESS, asked, idempotency_key="k")

    assert one.json() == two.json()
    assert len(maker.get(ADDRESS).json()["items"]) == 1
    three = maker.send(ADDRESS, asked, idempotency_key="other")
    assert not set(three.json()["serials"]) & set(one.json()["serials"])


def test_says_what_is_wrong(cast: Cast, pack: Battery) -> None:
    maker = cast.speak("maker")
    for body, status, pointer in (
        ({"model": "NONE", "count": 1}, 404, "/model"),
        ({"model": "PACK-12", "count": 0}, 400, "/count"),
        ({"model": "PACK-12", "count": 10_001}, 400, "/count"),
        ({"model": "PACK-12"}, 400, "/count"),
    ):
        refused = maker.send(ADDRESS, body)
        assert refused.status_code == status, refused.content
        assert refused.json()["errors"][0]["pointer"] == pointer
        assert refused.json()["errors"][0]["remedy"]
    assert cast.speak("keeper").get(ADDRESS).status_code == 403
