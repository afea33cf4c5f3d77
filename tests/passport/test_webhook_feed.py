"""What the log holds is told to whom it concerns, once, whatever happens on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from passport.actions import custody, event, recall, webhook, webhook_feed
from passport.actions.recall import Notice, Scope
from passport.models import Battery, LogEntry, WebhookDelivery, WebhookEndpoint
from passport.models.ids import new_id
from passport.proof import canonical
from passport.queries import webhook_feed as queries
from passport.rules.lifecycle import EventKind
from tests.passport import hooking, receivers
from tests.passport.acting import acting, run
from tests.passport.hooking import LATER, THEN
from tests.passport.receivers import Refused, Verifier

URL = "https://hooks.party.example/"


@pytest.fixture(autouse=True)
def _on(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)


@pytest.fixture
def world(cast, pack, house, as_system):
    """A log with everything of the pack's past; its maker still has it."""
    with as_system():
        house.turn()
    return house


def made(of=None):
    rows = WebhookDelivery.objects.order_by("id")
    return list(rows.filter(endpoint=of) if of else rows)


def document(row):
    return canonical.loads(bytes(row.body))


def test_each_is_told_what_concerns_it_and_no_more(cast, pack, world, as_system):
    ends = {name: hooking.endpoint(cast[name], URL)[0] for name in ("maker", "keeper", "stranger")}
    with as_system():
        offer = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
        assert [hooking.feed(), hooking.feed()] == [1, 0], "an offer has no entry in the log"
        custody.accept(hand_over_id=offer.pk, by=cast["keeper"], at=THEN)
        hooking.read(pack, cast["keeper"])
        world.turn()
        hooking.feed()
        said = {name: hooking.told(end) for name, end in ends.items()}
    happened = ["battery.handed_over", "battery.health_read", "battery.limits_changed"]
    assert said == {
        "maker": ["hand_over.answered", *happened],
        "keeper": ["hand_over.offered", *happened],
        "stranger": [],
    }


def test_a_message_is_thin_and_names_where_more_is(cast, pack, world, as_system, settings):
    settings.PASSPORT_PUBLIC_URL = "https://passport.example"
    keeper, _ = hooking.endpoint(cast["keeper"], URL, "battery.health_read")
    with as_system():
        hooking.give(pack, cast["maker"], cast["keeper"])
        hooking.read(pack, cast["keeper"])
        world.turn()
        hooking.feed()
        (row,) = made(keeper)
        entry = LogEntry.objects.get(index=row.log_index)
    said = document(row)
    assert (said["type"], said["timestamp"]) == ("battery.health_read", "2026-01-05T08:00:00Z")
    assert said["data"]["battery"] == {"id": str(pack.pk), "identity": pack.identity}
    assert said["data"]["log_index"] == entry.index
    assert said["data"]["withheld"] is False
    base = f"https://passport.example/api/v1/batteries/{pack.pk}"
    assert said["data"]["links"]["events"] == f"{base}/events"
    assert b"0.9" not in bytes(row.body), "what was read is asked for"
    assert len(row.body) < 20_480


def test_what_is_not_for_a_party_is_marked_as_withheld(cast, pack, world, as_system):
    with as_system():
        hooking.give(pack, cast["maker"], cast["keeper"])
        custody.grant(battery_id=pack.pk, to_id=cast["auditor"].pk, by=cast["keeper"], at=THEN)
        world.turn()
    auditor, _ = hooking.endpoint(cast["auditor"], URL)
    with as_system():
        hooking.read(pack, cast["keeper"])
        world.turn()
        hooking.feed()
        (row,) = made(auditor)
    assert document(row)["data"]["withheld"] is True
    assert row.kind == "battery.health_read", "limits are told to who may read them"


def test_who_no_longer_has_part_in_it_is_told_nothing_more(cast, pack, world, as_system):
    with as_system():
        hooking.give(pack, cast["maker"], cast["keeper"])
        world.turn()
    keeper, _ = hooking.endpoint(cast["keeper"], URL)
    with as_system():
        hooking.give(pack, cast["keeper"], cast["recycler"])
        hooking.read(pack, cast["recycler"])
        world.turn()
        hooking.feed()
        (row,) = made(keeper)
        assert document(row)["data"]["battery"] == {"id": str(pack.pk)}


def test_an_authority_is_told_of_recalls_and_not_of_every_battery(cast, pack, world, as_system):
    authority, _ = hooking.endpoint(cast["authority"], URL)
    stranger, _ = hooking.endpoint(cast["stranger"], URL, "recall.closed")
    with as_system():
        hooking.give(pack, cast["maker"], cast["keeper"])
        opened = recall.open_recall(
            maker=cast["maker"], notice=Notice(reason="may leak"),
            scope=Scope(batteries=[pack.pk]), by=cast["maker"], at=THEN,
        )  # fmt: skip
        recall.close(recall_id=opened.pk, because="all came back", by=cast["maker"], at=LATER)
        world.turn()
        hooking.feed()
        assert hooking.told(authority) == ["recall.opened", "recall.closed"]
        assert hooking.told(stranger) == ["recall.closed"]
        assert document(made(stranger)[0])["data"]["recall"] == str(opened.pk)


def test_an_offer_is_told_once_and_a_withdrawn_one_not_at_all(cast, pack, world, as_system):
    keeper, _ = hooking.endpoint(cast["keeper"], URL)
    with as_system():
        offer = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
        custody.withdraw(hand_over_id=offer.pk, by=cast["maker"], at=THEN)
        hooking.feed()
        assert made(keeper) == []
        offer = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
        for _ in range(3):
            hooking.feed()
        (row,) = made(keeper)
        assert (row.kind, row.hand_over_id, row.log_index) == ("hand_over.offered", offer.pk, None)
        assert document(row)["data"]["from"] == "maker"


