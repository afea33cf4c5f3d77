"""The yard in a real browser: no network, answers lost, two tabs at once; and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from passport.models import YardRecord
from tests import cast as casting
from tests.pages import browser as driving
from tests.pages.axe import serious
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People
from tests.pages.test_browser import fits, sit_down
from tests.pages.yard_stage import (
    READY,
    YardServer,
    cut,
    enter,
    observed,
    queued,
    scan,
    shot,
    shown,
)

pytestmark = [pytest.mark.browser, needs_chromium]
TEN = 10


@pytest.fixture
def server(database: str) -> Iterator[YardServer]:
    """A server of this test's own, that it may stop and start."""
    made = YardServer()
    made.start()
    yield made
    made.stop()


def test_ten_scans_without_a_network_survive_a_reload_and_are_ten_events(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    pack = people.stage.packs[0]
    cut(browser)
    scan(browser, *[pack.identity] * TEN)
    browser.until(f"{shown('waiting')} === {TEN}")
    # What the device keeps of the batteries in hand is there without a network.
    browser.until("!!document.querySelector('.yard-card')")
    shot(browser, "offline")
    browser.open(f"{server.address}/desk/yard/")
    browser.until(READY)
    browser.until(f"{shown('waiting')} === {TEN}")
    assert "no network" in browser.ask("document.querySelector('#standing').innerText")
    assert observed(people) == 0
    cut(browser, offline=False)
    browser.ask("document.querySelector('#send-now').click()")
    browser.until(f"{shown('sent')} === {TEN}")
    assert (observed(people), queued(browser)) == (TEN, [])


def test_with_the_server_really_stopped_all_is_the_same(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    server.stop()
    scan(browser, *[people.stage.packs[0].identity] * TEN)
    browser.until(f"{shown('waiting')} === {TEN}")
    browser.open(f"{server.address}/desk/yard/")
    browser.until(READY)
    browser.until(f"{shown('waiting')} === {TEN}")
    server.start()
    browser.ask("window.dispatchEvent(new Event('online'))")
    browser.until(f"{shown('sent')} === {TEN}")
    assert (observed(people), queued(browser)) == (TEN, [])


def test_an_answer_that_is_lost_is_asked_for_again_and_records_nothing_twice(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    server.wire.swallowing = True
    scan(browser, *[people.stage.packs[0].identity] * TEN)
    browser.until(f"{shown('waiting')} === {TEN}")
    browser.ask("document.querySelector('#send-now').click()")
    browser.until("document.querySelector('#standing').innerText.includes('no network')")
    # The server has committed; the device does not know it, and keeps all.
    assert observed(people) == TEN
    assert len(queued(browser)) == TEN
    assert server.wire.swallowed >= 1
    server.wire.swallowing = False
    browser.ask("document.querySelector('#send-now').click()")
    browser.until(f"{shown('sent')} === {TEN}")
    assert (observed(people), queued(browser)) == (TEN, [])


def test_two_tabs_that_send_at_once_record_once(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    server.stop()
    scan(browser, *[people.stage.packs[0].identity] * TEN)
    browser.until(f"{shown('waiting')} === {TEN}")
    server.start()
    # Without the browser's locks both tabs send all: the server alone keeps them apart.
    send = (
        "Promise.all([1, 2].map(async (n) => { const { send } ="
        " await import('/static/yard/sender.js?' + n);"
        " const state = await (await fetch('/desk/yard/state')).json();"
        " Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });"
        " return send({ party: state.party.id, csrf: state.csrf, hurried: true, told() {} });"
        " })).then((all) => all.join())"
    )
    assert browser.ask(send) == "done,done"
    assert (observed(people), queued(browser)) == (TEN, [])
    with people.as_system():
        assert YardRecord.objects.count() == TEN


def test_signing_out_keeps_what_waits_and_nothing_else(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    own = "caches.has('yard-own')"
    assert browser.ask(own) is True
    server.stop()
    scan(browser, people.stage.packs[0].identity)
    browser.until(f"{shown('waiting')} === 1")
    server.start()
    server.wire.swallowing = True
    browser.ask("document.querySelector('#sign-out').requestSubmit()")
    browser.arrive("/")
    assert browser.ask(own) is False
    assert "yard=" not in browser.ask("document.cookie")
    server.wire.swallowing = False
    others_see_no_more_than_that_it_waits(browser, server, people)
    sit_down_again(browser, server.address, people, "keeper")
    browser.until(f"{shown('sent')} >= 1")
    assert queued(browser) == []


def others_see_no_more_than_that_it_waits(
    browser: Browser, server: YardServer, people: People
) -> None:
    """Somebody else signs in at the same browser, and out again by the desk."""
    sit_down_again(browser, server.address, people, "recycler")
    said = browser.ask("document.body.innerText")
    assert "1 of Keeper wait for its sign-in" in said
    assert people.stage.packs[0].serial not in said.replace("PACK-12", "")
    assert len(queued(browser)) == 1
    browser.open(f"{server.address}/desk/")
    browser.ask("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    browser.arrive("/")
    assert browser.ask("caches.has('yard-own')") is False


def sit_down_again(browser: Browser, address: str, people: People, name: str) -> None:
    """Another person at the same browser; cookies go, what the browser keeps stays."""
    sit_down(browser, address, people, name)
    browser.open(f"{address}/desk/yard/")
    browser.until(READY)


def test_what_is_misread_unknown_or_in_other_hands_needs_attention_and_stops_nothing(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "recycler")
    held = people.stage.packs[0].identity
    scan(browser, "]Q301095212340000192" + "1X", held, "https://id.gs1.org/01/09521234000020/21/NO")
    browser.until("document.querySelectorAll('#attention li').length === 3")
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
    assert browser.ask("document.activeElement.id") == "code"
    cut(browser, offline=False)
    browser.ask("window.dispatchEvent(new Event('online'))")
    browser.until(f"{shown('sent')} === 2")
    browser.until("document.querySelector('.yard-card')?.innerText.includes('you hold it')")
    with people.as_system():
        waiting.refresh_from_db()
        assert waiting.holder_id == people.stage.cast["keeper"].pk
    shot(browser, "taken")
    assert serious(browser) == []


def test_the_last_scan_is_taken_back_whether_it_was_sent_or_not(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    pack = people.stage.packs[0]
    scan(browser, pack.identity)
    browser.until(f"{shown('sent')} === 1")
    browser.ask("document.querySelector('#undo').click()")
    browser.until(f"{shown('undone')} === 1")
    while queued(browser):
        browser.until("document.querySelector('#send-now').hidden")
    assert browser.ask("document.querySelectorAll('#attention li').length") == 0
    cut(browser)
    before = browser.ask("document.querySelectorAll('#recent li').length")
    browser.ask("navigator.locks.request('yard-flush', () => new Promise(() => {})); true")
    scan(browser, pack.identity)
    browser.until(f"{shown('waiting')} === 1")
    browser.ask("document.querySelector('#undo').click()")
    browser.until(f"document.querySelectorAll('#recent li').length === {before}")
    assert queued(browser) == []
    assert observed(people) == 1


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
    assert browser.ask("document.querySelector('#code') === document.activeElement") is True


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
