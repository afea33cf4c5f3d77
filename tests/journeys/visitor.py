"""Somebody at a browser who reads, points and types: each act is counted, each page looked at.

The mouse is moved to where a thing is seen and pressed there, so what is hidden, covered or off the
page cannot be clicked; a text counts as one block of keys.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.pages.browser import PATIENCE_S, Browser, BrowserFailed

WIDTHS = (390, 1280)
# The smallest visible thing of these that says this text: in `main` first, so that a link in the
# page wins over the tab of the same name.
_FIND = """((text, within) => {
  const seen = (each) => each.getClientRects().length > 0 && !each.disabled;
  const said = (each) => each.innerText.replace(/\\s+/g, " ").trim();
  const all = (root) => [...root.querySelectorAll("a, button, summary, label.choice")].filter(seen);
  const root = document.querySelector(within) || document.body;
  const places = within === "body" ? [document.querySelector("main"), root] : [root];
  for (const place of places) {
    const exact = all(place).find((each) => said(each) === text);
    const found = exact || all(place).find((each) => said(each).startsWith(text));
    if (found) { return found; }
  }
  return null;
})"""


@dataclass
class Leg:
    """One part of the way: what was done, how often a hand moved, and how long it took."""

    says: str
    clicks: int = 0
    keys: int = 0
    files: int = 0
    seconds: float = 0.0


@dataclass
class Way:
    """The whole way, by whoever walks it, and where its pictures are kept, if they are."""

    pictures: Path | None
    legs: list[Leg] = field(default_factory=list)

    @contextmanager
    def leg(self, says: str) -> Iterator[None]:
        """A part of the way, with a name for people."""
        self.legs.append(Leg(says))
        began = time.monotonic()
        try:
            yield
        finally:
            self.legs[-1].seconds = time.monotonic() - began

    def told(self) -> str:
        """A table for people, with a last line of sums."""
        whole = Leg("in all")
        for name in ("clicks", "keys", "files", "seconds"):
            setattr(whole, name, sum(getattr(each, name) for each in self.legs))
        head = f"{'':<58}{'clicks':>8}{'keys':>6}{'files':>7}{'seconds':>9}"
        rows = (
            f"{leg.says:<58}{leg.clicks:>8}{leg.keys:>6}{leg.files:>7}{leg.seconds:>9.1f}"
            for leg in (*self.legs, whole)
        )
        return "\n".join((head, *rows, f"{whole.seconds / 60:.1f} minutes"))


@dataclass
class Visitor:
    """A person with a browser of its own and a folder for what is downloaded."""

    browser: Browser
    way: Way
    downloads: Path

    def __post_init__(self) -> None:
        self.downloads.mkdir(exist_ok=True)
        self.browser.tell(
            "Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads)
        )
        self.browser.resize(WIDTHS[-1])

    def go(self, address: str) -> None:
        """Type an address, as somebody does who was handed it."""
        self.way.legs[-1].keys += 1
        self.browser.open(address)

    def click(self, text: str, *, within: str = "body", stays: bool = False) -> None:
        """Press what says this text; unless it `stays`, another page comes of it."""
        self._press(f"{_FIND}({json.dumps(text)}, {json.dumps(within)})", text, stays=stays)

    def write(self, field_id: str, text: str, *, instead: bool = False) -> None:
        """Click into a field and type; `instead` of what stands in it."""
        found = f"document.getElementById({json.dumps(field_id)})"
        self._press(found, f"#{field_id}", stays=True)
        if instead:
            self.browser.ask(f"{found}.select()")
        self.way.legs[-1].keys += 1
        self.browser.tell("Input.insertText", text=text)

    def pick(self, field_id: str, begins: str) -> None:
        """Choose from a list what begins so: a click to open it, and one on the line."""
        self.way.legs[-1].clicks += 2
        found = self.browser.ask(
            f"(() => {{ const list = document.getElementById({json.dumps(field_id)});"
            f"const line = [...list.options].find((each) => each.text.startsWith("
            f"{json.dumps(begins)})); if (!line) {{ return false; }} list.value = line.value;"
            "list.dispatchEvent(new Event('change', {bubbles: true})); return true; })()"
        )
        assert found is True, f"#{field_id} offers nothing that begins with {begins!r}"

    def choose(self, field_id: str, *paths: Path) -> None:
        """Choose files: a click to open the dialogue of the browser, and the files."""
        self.way.legs[-1].clicks += 1
        self.way.legs[-1].files += len(paths)
        self.browser.choose(f"#{field_id}", *paths)

    def download(self, text: str, name: str) -> Path:
        """Press what gives a file, and wait until all of it is there."""
        place = self.downloads / name
        before = set(self.downloads.iterdir())
        self.click(text, stays=True)
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            fresh = [each for each in self.downloads.iterdir() if each not in before]
            if fresh and all(each.suffix != ".crdownload" for each in fresh) and _is_still(fresh):
                return fresh[0].rename(place)
            time.sleep(0.05)
        raise BrowserFailed(f"{name} never came: {list(self.downloads.iterdir())}")

    def text(self, selector: str = "main") -> str:
        """What a part of the page says."""
        return str(self.browser.ask(f"document.querySelector({json.dumps(selector)}).innerText"))

    def sees(self, text: str, *, patience_s: float = PATIENCE_S) -> None:
        """Wait until the page says this, by itself."""
        self.until(f"document.body.innerText.includes({json.dumps(text)})", patience_s=patience_s)

    def until(self, script: str, *, patience_s: float = PATIENCE_S) -> None:
        """Wait until an expression is true, whatever page that is by then."""
        try:
            self.browser.until(script, patience_s=patience_s)
        except BrowserFailed as failed:
            raise BrowserFailed(f"{failed}\n{self.text('body')}") from failed

    @property
    def place(self) -> str:
        """The path that the browser stands at."""
        return str(self.browser.ask("location.pathname"))

    def picture(self, name: str) -> None:
        """The page as a phone and as a desk show it: nothing may stick out of either."""
        folder = self.way.pictures
        number = len(list(folder.iterdir())) // len(WIDTHS) + 1 if folder else 0
        for width in WIDTHS:
            self.browser.resize(width)
            self.browser.until(f"innerWidth === {width}")
            wide = self.browser.ask("document.documentElement.scrollWidth")
            if folder:
                file = folder / f"{number:02}-{name}-{width}.png"
                file.write_bytes(self.browser.picture())
            assert wide <= width, (name, width, wide)

    def _press(self, found: str, name: str, *, stays: bool) -> None:
        """Move the mouse to the middle of a thing, and press it where nothing covers it."""
        self.browser.ask(f"window.walked = true; {found}?.scrollIntoView({{block: 'center'}})")
        box = self.browser.ask(
            f"(() => {{ const each = {found}; if (!each) {{ return null; }}"
            "const box = each.getClientRects()[0];"
            "const x = box.left + box.width / 2, y = box.top + box.height / 2;"
            "const top = document.elementFromPoint(x, y);"
            "return {x, y, clear: !!top && (each.contains(top) || top.contains(each))}; })()"
        )
        assert box is not None, f"{self.place} has nothing to press that says {name!r}"
        assert box["clear"], f"{name!r} is covered at {self.place}"
        self.way.legs[-1].clicks += 1
        for kind in ("mousePressed", "mouseReleased"):
            self.browser.tell(
                "Input.dispatchMouseEvent", type=kind, x=box["x"], y=box["y"], button="left",
                clickCount=1,
            )  # fmt: skip
        if not stays:
            self.until("!window.walked")


def _is_still(paths: list[Path]) -> bool:
    before = [each.stat().st_size for each in paths]
    time.sleep(0.1)
    return all(each.exists() for each in paths) and before == [
        each.stat().st_size for each in paths
    ]