def test_paused_it_goes_on_where_it_stopped(cast, pack, world, as_system):
    maker, _ = hooking.endpoint(cast["maker"], URL)
    with acting(cast["maker"]):
        webhook.change(endpoint_id=maker.pk, by=cast["maker"], state="PAUSED")
    with as_system():
        hooking.read(pack, cast["maker"])
        world.turn()
        hooking.feed()
        assert made(maker) == []
    with acting(cast["maker"]):
        webhook.change(endpoint_id=maker.pk, by=cast["maker"], state="ACTIVE")
    with as_system():
        hooking.feed()
        assert hooking.told(maker) == ["battery.health_read", "battery.limits_changed"]


def test_the_cursor_comes_to_the_published_size_in_steps(cast, pack, world, as_system, monkeypatch):
    monkeypatch.setattr(webhook_feed, "AT_ONCE", 2)
    monkeypatch.setattr(webhook_feed, "LONGEST_S", 0)
    maker, _ = hooking.endpoint(cast["maker"], URL, "battery.health_read")
    with as_system():
        for minute in range(5):
            hooking.read(pack, cast["maker"], at=THEN + timedelta(minutes=minute))
        world.turn(THEN + timedelta(minutes=9))
        size, steps = world.published().size, []
        while not steps or steps[-1] < size:
            hooking.feed()
            steps.append(WebhookEndpoint.objects.get().next_index)
        assert len(steps) > 2
        assert [row.log_index for row in made(maker)] == list(range(size - 5, size))


def test_a_crash_between_message_and_cursor_leaves_neither(
    cast, pack, world, as_system, monkeypatch
):
    maker, _ = hooking.endpoint(cast["maker"], URL, "battery.health_read")
    with as_system():
        hooking.read(pack, cast["maker"])
        world.turn()
        with monkeypatch.context() as patch:
            patch.setattr(webhook_feed, "_write", _writes_and_dies(webhook_feed._write))
            with pytest.raises(SystemExit):
                hooking.feed()
        assert made() == []
        before = WebhookEndpoint.objects.get().next_index
        assert before == maker.next_index
        assert hooking.feed() == 1
        assert hooking.feed() == 0
        assert len(made()) == 1


def _writes_and_dies(write):
    def dying(*told):
        write(*told)
        raise SystemExit

    return dying


def test_a_replay_tells_again_under_the_same_ids_and_is_taken_once(cast, pack, world, as_system):
    maker = cast["maker"]
    with receivers.receiving() as receiver:
        endpoint, secret = hooking.endpoint(maker, receiver, "battery.health_read")
        with as_system():
            hooking.read(pack, maker)
            world.turn()
            hooking.feed()
            hooking.send()
        with acting(maker):
            webhook.replay(endpoint_id=endpoint.pk, by=maker, at=LATER, index=0)
        with as_system():
            hooking.feed()
            assert hooking.send() == 1
            assert WebhookDelivery.objects.get().attempts == 2
    first, again = receiver.heard
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    verifier, now = Verifier(secret), LATER.timestamp()
    verifier.take(first.headers, first.body, now=now)
    with pytest.raises(Refused, match="seen before"):
        verifier.take(again.headers, again.body, now=now)


def test_a_replay_begins_before_a_moment_and_skips_what_is_no_longer_for_one(
    cast, pack, world, as_system
):
    with as_system():
        hooking.give(pack, cast["maker"], cast["keeper"])
        hooking.read(pack, cast["keeper"])
        world.turn(LATER)
        hooking.give(pack, cast["keeper"], cast["recycler"], at=LATER)
        world.turn(LATER + timedelta(minutes=1))
    ends = {name: hooking.endpoint(cast[name], URL)[0] for name in ("keeper", "recycler")}
    for name, end in ends.items():
        with acting(cast[name]):
            told = webhook.replay(
                endpoint_id=end.pk, by=cast[name], at=LATER, moment=THEN + timedelta(minutes=1)
            )
        assert told.next_index < end.next_index
    with as_system():
        hooking.feed()
        assert hooking.told(ends["keeper"]) == ["hand_over.answered"], "it sees no more of it"
        assert "battery.health_read" in hooking.told(ends["recycler"])


def test_what_happens_to_a_cell_is_told_to_who_has_the_pack(cast, pack, world, as_system):
    keeper, _ = hooking.endpoint(cast["keeper"], URL)
    with as_system():
        hooking.give(pack, cast["maker"], cast["keeper"])
        cell = Battery.objects.filter(unit=pack, level="CELL")[0]
        event.record(
            battery_id=cell.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
            facts={}, by=cast["keeper"], at=LATER,
        )  # fmt: skip
        world.turn()
        hooking.feed()
        assert hooking.told(keeper)[-1] == "battery.incident"


def test_after_stepping_down_it_is_the_system_again(cast, as_system):
    with as_system():
        from_before = run("SELECT current_user")
        with acting(None):
            with queries_sight(cast["stranger"]):
                assert run("SELECT current_user") == [("passport_app",)]
                assert run("SELECT count(*) FROM passport_battery") == [(0,)]
            assert run("SELECT current_user") == from_before
            assert run("SELECT app_party()") == [(None,)]
        assert not connection.needs_rollback


def queries_sight(party):
    return webhook_feed.sight_of(party.pk)


def test_a_span_without_anything_to_tell_is_silent(cast, world, as_system):
    with as_system():
        size = world.published().size
        assert queries.span(start=size, end=size + 9).is_silent
