"""The maker's desk in a real browser, in both languages: long words stay within their places."""

from __future__ import annotations

import pytest

from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, path_of, sit_down

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_maker_s_desk_fits(browser: Browser, live: str, people: People, language: str) -> None:
    sit_down(browser, live, people, "maker")
    browser.open(f"{live}/desk/?lang={language}")
    intake = people.stage.ids["intake_id"]
    for address in (
        "", "first-hour/", "models/", f"models/{people.stage.ids['model_id']}/", "lots/",
        "intakes/", f"intakes/{intake}/", f"intakes/{intake}/labels", "names/", "recalls/",
        "signing-keys/", "keys/", "members/",
    ):  # fmt: skip
        fits(browser, f"{live}/desk/{address}")
        assert browser.ask("document.documentElement.lang") == language


def test_public_pages_fit_in_german(browser: Browser, live: str, people: People) -> None:
    for address in ("/", "/sign-in", "/apply", "/forgotten", path_of(people)):
        fits(browser, f"{live}{address}?lang=de")
        assert browser.ask("document.documentElement.lang") == "de"
