"""A file dropped and mended in a real browser, as a phone and as a desk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from passport.models import Intake, IntakeState
from tests.cast import battery_line, model_line, work_off
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, sit_down

pytestmark = [pytest.mark.browser, needs_chromium]
BAD = battery_line("A", colour="red")
LINES = [model_line(), BAD, battery_line("B", manufactured_on="2.3.2025"), battery_line("C")]
SHOTS = os.environ.get("SHOTS")


def work(people: People) -> None:
    with people.as_system():
        for row in Intake.objects.filter(state=IntakeState.RECEIVED):
            work_off(row)


def shot(browser: Browser, name: str) -> None:
    if SHOTS:
        for width in (390, 1280):
            browser.resize(width)
            (Path(SHOTS) / f"{name}-{width}.png").write_bytes(browser.picture())


def test_a_file_is_dropped_watched_and_mended(
    browser: Browser, live: str, people: People, tmp_path: Path
) -> None:
    sit_down(browser, live, people, "second-maker")
    fits(browser, f"{live}/desk/intakes/")
    shot(browser, "empty")
    where = _dropped(browser, live, people, tmp_path / "shift-2026-11-28.ndjson")
    _mend_all(browser, people)
    fits(browser, f"{live}/desk/intakes/")
    shot(browser, "list")
    fits(browser, where + "lines/3")
    shot(browser, "line")
    assert browser.complaints == []


def _dropped(browser: Browser, live: str, people: People, file: Path) -> str:
    """The page of a file that was dropped, from waiting to its rejected lines."""
    sit_down(browser, live, people, "maker")
    file.write_bytes(b"".join(json.dumps(each).encode() + b"\n" for each in LINES))
    browser.open(f"{live}/desk/intakes/")
    browser.choose("#file", file)
    browser.ask("document.querySelector('main form').submit()")
    browser.until("location.pathname.length > 20")
    where: str = browser.ask("location.href")
    fits(browser, where)
    shot(browser, "waiting")
    work(people)
    # The page goes on by itself, without a reload from here.
    browser.until("document.querySelectorAll('.rejected-line').length === 2")
    fits(browser, where)
    shot(browser, "rejected")
    return where


def _mend_all(browser: Browser, people: People) -> None:
    """First wrongly, then rightly; the other line stays as it is."""
    _mend(browser, BAD | {"colour": "blue"})
    browser.until("!!document.querySelector('#line-2 .wrong')")
    shot(browser, "wrong")
    _mend(browser, {name: said for name, said in BAD.items() if name != "colour"})
    browser.until("document.querySelector('#line-2')?.innerText.includes('waiting')")
    work(people)
    browser.until("document.querySelector('#line-2')?.innerText.includes('mended')")
    browser.until("document.querySelector('#line-3')?.innerText.includes('rejected')")
    shot(browser, "mended")


def _mend(browser: Browser, line: object) -> None:
    """Open the line, write it anew, and press the button."""
    browser.ask(
        "(() => { const line = document.querySelector('#line-2');"
        "line.querySelector('details').open = true;"
        f"line.querySelector('textarea').value = {json.dumps(json.dumps(line))};"
        "line.querySelector('button').click(); })()"
    )
