"""A yard under a browser's fingers: what it scans, what it shows, and what the database holds."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pypdfium2

from passport.models import LifecycleEvent, YardRecord
from tests.pages.browser import Browser
from tests.pages.conftest import People

SHOTS = os.environ.get("SHOTS")
READY = "document.body.dataset.ready === 'yes'"
# The page is served by the worker once that has taken hold of it.
HELD = "!!navigator.serviceWorker.controller"


def shot(browser: Browser, name: str) -> None:
    if SHOTS:
        for width in (390, 1280):
            for dark in (False, True):
                browser.resize(width, dark=dark)
                file = f"{name}-{width}{'-dark' if dark else ''}.png"
                (Path(SHOTS) / file).write_bytes(browser.picture())
        browser.resize(390)


def printed(browser: Browser, name: str) -> None:
    """The page on paper is one sheet; a copy where one is asked for."""
    paper = base64.b64decode(
        browser.tell("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"]
    )
    sheets = pypdfium2.PdfDocument(paper)
    if SHOTS:
        for number, sheet in enumerate(sheets):
            sheet.render(scale=1.5).to_pil().save(Path(SHOTS) / f"{name}-paper-{number}.png")
    assert len(sheets) == 1, name
    sheets.close()


def take_seat(browser: Browser, address: str, people: People, name: str) -> None:
    """Open the yard as who has signed in elsewhere; what the browser keeps of others stays."""
    session = people.at_desk(name).cookies["sessionid"].value
    browser.open(f"{address}/sign-in")
    browser.cookie("sessionid", session, address)
    browser.open(f"{address}/desk/yard/")
    browser.until(READY)


def enter(browser: Browser, address: str, people: People, name: str) -> None:
    """Open the yard until the worker holds the page."""
    browser.resize(390)
    take_seat(browser, address, people, name)
    browser.until("navigator.serviceWorker.ready.then(() => true)")
    browser.open(f"{address}/desk/yard/")
    browser.until(READY)
    browser.until(HELD)


def scan(browser: Browser, *texts: str) -> None:
    """Type codes into the field as a fast scanner does: each with its Enter, without a pause."""
    browser.ask("document.querySelector('#code').focus()")
    for text in texts:
        browser.tell("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            browser.tell(
                "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", text="\r",
                windowsVirtualKeyCode=13,
            )  # fmt: skip


def cut(browser: Browser, *, offline: bool = True) -> None:
    """Take the network from the page, or give it back."""
    browser.tell(
        "Network.emulateNetworkConditions",
        offline=offline, latency=0, downloadThroughput=-1, uploadThroughput=-1,
    )  # fmt: skip


def queued(browser: Browser) -> list[dict[str, Any]]:
    """The rows that wait in the browser's own database."""
    found: list[dict[str, Any]] = json.loads(
        browser.ask(
            "new Promise((resolve) => { const r = indexedDB.open('yard-queue');"
            " r.onsuccess = () => { const q ="
            " r.result.transaction('records').objectStore('records').getAll();"
            " q.onsuccess = () => { r.result.close(); resolve(JSON.stringify(q.result)); }; }; })"
        )
    )
    return found


def shown(state: str) -> str:
    """How many lines of the list stand in a state, as an expression."""
    return f"document.querySelectorAll('#recent [data-state={state}]').length"


def observed(people: People) -> int:
    """Events of scans in the database, counted by the system."""
    with people.as_system():
        assert YardRecord.objects.filter(kind="SCAN", code="").count() == (
            LifecycleEvent.objects.filter(kind="OBSERVED").count()
        )
        return LifecycleEvent.objects.filter(kind="OBSERVED").count()
