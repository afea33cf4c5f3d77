"""Checking a bundle on the page, as a person would: the same words, and not one request."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from passport.proof import did
from passport.proof.canonical import encode
from tests import simulator
from tests.pages import agreement, large
from tests.pages.browser import Browser, needs_chromium
from tests.pages.mutants import Case
from tests.pages.test_browser import fits

pytestmark = [pytest.mark.browser, needs_chromium]


@pytest.fixture(scope="module")
def story() -> simulator.Pack:
    """A pack of two makers."""
    return simulator.pack_of_cells()


def ready(browser: Browser, live: str) -> None:
    """Open the page and wait until it could do without a network."""
    browser.open(f"{live}/verify")
    browser.until("!document.querySelector('#go').disabled")


def check(browser: Browser, folder: Path, case: Case) -> str:
    """Have a case checked; what the page then says."""
    (folder / "bundle.json").write_bytes(case.data)
    (folder / "trust").write_text(case.trust)
    for at, data in enumerate(case.dids.values()):
        (folder / f"{at}.json").write_bytes(data)
    browser.choose("#bundle", folder / "bundle.json")
    browser.choose("#trust-file", folder / "trust")
    browser.choose("#dids", *sorted(folder.glob("?.json")))
    browser.until("document.querySelector('#trust').value !== ''")
    browser.ask("document.querySelector('#go').click()")
    browser.until("document.querySelector('#progress').hidden")
    return str(browser.ask("document.querySelector('main').innerText"))


def printed(browser: Browser) -> list[str]:
    """The outcome as the program would print it."""
    return str(browser.ask("document.querySelector('#outcome pre').textContent")).split("\n")


def test_says_what_the_program_says_and_sends_nothing(
    browser: Browser,
    live: str,
    tmp_path: Path,
    story: simulator.Pack,
    caplog: pytest.LogCaptureFixture,
) -> None:
    document = did.document(
        did=simulator.PACKMAKER, methods={story.packmaker.name: story.packmaker.multikey}
    )
    trust = story.world.policy_text(story.cellmaker)
    case = Case("good", story.bundle(), trust, {simulator.PACKMAKER: encode(document)})
    ready(browser, live)
    caplog.clear()
    browser.tell(
        "Network.emulateNetworkConditions",
        offline=True, latency=0, downloadThroughput=0, uploadThroughput=0,
    )  # fmt: skip
    assert "◆ ACCEPTED" in check(browser, tmp_path, case)
    assert printed(browser) == agreement.judged_here(case)["lines"]
    assert [each for each in caplog.records if each.name == "api.http.trace"] == []
    assert browser.complaints == []


def test_shows_doubts_and_refusals_at_the_size_of_a_phone(
    browser: Browser, live: str, tmp_path: Path, story: simulator.Pack
) -> None:
    trust = story.world.policy_text()
    ready(browser, live)
    assert "▲ IN DOUBT" in check(browser, tmp_path, Case("doubted", story.bundle(), trust))
    flipped = story.bundle().replace(b'"index":1', b'"index":2', 1)
    said = check(browser, tmp_path, Case("refused", flipped, trust))
    assert "■ REFUSED\n\nAt step 1, Read: /evidence/entries is not in ascending order." in said
    browser.ask("document.querySelector('#batteries').value = 'urn:other'")
    said = check(browser, tmp_path, Case("other", story.bundle(), trust))
    assert "The bundle is not about urn:other." in said
    for width in (390, 1280):
        browser.resize(width)
        assert browser.ask("document.documentElement.scrollWidth") <= width


def test_what_a_bundle_says_is_shown_and_never_obeyed(
    browser: Browser, live: str, tmp_path: Path, story: simulator.Pack
) -> None:
    evil = '<img src=x onerror="document.title=1"><script>document.title=2</script>\u202eturned'
    contents = replace(story.contents(), batteries={**story.contents().batteries, evil: -1})
    case = Case("evil", story.bundle(contents), story.world.policy_text(story.cellmaker))
    ready(browser, live)
    said = check(browser, tmp_path, case)
    assert evil.replace("\u202e", "\\u202e") in said
    assert browser.ask("document.querySelector('#outcome img, #outcome script')") is None
    assert browser.ask("document.title").startswith("Check a bundle")
    assert browser.complaints == []


def test_a_pack_of_five_thousand_cells_takes_seconds_and_the_page_stays_awake(
    browser: Browser, live: str, tmp_path: Path
) -> None:
    case = large.pack()
    ready(browser, live)
    browser.ask(
        "window.seen = new Set(); new MutationObserver(() => seen.add(document.querySelector("
        "'#progress-words').textContent)).observe(document.querySelector('#progress'),"
        " {childList: true, subtree: true, characterData: true})"
    )
    begun = time.monotonic()
    said = check(browser, tmp_path, case)
    assert "◆ ACCEPTED" in said
    assert "5012 of 5012 attested by their makers" in said
    # The goal is three seconds of this machine alone; others may be at work on it.
    assert time.monotonic() - begun < 20
    assert {"Step 1 of 12: Read", "Step 9 of 12: Items"} <= set(browser.ask("[...seen]"))


@pytest.mark.parametrize(
    ("data", "trust", "told"),
    [
        (b"%PDF-1.7 \xff\xfe", "", "At step 1, Read: Byte 9 is not UTF-8."),
        (b"<html></html>", "", "Expecting value at line 1, column 1."),
        (b"", "", "A bundle is the file that the record of a battery gives for download."),
        (b"{}", "trust me\n", "The trust policy cannot be read: Line 1: 'trust' is unknown."),
    ],
)
def test_says_what_is_wrong_with_what_is_no_bundle(
    browser: Browser,
    live: str,
    tmp_path: Path,
    story: simulator.Pack,
    data: bytes,
    trust: str,
    told: str,
) -> None:
    ready(browser, live)
    case = Case("wrong", data, trust or story.world.policy_text())
    assert told in check(browser, tmp_path, case)


def test_the_page_cannot_send_what_it_was_given(browser: Browser, live: str) -> None:
    ready(browser, live)
    sent = "fetch('/verify', {method: 'POST', body: 'x'}).then(() => 'sent', () => 'held')"
    assert browser.ask(sent) == "held"
    assert "Content Security Policy" in browser.complaints[0]


def test_fits_a_phone_and_a_desk(browser: Browser, live: str) -> None:
    fits(browser, f"{live}/verify")
