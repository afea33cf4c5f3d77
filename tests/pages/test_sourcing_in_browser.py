"""The sourcing desk in Chromium: tables and plots fit a phone and a desk, and shut nobody out."""

from __future__ import annotations

import pytest

from tests.pages.axe import serious
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.supply_stage import HERE, enter_makers, furnish
from tests.pages.test_browser import fits, sit_down
from tests.pages.yard_stage import shot

pytestmark = [pytest.mark.browser, pytest.mark.oracle, needs_chromium]


def test_the_desk_and_its_plots_fit_and_shut_nobody_out(
    browser: Browser, live: str, people: People
) -> None:
    enter_makers(people.stage.cast["stranger"])
    furnish(people.at_desk("stranger"))
    sit_down(browser, live, people, "stranger")
    for name in ("", "agreements/", "scenarios/"):
        fits(browser, f"{live}{HERE}{name}")
        shot(browser, f"sourcing-{name.strip('/') or 'sources'}")
    assert browser.ask("document.querySelectorAll('svg.plot').length") == 6
    assert browser.ask("document.querySelectorAll('svg.plot.wide .column.fails').length") > 0
    assert serious(browser) == []
    browser.open(f"{live}{HERE}")
    assert serious(browser) == []
