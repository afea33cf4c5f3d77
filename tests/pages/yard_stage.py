"""A yard under a browser's fingers: a server that stops and starts, and what its database holds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

from django.core.wsgi import get_wsgi_application

from passport.models import LifecycleEvent, YardRecord
from tests.pages.browser import Browser
from tests.pages.conftest import People, _Server, _Silent
from tests.pages.test_browser import sit_down

SHOTS = os.environ.get("SHOTS")
READY = "document.body.dataset.ready === 'yes'"
# The page is served by the worker once that has taken hold of it.
HELD = "!!navigator.serviceWorker.controller"


@dataclass
class Wire:
    """What lies between the browser and the application: it may swallow answers to records."""

    swallowing: bool = False
    swallowed: int = 0
    application: Any = field(default_factory=get_wsgi_application)

    def __call__(self, environ: Any, start: Callable[..., Any]) -> Any:
        answer = self.application(environ, start)
        if self.swallowing and environ["PATH_INFO"] == "/desk/yard/records":
            self.swallowed += 1
            answer.close()
            # The work is done and committed; the connection dies before a byte of the answer.
            raise ConnectionResetError
        return answer


class _Joined(_Server):
    """Waits for its requests when it stops, so that none outlives the test's database."""

    daemon_threads = False
    block_on_close = True


@dataclass
class YardServer:
    """A real server at one address that can be stopped and started again."""

    port: int = 0
    wire: Wire = field(default_factory=Wire)
    server: WSGIServer | None = None
    thread: Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.server = make_server(
            "127.0.0.1", self.port, self.wire, server_class=_Joined, handler_class=_Silent
        )
        self.port = self.server.server_port
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        if self.server is None or self.thread is None:
            return
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.server = None


def shot(browser: Browser, name: str) -> None:
    if SHOTS:
        for width in (390, 1280):
            for dark in (False, True):
                browser.resize(width, dark=dark)
                file = f"{name}-{width}{'-dark' if dark else ''}.png"
                (Path(SHOTS) / file).write_bytes(browser.picture())
        browser.resize(390)


def enter(browser: Browser, address: str, people: People, name: str) -> None:
    """Sign in and open the yard until the worker holds the page."""
    browser.resize(390)
    sit_down(browser, address, people, name)
    browser.open(f"{address}/desk/yard/")
    browser.until(READY)
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
