"""The yard in a real browser: no network, answers lost, two tabs at once; and nothing is lost."""

from __future__ import annotations

import time

import pytest

from passport.models import YardRecord
from tests.pages.browser import Browser, needs_chromium
from tests.pages.conftest import People, YardServer
from tests.pages.yard_stage import (
    READY,
    cut,
    enter,
    observed,
    queued,
    scan,
    shot,
    shown,
    take_seat,
)

pytestmark = [pytest.mark.browser, needs_chromium]
TEN = 10
# Where the server breaks each time, fewer go at once; a network that was away costs nothing.
PORTIONS = (
    "import('/static/yard/sender.js').then(({ portion }) => [{ tries: 99 }, { broke: 2 },"
    " { broke: 3 }, { broke: 5 }, { broke: 40 }]"
    " .map((row) => portion(Array(90).fill(row)).length))"
)


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
    browser.until("document.querySelector('#standing').innerText.includes('no network')")
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


def noted(people: People) -> int:
    with people.as_system():
        return YardRecord.objects.count()


def test_an_answer_that_is_lost_is_asked_for_again_and_records_nothing_twice(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    server.wire.swallowing = True
    scan(browser, *[people.stage.packs[0].identity] * TEN)
    browser.until(f"{shown('waiting')} === {TEN}")
    # The first scans may have been sent before the last was made, so it is asked for until all are.
    deadline = time.monotonic() + 20
    while noted(people) != TEN and time.monotonic() < deadline:
        browser.ask("document.querySelector('#send-now').click()")
        time.sleep(0.2)
    browser.until("document.querySelector('#standing').innerText.includes('no network')")
    # The server has committed; the device does not know it, and keeps all.
    assert observed(people) == TEN
    assert len(queued(browser)) == TEN
    assert server.wire.swallowed >= 1
    server.wire.swallowing = False
    browser.ask("document.querySelector('#send-now').click()")
    browser.until(f"{shown('sent')} === {TEN}")
    assert (observed(people), queued(browser)) == (TEN, [])


def test_a_record_that_spoils_its_batch_is_told_apart_and_holds_up_no_other(
    browser: Browser, server: YardServer, people: People
) -> None:
    enter(browser, server.address, people, "keeper")
    server.stop()
    pack = people.stage.packs[0]
    scan(browser, *[pack.identity] * 3)
    # No scanner sends a NUL, and no strict reader takes a document with one.
    browser.ask(
        "import('/static/yard/queue.js').then(async (queue) => { const [row] = await queue.all();"
        " const id = row.id.replace(/.$/, (last) => last === 'e' ? 'f' : 'e');"
        " await queue.add({ ...row, id, text: 'a\\u0000b' }); })"
    )
    scan(browser, *[pack.identity] * 2)
    browser.until(f"{shown('waiting')} >= 5")
    assert browser.ask(PORTIONS) == [50, 50, 25, 6, 1]
    server.start()
    browser.ask("document.querySelector('#send-now').click()")
    browser.until(f"{shown('sent')} === 5")
    browser.until("document.querySelectorAll('#attention li').length === 1")
    (left,) = queued(browser)
    assert (left["text"], left["state"]) == ("a\x00b", "attention")
    assert observed(people) == 5


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
        " return send({ party: state.party.id, seat: state.seat, csrf: state.csrf,"
        " hurried: true, told() {} });"
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
    take_seat(browser, server.address, people, "keeper")
    browser.until(f"{shown('sent')} >= 1")
    assert queued(browser) == []


def others_see_no_more_than_that_it_waits(
    browser: Browser, server: YardServer, people: People
) -> None:
    """Somebody else signs in at the same browser, and out again by the desk."""
    take_seat(browser, server.address, people, "recycler")
    browser.until("document.body.innerText.includes('1 of Keeper wait for its sign-in')")
    said = browser.ask("document.body.innerText")
    assert people.stage.packs[0].serial not in said.replace("PACK-12", "")
    assert len(queued(browser)) == 1
    browser.open(f"{server.address}/desk/")
    browser.ask("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    browser.arrive("/")
    assert browser.ask("caches.has('yard-own')") is False


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
