"""One's own account in pages: sessions end, nobody learns who has one, tries are held to a rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from passport.actions import link
from passport.models import OneTimeLink
from tests.passport import admitting
from tests.passport.admitting import PASSWORD

NEW = "another horse, another battery"
KIM = "kim@k.example"


@pytest.fixture
def ruler(database: str, as_system: Callable[[], Any]) -> admitting.Ruler:
    """An administrator, who has invited Kim."""
    made = admitting.first_administrator(as_system)
    invited = link.invite(kind="PERSON", email=KIM, party_id=None, mailed=False, seat=made.seat)
    admitting.take(invited.token, name="Kim")
    return made


def sign_in(place: int, password: str = PASSWORD, email: str = KIM) -> Client:
    client = Client(REMOTE_ADDR=f"10.7.0.{place}")
    client.post("/sign-in", {"email": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def test_a_changed_password_ends_every_other_session(ruler: Any) -> None:
    here, there = sign_in(1), sign_in(2)
    wrong = here.post("/account/password", {"old": "nearly", "password": NEW})
    assert (wrong.status_code, 'id="old"' in wrong.text) == (422, True)
    weak = here.post("/account/password", {"old": PASSWORD, "password": "short"})
    assert 'href="#password"' in weak.text
    done = here.post("/account/password", {"old": PASSWORD, "password": NEW})
    assert done["Location"] == "/account?changed"
    assert (is_in(here), is_in(there)) == (True, False)
    assert not is_in(sign_in(3))
    assert is_in(sign_in(4, NEW))


def test_signing_out_everywhere_ends_every_session(ruler: Any) -> None:
    here, there = sign_in(5), sign_in(6)
    assert is_in(here)
    here.post("/account/sign-out-everywhere")
    assert (is_in(here), is_in(there)) == (False, False)


def test_a_reset_ends_every_session_and_signs_in_here(ruler: Any) -> None:
    there, office = sign_in(7), sign_in(8, email=ruler.email)
    page = office.get("/administration/people/").text
    person = page[: page.index(">Kim<")].rpartition('href="')[2].partition('"')[0]
    text = office.post(person + "reset").text
    token = text.partition("/link?token=")[2].partition("<")[0]
    here = Client(REMOTE_ADDR="10.7.0.9")
    here.get(f"/link?token={token}")
    assert here.post("/link", {"password": "short"}).status_code == 422
    assert here.post("/link", {"password": NEW})["Location"] == "/desk/"
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.mark.parametrize("mails", [False, True])
def test_asking_for_a_new_password_says_the_same_to_everybody(
    ruler: Any, settings: Any, as_system: Callable[[], Any], mails: bool
) -> None:
    settings.PASSPORT_MAILS = mails
    told = []
    for email in (KIM, "nobody@k.example"):
        answer = Client(REMOTE_ADDR="10.7.0.10").post("/forgotten", {"email": email})
        told.append((answer.status_code, answer.text.replace(email, "…")))
    assert told[0] == told[1]
    with as_system():
        asked = OneTimeLink.objects.get(kind="RESET")
        assert (asked.by_mail, asked.token_sha256) == (mails, None)


def test_tries_are_held_to_a_rate(ruler: Any) -> None:
    asking = Client(REMOTE_ADDR="10.7.0.11")
    answers = [asking.post("/forgotten", {"email": KIM}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    changing = sign_in(12)
    form = {"old": "guess", "password": NEW}
    answers = [changing.post("/account/password", form).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    door = sign_in(13, email=ruler.email)
    answers = [
        door.post("/administration/enter", {"password": "guess"}).status_code for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]


def test_nobody_has_an_account(database: str) -> None:
    for method, address in (
        ("get", "/account"), ("post", "/account/password"), ("post", "/account/sign-out-everywhere")
    ):  # fmt: skip
        answer = getattr(Client(), method)(address)
        assert answer["Location"] == "/sign-in?next=%2Faccount", address


def test_passwords_are_long_and_hashed_slowly() -> None:
    assert django_settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert {"min_length": 12} in [
        each["OPTIONS"] for each in django_settings.AUTH_PASSWORD_VALIDATORS
    ]
