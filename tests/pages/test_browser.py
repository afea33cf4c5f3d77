"""In a real browser, as a phone and as a desk: nothing sticks out, nothing is refused by policy."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from passport.actions import hosted_key, key
from tests import cast as casting
from tests.api.stage import NOW
from tests.pages.browser import Browser, BrowserFailed, needs_chromium
from tests.pages.conftest import PASSWORD, People
from tests.passport import signing

pytestmark = [pytest.mark.browser, needs_chromium]
WIDTHS = (390, 1280)
DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
# What a reader without eyes, a mouse or thin fingers would stumble over.
FAULTS = """(() => {
  const all = (found) => [...document.querySelectorAll(found)];
  const seen = (each) => each.getClientRects().length > 0;
  const ids = all("[id]").map((each) => each.id);
  return [
    ...(document.documentElement.lang ? [] : ["no language"]),
    ...(all("h1").length === 1 ? [] : ["not one h1"]),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => "twice: " + id),
    ...all("input:not([type=hidden]), select, textarea")
      .filter((each) => !each.labels.length && !each.ariaLabel)
      .map((each) => "no name: " + each.id),
    ...all("img:not([alt])").map((each) => "no words: " + each.src),
    ...all("th:not([scope]), table[class*=stack] thead th:not([scope])").map(() => "th of what?"),
    ...all("button, a.button, .tabs a, .choice").filter(seen)
      .filter((each) => each.getBoundingClientRect().height < 44)
      .map((each) => "too small: " + each.innerText),
    ...all("a").filter((each) => !each.textContent.trim() && !each.ariaLabel)
      .filter((each) => !each.querySelector("img"))
      .map((each) => "link without words: " + each.href),
  ];
})()"""


def fits(browser: Browser, address: str) -> None:
    """Open an address as a phone and as a desk; nothing may stick out or be complained of."""
    browser.open(address)
    asked = browser.ask("document.querySelectorAll('link[rel=stylesheet]').length")
    assert browser.ask("document.styleSheets.length") == asked > 0, address
    for width in WIDTHS:
        for dark in (False, True):
            browser.resize(width, dark=dark)
            browser.until(f"innerWidth === {width} && {DARK} === {json.dumps(dark)}")
            assert browser.ask("document.documentElement.scrollWidth") <= width, (address, width)
        assert browser.ask(FAULTS) == [], address
    assert browser.complaints == [], address


def sit_down(browser: Browser, live: str, people: People, name: str) -> None:
    """Sign in by typing, as a person would."""
    browser.tell("Network.clearBrowserCookies")
    browser.open(f"{live}/sign-in")
    email = people.person(name).email
    browser.ask(
        f"document.querySelector('#email').value = '{email}';"
        f"document.querySelector('#password').value = '{PASSWORD}';"
        "document.querySelector('main form').submit()"
    )
    browser.arrive("/desk/")


def test_public_pages_fit_a_phone_and_a_desk(browser: Browser, live: str, people: People) -> None:
    fits(browser, f"{live}/")
    fits(browser, f"{live}/sign-in")
    fits(browser, f"{live}{path_of(people)}")
    browser.complaints.clear()
    browser.open(f"{live}/01/09521234000020/21/NOBODY")
    assert "check the serial" in browser.ask("document.body.innerText")


def test_the_browser_would_tell_of_anything_inline(browser: Browser, live: str) -> None:
    browser.open(f"{live}/sign-in")
    browser.ask("document.head.insertAdjacentHTML('beforeend', '<style>b{color:red}</style>')")
    browser.ask("document.body.insertAdjacentHTML('beforeend', '<b onclick=x()>x</b>')")
    assert len(browser.complaints) >= 1
    assert "Content Security Policy" in browser.complaints[0]


def test_waiting_outlives_what_is_not_there_yet_and_tells_what_never_came(
    browser: Browser,
) -> None:
    browser.ask("setTimeout(() => { document.body.id = 'late' }, 100)")
    browser.until("document.querySelector('#late').id === 'late'")
    with pytest.raises(BrowserFailed, match=r"null .*reading 'id'"):
        browser.until("document.querySelector('#never').id === 'never'", patience_s=0.1)


def test_the_label_as_drawn_decodes_to_the_page(
    browser: Browser, live: str, people: People, settings: Any
) -> None:
    settings.PASSPORT_PUBLIC_URL = live
    browser.resize(1280)
    browser.open(f"{live}{path_of(people)}/label.svg")
    picture = Image.open(io.BytesIO(browser.picture(whole=False))).convert("L")
    found = [each.text for each in zxingcpp.read_barcodes(picture)]
    assert found == [live + path_of(people)]
    for width in WIDTHS:
        browser.resize(width)
        browser.open(found[0])
        assert browser.ask("document.querySelector('h1').innerText") == "Model PACK-12"


def test_a_desk_fits_and_moments_are_in_the_reader_s_zone(
    browser: Browser, live: str, people: People
) -> None:
    sit_down(browser, live, people, "keeper")
    for address in addresses(people):
        fits(browser, live + address)
    browser.open(f"{live}/desk/batteries/{people.stage.packs[1].pk}/")
    assert browser.ask("document.querySelectorAll('time[data-moment]').length") == 0
    assert browser.ask("document.querySelectorAll('svg.plot').length") == 2


def test_the_desk_of_labels_fits_whether_they_fit_or_not(
    browser: Browser, live: str, people: People
) -> None:
    sit_down(browser, live, people, "maker")
    address = f"{live}/desk/intakes/{people.stage.ids['intake_id']}/labels"
    fits(browser, address)
    fits(browser, address + "?label=L4730")
    assert "smallest label that holds it" in browser.ask("document.body.innerText")
    fits(browser, address + "?label=57x32&contents=marks&ec=M")
    loaded = "document.querySelector('.preview img').naturalWidth > 0"
    browser.until(loaded)


def test_the_desk_of_signing_keys_fits_when_empty_and_when_full(
    browser: Browser, live: str, people: People, as_system: Any, settings: Any, tmp_path: Path
) -> None:
    sit_down(browser, live, people, "maker")
    fits(browser, f"{live}/desk/signing-keys/")
    settings.PASSPORT_KEK_DIR, settings.PASSPORT_KEK = tmp_path / "keks", "a"
    hosted_key.make_kek(name="a")
    maker = people.stage.cast["maker"]
    with as_system():
        old = signing.enrolled(maker)
        new, rotation = signing.rotation(maker, old)
        key.rotate(document=rotation, by=maker, at=casting.THEN)
        hosted_key.create(by=maker, at=casting.THEN)
        key.issue_challenge(by=maker, at=NOW + timedelta(days=999))
    fits(browser, f"{live}/desk/signing-keys/")
    browser.ask("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert browser.ask("document.documentElement.scrollWidth") <= 1280
    assert new.multikey in browser.ask("document.body.innerText")


def test_progress_is_polled_and_ends_at_the_board(
    browser: Browser, live: str, people: People
) -> None:
    sit_down(browser, live, people, "keeper")
    browser.open(f"{live}/desk/plans/under-way/{people.stage.ids['job_id']}/")
    browser.arrive(f"/desk/plans/{people.stage.ids['plan_id']}/")
    assert browser.complaints == []


def addresses(people: People) -> list[str]:
    """The pages of a keeper's desk that are fullest."""
    retired = people.stage.packs[1].pk
    return [
        "/desk/", "/desk/batteries/", f"/desk/batteries/{retired}/", "/desk/hand-overs/",
        "/desk/retire/", f"/desk/retire/condition?battery={people.stage.packs[0].pk}",
        "/desk/plans/", f"/desk/plans/{people.stage.ids['plan_id']}/", "/desk/offers/",
        "/desk/keys/",
    ]  # fmt: skip


def path_of(people: People) -> str:
    """Where the page of the first pack stands."""
    return people.stage.packs[0].identity.removeprefix("https://id.gs1.org")
