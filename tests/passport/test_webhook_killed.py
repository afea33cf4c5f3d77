"""Whoever feeds and sends is killed, at any step: everything arrives, and is known by its id."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta

import pytest
from django.db import connections

from passport.actions import webhook_sending
from passport.models import WebhookAttempt, WebhookDelivery
from passport.rules.webhook import DeliveryState
from tests.journeys import killing
from tests.passport import hooking, receivers
from tests.passport.hooking import LATER, THEN
from tests.passport.receivers import Verifier

READINGS = 3


@pytest.fixture(autouse=True)
def _on(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)


@pytest.fixture
def receiver():
    with receivers.receiving() as made:
        yield made


@pytest.fixture
def told(cast, pack, house, as_system, receiver):
    """The maker's endpoint, and three readings in the published log of which it was not told."""
    with as_system():
        house.turn()
    made = hooking.endpoint(cast["maker"], receiver, "battery.health_read")
    with as_system():
        for minute in range(READINGS):
            hooking.read(pack, cast["maker"], at=THEN + timedelta(minutes=minute))
        house.turn(THEN + timedelta(minutes=9))
    return made


def _taken(receiver, secret) -> list[str]:
    """What a receiver that knows the standard has of all that came, each once."""
    verifier = Verifier(secret)
    for heard in receiver.heard:
        if heard.headers["webhook-id"] not in verifier.seen:
            now = float(heard.headers["webhook-timestamp"])
            verifier.take(heard.headers, heard.body, now=now)
    return sorted(verifier.seen)


def _send_and_be_killed(receiver) -> bool:
    """A process of its own sends, and is killed when its first message has arrived."""
    child: list[int] = []

    def kill(connection) -> None:
        os.kill(child[0], signal.SIGKILL)
        connection.settimeout(5)
        connection.recv(1)

    receiver.script = kill
    connections.close_all()
    child.append(os.fork())
    if not child[0]:
        time.sleep(0.2)  # Until the parent knows whom to kill.
        hooking.send()
        os._exit(0)
    _, status = os.waitpid(child[0], 0)
    receiver.script = receivers.status("204 No Content")
    return os.WIFSIGNALED(status)


def test_a_sender_killed_in_the_middle_sends_again_under_the_same_id(told, receiver, as_system):
    _, secret = told
    with as_system():
        hooking.feed()
        assert _send_and_be_killed(receiver)
        assert WebhookDelivery.objects.filter(lease_until__isnull=False).exists()
        assert not WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED).exists()
        hooking.send(LATER + webhook_sending.LEASE + timedelta(seconds=1))
        assert WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED).count() == READINGS
        lost = WebhookAttempt.objects.filter(error__contains="was lost")
        assert {row.number for row in lost} == {1}
    assert len(receiver.heard) > READINGS
    assert len(_taken(receiver, secret)) == READINGS


def test_nothing_is_lost_or_doubled_wherever_it_is_killed(told, receiver, as_system, tmp_path):
    endpoint, secret = told
    with as_system():
        for step in range(1, 40):
            at = LATER + step * (webhook_sending.LEASE + timedelta(seconds=1))

            def turn(at=at) -> None:
                hooking.feed(at)
                hooking.send(at)

            if killing.run(turn, journal=tmp_path / "signed", before_effect=step):
                break
        assert step > 3, "it was killed at several steps"
        hooking.send(LATER + timedelta(days=1))
        rows = WebhookDelivery.objects.filter(endpoint=endpoint)
        assert rows.count() == READINGS
        assert set(rows.values_list("state", flat=True)) == {DeliveryState.DELIVERED}
        names = set(rows.values_list("message_id", flat=True))
    sent = {heard.headers["webhook-id"] for heard in receiver.heard}
    assert sent == names
    assert _taken(receiver, secret) == sorted(names)
