"""Messages go out signed, are tried again, and reach nobody but whom their party named."""

from __future__ import annotations

import socket
import time
from datetime import timedelta

import pytest

from passport.actions import webhook, webhook_post, webhook_sending
from passport.models import WebhookDelivery
from passport.rules.webhook import DeliveryState
from tests.passport import hooking, receivers
from tests.passport.acting import acting
from tests.passport.hooking import LATER
from tests.passport.receivers import Refused, Verifier


@pytest.fixture(autouse=True)
def _on(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)


@pytest.fixture
def receiver():
    with receivers.receiving() as made:
        yield made


@pytest.fixture
def keeper(cast):
    return cast["keeper"]


@pytest.fixture
def made(keeper, receiver):
    """An endpoint with a test message that waits, and its secret."""
    endpoint, secret = hooking.endpoint(keeper, receiver)
    with acting(keeper):
        webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER)
    return endpoint, secret


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(webhook_post, "SECONDS", 1.0)
    monkeypatch.setattr(webhook_post.post, "__kwdefaults__", {"seconds": 1.0})


def test_no_line_of_the_log_holds_the_secret_or_the_body(made, receiver, as_system, caplog):
    _, secret = made
    with as_system():
        hooking.send()
    lines = " ".join(str(vars(each)) for each in caplog.records)
    assert "webhook tried" in lines
    for word in (secret.removeprefix("whsec_"), "webhook.test", receiver.heard[0].body.decode()):
        assert word not in lines


def test_a_message_goes_out_as_the_standard_says(made, receiver, as_system):
    endpoint, secret = made
    with as_system():
        assert hooking.send() == 1
        row = WebhookDelivery.objects.get()
        assert (row.state, row.last_status, row.attempts) == (DeliveryState.DELIVERED, 204, 1)
    (heard,) = receiver.heard
    assert heard.body == bytes(row.body)
    assert heard.document["type"] == "webhook.test"
    assert heard.document["data"]["endpoint"] == str(endpoint.pk)
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert heard.headers["webhook-id"] == row.message_id
    verifier = Verifier(secret)
    assert verifier.take(heard.headers, heard.body, now=LATER.timestamp()) == row.message_id
    with pytest.raises(Refused, match="seen before"):
        verifier.take(heard.headers, heard.body, now=LATER.timestamp())
    with pytest.raises(Refused, match="too far"):
        Verifier(secret).take(heard.headers, heard.body, now=LATER.timestamp() + 301)
    with pytest.raises(Refused, match="no signature"):
        Verifier(secret).take(heard.headers, heard.body + b" ", now=LATER.timestamp())


