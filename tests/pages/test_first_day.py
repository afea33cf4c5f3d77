"""From an empty installation to a party that works, all in pages, as a newcomer walks them."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from passport.actions import letter, link, naming_order
from passport.models import NamingRight, Party, Person
from tests.api.stage import NOW
from tests.passport.admitting import PASSWORD, PDF

ADA = "ada@operator.example"
APPLICATION = {
    "name": "Nordic Cells", "country": "SE", "role": ["MAKER"], "gs1_prefix": "7350053",
    "domain": "id.nordic-cells.example", "did": "did:web:nordic-cells.example",
    "contact_name": "Nils", "contact_email": "nils@nordic-cells.example",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PASSPORT_PUBLIC_URL = "http://testserver"


def browser(place: int) -> Client:
    """Somebody at a place of its own, so that rates are not shared."""
    return Client(REMOTE_ADDR=f"10.9.0.{place}", headers={"accept": "text/html"})


def follow(client: Client, address: str, **form: str) -> Any:
    """Open a one-time link and send its form."""
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, "/link")
    return client.post("/link", {"password": PASSWORD, **form})


def shown(text: str, path: str = "link") -> str:
    """The address with a token that a page shows."""
    found = re.search(rf"http://testserver(/{path}\?token=[\w-]+)", text)
    assert found, text
    return found[1]


@pytest.fixture
def ada(database: str, as_system: Callable[[], Any]) -> Client:
    """The first administrator, at work."""
    with as_system():
        token = link.first().token
    client = browser(1)
    answer = follow(client, f"/link?token={token}", name="Ada", email=ADA)
    assert (answer.status_code, answer["Location"]) == (302, "/administration/")
    return client


def apply(client: Client, **changed: Any) -> Any:
    """Send the form of a company with one paper."""
    paper = SimpleUploadedFile("licence.pdf", PDF)
    return client.post("/apply", APPLICATION | {"evidence": paper} | changed)


def test_from_nothing_to_a_party_that_works(ada: Client, as_system: Callable[[], Any]) -> None:
    assert "No party yet" in ada.get("/administration/").text
    receipt = shown(apply(browser(2)).text, "application")
    assert "waits for a decision" in browser(2).get(receipt).text

    listed = ada.get("/administration/applications/").text
    record = re.search(r'"(/administration/applications/[\w-]+/)"', listed)[1]  # type: ignore[index]
    page = ada.get(record).text
    assert "7350053" in page
    paper = re.search(rf'"({record}evidence/[\w-]+)"', page)[1]  # type: ignore[index]
    assert ada.get(paper).content == PDF
    approved = ada.post(record + "approve", {"slug": "nordic-cells"}).text
    assert "approved" in browser(2).get(receipt).text

    acts = ada.get("/administration/record/").text
    assert all(word in acts for word in ("handed an application in", "approved an application"))
    with as_system():
        assert Party.objects.get().slug == "nordic-cells"
    _works(shown(approved))


def _works(address: str) -> None:
    """The first member comes in and invites a second, whose machine signs in."""
    nils = browser(3)
    answer = follow(nils, address, name="Nils")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert "Nordic Cells" in nils.get("/desk/").text
    invited = nils.post("/desk/members/", {"email": "mia@nordic-cells.example"}).text
    mia = browser(4)
    follow(mia, shown(invited), name="Mia")
    assert "Nils" in mia.get("/desk/members/").text
    issued = mia.post("/desk/keys/", {"name": "Line 7", "scope": ["read", "register"]}).text
    key = re.search(r"bp_live_\w+", issued)[0]  # type: ignore[index]
    assert Client(headers={"authorization": f"Bearer {key}"}).get("/api/v1/whoami").json()["name"]


def test_no_token_is_logged_or_left_in_an_address(
    database: str, as_system: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with as_system():
        token = link.first().token
    client = browser(5)
    moved = client.get(f"/link?token={token}")
    assert moved["Referrer-Policy"] == "no-referrer"
    assert moved.cookies["link"]["httponly"]
    assert token not in client.get("/link").text
    client.post("/link", {"name": "Ada", "email": ADA, "password": PASSWORD})
    receipt = shown(apply(client).text, "application").partition("=")[2]
    client.get(f"/application?token={receipt}")
    told = caplog.text + str([vars(each) for each in caplog.records])
    assert "answered" in told
    for secret in (token, receipt, PASSWORD, client.cookies["sitting"].value):
        assert secret not in told


def test_an_error_keeps_what_was_typed_and_says_all_that_is_wrong(database: str) -> None:
    answer = apply(browser(6), gs1_prefix="12ab", domain="no domain", contact_email="nils")
    assert answer.status_code == 422
    for kept in ("Nordic Cells", "12ab", "no domain", 'value="MAKER" checked', "selected>Sweden"):
        assert kept in answer.text, kept
    assert "There are 3 problems" in answer.text
    assert 'href="#gs1_prefix"' in answer.text
    assert "choose them again" in answer.text


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("licence.pdf", b"MZ not a document", "neither PDF, PNG nor JPEG"),
        ("licence.pdf", b"", "is empty"),
        ("licence.pdf", b"%PDF-" + b"x" * (5 * 2**20), "larger than 5 MiB"),
    ],
)
def test_evidence_is_what_it_says(database: str, name: str, content: bytes, says: str) -> None:
    answer = apply(browser(7), evidence=SimpleUploadedFile(name, content, "application/pdf"))
    assert answer.status_code == 422
    assert says in answer.text


def test_a_person_without_a_party_applies_and_acts_for_it_at_once(
    ada: Client, as_system: Callable[[], Any]
) -> None:
    made = ada.post("/administration/invitations/", {"kind": "PERSON", "email": "kim@k.example"})
    kim = browser(8)
    follow(kim, shown(made.text), name="Kim")
    refused = kim.get("/desk/")
    assert refused.status_code == 403
    assert "no party has taken you in" in refused.text
    apply(kim, contact_email="kim@k.example")
    listed = ada.get("/administration/applications/").text
    record = re.search(r'"(/administration/applications/[\w-]+/)"', listed)[1]  # type: ignore[index]
    ada.post(record + "approve", {"slug": "kims"})
    assert kim.get("/desk/").status_code == 200


def test_a_refusal_says_why_and_is_for_good(ada: Client) -> None:
    receipt = shown(apply(browser(9)).text, "application")
    listed = ada.get("/administration/applications/").text
    record = re.search(r'"(/administration/applications/[\w-]+/)"', listed)[1]  # type: ignore[index]
    assert ada.post(record + "refuse", {"reason": " "}).status_code == 422
    assert ada.post(record + "refuse", {"reason": "The licence is another’s."}).status_code == 302
    assert "The licence is another’s." in browser(9).get(receipt).text
    again = ada.post(record + "approve", {"slug": "x"})
    assert again.status_code == 409
    assert "was decided already" in again.text


def test_an_invited_account_signs_in_and_comes_back(ada: Client, as_system: Any) -> None:
    made = ada.post("/administration/invitations/", {"kind": "PERSON", "email": "kim@k.example"})
    follow(browser(10), shown(made.text), name="Kim")
    made = ada.post(
        "/administration/invitations/", {"kind": "ADMINISTRATOR", "email": "kim@k.example"}
    )
    kim = browser(11)
    kim.get(shown(made.text))
    assert "/sign-in?next=/link" in kim.get("/link").text
    answer = kim.post("/sign-in", {"email": "kim@k.example", "password": PASSWORD, "next": "/link"})
    assert answer["Location"] == "/link"
    assert kim.post("/link", {"password": "wrong"}).status_code == 422
    assert kim.post("/link", {"password": PASSWORD})["Location"] == "/administration/"
    assert kim.get("/administration/").status_code == 200


def test_where_mail_is_set_the_worker_sends_the_link_and_the_page_shows_none(
    ada: Client, settings: Any, as_system: Callable[[], Any]
) -> None:
    settings.PASSPORT_MAILS = True
    made = ada.post("/administration/invitations/", {"kind": "PERSON", "email": "kim@k.example"})
    assert "?token=" not in made.text
    with as_system():
        at = Person.objects.get().last_login
        assert letter.send_waiting(address="http://testserver", at=at) == 1
        assert letter.send_waiting(address="http://testserver", at=at) == 0
    (sent,) = mail.outbox
    assert sent.to == ["kim@k.example"]
    assert follow(browser(12), shown(str(sent.body)), name="Kim")["Location"] == "/desk/"


def test_an_approved_prefix_is_proven_by_the_paper_that_came_with_it(
    ada: Client, as_system: Callable[[], Any]
) -> None:
    apply(browser(13))
    listed = ada.get("/administration/applications/").text
    record = re.search(r'"(/administration/applications/[\w-]+/)"', listed)[1]  # type: ignore[index]
    paper = hashlib.sha256(PDF).hexdigest()
    ada.post(record + "approve", {"slug": "nordic", "prefix_paper": paper})
    with as_system():
        assert naming_order.carry_out(at=NOW) == 1
        assert naming_order.carry_out(at=NOW) == 0
        right = NamingRight.objects.get()
        assert (right.value, right.state) == ("7350053", "PROVEN")
        (told,) = right.history
        assert (told.decided_by, bytes(told.document_sha256).hex()) == ("Ada", paper)
    assert "7350053" in ada.get("/administration/names/").text


def test_a_paper_of_another_proves_no_name(ada: Client, as_system: Callable[[], Any]) -> None:
    apply(browser(14))
    listed = ada.get("/administration/applications/").text
    record = re.search(r'"(/administration/applications/[\w-]+/)"', listed)[1]  # type: ignore[index]
    answer = ada.post(record + "approve", {"slug": "nordic", "prefix_paper": "ab" * 32})
    assert answer.status_code == 422
    with as_system():
        assert not Party.objects.exists(), "nothing is half done"


def test_a_prefix_is_claimed_at_the_desk_and_refused_in_the_office(
    ada: Client, as_system: Callable[[], Any]
) -> None:
    apply(browser(15))
    listed = ada.get("/administration/applications/").text
    record = re.search(r'"(/administration/applications/[\w-]+/)"', listed)[1]  # type: ignore[index]
    nils = browser(16)
    follow(nils, shown(ada.post(record + "approve", {"slug": "nordic"}).text), name="Nils")
    claim = {"kind": "GS1_PREFIX", "value": "7350054"}
    licence = SimpleUploadedFile("licence.pdf", PDF, "application/pdf")
    assert nils.post("/desk/names/", claim | {"document": licence}).status_code == 302
    wrong = nils.post("/desk/names/", {"kind": "DOMAIN", "value": "no domain"})
    assert (wrong.status_code, 'value="no domain"' in wrong.text) == (400, True)
    table = ada.get("/administration/names/").text
    decide = re.search(r'"(/administration/names/[\w-]+/)decide"', table)[1]  # type: ignore[index]
    assert ada.get(decide + "document").content == PDF
    ada.post(decide + "decide", {"verdict": "REFUSE", "reason": "The licence has ended."})
    again = ada.post(decide + "decide", {"verdict": "ACCEPT", "reason": "x"})
    assert again.status_code == 409
    with as_system():
        naming_order.carry_out(at=NOW)
    assert "The licence has ended." in nils.get("/desk/names/").text
