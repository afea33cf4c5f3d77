"""An auditor asks for a bundle at the desk: the list, the wait, the file, and how to check it."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from passport import tasks
from passport.actions import bundle_order, custody
from passport.models import BundleOrder, Job
from passport.proof import policy, verdict
from tests.cast import THEN
from tests.databases import Beginning
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import FAULTS, fits, sit_down
from tests.passport import signing
from tests.passport.acting import acting
from tests.passport.bundling import Story
from tests.passport.claiming import taking_back, withdraw

LIST = "/desk/bundles/"


@pytest.fixture
def story(
    past: Beginning, database: str, tmp_path: Path, settings: Any, as_system: Callable[[], Any]
) -> Story:
    """A pack with an attested past, in the keeper's hands, and an auditor who was let in."""
    house = past.house.copied(tmp_path)
    settings.PASSPORT_LOG_DIR = house.press.folder
    settings.PASSPORT_RECORD_KEY = house.record_file
    settings.PASSPORT_POLICY = tmp_path / "policy"
    settings.PASSPORT_POLICY.write_text(house.policy_text())
    made = past.made.copied(deepcopy(past.made.cast), house)
    with as_system():
        keeper, auditor = made.cast["keeper"], made.cast["auditor"]
        custody.grant(battery_id=made.pack.pk, to_id=auditor.pk, by=keeper, at=THEN)
        house.turn()
        made.index()
    return made


@pytest.fixture
def people(story: Story, as_system: Callable[[], Any]) -> People:
    """Whoever sits down at a desk of the story."""
    return People(SimpleNamespace(cast=story.cast), as_system)  # type: ignore[arg-type]


