"""Signing in: works, refuses without telling why, is held to a rate, leads nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from passport.actions import party
from tests.cast import THEN
from tests.pages.conftest import PASSWORD

EMAIL = "keeper@people.example"


@pytest.fixture
def person(database: str, as_system: Callable[[], Any]) -> Any:
    """Somebody who belongs to one party."""
    with as_system():
        made = party.register_person(email=EMAIL, name="Kim", password=PASSWORD)
        keeper = party.register_party(
            name="Keeper", slug="keeper", roles=["KEEPER"], country="DE", did=None, at=THEN
        )
        party.join(person=made, party=keeper, at=THEN)
    return made


def attempt(client: Client, password: str = PASSWORD, *, hops: str = "", **more: str) -> Any:
    """Send the form of the sign-in page; `hops` is what X-Forwarded-For says."""
    headers = {"x-forwarded-for": hops} if hops else {}
    form = {"email": EMAIL, "password": password, **more}
    return client.post("/sign-in", form, headers=headers)


def test_lets_a_person_in_and_out_again(person: Any) -> None:
    client = Client(REMOTE_ADDR="10.1.0.1")
    answer = attempt(client)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert "Kim" in client.get("/desk/").text
    assert client.post("/sign-out").status_code == 302
    assert client.get("/desk/")["Location"].startswith("/sign-in")


def test_refuses_a_wrong_password_and_an_unknown_person_in_the_same_words(person: Any) -> None:
    client = Client(REMOTE_ADDR="10.1.0.2")
    wrong = attempt(client, "nearly right")
    unknown = client.post("/sign-in", {"email": "no@people.example", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.context["refusals"] == unknown.context["refusals"]
    assert f'value="{EMAIL}"' in wrong.text, "the e-mail address is kept"
    assert "nearly right" not in wrong.text


def test_slows_down_whoever_tries_too_often(person: Any) -> None:
    client = Client(REMOTE_ADDR="10.1.0.3")
    answers = [attempt(client, f"guess {n}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 30
    assert "Too many tries" in answers[-1].text
    assert attempt(client).status_code == 429, "the right password waits too"
    assert attempt(Client(REMOTE_ADDR="10.1.0.4")).status_code == 302, "others do not"


@pytest.mark.parametrize(("hops", "last"), [("{n}.0.0.1, 10.2.0.1", 429), ("10.2.1.{n}", 422)])
def test_behind_a_proxy_each_place_has_tries_of_its_own(
    person: Any, settings: Any, hops: str, last: int
) -> None:
    settings.PASSPORT_BEHIND_PROXY = True
    client = Client(REMOTE_ADDR="10.3.0.1")
    answers = [attempt(client, f"guess {n}", hops=hops.format(n=n)) for n in range(1, 12)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [last]


def test_without_a_proxy_nobody_chooses_his_own_place(person: Any) -> None:
    client = Client(REMOTE_ADDR="10.4.0.1")
    answers = [attempt(client, f"guess {n}", hops=f"10.5.0.{n}") for n in range(11)]
    assert answers[-1].status_code == 429


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/desk/plans/", "/desk/plans/"),
        ("https://evil.example/", "/desk/"),
        ("//evil.example/", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
    ],
)
def test_leads_back_to_this_house_only(asked: str, goes: str, person: Any) -> None:
    client = Client(REMOTE_ADDR=f"10.1.1.{len(asked)}")
    assert attempt(client, next=asked)["Location"] == goes


def test_a_form_without_its_token_changes_nothing(person: Any) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    answer = attempt(client)
    assert answer.status_code == 403
    assert "no longer valid" in answer.text


def test_signs_in_in_a_browser_that_sends_the_token(person: Any) -> None:
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR="10.1.0.6")
    token = client.get("/sign-in").context["csrf_token"]
    assert attempt(client, csrfmiddlewaretoken=str(token)).status_code == 302


def test_a_person_of_no_party_is_told_so(database: str, as_system: Callable[[], Any]) -> None:
    with as_system():
        alone = party.register_person(email=EMAIL, name="Kim", password=PASSWORD)
    client = Client(headers={"accept": "text/html"})
    client.force_login(alone)
    answer = client.get("/desk/")
    assert answer.status_code == 403
    assert "no party has taken you in" in answer.text
