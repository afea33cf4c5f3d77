"""The first day in a real browser, as a phone and as a desk: nothing sticks out or is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from passport.actions import application, document, link, naming_right
from passport.queries import administration, tenancy
from passport.queries import party as parties
from tests.api.stage import NOW
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, sit_down
from tests.passport import admitting
from tests.passport.acting import acting
from tests.passport.admitting import PASSWORD

pytestmark = [pytest.mark.browser, needs_chromium]
ADA = "ada@operator.example"


def type_in(browser: Browser, **said: str) -> None:
    """Fill a form by the ids of its fields, and send it."""
    for field, text in said.items():
        browser.ask(f"document.querySelector('#{field}').value = {text!r}")
    browser.ask("document.querySelector('main form').submit()")


def test_the_pages_of_a_newcomer_fit(browser: Browser, live: str, people: People) -> None:
    for path in ("/apply", "/forgotten", "/sign-in", "/link", "/account"):
        browser.complaints.clear()
        fits_answering(browser, live + path)
    browser.open(live + "/forgotten")
    type_in(browser, email="nobody@people.example")
    browser.until("document.querySelector('.note.done') !== null")
    sit_down(browser, live, people, "maker")
    with people.as_system():
        maker = people.stage.cast["maker"]
        naming_right.claim(kind="DOMAIN", value="id.maker.example", by=maker, at=NOW)
        naming_right.claim(kind="GS1_PREFIX", value="7350053", by=maker, at=NOW)
    for path in ("/account", "/desk/members/", "/desk/names/", "/desk/keys/"):
        fits(browser, live + path)


def fits_answering(browser: Browser, address: str) -> None:
    """The same for a page whose own status the browser notes as a complaint."""
    fits_before = list(browser.complaints)
    browser.open(address)
    if browser.complaints != fits_before:
        assert all("410" in each for each in browser.complaints), browser.complaints
        return
    fits(browser, address)


def test_the_office_fits_when_empty_and_when_full(
    browser: Browser, live: str, database: str, as_system: Callable[[], Any], settings: Any
) -> None:
    settings.PASSPORT_PUBLIC_URL = live
    with as_system():
        token = link.first().token
    browser.open(f"{live}/link?token={token}")
    browser.arrive("/link")
    fits(browser, f"{live}/link")
    type_in(browser, name="Ada", email=ADA, password=PASSWORD)
    browser.arrive("/administration/")
    rooms = ["", "applications/", "parties/", "names/", "people/", "invitations/", "record/"]
    for room in rooms:
        fits(browser, f"{live}/administration/{room}")
    for address in rooms + filled(as_system):
        fits(browser, f"{live}/administration/{address}")


def filled(as_system: Callable[[], Any]) -> list[str]:
    """Applications, one of them approved, and the addresses of their records."""
    with as_system():
        (ada,) = [each for each in administration.people() if each.email == ADA]
    seat = admitting.sit_down(ada.id)
    for name in ("Nordic Cells", "Alpine Second Life and Repurposing Company of Upper Carinthia"):
        admitting.hand_in(name=name, did="")
    with acting(None):
        tenancy.take_seat(seat)
        first, second = administration.applications(state="RECEIVED")
    made = application.approve(
        application_id=first.id, slug="nordic", names={}, mailed=False, seat=seat
    )
    with as_system():
        party = parties.by_id(party_id=made.party_id)
        paper = document.store(
            content=admitting.PDF, media_type="application/pdf", by=party, at=NOW
        )
        naming_right.claim(
            kind="GS1_PREFIX", value="7350053", by=party, at=NOW,
            document_sha256=bytes(paper.sha256),
        )  # fmt: skip
    return [
        f"applications/{first.id}/", f"applications/{second.id}/", f"parties/{made.party_id}/",
        f"people/{ada.id}/",
    ]  # fmt: skip
