"""A message is tried ten times in three days, and an endpoint switched off that wants none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from passport.actions import webhook
from passport.models import LogDocument, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from passport.rules.webhook import SCHEDULE_S, DeliveryState, EndpointState
from tests.passport import hooking, receivers
from tests.passport.acting import acting
from tests.passport.hooking import LATER


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


def test_who_answers_410_is_told_nothing_more(made, receiver, as_system, keeper):
    endpoint, _ = made
    receiver.script = receivers.status("410 Gone")
    with acting(keeper):
        webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER + timedelta(seconds=1))
    with as_system():
        assert hooking.send() == 1
        gone = WebhookEndpoint.objects.get()
        assert (gone.state, "410" in gone.reason) == (EndpointState.DISABLED, True)
        assert WebhookDelivery.objects.filter(state=DeliveryState.FAILED).count() == 1
        assert hooking.send(LATER + timedelta(days=9)) == 0
        assert LogDocument.objects.filter(kind="webhook").count() == 1
    receiver.script = receivers.status("200 OK")
    with acting(keeper):
        webhook.change(endpoint_id=endpoint.pk, by=keeper, state="ACTIVE")
    with as_system():
        assert hooking.send(LATER + timedelta(days=9)) == 1, "what waited is sent now"


def test_the_whole_schedule_and_then_it_rests(made, receiver, as_system, settings):
    settings.PASSPORT_WEBHOOK_FAIL_DAYS = 30
    receiver.script = receivers.status("500 Broken")
    at, waits = LATER, []
    with as_system():
        for _ in SCHEDULE_S:
            assert hooking.send(at) == 1
            row = WebhookDelivery.objects.get()
            waits.append((row.next_at - at).total_seconds())
            at = row.next_at
        assert (row.state, row.attempts) == (DeliveryState.FAILED, 10)
        tried = WebhookAttempt.objects.order_by("number").values_list("number", "status")
        assert list(tried) == [(number, 500) for number in range(1, 11)]
        assert hooking.send(at + timedelta(days=99)) == 0
    for wait, usual in zip(waits, SCHEDULE_S[1:], strict=False):
        assert usual <= wait <= usual * 1.1
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1


def test_days_of_failure_switch_an_endpoint_off(made, receiver, as_system, settings):
    settings.PASSPORT_WEBHOOK_FAIL_DAYS = 1
    receiver.script = receivers.status("500 Broken")
    at = LATER
    with as_system():
        while WebhookEndpoint.objects.get().state == EndpointState.ACTIVE:
            assert hooking.send(at) == 1
            at = WebhookDelivery.objects.get().next_at
        assert timedelta(days=1) <= at - LATER
        found = WebhookEndpoint.objects.get()
        assert found.state == EndpointState.DISABLED
        assert "for 1 days" in found.reason
        document = bytes(LogDocument.objects.get(kind="webhook").body)
        assert str(found.pk).encode() in document
        assert b"127.0.0.1" not in document


def test_one_success_begins_the_days_anew(made, receiver, as_system):
    receiver.script = receivers.status("500 Broken")
    with as_system():
        hooking.send()
        assert WebhookEndpoint.objects.get().failing_since == LATER
        receiver.script = receivers.status("200 OK")
        hooking.send(LATER + timedelta(minutes=1))
        assert WebhookEndpoint.objects.get().failing_since is None
