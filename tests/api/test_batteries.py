"""GET /api/v1/batteries, one battery, and what is inside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from passport.actions import party as parties
from passport.models import Battery
from tests.cast import THEN, Cast, Speaker, battery_line, model_line, packs, take_in

ADDRESS = "/api/v1/batteries"
SALT = "AAECAwQFBgcICQoLDA0ODw"


def test_gives_one_battery_with_decimals_as_strings(cast: Cast, pack: Battery) -> None:
    answer = cast.speak("maker").get(f"{ADDRESS}/{pack.pk}")
    assert answer.status_code == 200
    assert answer.json()["identity"] == pack.identity
    assert answer.json()["rated_capacity_ah"] == "280"
    assert answer.json()["holder"] == "maker"


def test_tells_its_maker_the_salt_that_it_drew(cast: Cast, as_system: Callable[[], Any]) -> None:
    with as_system():
        done = take_in(cast["maker"], [model_line(), battery_line("S1", log_salt=SALT)])
        assert done.accepted == 2
    (one,) = cast.speak("maker").get(ADDRESS).json()["items"]
    assert one["log_salt"] == SALT


def test_a_caller_that_has_it_gets_304(cast: Cast, pack: Battery) -> None:
    tag = cast.speak("maker").get(f"{ADDRESS}/{pack.pk}")["ETag"]
    again = cast.speak("maker").get(f"{ADDRESS}/{pack.pk}", if_none_match=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    other = cast.speak("maker").get(f"{ADDRESS}/{pack.pk}", if_none_match='"old"')
    assert other.status_code == 200


def test_foreign_and_absent_answer_alike(cast: Cast, pack: Battery) -> None:
    foreign = cast.speak("stranger").get(f"{ADDRESS}/{pack.pk}")
    absent = cast.speak("stranger").get(f"{ADDRESS}/{pack.model_id}")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    said = [
        {k: v for k, v in answer.json().items() if k not in ("instance", "trace_id")}
        for answer in (foreign, absent)
    ]
    assert said[0] == said[1]


def test_lists_in_pages_that_link_to_the_next(cast: Cast, as_system: Callable[[], Any]) -> None:
    with as_system():
        packs(cast["maker"], *(f"P{n}" for n in range(5)))
    seen, where = [], f"{ADDRESS}?limit=2"
    while where:
        answer = cast.speak("maker").get(where)
        seen += [each["serial"] for each in answer.json()["items"]]
        where = answer.json()["next"]
        assert answer.headers.get("Link") == (f'<{where}>; rel="next"' if where else None)
    assert sorted(seen) == ["P0", "P1", "P2", "P3", "P4"]


NO_PAGES = {
    "none": "limit=0",
    "too many": "limit=101",
    "less than none": "limit=-1",
    "no number": "limit=x",
    "many behind zeros": "limit=0000500000000",
    "more digits than a number is read of": f"limit=000001{'0' * 5_000}",
    "no id": "after=1",
    "no level": "level=BRICK",
    "neither true nor false": "held=1",
}


@pytest.mark.parametrize("query", NO_PAGES.values(), ids=NO_PAGES)
def test_refuses_a_page_that_there_is_not(cast: Cast, query: str) -> None:
    answer = cast.speak("maker").get(f"{ADDRESS}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "?" + query.split("=")[0]
    assert answer.json()["errors"][0]["remedy"]


def test_finds_by_level_and_by_identity(cast: Cast, pack: Battery) -> None:
    speaker = cast.speak("maker")
    cells = speaker.get(f"{ADDRESS}?level=CELL").json()["items"]
    assert sorted(each["serial"] for each in cells) == ["P1-C1", "P1-C2"]
    found = speaker.get(f"{ADDRESS}?identity={pack.identity}").json()["items"]
    assert [each["id"] for each in found] == [str(pack.pk)]


def test_tells_what_is_inside(cast: Cast, pack: Battery) -> None:
    inside = cast.speak("maker").get(f"{ADDRESS}/{pack.pk}/components").json()["items"]
    assert [(each["depth"], each["parent"]) for each in inside] == [(1, str(pack.pk))] * 2


def test_other_methods_are_refused_by_name(cast: Cast, pack: Battery) -> None:
    for method in ("PUT", "DELETE", "PATCH", "POST", "OPTIONS"):
        answer = cast.speak("maker").send(f"{ADDRESS}/{pack.pk}", {}, method=method)
        assert answer.status_code == 405
        assert "GET" in answer["Allow"]


READERS = {
    # Who reads: (status, Annex XIII 4(c); who holds it, which parties tell one another)
    "maker": (True, True),
    "keeper": (True, True),
    "auditor": (False, True),
    "authority": (False, False),
}


@pytest.mark.parametrize("who", READERS)
def test_each_reader_gets_its_own_fields(cast: Cast, pack: Battery, who: str) -> None:
    for name in ("keeper", "auditor"):
        cast.speak("maker").send(f"{ADDRESS}/{pack.pk}/grants", {"to": name})
    one = cast.speak(who).get(f"{ADDRESS}/{pack.pk}").json()
    listed = cast.speak(who).get(f"{ADDRESS}?identity={pack.identity}").json()["items"][0]
    assert one == listed
    assert ("status" in one, "holder" in one) == READERS[who]
    # The salt is for the parties as the holder is: it opens the battery's chain in the log.
    assert ("log_salt" in one) == ("holder" in one)
    assert one["identity"] == pack.identity


def test_an_authority_with_a_second_role_is_a_party_to_what_it_was_let_in_to_alone(
    cast: Cast, pack: Battery, as_system: Callable[[], Any]
) -> None:
    with as_system():
        at = THEN
        both = parties.register_party(
            name="Both",
            slug="both",
            roles=("AUTHORITY", "RECYCLER"),
            country="DE",
            did="did:web:both.example",
            at=at,
        )
        _, secret = parties.issue_api_key(party=both, name="test", scopes=parties.SCOPES, at=at)
    speaker = Speaker(secret)
    for address in (f"{ADDRESS}/{pack.pk}", f"{ADDRESS}?identity={pack.identity}", ADDRESS):
        answer = speaker.get(address).json()
        for one in answer.get("items", [answer]):
            assert not {"holder", "state", "log_salt", "status"} & one.keys(), address

    cast.speak("maker").send(f"{ADDRESS}/{pack.pk}/grants", {"to": "both"})
    one = speaker.get(f"{ADDRESS}/{pack.pk}").json()
    assert {"holder", "state", "log_salt", "status"} <= one.keys()
