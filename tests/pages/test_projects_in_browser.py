"""The pages of a project on a phone and at a desk: nothing sticks out, nobody is shut out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from passport.actions import sourcing_flag
from passport.rules.sourcing_serials import Stage
from tests.cast import THEN
from tests.pages.axe import serious
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, sit_down
from tests.passport.acting import acting
from tests.passport.projecting import bring

pytestmark = [pytest.mark.browser, pytest.mark.oracle, needs_chromium]
LOOK = os.environ.get("LOOK", "")


@pytest.fixture
def entered_project(people: People) -> str:
    """The project of the stage, with serials that do not agree and a reason to know."""
    cast, project_id = people.stage.cast, people.stage.ids["project_id"]
    with people.as_system():
        for stage, last in zip(Stage, ("PK-3", "PK-3", "PK-4"), strict=True):
            bring(cast, _Project(project_id), ["PK-1", "PK-2", last], stage)
        with acting(cast["keeper"]):
            sourcing_flag.raise_flag(
                project_id=project_id, about="L-1", says="a letter of their customs broker names"
                " another factory", by=cast["keeper"], at=THEN,
            )  # fmt: skip
    return f"/desk/projects/{project_id}/"


class _Project:
    def __init__(self, pk: Any) -> None:
        self.pk = pk


def test_each_page_of_a_project_fits_and_shuts_nobody_out(
    browser: Browser, live: str, people: People, entered_project: str
) -> None:
    sit_down(browser, live, people, "keeper")
    paper = f"/desk/certificates/{people.stage.ids['certificate_id']}/"
    steps = ("", "terms", "bill", "certificates", "serials", "flags", "payments")
    for path in ("/desk/projects/", paper, *(entered_project + step for step in steps)):
        fits(browser, live + path)
        for width in (390, 1280) if LOOK else (390,):
            browser.resize(width)
            _look(browser, f"{path.strip('/').replace('/', '_')}-{width}")
        assert LOOK or serious(browser) == [], path


def _look(browser: Browser, name: str) -> None:
    """Keep a picture for whoever wants to look: LOOK names a folder."""
    if LOOK:
        Path(LOOK, f"{name}.png").write_bytes(browser.picture())
