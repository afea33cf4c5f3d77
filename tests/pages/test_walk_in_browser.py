"""The whole end of a pack in a real browser: retired, planned, taken, treated, and gone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from passport.actions import recall
from passport.models import Job
from passport.proof import kinds
from passport.tasks import perform
from recycling.models import Offer, Retirement, Treatment
from tests.cast import PACK_GTIN
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People, YardServer
from tests.pages.test_browser import FAULTS
from tests.pages.yard_stage import READY, printed, scan, shot
from tests.passport import signing
from tests.passport.claiming import claim

pytestmark = [pytest.mark.browser, needs_chromium]
SERIAL = "P1"
MASSES = {"Fe": "7", "steel_iron": "14", "graphite": "10", "Al": "8.5", "Cu": "5.6"}


def test_a_pack_goes_from_its_keeper_to_its_tombstone(
    browser: Browser, server: YardServer, people: People, tmp_path: Path
) -> None:
    browser.resize(390)
    with people.as_system():
        # Nothing keeps it from being taken.
        maker, called_back = people.stage.cast["maker"], people.stage.ids["recall_id"]
        recall.close(recall_id=called_back, because="was looked at", by=maker, at=now())
    with seated(browser, server, people, "keeper"):
        _retire(browser, server)
        _plan(browser, server, people)
    with seated(browser, server, people, "recycler"):
        _accept(browser, server, people)
        _take_by_scan(browser, server, people)
        _treat(browser, server, people)
        _certify(browser, people, tmp_path)
    _read_the_tombstone(browser, server, people)


def _read_the_tombstone(browser: Browser, server: YardServer, people: People) -> None:
    """Whoever it concerned finds the certificate there, and nobody else learns of one."""
    tombstone = f"{server.address}/01/{PACK_GTIN}/21/{SERIAL}"
    with seated(browser, server, people, "keeper", complaints=1):
        # It let the pack go; what became of it is still for it to read. The page answers 410.
        browser.open(tombstone)
        look(browser, "walk-17-tombstone-of-its-keeper")
        press(browser, "Show the certificate", path="/desk/batteries/")
        assert "Certificate of recycling" in browser.ask("document.querySelector('h1').innerText")
    with seated(browser, server, people, "stranger", complaints=1):
        browser.open(tombstone)
        assert "certificate" not in browser.ask("document.querySelector('main').innerHTML")
    browser.tell("Network.clearBrowserCookies")
    browser.open(tombstone)
    assert "has been recycled" in browser.ask("document.querySelector('h1').innerText")
    assert "certificate" not in browser.ask("document.querySelector('main').innerHTML")
    look(browser, "walk-18-tombstone")


@contextmanager
def seated(
    browser: Browser, server: YardServer, people: People, name: str, *, complaints: int = 0
) -> Iterator[None]:
    """Somebody sits down, and nothing of the way was complained of when they get up."""
    session = people.at_desk(name).cookies["sessionid"].value
    browser.open(f"{server.address}/sign-in")
    browser.cookie("sessionid", session, server.address)
    yield
    assert len(browser.complaints) == complaints, browser.complaints
    browser.complaints.clear()


def look(browser: Browser, name: str) -> None:
    """Nothing sticks out on a phone, nobody stumbles; a picture where one is asked for."""
    browser.until("document.readyState === 'complete'")
    assert browser.ask("document.documentElement.scrollWidth <= innerWidth"), name
    assert browser.ask(FAULTS) == [], name
    shot(browser, name)


def press(browser: Browser, words: str, *, path: str = "") -> None:
    """Press the button or the link that says so, and arrive at a path that begins like this."""
    browser.until(
        "(() => { const found = [...document.querySelectorAll('main button, main a.button')]"
        f".find((each) => each.textContent.trim().startsWith({json.dumps(words)}));"
        " if (!found) { return false; } found.click(); return true; })()"
    )
    if path:
        browser.until(f"location.pathname.startsWith({json.dumps(path)})")
        browser.settle()


def _retire(browser: Browser, server: YardServer) -> None:
    browser.open(f"{server.address}/desk/retire/")
    look(browser, "walk-1-choose")
    browser.ask(
        "[...document.querySelectorAll('#batteries tr')]"
        f".find((row) => row.textContent.includes('{SERIAL}')).querySelector('input').click()"
    )
    press(browser, "Continue", path="/desk/retire/condition")
    look(browser, "walk-2-condition")
    browser.ask("document.querySelector('input[name=reason][value=CAPACITY]').click()")
    for name in ("case_damage", "thermal_event", "water_ingress", "recall_open"):
        browser.ask(f"document.querySelector('input[name={name}][value=no]').click()")
    press(browser, "Check your answers", path="/desk/retire/check")
    look(browser, "walk-3-check")
    press(browser, "Retire 1 battery", path="/desk/plans/")


def _plan(browser: Browser, server: YardServer, people: People) -> None:
    look(browser, "walk-4-plans")
    press(browser, "Plan", path="/desk/plans/under-way/")
    look(browser, "walk-5-under-way")
    with people.as_system():
        retired = Retirement.objects.get(battery__serial=SERIAL)
    _work(people)
    browser.until("/^.desk.plans.[0-9a-f]{8}-/.test(location.pathname)")
    browser.settle()
    browser.ask("document.querySelectorAll('details.why').forEach((each) => { each.open = true })")
    assert "Furnace" in browser.ask("document.body.innerText")
    look(browser, "walk-6-board")
    # There is no second life whose price could rise; without the furnace there is nobody.
    for chosen, told in ((0, "would change nothing"), (1, "binds nobody and offers nothing. It")):
        browser.ask(f"document.querySelector('#closed').selectedIndex = {chosen}")
        press(browser, "See what would be", path="/desk/plans/under-way/")
        _work(people)
        browser.until(f"document.body.innerText.includes({json.dumps(told)})")
    look(browser, "walk-6-what-if")
    browser.open(f"{server.address}/desk/batteries/{retired.battery_id}/end/")
    assert "nobody looked" in browser.ask("document.body.innerText")
    look(browser, "walk-7-gates")


def _work(people: People) -> None:
    """Do what workers do, until nothing of the plan is left to do."""
    deadline = time.monotonic() + 20
    with people.as_system():
        while time.monotonic() < deadline:
            left = Job.objects.filter(kind__startswith="plan").exclude(state="DONE")
            if not left:
                return
            for each in left:
                perform(each.pk, clock=now)
            time.sleep(0.05)


def now() -> datetime:
    return datetime.now(UTC)


def _accept(browser: Browser, server: YardServer, people: People) -> None:
    browser.open(f"{server.address}/desk/offers/")
    look(browser, "walk-8-offers")
    with people.as_system():
        offer = Offer.objects.get(retirement__battery__serial=SERIAL, state="PROPOSED")
    browser.ask(f"document.querySelector('form[action$=\"{offer.pk}/accept\"] button').click()")
    browser.until("location.pathname === '/desk/hand-overs/'")
    look(browser, "walk-9-hand-overs")


def _take_by_scan(browser: Browser, server: YardServer, people: People) -> None:
    browser.open(f"{server.address}/desk/yard/")
    browser.until(READY)
    with people.as_system():
        pack = Retirement.objects.get(battery__serial=SERIAL).battery
    scan(browser, pack.identity)
    browser.until("!!document.querySelector('.yard-card form[data-deed]')")
    shot(browser, "walk-10-yard")
    browser.ask(
        "[...document.querySelectorAll('form[data-deed]')]"
        ".find((each) => each.elements.kind.value === 'TAKE').requestSubmit()"
    )
    browser.until("document.querySelectorAll('#recent [data-state=sent]').length === 2")
    shot(browser, "walk-11-taken")
    with people.as_system():
        pack.refresh_from_db()
        assert pack.holder.slug == "recycler"


def _treat(browser: Browser, server: YardServer, people: People) -> None:
    with people.as_system():
        pack = Retirement.objects.get(battery__serial=SERIAL).battery
    browser.open(f"{server.address}/desk/treatments/book/{pack.pk}/")
    look(browser, "walk-12-treatment")
    typed = MASSES | {"electrolyte_solvents": "26.9"}
    browser.ask(
        f"(() => {{ const masses = {json.dumps(typed)};"
        "document.querySelector('#mass_in_kg').value = '72';"
        "for (const [name, mass] of Object.entries(masses)) {"
        " const row = document.querySelector(`input[value=\"${name}\"]`).closest('tr');"
        " row.querySelector('input[inputmode=decimal]').value = mass; } })()"
    )
    press(browser, "Check the balance")
    browser.until("document.body.innerText.includes('72')")
    browser.settle()
    look(browser, "walk-13-balance")
    press(browser, "Book")
    browser.until("/^.desk.treatments.[0-9a-f]{8}-/.test(location.pathname)")
    browser.settle()
    look(browser, "walk-14-treated")
    with people.as_system():
        assert Treatment.objects.filter(battery=pack).exists()


def _certify(browser: Browser, people: People, folder: Path) -> None:
    """Take the facts from the page, sign them with the recycler's own key, file them, and print."""
    with people.as_system():
        held = signing.enrolled(people.stage.cast["recycler"])
    facts = json.loads(
        browser.ask(
            "fetch(document.querySelector('a[href$=\"certificate.json\"]').href)"
            ".then((answer) => answer.text())"
        )
    )
    assert facts["inputs"][0]["mass"] == {"value": "72", "unit": "KGM"}
    signed = folder / "certificate-signed.json"
    signed.write_bytes(claim(held, kinds.RECYCLING, facts.pop("id"), access="parties", **facts))
    browser.choose("#signed", signed)
    press(browser, "File the certificate")
    browser.until("document.querySelector('#certificate ~ p')?.innerText.includes('signed')")
    look(browser, "walk-15-certified")
    press(browser, "Show the certificate", path="/desk/batteries/")
    told = browser.ask("document.querySelector('main').innerText")
    assert f"21/{SERIAL}" in told
    assert "72 kg" in told
    look(browser, "walk-16-certificate")
    printed(browser, "walk-16-certificate")
