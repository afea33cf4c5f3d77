"""Queries with a name find what they would find unnamed, for whoever named them, until they end."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError

from passport.models import EpcisQuery
from passport.rules import epcis_named
from tests.api.capturing import captured, document, numbered, seen
from tests.passport.acting import acting, run

QUERIES = "/epcis/queries"


def found(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    results = answer.json()["epcisBody"]["queryResults"]
    return [each["eventID"] for each in results["resultsBody"]["eventList"]]


@pytest.fixture
def maker(cast: Any, as_system: Any, pack: Any) -> Any:
    """Three events of the maker's, one of which is no shipping."""
    speaker = cast.speak("maker")
    events = [
        seen(pack.identity, eventID=numbered(n), eventTime=f"2026-01-20T10:00:0{n}Z",
             bizStep="receiving" if n == 1 else "shipping")
        for n in range(3)
    ]  # fmt: skip
    assert captured(speaker, as_system, document(*events))["accepted"] == 3
    return speaker


def test_a_named_query_finds_page_by_page_what_it_would_find_unnamed(maker: Any) -> None:
    asked = {"EQ_bizStep": "shipping", "GE_eventTime": "2026-01-20T10:00:00Z"}
    made = maker.send(QUERIES, {"name": "shipped", "query": asked})
    assert (made.status_code, made["Location"]) == (201, f"{QUERIES}/shipped"), made.content
    assert maker.get(made["Location"]).json()["query"] == {
        name: [value] for name, value in asked.items()
    }
    first = maker.get(f"{QUERIES}/shipped/events?perPage=1")
    following = first["Link"].partition(">")[0].removeprefix("<")
    second = maker.get(following)
    assert found(first) + found(second) == [numbered(2), numbered(0)]
    assert [each["name"] for each in maker.get(QUERIES).json()] == ["shipped"]
    # What a page leads to is of the query that it was asked with.
    token = following.partition("nextPageToken=")[2]
    assert maker.get(f"/epcis/events?nextPageToken={token}").status_code == 400


def test_it_is_nobody_elses_and_ends(cast: Any, maker: Any, as_role: Any) -> None:
    body = {"name": "shipped", "query": {"EQ_bizStep": ["shipping"]}}
    assert maker.send(QUERIES, body).status_code == 201
    assert maker.send(QUERIES, body).status_code == 409
    other = cast.speak("keeper")
    here = f"{QUERIES}/shipped"
    for method in ("GET", "DELETE"):
        assert other.send(here, None, method=method).status_code == 404
    assert other.get(f"{here}/events").status_code == 404
    assert other.send(QUERIES, body).status_code == 201
    with as_role("app"):
        with acting(cast["maker"]):
            assert EpcisQuery.objects.count() == 1
        for statement in ("UPDATE passport_epcisquery SET ended_at = now()",):
            with acting(cast["stranger"]):
                assert run(statement) == 0
        with pytest.raises(DatabaseError), acting(cast["maker"]):
            run("UPDATE passport_epcisquery SET name = 'x'")
    assert maker.send(here, None, method="DELETE").status_code == 204
    assert maker.get(f"{here}/events").status_code == 404
    assert maker.send(QUERIES, body).status_code == 201, "its name is free again"


WRONG: dict[str, tuple[Any, str]] = {
    "no such parameter": ({"name": "x", "query": {"EQ_nothing": ["x"]}}, "QueryParameterException"),
    "pages": ({"name": "x", "query": {"perPage": 3}}, "QueryValidationException"),
    "a value that is none": ({"name": "x", "query": {"EQ_action": {}}}, "QueryValidationException"),
    "a name for no address": ({"name": "a/b", "query": {}}, "QueryValidationException"),
    "no query": ({"name": "x"}, "ValidationException"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_asked_is_not_named(cast: Any, case: str) -> None:
    body, name = WRONG[case]
    answer = cast.speak("maker").send(QUERIES, body)
    assert answer.status_code in (400, 422)
    assert answer.json()["type"] == f"epcisException:{name}"


def test_it_keeps_what_its_prefixes_stood_for_and_asks_nothing_more(
    cast: Any, as_system: Any, pack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = cast.speak("maker")
    own = [
        {"ex": "https://example.org/"},
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    ]
    event = seen(pack.identity, eventID=numbered(7), **{"ex:colour": "red"})
    captured(maker, as_system, document(event, context=own))
    body = {"name": "red", "query": {"EQ_other:colour": ["red"]}}
    named = maker.send(QUERIES, body, **{"GS1-Extensions": "other=https://example.org/"})
    assert named.status_code == 201, named.content
    assert found(maker.get(f"{QUERIES}/red/events")) == [numbered(7)]
    assert maker.get(f"{QUERIES}/red/events?EQ_action=ADD").status_code == 400
    monkeypatch.setattr("passport.actions.epcis_query.MOST", 1)
    assert maker.send(QUERIES, body | {"name": "again"}).status_code == 422
    assert epcis_named.MOST == 100
