"""One receiver that lies, or whose endpoint is ended meanwhile, keeps no other from being told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from passport.actions import webhook, webhook_feed, webhook_post, webhook_sending
from passport.models import WebhookDelivery, WebhookEndpoint
from passport.rules.webhook import DeliveryState
from tests.passport import hooking, receivers
from tests.passport.acting import acting
from tests.passport.hooking import LATER, THEN
from tests.recycling.together import together


@pytest.fixture(autouse=True)
def _on(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)


@pytest.fixture
def receiver():
    with receivers.receiving() as made:
        yield made


def _asked(by, endpoint, count=1):
    with acting(by):
        for _ in range(count):
            webhook.test(endpoint_id=endpoint.pk, by=by, at=LATER)


@pytest.mark.parametrize(
    "said",
    [
        "Mon, 01 Jan 99999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
        "99999999999999999999",
        "\xff",
    ],
)
def test_what_a_receiver_says_of_time_stops_nobody(cast, receiver, as_system, said):
    receiver.script = receivers.status("503 No", Retry_After=said)
    endpoint, _ = hooking.endpoint(cast["keeper"], receiver)
    _asked(cast["keeper"], endpoint)
    with as_system():
        assert hooking.send() == 1
        row = WebhookDelivery.objects.get()
        assert (row.state, row.last_status, row.lease_until) == (DeliveryState.WAITING, 503, None)


def test_an_endpoint_that_is_ended_meanwhile_stops_nobody(cast, receiver, as_system):
    keeper = cast["keeper"]
    endpoint, _ = hooking.endpoint(keeper, receiver)
    _asked(keeper, endpoint)
    with as_system():
        (leased,) = webhook_sending.lease(at=LATER)
    with acting(keeper):
        webhook.end(endpoint_id=endpoint.pk, by=keeper, at=LATER)
    with as_system():
        webhook_sending.settle(leased=leased, answer=webhook_post.Answer(204), at=LATER)
        assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_a_party_with_many_receivers_leaves_hands_for_the_others(cast, receiver, as_system):
    keeper, maker = cast["keeper"], cast["maker"]
    for _ in range(10):
        endpoint, _ = hooking.endpoint(keeper, receiver)
        _asked(keeper, endpoint, 2)
    quick, _ = hooking.endpoint(maker, receiver)
    _asked(maker, quick)
    with as_system():
        first = webhook_sending.lease(at=LATER)
        assert {each.delivery.party_id for each in first} == {keeper.pk}
        assert len(first) == webhook_sending.OF_ONE_PARTY < webhook_sending.HANDS
        then = webhook_sending.lease(at=LATER, flying=first)
        assert [each.delivery.endpoint_id for each in then] == [quick.pk]
        assert webhook_sending.lease(at=LATER, flying=[*first, *then]) == []


def test_a_message_that_cannot_be_settled_takes_no_other_with_it(
    cast, receiver, as_system, monkeypatch
):
    """The others are written down, and the one is sent again when its lease has run out."""
    keeper, maker = cast["keeper"], cast["maker"]
    broken, _ = hooking.endpoint(keeper, receiver)
    sound, _ = hooking.endpoint(maker, receiver)
    for by, to in ((keeper, broken), (maker, sound)):
        _asked(by, to)
    real = webhook_sending.settle

    def settle(*, leased, answer, at):
        if leased.delivery.endpoint_id == broken.pk:
            raise RuntimeError("nobody thought of this")
        return real(leased=leased, answer=answer, at=at)

    monkeypatch.setattr(webhook_sending, "settle", settle)
    with as_system():
        assert hooking.send() == 2
        rows = WebhookDelivery.objects
        assert rows.get(endpoint=sound).state == DeliveryState.DELIVERED
        assert rows.get(endpoint=broken).lease_until is not None


def test_one_call_of_the_feed_goes_on_while_somebody_is_behind(
    cast, pack, house, as_system, monkeypatch
):
    """The log takes thousands of entries a second, and the feed is called once in each."""
    monkeypatch.setattr(webhook_feed, "AT_ONCE", 2)
    with as_system():
        house.turn()
    hooking.endpoint(cast["maker"], "https://hooks.party.example/", "battery.health_read")
    with as_system():
        for minute in range(5):
            hooking.read(pack, cast["maker"], at=THEN + timedelta(minutes=minute))
        house.turn(THEN + timedelta(minutes=9))
        assert hooking.feed() == 5
        assert WebhookEndpoint.objects.get().next_index == house.published().size


def test_hints_that_come_first_are_no_answer(cast, receiver, as_system):
    endpoint, _ = hooking.endpoint(cast["keeper"], receiver)
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
    rest = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
    receiver.script = lambda connection: connection.sendall(early * 3 + rest)
    _asked(cast["keeper"], endpoint)
    with as_system():
        assert hooking.send() == 1
        row = WebhookDelivery.objects.get()
        assert (row.state, row.last_status) == (DeliveryState.DELIVERED, 204)


def test_hints_without_an_end_are_bounded(cast, receiver, as_system):
    endpoint, _ = hooking.endpoint(cast["keeper"], receiver)

    def flood(connection):
        while True:
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)

    receiver.script = flood
    _asked(cast["keeper"], endpoint)
    with as_system():
        assert hooking.send() == 1
        assert "longer than any" in WebhookDelivery.objects.get().last_error


def test_of_several_made_at_once_no_party_has_too_many(cast, receiver, as_system, monkeypatch):
    monkeypatch.setattr(webhook, "MOST_ENDPOINTS", 2)
    hooking.endpoint(cast["keeper"], receiver)

    def make(_):
        return hooking.endpoint(cast["keeper"], receiver)

    done = together(make, range(3))
    assert sorted(type(each).__name__ for each in done) == [
        "TooManyEndpoints", "TooManyEndpoints", "tuple",
    ]  # fmt: skip
    with as_system():
        assert WebhookEndpoint.objects.count() == 2
