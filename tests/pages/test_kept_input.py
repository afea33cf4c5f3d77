"""A refused form gives back what was typed where it was typed; a long list hides nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from passport.actions import naming_right
from passport.models import NamingRight, Party
from passport.models.ids import new_id
from passport.rules.naming_right import MOST_WAITING, TooManyClaims
from tests.cast import THEN, Cast, gather
from tests.pages.conftest import People
from tests.passport import admitting
from tests.passport.acting import run
from tests.passport.admitting import PASSWORD

LONG = "x" * 300


@pytest.fixture
def cast(database: str, as_system: Callable[[], Any]) -> Cast:
    """Everybody."""
    with as_system():
        return gather()


@pytest.fixture
def office(cast: Cast, as_system: Callable[[], Any]) -> Client:
    """An administrator's browser, seated."""
    ruler = admitting.first_administrator(as_system)
    browser = Client()
    browser.post("/sign-in", {"email": ruler.email, "password": PASSWORD})
    return browser


def claim(cast: Cast, who: str, value: str) -> NamingRight:
    return naming_right.claim(kind="DOMAIN", value=value, by=cast[who], at=THEN)


def test_a_reason_stands_at_the_claim_that_it_was_typed_for(
    office: Client, cast: Cast, as_system: Callable[[], Any]
) -> None:
    with as_system():
        mine, other = claim(cast, "maker", "a.example"), claim(cast, "second-maker", "b.example")
    sent = {"verdict": "ACCEPT", "reason": LONG}
    answer = office.post(f"/administration/names/{other.pk}/decide", sent)
    assert answer.status_code == 422
    assert answer.text.count(LONG) == 1
    assert f'id="reason-{other.pk}" name="reason" value="{LONG}"' in answer.text
    assert f'id="reason-{mine.pk}" name="reason" value=""' in answer.text


def test_ticked_models_and_a_typed_reason_come_back(people: People) -> None:
    model = str(people.stage.packs[0].model_id)
    wrong = {"reason": "May burn.", "model": model, "serials": "NONE-OF-OURS"}
    answer = people.at_desk("maker").post("/desk/recalls/", wrong)
    assert answer.status_code >= 400
    assert f'name="model" value="{model}" checked' in answer.text
    alarm = people.stage.ids["alarm_id"]
    answer = people.at_desk("maker").post(f"/desk/alarms/{alarm}/dismiss", {"reason": LONG})
    assert answer.status_code >= 400
    assert f'value="{LONG}"' in answer.text


def test_a_party_behind_the_first_two_hundred_is_invited_into(
    office: Client, as_system: Callable[[], Any], as_role: Callable[[str], Any]
) -> None:
    with as_role("owner"):
        run(
            "INSERT INTO passport_party (id, name, slug, country, roles, registered_at)"
            " SELECT gen_random_uuid(), 'A ' || n, 'a-' || n, 'DE', '{KEEPER}', now()"
            " FROM generate_series(1, 200) n"
        )
    with as_system():
        last = Party.objects.order_by("-name")[0]
    form = office.get(f"/administration/invitations/?kind=MEMBER&party={last.pk}").text
    assert f'value="{last.pk}" selected' in form
    assert "The first 200 by name." in form
    wrong = office.post("/administration/invitations/", {"party": str(last.pk), "kind": "MEMBER"})
    assert f'value="{last.pk}" selected' in wrong.text
    for odd in ("x", new_id()):
        assert office.get(f"/administration/invitations/?party={odd}").status_code == 200


def all_pages(office: Client) -> str:
    """Every page of what waits, one behind the other."""
    seen, link = "", ""
    while link or not seen:
        text = office.get(f"/administration/names/?after={link}").text
        seen += text
        link = text.partition('rel="next" href="?after=')[2].partition('"')[0]
    return seen


def test_claims_of_one_party_hide_no_other_s(
    office: Client, cast: Cast, as_system: Callable[[], Any], as_role: Callable[[str], Any]
) -> None:
    with as_system():
        for n in range(MOST_WAITING):
            claim(cast, "maker", f"n{n}.example")
        with pytest.raises(TooManyClaims):
            claim(cast, "maker", "one-more.example")
    with as_role("owner"):
        run(
            "INSERT INTO passport_namingright SELECT (jsonb_populate_record(r, jsonb_build_object("
            "'id', gen_random_uuid(), 'value', 'm' || n || '.example',"
            " 'stem', 'dns:example.m' || n, 'challenge',"
            " repeat('0', 36) || lpad(n::text, 4, '0')))).*"
            " FROM passport_namingright r, generate_series(1, 60) n WHERE r.value = 'n0.example'"
        )
    with as_system():
        last = claim(cast, "second-maker", "last.example")
    seen = all_pages(office)
    assert f"reason-{last.pk}" in seen
    assert seen.count("/decide") == MOST_WAITING + 60 + 1
    assert office.get("/administration/names/?after=x").status_code == 404


def test_what_is_said_of_the_record_is_true(office: Client) -> None:
    text = office.get("/administration/record/").text
    assert "not even the owner" not in text
