"""A keeper's pages of the end of life in a real browser: none shuts anybody out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pages.axe import serious
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import FAULTS
from tests.pages.yard_stage import shot

pytestmark = [pytest.mark.browser, pytest.mark.oracle, needs_chromium]
KEEPER = {
    "programmes": "/desk/programmes/",
    "programme-new": "/desk/programmes/new",
    "programme": "/desk/programmes/{programme_id}/",
    "prices": "/desk/prices/",
    "test": "/desk/tests/{order_id}/",
    "end": "/desk/batteries/{battery_id}/end/",
    "second-life-new": "/desk/batteries/{battery_id}/end/second-life",
    "second-life": "/desk/second-lives/{second_life_id}/",
    "maintenance": "/desk/maintenance/",
    "fleet": "/desk/fleet/",
    "readings": "/desk/readings/",
    "plans": "/desk/plans/",
    "plan": "/desk/plans/{plan_id}/",
}


def walk(browser: Browser, live: str, pages: dict[str, str], **ids: Any) -> None:
    """Every page on a phone: nothing sticks out, nobody stumbles; a picture where asked for."""
    browser.resize(390)
    wrong = {}
    for name, address in pages.items():
        browser.open(live + address.format(**ids))
        found = browser.ask(FAULTS) + serious(browser)
        if browser.ask("document.documentElement.scrollWidth > innerWidth"):
            found.append("sticks out")
        shot(browser, f"end-{name}")
        if found:
            wrong[name] = found
    assert wrong == {}
    assert browser.complaints == []


def test_a_keeper_s_pages_shut_nobody_out(browser: Browser, live: str, people: People) -> None:
    session = people.at_desk("keeper").cookies["sessionid"].value
    browser.cookie("sessionid", session, live)
    walk(browser, live, KEEPER, **people.stage.ids)
