"""Address × role × own, foreign and absent object, derived from the URL configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern

from api import urls
from api.http.permissions import Needs
from passport.models.ids import new_id
from tests.api.expectations import EXCEPTIONS, EXPECTED, SAME_FOR_ALL
from tests.api.rows import EVERYBODY, Row
from tests.api.stage import NOW, Stage
from tests.databases import Beginning, Cluster, entered

METHODS = ("get", "post", "put", "patch", "delete", "options")
# Words of a standard by which things are asked for.
WORDS = {"event_type", "step", "location", "place", "disposition", "token"}
UNRELATED = ("second-maker", "workshop", "auditor", "stranger")


def routes() -> dict[str, Any]:
    """Every method of every view of the API, by "METHOD /address"."""
    found = {}
    for each in urls.machines:
        assert isinstance(each, URLPattern)
        view = getattr(each.callback, "view_class", None)
        if view is None:
            continue
        for method in set(METHODS) & set(view.http_method_names):
            if hasattr(view, method):
                found[f"{method.upper()} /{each.pattern}"] = view
    return found


@pytest.fixture(scope="module")
def stage(cluster: Cluster, staged: Beginning, django_db_blocker: Any) -> Iterator[Stage]:
    """One stage for the whole table: each knock is rolled back."""
    name = cluster.clone(staged.database)
    with django_db_blocker.unblock(), entered(cluster.address, name, "app"):
        yield deepcopy(staged.made)
    cluster.drop(name)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.trace.now", lambda: NOW)


def test_every_route_has_an_expectation_and_every_expectation_a_route() -> None:
    assert set(routes()) == set(EXPECTED)


def test_every_route_names_who_may() -> None:
    for key, view in routes().items():
        assert isinstance(view.needs.get(key.split()[0]), Needs), key


def test_every_other_address_of_the_api_is_public_on_purpose() -> None:
    plain = [
        str(each.pattern) for each in urls.machines if not hasattr(each.callback, "view_class")
    ]
    assert plain == ["api/v1/openapi.json"]


def test_every_address_that_answers_all_alike_is_public_on_purpose() -> None:
    told = {*urls.machines, *urls.pages, *urls.office}
    public = [str(each.pattern) for each in urls.urlpatterns if each not in told]
    named = {each for each in public if not each.startswith("^")}
    assert len(public) == len(named) + 2, "the last two are patterns"
    assert named | {"links of every other key", "compressed links"} == set(SAME_FOR_ALL)


@pytest.mark.parametrize("name", SAME_FOR_ALL)
def test_a_key_changes_nothing_in_what_is_public(stage: Stage, name: str) -> None:
    for ask in ("", "?linkType=linkset"):
        heard = set()
        for who in ("nobody", *EVERYBODY.split()):
            answer = stage.cast.speak(who).get(SAME_FOR_ALL[name] + ask)
            text = re.sub(r"[0-9a-f]{32}", "", answer.getvalue().decode("utf-8", "replace"))
            heard.add((answer.status_code, answer.get("Location"), text))
        assert len(heard) == 1, heard
        # The name of a battery is what is asked for; our own ids are nobody's business.
        ids = [each for each in secrets(stage) if not each.startswith("https://")]
        assert not [each for each in ids if each in str(heard)]


@pytest.mark.parametrize("key", EXPECTED)
def test_answers_each_role_as_expected(stage: Stage, key: str) -> None:
    row = EXPECTED[key]
    wrong = []
    for who in (*EVERYBODY.split(), "nobody"):
        status, text = knock(stage, key, row, who, stage.ids)
        expected = EXCEPTIONS.get((key, who), row.expected(who))
        if status != expected:
            wrong.append(f"{who}: {status}, not {expected}: {text[:300]}")
        if who in UNRELATED and status < 400:
            wrong += [f"{who} reads {each}" for each in secrets(stage) if each in text]
    assert not wrong, "\n".join(wrong)


# What can be done at an address is told whatever lies there.
@pytest.mark.parametrize(
    "key", [key for key in EXPECTED if "<" in key and not key.startswith("OPTIONS ")]
)
def test_an_absent_object_is_as_absent_as_a_foreign_one(stage: Stage, key: str) -> None:
    row = EXPECTED[key]
    absent = {name: new_id() for name in stage.ids}
    for who in (*EVERYBODY.split(), "nobody"):
        status, text = knock(stage, key, row, who, absent)
        barred = row.expected(who) if row.expected(who) in (401, 403) else 404
        assert status == barred, (who, text[:300])


@pytest.mark.parametrize("key", [key for key in EXPECTED if key.startswith("GET ")])
def test_head_says_what_get_would(stage: Stage, key: str) -> None:
    row, head = EXPECTED[key], key.replace("GET ", "HEAD ")
    for who in ("maker", "keeper", "stranger", "nobody"):
        wanted, _ = knock(stage, key, row, who, stage.ids)
        assert knock(stage, head, row, who, stage.ids) == (wanted, ""), who


def knock(stage: Stage, key: str, row: Row, who: str, ids: dict[str, Any]) -> tuple[int, str]:
    """Send one request and undo what it did."""
    method, address = key.split()
    address = re.sub(r"<\w+:(\w+)>", lambda match: str(ids[match[1]]), address)
    body = row.body if row.body is not None else {}
    if not isinstance(body, bytes):
        body = json.dumps(body)
        for name in ("battery_id", "cell_id", "order_id", "planned_id"):
            body = body.replace(f"{{{name}}}", str(ids[name]))
    with transaction.atomic():
        speaker = stage.cast.speak(who)
        if method == "GET":
            answer = speaker.get(address)
        elif method == "HEAD":
            answer = speaker.client.head(address)
        else:
            answer = speaker.send(
                address, body, method=method, content_type=row.media_type, idempotency_key="k"
            )
        text = answer.getvalue().decode("utf-8", "replace")
        transaction.set_rollback(True)
    return answer.status_code, text


def secrets(stage: Stage) -> list[str]:
    """What only the parties concerned may learn of this stage."""
    open_to_all = {"model_id", "programme_id", "recall_id", *WORDS}
    ids = [str(value) for name, value in stage.ids.items() if name not in open_to_all]
    packs = [text for pack in stage.packs for text in (str(pack.pk), pack.identity)]
    return ids + packs
