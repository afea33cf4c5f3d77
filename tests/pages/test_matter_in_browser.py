"""A recycler's pages of treatment and material in a real browser: none shuts anybody out."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.databases import Beginning
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_ends_in_browser import walk
from tests.recycling import loop as loops
from tests.recycling.loop import Made

pytestmark = [pytest.mark.browser, pytest.mark.oracle, needs_chromium]
RECYCLER = {
    "treatments": "/desk/treatments/",
    "intake": "/desk/treatments/intake/",
    "batches": "/desk/batches/",
    "batch": "/desk/batches/{batch}/",
    "certificate": "/desk/batches/{batch}/certificate/",
    "annex-xii": "/desk/annex-xii/?year=2026",
    "material": "/desk/material/",
    "lot": "/desk/material/{lot}/",
}


@pytest.fixture(scope="module")
def begun(begin: Callable[..., Beginning]) -> Beginning:
    """The nickel in the maker's hands."""
    return begin(loops.go_on, after=begin(loops.begin))


@pytest.fixture
def made(begun: Beginning, database: str) -> Made:
    return deepcopy(begun.made)


@pytest.fixture
def at_desk(made: Made, as_system: Callable[[], Any]) -> People:
    return People(made, as_system)  # type: ignore[arg-type]


def test_a_recycler_s_pages_shut_nobody_out(browser: Browser, live: str, at_desk: People) -> None:
    made: Any = at_desk.stage
    session = at_desk.at_desk("recycler").cookies["sessionid"].value
    browser.cookie("sessionid", session, live)
    walk(browser, live, RECYCLER, batch=made.batch.pk, lot=made.nickel.pk)
