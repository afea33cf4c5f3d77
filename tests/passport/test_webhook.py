"""Endpoints of webhooks: made, changed, given another secret, ended; nobody else's business."""

from __future__ import annotations

import base64
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from passport.actions import webhook, webhook_secret, webhook_sending
from passport.models import WebhookDelivery, WebhookEndpoint, WebhookSecret
from passport.proof.errors import BadEnvelope
from passport.queries import webhook_keks
from passport.rules import webhook as rule
from passport.rules.errors import Malformed
from passport.rules.webhook import DeliveryState, EndpointState
from tests.passport import hooking, receivers
from tests.passport.acting import acting, run
from tests.passport.hooking import LATER, THEN
from tests.passport.receivers import Verifier

URL = "https://hooks.party.example/"


@pytest.fixture(autouse=True)
def keks(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)
    return settings.PASSPORT_WEBHOOK_KEK_DIR


@pytest.fixture
def keeper(cast):
    return cast["keeper"]


@pytest.fixture
def made(keeper):
    return hooking.endpoint(keeper, URL)


def test_a_secret_lies_nowhere_in_plain(made, as_system, keks, caplog):
    endpoint, secret = made
    raw = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    assert len(raw) == 32
    needles = (secret, secret.removeprefix("whsec_"), raw.hex())
    with as_system():
        rows = [str(row) for table in _tables() for row in run(f"SELECT t::text FROM {table} t")]
        assert webhook_secret.opened(endpoint=endpoint, keks=webhook_keks.ring(), at=THEN) == [raw]
    assert [each for each in needles if each in " ".join(rows) + caplog.text] == []
    assert all(path.stat().st_mode & 0o077 == 0 for path in keks.iterdir())


def _tables():
    asked = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' AND has_table_privilege(oid, 'SELECT')"
    )
    return [name for (name,) in run(asked)]


def test_an_envelope_opens_in_its_own_row_alone(made, keeper, as_system):
    endpoint, _ = made
    other, _ = hooking.endpoint(keeper, URL)
    with as_system():
        one, two = WebhookSecret.objects.order_by("id")
        two.sealed_seed, two.wrapped_key = one.sealed_seed, one.wrapped_key
        with pytest.raises(BadEnvelope):
            webhook_secret.envelope.open_seed(
                envelope=webhook_keks.envelope_of(two),
                place=webhook_keks.place_of(two),
                keks=webhook_keks.ring(),
            )
    assert other.pk != endpoint.pk


def test_both_secrets_sign_for_a_day(keeper, as_system):
    with receivers.receiving() as receiver:
        endpoint, old = hooking.endpoint(keeper, receiver)
        with acting(keeper):
            told, new = webhook.rotate(endpoint_id=endpoint.pk, by=keeper, at=LATER)
        assert told.rotating_until == LATER + webhook.BOTH_SIGN
        for at, counts in ((LATER, (2, 1)), (LATER + timedelta(days=2), (1, 0))):
            with acting(keeper):
                webhook.test(endpoint_id=endpoint.pk, by=keeper, at=at)
            with as_system():
                hooking.send(at)
            heard = receiver.heard[-1]
            assert len(heard.headers["webhook-signature"].split(" ")) == counts[0]
            assert Verifier(new).take(heard.headers, heard.body, now=at.timestamp())
            assert _takes(old, heard, at) is bool(counts[1])


def _takes(secret, heard, at) -> bool:
    try:
        return bool(Verifier(secret).take(heard.headers, heard.body, now=at.timestamp()))
    except receivers.Refused:
        return False


def test_a_repeated_rotation_takes_nothing_from_who_has_the_first(made, keeper):
    endpoint, _ = made
    with acting(keeper):
        for _ in range(rule.MOST_FORMER):
            webhook.rotate(endpoint_id=endpoint.pk, by=keeper, at=LATER)
        ends = set(WebhookSecret.objects.values_list("ends_at", flat=True))
        assert ends == {None, LATER + webhook.BOTH_SIGN}
    with pytest.raises(rule.RotatedTooOften), acting(keeper):
        webhook.rotate(endpoint_id=endpoint.pk, by=keeper, at=LATER)


def test_an_ended_endpoint_stays_ended(made, keeper, as_system):
    endpoint, _ = made
    with acting(keeper):
        webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER)
        ended = webhook.end(endpoint_id=endpoint.pk, by=keeper, at=LATER)
        assert (ended.state, ended.ended_at) == (EndpointState.ENDED, LATER)
    for act in (webhook.rotate, webhook.end, webhook.test):
        with pytest.raises(rule.EndpointEnded), acting(keeper):
            act(endpoint_id=endpoint.pk, by=keeper, at=LATER)
    with as_system():
        assert hooking.send() == 0
        with pytest.raises(DatabaseError, match="ends once"):
            run("UPDATE passport_webhookendpoint SET state = 'ACTIVE'")
        webhook_sending.tidy(at=LATER, keep=timedelta(days=30))
        assert WebhookDelivery.objects.get().state == DeliveryState.FAILED


