"""No page of the first steps shuts anybody out, and the judge would say so if one did."""

from __future__ import annotations

import pytest

from tests.pages.axe import serious
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import path_of, sit_down

pytestmark = [pytest.mark.browser, pytest.mark.oracle, needs_chromium]


def test_the_judge_sees_a_picture_without_words(browser: Browser, live: str) -> None:
    browser.open(f"{live}/sign-in")
    assert serious(browser) == []
    browser.ask("document.querySelector('main').append(new Image(9, 9))")
    assert [each.split()[1] for each in serious(browser)] == ["image-alt:"]


@pytest.mark.parametrize("dark", [False, True])
def test_public_pages_and_a_desk_shut_nobody_out(
    browser: Browser, live: str, people: People, dark: bool
) -> None:
    browser.resize(390, dark=dark)
    for address in ("/", path_of(people)):
        browser.open(live + address)
        assert serious(browser) == [], address
    sit_down(browser, live, people, "keeper")
    for address in ("/desk/", "/desk/batteries/", "/desk/hand-overs/"):
        browser.open(live + address)
        assert serious(browser) == [], address
