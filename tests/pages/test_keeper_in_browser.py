"""What a keeper sees on a phone and at a desk: nobody is shut out, and the keyboard is enough."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from passport.actions import correction, event, health, party, siting
from passport.models.ids import new_id
from passport.rules.correction import Reason
from passport.rules.health import Method, make_reading
from passport.rules.lifecycle import EventKind
from tests.api.stage import NOW
from tests.cast import THEN
from tests.pages.axe import serious
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, sit_down

pytestmark = [pytest.mark.browser, pytest.mark.oracle, needs_chromium]


@pytest.fixture
def lived(people: People) -> str:
    """The record of the kept pack after a life: read often, once wrongly, bumped, at a site."""
    keeper, battery = people.stage.cast["keeper"], people.stage.ids["battery_id"]
    with people.as_system():
        site = party.add_facility(party=keeper, name="Roof of hall 4", country="DE")
        siting.place(battery_ids=[battery], facility_id=site.pk, by=keeper, at=NOW)
        for n in range(8):
            last = _read(battery, keeper, Decimal("0.97") - n * Decimal("0.012"), day=n * 3)
        event.record(
            battery_id=battery, kind=EventKind.INCIDENT, happened_at=THEN + timedelta(days=4),
            event_id=new_id(), facts={"what": "bumped by a fork lift"}, by=keeper, at=NOW,
        )  # fmt: skip
        _read(battery, keeper, Decimal("0.88"), day=21, corrects=last.event_id)
        wrong = event.record(
            battery_id=battery, kind=EventKind.REPAIRED, happened_at=THEN + timedelta(days=9),
            event_id=new_id(), facts={"what": "fan replaced"}, by=keeper, at=NOW,
        )  # fmt: skip
        correction.declare(
            event_id=wrong.pk, reason=Reason.DID_NOT_OCCUR, correctives=(),
            declaration_id=new_id(), by=keeper, at=NOW,
        )  # fmt: skip
    return f"/desk/batteries/{battery}/"


def _read(battery: Any, by: Any, soh: Decimal, *, day: int, corrects: Any = None) -> Any:
    method = Method.TESTED if day % 2 else Method.BMS_REPORTED
    reading = make_reading(
        soh=soh, method=method, source="BMS 4.1", measured_at=THEN + timedelta(days=day)
    )
    return health.read(
        battery_id=battery, event_id=new_id(), reading=reading, by=by, at=NOW, corrects=corrects
    )


def test_no_page_of_a_keeper_shuts_anybody_out(
    browser: Browser, live: str, people: People, lived: str
) -> None:
    sit_down(browser, live, people, "keeper")
    for address in ("/desk/", "/desk/fleet/", lived):
        fits(browser, live + address)
        for width in (390, 1280):
            browser.resize(width)
            assert serious(browser) == [], (address, width)


def press(browser: Browser, key: str, text: str = "") -> None:
    """One key, down and up."""
    code = {"Enter": 13, "Tab": 9, " ": 32}[key]
    told = {"key": key, "code": key if key != " " else "Space", "windowsVirtualKeyCode": code}
    browser.tell("Input.dispatchKeyEvent", type="keyDown", text=text, **told)
    browser.tell("Input.dispatchKeyEvent", type="keyUp", **told)


def test_a_wrong_entry_is_declared_wrong_by_keyboard_alone(
    browser: Browser, live: str, people: People, lived: str
) -> None:
    browser.resize(390)
    sit_down(browser, live, people, "keeper")
    browser.open(live + lived)
    struck = "document.querySelectorAll('.timeline .struck').length"
    before = browser.ask(struck)
    browser.ask("document.querySelector('.say-wrong > summary').focus()")
    press(browser, "Enter", "\r")
    press(browser, "Tab")
    press(browser, " ", " ")
    browser.until("document.activeElement?.value === 'DID_NOT_OCCUR'")
    press(browser, "Tab")
    press(browser, "Enter", "\r")
    browser.until(f"location.hash.startsWith('#event-') && {struck} === {before + 1}")
