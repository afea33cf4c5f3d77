"""The administrators' office: every address × who asks, derived from the URL configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from api import urls
from passport.actions import document, link, naming_right, party
from passport.models.ids import new_id
from tests.cast import THEN, gather
from tests.databases import Cluster, entered
from tests.passport import admitting
from tests.passport.acting import acting, run
from tests.passport.admitting import PASSWORD

OFFICE = "/administration/"
# What a POST sends, and what it is answered with; every other address only reads.
FORMS: dict[str, tuple[dict[str, str], int]] = {
    "enter": ({"password": PASSWORD}, 302),
    "applications/<uuid:application_id>/approve": ({"slug": "nordic"}, 200),
    "applications/<uuid:application_id>/refuse": ({"reason": "No licence."}, 302),
    "parties/<uuid:party_id>/members/<uuid:membership_id>/end": ({}, 302),
    "names/<uuid:right_id>/decide": ({"verdict": "ACCEPT", "reason": "Licence seen."}, 302),
    "people/<uuid:person_id>/reset": ({}, 200),
    "people/<uuid:person_id>/close": ({}, 302),
    "people/<uuid:person_id>/reopen": ({}, 302),
    "people/<uuid:person_id>/end-administrator": ({}, 302),
    "invitations/": ({"kind": "PERSON", "email": "new@people.example"}, 200),
    "invitations/<uuid:link_id>/revoke": ({}, 302),
}


@dataclass
class Office:
    """Who asks, and the ids by which addresses are filled."""

    browsers: dict[str, Client]
    ids: dict[str, Any]


def addresses() -> list[str]:
    """Every address of the office."""
    assert all(isinstance(each, URLPattern) for each in urls.office)
    return ["/" + str(each.pattern) for each in urls.office]


@pytest.fixture(scope="module")
def office(cluster: Cluster, template: str, django_db_blocker: Any) -> Iterator[Office]:
    """One installation for the whole table: each knock is rolled back."""
    name = cluster.clone(template)

    def as_system() -> Any:
        return entered(cluster.address, name, "system")

    with django_db_blocker.unblock(), entered(cluster.address, name, "app"):
        yield _furnish(as_system)
    cluster.drop(name)


def _furnish(as_system: Callable[[], Any]) -> Office:
    ruler = admitting.first_administrator(as_system)
    invite = {"mailed": False, "seat": ruler.seat, "party_id": None}
    made = link.invite(kind="ADMINISTRATOR", email="bea@operator.example", **invite)
    bea = admitting.take(made.token, name="Bea")
    link.invite(kind="PERSON", email="open@people.example", **invite)
    admitting.hand_in()
    with as_system():
        cast = gather()
        person = party.register_person(email="m@maker.example", name="Mo", password=PASSWORD)
        party.join(person=person, party=cast["maker"], at=THEN)
        paper = document.store(
            content=admitting.PDF, media_type="application/pdf", by=cast["maker"], at=THEN
        )
        right = naming_right.claim(
            kind="GS1_PREFIX", value="7350053", by=cast["maker"], at=THEN,
            document_sha256=bytes(paper.sha256),
        )  # fmt: skip
        queries = {
            "application_id": "SELECT id FROM passport_application",
            "evidence_id": "SELECT id FROM passport_evidence",
            "membership_id": "SELECT id FROM passport_membership",
            "link_id": "SELECT id FROM passport_onetimelink WHERE used_at IS NULL",
        }
        ids = {name: run(query)[0][0] for name, query in queries.items()}
    ids |= {"party_id": cast["maker"].pk, "person_id": bea, "right_id": right.pk}
    browsers = {name: Client() for name in ("nobody", "member", "standing", "seated")}
    browsers["member"].force_login(person)
    for name in ("standing", "seated"):
        browsers[name].post("/sign-in", {"email": ruler.email, "password": PASSWORD})
    del browsers["standing"].cookies["sitting"]
    return Office(browsers, ids)


def knock(office: Office, who: str, method: str, address: str, ids: Any = None) -> Any:
    """Send one request and undo what it did."""
    filled = re.sub(r"<\w+:(\w+)>", lambda match: str((ids or office.ids)[match[1]]), address)
    form = FORMS.get(address.removeprefix(OFFICE), ({}, 0))[0]
    browser = office.browsers[who]
    kept = browser.cookies.copy()
    with transaction.atomic():
        answer = getattr(browser, method.lower())(filled, form or None)
        transaction.set_rollback(True)
    browser.cookies = kept
    return answer


def methods() -> list[tuple[str, str]]:
    """Every address with what it takes."""
    posts = [("POST", OFFICE + each) for each in FORMS]
    reads = [("GET", each) for each in addresses()]
    only_posts = {OFFICE + each for each in FORMS if not each.endswith("/") and each != "enter"}
    return posts + [(method, each) for method, each in reads if each not in only_posts]


def test_every_form_is_at_an_address_of_the_office() -> None:
    assert {OFFICE + each for each in FORMS} <= set(addresses())


@pytest.mark.parametrize(("method", "address"), methods())
def test_it_is_an_administrator_s_who_has_sat_down(
    office: Office, method: str, address: str
) -> None:
    nobody = knock(office, "nobody", method, address)
    assert (nobody.status_code, nobody["Location"][:9], nobody.text) == (302, "/sign-in?", "")
    assert knock(office, "member", method, address).status_code == 404
    seated = knock(office, "seated", method, address)
    wanted = FORMS[address.removeprefix(OFFICE)][1] if method == "POST" else 200
    assert seated.status_code == wanted, seated.text
    if address != OFFICE + "enter":
        standing = knock(office, "standing", method, address)
        assert standing["Location"].startswith(OFFICE + "enter?next="), standing.status_code


@pytest.mark.parametrize(
    ("method", "address"), [(method, each) for method, each in methods() if "<" in each]
)
def test_what_is_absent_is_not_found(office: Office, method: str, address: str) -> None:
    absent = {name: new_id() for name in office.ids}
    assert knock(office, "seated", method, address, absent).status_code == 404


@pytest.mark.parametrize("address", addresses())
def test_other_methods_are_none(office: Office, address: str) -> None:
    taken = {method for method, each in methods() if each == address}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - taken:
        assert knock(office, "seated", method, address).status_code == 405, method


def test_a_sitting_of_another_opens_nothing(office: Office) -> None:
    client = Client()
    client.cookies["sitting"] = office.browsers["seated"].cookies["sitting"].value
    client.post("/sign-in", {"email": "bea@operator.example", "password": PASSWORD})
    client.cookies["sitting"] = office.browsers["seated"].cookies["sitting"].value
    assert client.get(OFFICE)["Location"].startswith(OFFICE + "enter")


def test_signing_out_ends_the_sitting(office: Office) -> None:
    client = Client()
    client.post("/sign-in", {"email": "bea@operator.example", "password": PASSWORD})
    token = client.cookies["sitting"].value
    assert client.get(OFFICE).status_code == 200
    client.post("/sign-out")
    client.post("/sign-in", {"email": "bea@operator.example", "password": PASSWORD})
    client.cookies["sitting"] = token
    assert client.get(OFFICE)["Location"].startswith(OFFICE + "enter")


def test_the_password_is_asked_again_and_leads_back(office: Office) -> None:
    client = Client(REMOTE_ADDR="10.8.0.1")
    client.post("/sign-in", {"email": "bea@operator.example", "password": PASSWORD})
    del client.cookies["sitting"]
    door = client.get(OFFICE + "people/")["Location"]
    wrong = client.post(door, {"password": "nearly", "next": OFFICE + "people/"})
    assert wrong.status_code == 422
    again = client.post(door, {"password": PASSWORD, "next": OFFICE + "people/"})
    assert again["Location"] == OFFICE + "people/"
    assert client.get(OFFICE + "people/").status_code == 200
    elsewhere = client.post(door, {"password": PASSWORD, "next": "https://evil.example/"})
    assert elsewhere["Location"] == OFFICE


def test_nobody_s_token_is_a_seat(office: Office) -> None:
    with acting(None):
        assert run("SELECT app_administrator_v1()") == [(None,)]