def field(page: str, name: str) -> str:
    """What a hidden field of a page says."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def asked(desk: Any, names: str, **more: Any) -> Any:
    """Look a list up, and ask for the bundle of what is known."""
    page = desk.post(f"{LIST}check", {"batteries": names, **more}).content.decode()
    form = {name: field(page, name) for name in ("batteries", "title", "moment")}
    return desk.post(LIST, form)


def test_an_auditor_pastes_a_list_waits_and_takes_the_file(
    story: Story, people: People, as_system: Callable[[], Any]
) -> None:
    desk = people.at_desk("auditor")
    sent = asked(desk, f"P1\n{story.cells[0].identity}\n", title="Cabinet 7")
    place = sent["Location"]
    waiting = desk.get(place).content.decode()
    assert "waiting for a worker" in waiting
    assert f'hx-get="{place}progress"' in waiting
    with as_system():
        order = BundleOrder.objects.get()
        assert tasks.perform(order.job_id, clock=lambda: order.asked_at) == "done"
    assert desk.get(f"{place}progress")["HX-Redirect"] == place
    done = desk.get(place).content.decode()
    file = desk.get(f"{place}file")
    assert "Cabinet 7" in done
    assert hashlib.sha256(file.content).hexdigest() in done
    assert story.step(file.content) is None


def test_the_trust_template_verifies_once_its_makers_are_let_in(
    story: Story, people: People, as_system: Callable[[], Any]
) -> None:
    desk = people.at_desk("auditor")
    place = asked(desk, "P1")["Location"]
    with as_system():
        order = BundleOrder.objects.get()
        tasks.perform(order.job_id, clock=lambda: order.asked_at)
    for address in (f"{place}trust.policy", f"/desk/batteries/{story.pack.pk}/trust.policy"):
        text = desk.get(address).content.decode()
        assert text.startswith("# A TEMPLATE, AND ADVICE ONLY.")
        data = desk.get(f"{place}file").content
        doubtful = verdict.verify(data, policy=policy.parse(text.encode()))
        assert any("vouched for by this service only" in each for each in doubtful.doubts)
        compared = text.replace("# issuer ", "issuer ")
        assert verdict.verify(data, policy=policy.parse(compared.encode())).exit_code == 0


def test_a_file_is_read_and_unknown_names_are_told(story: Story, people: People) -> None:
    listed = SimpleUploadedFile("list.csv", b"Site;Serial number\nA;P1\nB;NOPE\nC;P1-C2\n")
    answer = people.at_desk("auditor").post(f"{LIST}check", {"batteries": "", "file": listed})
    page = answer.content.decode()
    words = re.sub(r"<[^>]+>", "", page)
    assert "2 of 3 name a battery that you may see" in words
    assert "no battery that you may see" in page
    assert "Make the bundle of the" in page
    assert len(field(page, "batteries").split()) == 2


WRONG = {
    "nothing": ({"batteries": " "}, "no battery is named"),
    "too many": ({"batteries": "\n".join(f"S{n}" for n in range(1001))}, "1,001 batteries"),
    "no text": ({"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04\xff\xfe")}, "is not text"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_list_that_is_none_comes_back_with_what_to_do(people: People, what: str) -> None:
    form, said = WRONG[what]
    answer = people.at_desk("auditor").post(f"{LIST}check", form)
    assert answer.status_code == 400
    assert said in answer.content.decode().lower()


def test_the_same_form_twice_is_one_order(
    story: Story, people: People, as_system: Callable[[], Any]
) -> None:
    desk = people.at_desk("auditor")
    page = desk.post(f"{LIST}check", {"batteries": "P1"}).content.decode()
    form = {name: field(page, name) for name in ("batteries", "title", "moment")}
    places = {desk.post(LIST, form)["Location"] for _ in range(2)}
    assert len(places) == 1


def test_a_stopped_bundle_says_why_and_goes_again(
    story: Story, people: People, as_system: Callable[[], Any]
) -> None:
    desk = people.at_desk("auditor")
    place = asked(desk, "P1")["Location"]
    with as_system():
        said = "Damaged: an entry is gone"
        Job.objects.filter(kind="bundle").update(state="RESTING", attempts=5, last_error=said)
    page = desk.get(place).content.decode()
    assert "It failed 5 times and rests now. an entry is gone" in page
    assert desk.post(f"{place}again").status_code == 302
    assert "waiting for a worker" in desk.get(place).content.decode()


def test_an_expired_file_says_so(
    story: Story, people: People, as_system: Callable[[], Any]
) -> None:
    desk = people.at_desk("auditor")
    place = asked(desk, "P1")["Location"]
    with as_system():
        order = BundleOrder.objects.get()
        tasks.perform(order.job_id, clock=lambda: order.asked_at)
        BundleOrder.objects.update(expires_at=THEN)
        bundle_order.expire(at=THEN)
    assert "is gone" in desk.get(place).content.decode()
    assert desk.get(f"{place}file").status_code == 404


def test_a_record_says_who_signed_what_and_how_it_stands(
    story: Story, people: People, as_system: Callable[[], Any]
) -> None:
    address = f"/desk/batteries/{story.pack.pk}/"
    page = people.at_desk("keeper").get(address).content.decode()
    for words in ("signature holds", "key vouched for by this service only", "entries about it"):
        assert words in page, words
    assert "yes, up to entry" in page
    with as_system():
        digest = bytes(story.origin.sha256)
        withdraw(taking_back(story.held, digest, about=story.pack.identity), story.cast["maker"])
        maker = story.cast["maker"]
        with acting(maker):
            gone = signing.revocation(maker, story.held, suspect_from=0)
            signing.key.take(document=gone, by=maker, at=THEN)
        story.house.turn()
    page = people.at_desk("keeper").get(address).content.decode()
    assert "withdrawn</span>" in page
    assert "in doubt: the key may have been stolen" in page
    assert "what came after is for the next one" in page


@pytest.mark.browser
@needs_chromium
def test_every_page_of_it_fits_a_phone_and_a_desk(
    browser: Browser, live: str, story: Story, people: People, as_system: Callable[[], Any]
) -> None:
    sit_down(browser, live, people, "auditor")
    fits(browser, live + LIST)
    browser.resize(390)
    browser.ask(f"document.querySelector('#batteries').value = `P1\n{story.pack.identity}-NOT`")
    browser.ask("document.querySelector('main form').submit()")
    browser.arrive(f"{LIST}check")
    assert browser.ask("document.documentElement.scrollWidth") <= 390
    assert browser.ask(FAULTS) == []
    place = asked(people.at_desk("auditor"), "P1\nP1-C3", title="Cabinet 7")["Location"]
    fits(browser, live + place)
    with as_system():
        order = BundleOrder.objects.get()
        tasks.perform(order.job_id, clock=lambda: order.asked_at)
    for address in (place, LIST, f"/desk/batteries/{story.pack.pk}/"):
        fits(browser, live + address)
