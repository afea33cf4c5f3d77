"""Drives a real headless Chromium over its own pipe: no driver, no other package."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

FOUND = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(FOUND is None, reason="chromium absent")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE_S = 30.0
# What htmx has put in carries a class until its buttons are bound.
LOADED = "document.readyState === 'complete' && !document.querySelector('.htmx-added')"


class BrowserFailed(AssertionError):
    """The browser did not do what it was told."""


@dataclass
class Browser:
    """One page of a Chromium, what it complained about, and the pipe to it."""

    reader: int
    writer: int
    session: str = ""
    told: int = 0
    rest: bytes = b""
    complaints: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self.told += 1
        message = {"id": self.told, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        for heard in self._listen():
            if heard.get("id") == self.told:
                if "error" in heard:
                    raise BrowserFailed(f"{method}: {heard['error']}")
                result: dict[str, Any] = heard["result"]
                return result
        raise BrowserFailed(f"{method}: no answer within {PATIENCE_S} s")

    def open(self, address: str) -> None:
        """Go to an address and wait until it has loaded."""
        self.events.clear()
        answer = self.tell("Page.navigate", url=address)
        if answer.get("errorText"):
            raise BrowserFailed(f"{address}: {answer['errorText']}")
        self.settle()

    def settle(self) -> None:
        """Wait until the page at hand has loaded."""
        self.until("true")

    def until(self, script: str, *, patience_s: float = PATIENCE_S) -> None:
        """Wait until an expression is true on a page that has loaded, whatever page that is.

        Between two pages there is nothing to find: what is thrown there means "not yet".
        """
        deadline = time.monotonic() + patience_s
        while (told := self._loaded(script)) is not True:
            if time.monotonic() > deadline:
                place = self._loaded("location.href")
                raise BrowserFailed(f"never true at {place}: {script}: {told}; {self.complaints}")
            time.sleep(0.02)

    def arrive(self, path: str) -> None:
        """Wait until the browser stands at a path, wherever it was sent from."""
        self.until(f"location.pathname === {json.dumps(path)}")

    def resize(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Be a phone or a desk, in the light or in the dark."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.tell("Emulation.setEmulatedMedia", features=[scheme])

    def ask(self, script: str) -> Any:
        """The value of an expression on the page, or what its promise comes to."""
        answer = self.tell(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise BrowserFailed(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def _loaded(self, script: str) -> Any:
        """What an expression comes to once the page has loaded, or what is thrown instead."""
        try:
            return self.ask(f"{LOADED} && ({script})")
        except BrowserFailed as failed:
            return failed

    def choose(self, selector: str, *paths: Path) -> None:
        """Choose files in a field, as a person would."""
        root = self.tell("DOM.getDocument")["root"]["nodeId"]
        node = self.tell("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.tell("DOM.setFileInputFiles", nodeId=node, files=[str(path) for path in paths])

    def cookie(self, name: str, value: str, address: str) -> None:
        """Keep a cookie, as a sign-in would have set it."""
        self.tell("Network.setCookie", name=name, value=value, url=address)

    def picture(self, *, whole: bool = True) -> bytes:
        """The page as PNG, all of it unless told otherwise."""
        answer = self.tell(
            "Page.captureScreenshot", captureBeyondViewport=whole, **self._clip(whole)
        )
        return base64.b64decode(answer["data"])

    def _clip(self, whole: bool) -> dict[str, Any]:
        if not whole:
            return {}
        size = self.tell("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, **_only(size, "width", "height"), "scale": 1}}

    def _listen(self) -> Iterator[dict[str, Any]]:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            while b"\0" in self.rest:
                message, self.rest = self.rest.split(b"\0", 1)
                heard = json.loads(message)
                self._note(heard)
                yield heard
            if select.select([self.reader], [], [], 0.5)[0]:
                self.rest += os.read(self.reader, 1 << 16)

    def _note(self, heard: dict[str, Any]) -> None:
        params = heard.get("params", {})
        if heard.get("method") == "Log.entryAdded":
            entry = params["entry"]
            if entry["level"] in ("error", "warning"):
                self.complaints.append(f"{entry['text']} ({entry.get('url', '')})")
        elif heard.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"]))


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium with one blank page; it is gone afterwards, with all it kept."""
    with running() as started:
        _open_page(started)
        yield started


@contextmanager
def running() -> Iterator[Browser]:
    """A Chromium that waits to be given a page."""
    to_us, to_it = os.pipe(), os.pipe()
    with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        command = [str(FOUND), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process = _start(command, reads=to_it[0], writes=to_us[1])
        try:
            yield Browser(reader=to_us[0], writer=to_it[1])
        finally:
            os.close(to_it[1])
            process.terminate()
            process.wait(timeout=20)
            os.close(to_us[0])


def _start(command: list[str], *, reads: int, writes: int) -> subprocess.Popen[bytes]:
    """Chromium reads commands from descriptor 3 and answers on 4."""
    high = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 10) for each in (reads, writes)]

    def arrange() -> None:
        for ours, its in zip(high, (3, 4), strict=True):
            os.dup2(ours, its)

    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command, close_fds=False, preexec_fn=arrange, stdout=quiet, stderr=quiet
    )
    for each in (reads, writes, *high):
        os.close(each)
    return process


def _open_page(browser: Browser, **where: str) -> None:
    target = browser.tell("Target.createTarget", url="about:blank", **where)
    attached = browser.tell("Target.attachToTarget", targetId=target["targetId"], flatten=True)
    browser.session = attached["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network"):
        browser.tell(f"{domain}.enable")


@contextmanager
def blank(browser: Browser) -> Iterator[Browser]:
    """A blank page that knows no cookie, no cache and no complaint of any page before it."""
    context = browser.tell("Target.createBrowserContext")["browserContextId"]
    browser.complaints.clear()
    browser.events.clear()
    _open_page(browser, browserContextId=context)
    try:
        yield browser
    finally:
        browser.session = ""
        browser.tell("Target.disposeBrowserContext", browserContextId=context)


def _only(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}
