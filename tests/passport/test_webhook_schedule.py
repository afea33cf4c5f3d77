"""A message is tried ten times in three days, and an endpoint switched off that wants none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from passport import tasks
from passport.actions import webhook, webhook_sending
from passport.celery import app
from passport.models import LogDocument, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from passport.postgres import locks
from passport.rules.webhook import SCHEDULE_S, DeliveryState, EndpointState, Verdict
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


def test_a_stumble_days_after_a_message_was_given_up_switches_nothing_off(
    made, receiver, as_system, keeper
):
    receiver.script = receivers.status("500 Broken")
    at = LATER
    with as_system():
        for _ in SCHEDULE_S:
            hooking.send(at)
            at = WebhookDelivery.objects.get().next_at
        assert WebhookEndpoint.objects.get().failing_since == LATER
    late = at + timedelta(days=6)
    with acting(keeper):
        webhook.test(endpoint_id=made[0].pk, by=keeper, at=late)
    with as_system():
        assert hooking.send(late) == 1
        found = WebhookEndpoint.objects.get()
        assert (found.state, found.failing_since) == (EndpointState.ACTIVE, late)


def test_who_asks_for_time_is_left_alone_with_every_message(made, receiver, as_system, keeper):
    endpoint, _ = made
    receiver.script = receivers.status("503 Away", Retry_After="120")
    with as_system():
        assert hooking.send() == 1
        assert WebhookEndpoint.objects.get().held_until == LATER + timedelta(seconds=120)
    with acting(keeper):
        webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER + timedelta(seconds=1))
    receiver.script = receivers.status("200 OK")
    with as_system():
        assert hooking.send(LATER + timedelta(seconds=119)) == 0
        assert hooking.send(LATER + timedelta(seconds=120)) == 2


def test_a_message_whose_sender_is_lost_each_time_is_given_up(made, as_system):
    at = LATER
    with as_system():
        for number in range(1, len(SCHEDULE_S) + 1):
            (leased,) = webhook_sending.lease(at=at)
            assert leased.token == number
            at += webhook_sending.LEASE + timedelta(seconds=1)
        assert webhook_sending.lease(at=at) == []
        row = WebhookDelivery.objects.get()
        assert (row.state, row.attempts) == (DeliveryState.FAILED, 10)
        assert WebhookAttempt.objects.filter(error__contains="lost").count() == 10


def test_who_comes_late_writes_nothing(made, as_system):
    with as_system():
        (late,) = webhook_sending.lease(at=LATER)
        assert webhook_sending.lease(at=LATER) == [], "another has it"
        after = LATER + webhook_sending.LEASE + timedelta(seconds=1)
        (now,) = webhook_sending.lease(at=after)
        done = webhook_sending.Answer(200)
        assert webhook_sending.settle(leased=late, answer=done, at=after) is None
        assert WebhookDelivery.objects.get().state == DeliveryState.WAITING
        assert webhook_sending.settle(leased=now, answer=done, at=after) is Verdict.DELIVERED
        assert webhook_sending.settle(leased=now, answer=done, at=after) is None


def test_one_sender_at_a_time(made, as_system, cluster, database):
    holder = cluster._connect(database)
    holder.execute("SELECT pg_advisory_lock(%s, 0)", [locks.WEBHOOKS])
    try:
        with as_system():
            assert hooking.send() == 0
    finally:
        holder.close()
    with as_system():
        assert hooking.send() == 1


def test_the_clock_names_all_three_tasks(made, receiver, as_system):
    named = {each["task"] for each in app.conf.beat_schedule.values()}
    for task in (tasks.feed_webhooks, tasks.send_webhooks, tasks.tidy_webhooks):
        assert task.name in named
    with as_system():
        assert (tasks.feed_webhooks(), tasks.send_webhooks(), tasks.tidy_webhooks()) == (0, 1, 0)
    assert len(receiver.heard) == 1


def test_one_success_begins_the_days_anew(made, receiver, as_system):
    receiver.script = receivers.status("500 Broken")
    with as_system():
        hooking.send()
        assert WebhookEndpoint.objects.get().failing_since == LATER
        receiver.script = receivers.status("200 OK")
        hooking.send(LATER + timedelta(minutes=1))
        assert WebhookEndpoint.objects.get().failing_since is None
