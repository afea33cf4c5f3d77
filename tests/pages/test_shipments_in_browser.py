"""Shipments in a real browser: on a phone, in both languages, by keyboard, without scripts."""

from __future__ import annotations

import pytest

from passport.models import Battery
from tests.pages.axe import serious
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, sit_down

pytestmark = [pytest.mark.browser, needs_chromium]
PAGES = ("", "new", "{id}/", "{id}/arrival")
KEYS = {"Tab": 9, "Enter": 13}


def press(browser: Browser, key: str) -> None:
    """One key, as a keyboard sends it."""
    text = {"text": "\r"} if key == "Enter" else {}
    told = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
    browser.tell("Input.dispatchKeyEvent", type="keyDown", **told, **text)
    browser.tell("Input.dispatchKeyEvent", type="keyUp", **told)


def go_to(browser: Browser, words: str) -> None:
    """Press Tab until the button that says so has the focus."""
    for _ in range(60):
        if browser.ask("document.activeElement.textContent").strip().startswith(words):
            return
        press(browser, "Tab")
    raise AssertionError(f"no key leads to {words}")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_pages_of_shipments_fit(
    browser: Browser, live: str, people: People, language: str
) -> None:
    sit_down(browser, live, people, "keeper")
    browser.open(f"{live}/desk/?lang={language}")
    for address in PAGES:
        named = address.format(id=people.stage.ids["shipment_id"])
        fits(browser, f"{live}/desk/shipments/{named}")
        assert browser.ask("document.documentElement.lang") == language


@pytest.mark.oracle
def test_the_pages_of_shipments_shut_nobody_out(
    browser: Browser, live: str, people: People
) -> None:
    browser.resize(390)
    sit_down(browser, live, people, "keeper")
    for address in PAGES:
        named = address.format(id=people.stage.ids["shipment_id"])
        browser.open(f"{live}/desk/shipments/{named}")
        assert serious(browser) == [], named


@pytest.mark.parametrize("scripts", [True, False])
def test_a_shipment_is_accepted_by_keyboard_alone(
    browser: Browser, live: str, people: People, scripts: bool
) -> None:
    shipment = f"/desk/shipments/{people.stage.ids['shipment_id']}/"
    browser.resize(390)
    sit_down(browser, live, people, "keeper")
    browser.tell("Emulation.setScriptExecutionDisabled", value=not scripts)
    browser.open(f"{live}{shipment}arrival")
    browser.until("document.activeElement?.id === 'codes'")
    # A hand scanner types, and ends the line.
    browser.tell("Input.insertText", text="SENT-7Q4K9")
    press(browser, "Enter")
    go_to(browser, "Continue")
    press(browser, "Enter")
    browser.until("document.querySelector('input[name=arrived]') !== null")
    go_to(browser, "Accept what has arrived")
    press(browser, "Enter")
    browser.arrive(shipment)
    with people.as_system():
        assert Battery.objects.get(serial="SENT-7Q4K9").holder.slug == "keeper"
    assert browser.complaints == []