ANSWERS = {
    "a failure is tried again after five seconds": ("500 Broken", {}, 5, 6),
    "a redirect is a failure": ("302 Found", {"Location": "http://127.0.0.1:1/"}, 5, 6),
    "who asks for time gets it": ("429 Slow", {"Retry_After": "90"}, 90, 90),
    "but not more than an hour": ("503 Away", {"Retry_After": "999999"}, 3600, 3600),
    "a Retry-After of a failure is not asked for": ("500 No", {"Retry_After": "90"}, 5, 6),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_what_an_answer_means(made, receiver, as_system, what):
    line, headers, least, most = ANSWERS[what]
    receiver.script = receivers.status(line, **headers)
    with as_system():
        assert hooking.send() == 1
        row = WebhookDelivery.objects.get()
        assert (row.state, row.last_status) == (DeliveryState.WAITING, int(line[:3]))
        wait = (row.next_at - LATER).total_seconds()
        assert least <= wait <= most
        assert f"answered {line[:3]}" in row.last_error
        assert hooking.send() == 0
    assert len(receiver.heard) == 1


def test_a_redirect_to_this_machine_is_not_followed(made, receiver, as_system):
    with receivers.receiving() as inside:
        receiver.script = receivers.status("307 Away", Location=inside.url)
        with as_system():
            hooking.send()
        assert inside.heard == []


SLOW = {
    "one that says nothing": receivers.hang,
    "one that drips before its head": receivers.drip(b""),
    "one that drips in its head": receivers.drip(b"HTTP/1.1 200 OK\r\nX: "),
}


@pytest.mark.parametrize("who", SLOW)
def test_a_slow_receiver_ends_with_the_clock(made, receiver, as_system, quick, who):
    receiver.script = SLOW[who]
    began = time.monotonic()
    with as_system():
        assert hooking.send() == 1
        row = WebhookDelivery.objects.get()
    assert time.monotonic() - began < 3
    assert (row.state, row.last_status) == (DeliveryState.WAITING, None)
    assert "within 1 seconds" in row.last_error


def test_all_within_fifteen_seconds_at_the_most():
    assert webhook_post.SECONDS <= 15
    assert timedelta(seconds=webhook_post.SECONDS) < webhook_sending.LEASE


def test_an_answer_of_two_gigabytes_is_cut(made, receiver, as_system):
    poured: list[int] = []
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2147483648\r\n\r\n"
    receiver.script = receivers.pour(head, size=2**31, poured=poured)
    began = time.monotonic()
    with as_system():
        assert hooking.send() == 1
        assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED
    assert time.monotonic() - began < 5
    _wait_for(poured)
    # What the two kernels hold on the way is a few megabytes.
    assert poured[0] < 32 << 20


def test_a_head_without_end_is_cut(made, receiver, as_system):
    poured: list[int] = []
    receiver.script = receivers.pour(b"HTTP/1.1 200 OK\r\nX: ", size=2**31, poured=poured)
    with as_system():
        assert hooking.send() == 1
        row = WebhookDelivery.objects.get()
    assert row.state == DeliveryState.WAITING
    assert "longer than any" in row.last_error
    _wait_for(poured)
    assert poured[0] < 32 << 20


BROKEN = {
    "hangs up": (lambda line: None, "not HTTP"),
    "speaks something else": (lambda line: line.sendall(b"SSH-2.0-x\r\n\r\n"), "not HTTP"),
    "breaks off in its head": (lambda line: line.sendall(b"HTTP/1.1 "), "not HTTP"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_one_that_breaks_off_has_not_taken_it(made, receiver, as_system, how):
    receiver.script, said = BROKEN[how]
    with as_system():
        assert hooking.send() == 1
        row = WebhookDelivery.objects.get()
    assert (row.state, row.last_status) == (DeliveryState.WAITING, None)
    assert said in row.last_error


def test_one_that_breaks_off_behind_its_word_has_taken_it(made, receiver, as_system):
    receiver.script = lambda line: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")
    with as_system():
        hooking.send()
        assert WebhookDelivery.objects.get().state == DeliveryState.DELIVERED


def test_nobody_there_is_told_as_such(keeper, receiver, as_system):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    endpoint, _ = hooking.endpoint(keeper, f"http://127.0.0.1:{port}/")
    with acting(keeper):
        webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER)
    with as_system():
        hooking.send()
        assert "refused" in WebhookDelivery.objects.get().last_error


def test_one_that_hangs_keeps_nobody_else_waiting(cast, receiver, as_system, quick):
    receiver.script = receivers.hang
    slow, _ = hooking.endpoint(cast["keeper"], receiver)
    with receivers.receiving() as other:
        quick_one, _ = hooking.endpoint(cast["maker"], other)
        for by, to, count in ((cast["keeper"], slow, 40), (cast["maker"], quick_one, 10)):
            with acting(by):
                for _ in range(count):
                    webhook.test(endpoint_id=to.pk, by=by, at=LATER)
        began = time.monotonic()
        with as_system():
            webhook_sending.run(clock=_running(LATER), window=timedelta(seconds=2))
        assert len(other.heard) == 10
        assert time.monotonic() - began < 5


def _running(at):
    began = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - began)


def _wait_for(poured: list[int]) -> None:
    until = time.monotonic() + 10
    while not poured and time.monotonic() < until:
        time.sleep(0.05)
    assert poured
