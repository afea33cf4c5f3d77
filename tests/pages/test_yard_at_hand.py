"""How the yard looks and is worked: by keyboard, by photo, in the light and in the dark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from passport.rules.yard import read_scan
from tests import cast as casting
from tests.pages import browser as driving
from tests.pages.axe import serious
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People, YardServer
from tests.pages.test_browser import fits
from tests.pages.test_yard import photo
from tests.pages.yard_stage import cut, enter, observed, scan, shot, shown
from tests.rules.test_yard import NOT_READ, READ

pytestmark = [pytest.mark.browser, needs_chromium]


def test_what_is_misread_unknown_or_in_other_hands_needs_attention_and_stops_nothing(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "recycler")
    held = people.stage.packs[0].identity
    scan(browser, "]Q301095212340000192" + "1X", held, "https://id.gs1.org/01/09521234000020/21/NO")
    browser.until("document.querySelectorAll('#attention li').length === 3")
    said = browser.ask("document.querySelector('#attention').innerText")
    for words in ("check digit is wrong", "neither in your hands", "Nobody has registered"):
        assert words in said, said
    shot(browser, "attention")
    browser.ask("document.querySelector('#attention [data-act=settle]').click()")
    browser.until("document.querySelectorAll('#attention li').length === 2")
    assert observed(people) == 0


def test_an_offered_battery_is_taken_without_a_network_by_keyboard_alone(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    waiting = people.stage.packs[2]
    cut(browser)
    scan(browser, waiting.identity)
    browser.until("!!document.querySelector('.yard-card [value=TAKE]')")
    assert serious(browser) == []
    until_focused(browser, ".yard-card form:has([value=TAKE]) button")
    press(browser, "Enter", "\r")
    browser.until(f"{shown('waiting')} === 2")
    browser.until("document.activeElement?.id === 'code'")
    cut(browser, offline=False)
    browser.ask("window.dispatchEvent(new Event('online'))")
    browser.until(f"{shown('sent')} === 2")
    browser.until("document.querySelector('.yard-card')?.innerText.includes('you hold it')")
    with people.as_system():
        waiting.refresh_from_db()
        assert waiting.holder_id == people.stage.cast["keeper"].pk
    shot(browser, "taken")
    assert serious(browser) == []


@pytest.mark.parametrize("dark", [False, True])
def test_the_yard_fits_shuts_nobody_out_and_breaks_no_policy(
    browser: Browser, server: YardServer, people: People, dark: bool
) -> None:
    enter(browser, server.address, people, "keeper")
    browser.resize(390, dark=dark)
    for code in (people.stage.packs[0].identity, "https://id.gs1.org/01/09521234000020/21/NO"):
        scan(browser, code)
    browser.until("document.querySelectorAll('#recent li').length === 2")
    browser.until("document.querySelectorAll('#attention li').length === 1")
    shot(browser, "scanned")
    assert serious(browser) == []
    fits(browser, f"{server.address}/desk/yard/")
    with people.as_system():
        cast = people.stage.cast
        (lost,) = casting.packs(cast["maker"], "YARD-7731-K")
        casting.give(lost, cast["maker"], cast["keeper"])
    fits(browser, f"{server.address}/desk/yard/?part=d-773")
    assert lost.serial in browser.ask("document.querySelector('#parts-found').innerText")
    shot(browser, "part")
    assert serious(browser) == []
    fits(browser, f"{server.address}/desk/yard/labels/{people.stage.packs[0].pk}")
    shot(browser, "label")
    assert serious(browser) == []


def test_the_shell_holds_no_name_and_the_worker_keeps_only_the_shell(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    kept = json.loads(
        browser.ask(
            "(async () => { const all = {}; for (const name of await caches.keys()) {"
            " all[name] = (await (await caches.open(name)).keys()).map((each) =>"
            " new URL(each.url).pathname); } return JSON.stringify(all); })()"
        )
    )
    (shell,) = (name for name in kept if name.startswith("yard-shell-"))
    assert set(kept) == {shell, "yard-own", "yard-settings"}
    assert kept["yard-own"] == ["/desk/yard/state"]
    assert all(each.startswith(("/static/", "/desk/yard/")) for each in kept[shell])
    text = browser.ask("fetch('/desk/yard/shell/en').then((each) => each.text())")
    assert "Keeper" not in text
    assert 'csrfmiddlewaretoken" value=""' in text
    browser.until("document.querySelector('#code') === document.activeElement")


def test_a_photo_is_read_by_the_server_and_scanned(
    browser: Browser, server: YardServer, people: People, tmp_path: Path
) -> None:
    enter(browser, server.address, people, "keeper")
    pack = people.stage.packs[0]
    (tmp_path / "photo.jpg").write_bytes(photo(pack.identity, tilt=9))
    browser.choose("#photo", tmp_path / "photo.jpg")
    browser.until(f"{shown('sent')} === 1")
    assert observed(people) == 1
    (tmp_path / "empty.png").write_bytes(photo("x")[:900])
    browser.choose("#photo", tmp_path / "empty.png")
    browser.until("document.querySelector('#photo-words').innerText.length > 20")


def test_the_device_reads_codes_as_the_server_does(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    texts = [*READ.values(), *(text for text, _ in NOT_READ.values())]
    asked = json.dumps(texts)
    found = browser.ask(
        f"import('/static/yard/identify.js').then((it) => {asked}.map((each) => it.identify(each)))"
    )
    for text, here in zip(texts, found, strict=True):
        there = read_scan(text)
        if there.identity is not None:
            assert (here["canonical"], here["fault"]) == (there.identity.canonical, ""), text
        else:
            assert here["canonical"] == "", text
            assert there.refusal is not None
            assert (here["fault"] == "digit") is (there.refusal.code == "wrong-check-digit"), text


def press(browser: Browser, key: str, text: str = "") -> None:
    """Press one key, as a hand would."""
    codes = {"Enter": 13, "Tab": 9}
    for kind in ("keyDown", "keyUp"):
        browser.tell(
            "Input.dispatchKeyEvent", type=kind, key=key, code=key, text=text,
            windowsVirtualKeyCode=codes[key],
        )  # fmt: skip


def until_focused(browser: Browser, selector: str) -> None:
    """Go on by Tab until something has the focus."""
    for _ in range(30):
        press(browser, "Tab")
        if browser.ask(f"document.activeElement.matches({json.dumps(selector)})"):
            return
    raise driving.BrowserFailed(f"never reached by Tab: {selector}")