def test_what_cannot_be_changed_is_told(made, keeper):
    endpoint, _ = made
    wrong = (
        ({"url": "http://hooks.party.example/"}, rule.BadAddress),
        ({"kinds": ["battery.exploded"]}, rule.UnknownKind),
        ({"description": "a\nb"}, Malformed),
    )
    for told, refusal in wrong:
        with pytest.raises(refusal), acting(keeper):
            webhook.change(endpoint_id=endpoint.pk, by=keeper, **told)
    with acting(keeper):
        changed = webhook.change(
            endpoint_id=endpoint.pk, by=keeper, kinds=["recall.opened"], description="ours"
        )
        assert (changed.kinds, changed.description, changed.url) == (["recall.opened"], "ours", URL)


def test_replays_begin_somewhere_and_not_ahead(made, keeper):
    endpoint, _ = made
    for told in ({}, {"index": 0, "moment": LATER}, {"index": endpoint.next_index + 1}):
        with pytest.raises(Malformed), acting(keeper):
            webhook.replay(endpoint_id=endpoint.pk, by=keeper, at=LATER, **told)


def test_a_message_is_not_sent_again_while_it_waits_nor_for_ever(made, keeper, as_system):
    endpoint, _ = made
    with acting(keeper):
        message = webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER)
    with pytest.raises(rule.StillUnderWay), acting(keeper):
        webhook.resend(delivery_id=message.pk, by=keeper, at=LATER)
    with as_system():
        WebhookDelivery.objects.update(
            state=DeliveryState.FAILED, settled_at=LATER, attempts=rule.MOST_TRIES
        )
    with pytest.raises(rule.TriedTooOften), acting(keeper):
        webhook.resend(delivery_id=message.pk, by=keeper, at=LATER)


def test_a_party_has_a_bounded_number(keeper, monkeypatch):
    monkeypatch.setattr(webhook, "MOST_ENDPOINTS", 2)
    first, _ = hooking.endpoint(keeper, URL)
    hooking.endpoint(keeper, URL)
    with pytest.raises(rule.TooManyEndpoints):
        hooking.endpoint(keeper, URL)
    with acting(keeper):
        webhook.end(endpoint_id=first.pk, by=keeper, at=LATER)
    hooking.endpoint(keeper, URL)


def test_without_a_key_nobody_is_called(keeper, settings):
    settings.PASSPORT_WEBHOOK_KEK_DIR = None
    with pytest.raises(webhook_secret.WebhooksOff):
        hooking.endpoint(keeper, URL)
    with acting(keeper):
        assert not WebhookEndpoint.objects.exists()


def test_a_secret_that_does_not_open_costs_no_try(made, keeper, keks, as_system):
    endpoint, _ = made
    with acting(keeper):
        webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER)
    (keks / "webhooks-1").unlink()
    with as_system():
        assert hooking.send() == 0
        row = WebhookDelivery.objects.get()
        assert (row.state, row.attempts) == (DeliveryState.WAITING, 0)
        assert "does not open" in row.last_error


def test_secrets_are_wrapped_again_under_a_newer_key(made, as_system, keks):
    endpoint, secret = made
    call_command("kek", "new", "webhooks-2", "--webhooks", stdout=io.StringIO())
    with as_system():
        said = io.StringIO()
        call_command("rewrap", "--webhooks", stdout=said)
        assert said.getvalue().startswith("1 secrets")
        assert WebhookSecret.objects.get().kek_id == "webhooks-2"
        (keks / "webhooks-1").unlink()
        opened = webhook_secret.opened(endpoint=endpoint, keks=webhook_keks.ring(), at=THEN)
    assert webhook_secret.spell(opened[0]) == secret


def test_old_messages_are_let_go_and_what_waits_is_kept(keeper, as_system, monkeypatch):
    monkeypatch.setattr(webhook_sending, "TIDIED_AT_ONCE", 1)
    with receivers.receiving() as receiver:
        endpoint, _ = hooking.endpoint(keeper, receiver)
        for script in ("204 No Content", "204 No Content", "500 Broken"):
            receiver.script = receivers.status(script)
            with acting(keeper):
                webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER)
            with as_system():
                hooking.send()
    with as_system():
        # A message of January is older than a day, whatever day it is.
        assert webhook_sending.tidy(at=LATER + timedelta(days=29), keep=timedelta(days=30)) == 0
        assert webhook_sending.tidy(at=LATER + timedelta(days=31), keep=timedelta(days=30)) == 2
        assert WebhookDelivery.objects.get().state == DeliveryState.WAITING
