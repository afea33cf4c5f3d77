"""Webhooks by raw SQL: nobody reads another's, and nobody takes back what was sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from passport.actions import webhook, webhook_sending
from passport.rules.errors import NotFound
from tests.passport import hooking, receivers
from tests.passport.acting import REFUSED_BELOW, acting, run
from tests.passport.hooking import LATER, THEN

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


def test_who_answers_requests_cannot_read_an_envelope(made, keeper):
    for column in ("sealed_seed", "wrapped_key", "*"):
        with pytest.raises(DatabaseError, match="permission denied"), acting(keeper):
            run(f"SELECT {column} FROM passport_webhooksecret")


FOREIGN = (
    "SELECT id FROM passport_webhookendpoint",
    "SELECT id FROM passport_webhooksecret",
    "SELECT id FROM passport_webhookdelivery",
    "SELECT id FROM passport_webhookattempt",
    "UPDATE passport_webhookendpoint SET url = 'https://mine.example/' RETURNING id",
    "UPDATE passport_webhookdelivery SET next_at = now() RETURNING id",
    "UPDATE passport_webhooksecret SET ends_at = now() RETURNING id",
)


@pytest.mark.parametrize("statement", FOREIGN)
def test_another_party_sees_and_changes_nothing_of_it(made, cast, keeper, as_system, statement):
    endpoint, _ = made
    with acting(keeper):
        webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER)
    for party in (cast["maker"], cast["authority"], None):
        with acting(party):
            assert run(statement) == []
    for act in (webhook.rotate, webhook.end, webhook.test):
        with pytest.raises(NotFound), acting(cast["maker"]):
            act(endpoint_id=endpoint.pk, by=cast["maker"], at=LATER)


FORGED = {
    "an endpoint of another party": (
        "INSERT INTO passport_webhookendpoint (id, party_id, url, description, kinds, state,"
        " reason, next_index, created_at) VALUES (gen_random_uuid(), %(other)s,"
        " 'https://x.example/', '', '{}', 'ACTIVE', '', 0, now())"
    ),
    "a message that tells of something": (
        "INSERT INTO passport_webhookdelivery (id, endpoint_id, party_id, message_id, kind, body,"
        " state, attempts, round_start, next_at, last_error, created_at) VALUES"
        " (gen_random_uuid(), %(endpoint)s, %(me)s, 'msg_1', 'battery.retired', '', 'WAITING', 0,"
        " 0, now(), '', now())"
    ),
    "that a message came through": (
        "UPDATE passport_webhookdelivery SET state = 'DELIVERED' WHERE id = %(delivery)s"
    ),
    "what a message says": "UPDATE passport_webhookdelivery SET body = '{}'",
    "that it was never tried": "UPDATE passport_webhookdelivery SET attempts = 0",
    "a message away": "DELETE FROM passport_webhookdelivery",
    "an endpoint away": "DELETE FROM passport_webhookendpoint",
    "an endpoint to another": "UPDATE passport_webhookendpoint SET party_id = %(other)s",
    "a secret in force again": "UPDATE passport_webhooksecret SET ends_at = NULL",
}


@pytest.mark.parametrize("what", FORGED)
def test_the_application_cannot_forge(made, cast, keeper, what):
    endpoint, _ = made
    with acting(keeper):
        message = webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER)
        webhook.rotate(endpoint_id=endpoint.pk, by=keeper, at=LATER)
    ids = {
        "me": str(keeper.pk), "other": str(cast["maker"].pk), "endpoint": str(endpoint.pk),
        "delivery": str(message.pk),
    }  # fmt: skip
    statement = FORGED[what]
    with pytest.raises(DatabaseError, match=REFUSED_BELOW), acting(keeper):
        run(statement % {name: f"'{value}'" for name, value in ids.items()})


BELOW = (
    "UPDATE passport_webhookdelivery SET body = '{}'",
    "UPDATE passport_webhookdelivery SET attempts = attempts - 1",
    "UPDATE passport_webhookdelivery SET message_id = 'msg_x'",
    "DELETE FROM passport_webhookdelivery",
    "TRUNCATE passport_webhookdelivery CASCADE",
    "UPDATE passport_webhookattempt SET status = 200",
    "DELETE FROM passport_webhookattempt",
    "DELETE FROM passport_webhookendpoint",
    "UPDATE passport_webhooksecret SET sealed_seed = ''",
    "UPDATE passport_webhooksecret SET ends_at = now() + interval '9 years' WHERE ends_at < now()",
)


@pytest.mark.parametrize("statement", BELOW)
@pytest.mark.parametrize("role", ["system", "owner"])
def test_what_was_said_stays_whoever_asks(keeper, as_role, as_system, role, statement):
    with receivers.receiving() as receiver:
        endpoint, _ = hooking.endpoint(keeper, receiver)
        with acting(keeper):
            webhook.test(endpoint_id=endpoint.pk, by=keeper, at=LATER)
            webhook.rotate(endpoint_id=endpoint.pk, by=keeper, at=THEN)
        with as_system():
            assert webhook_sending.run(clock=_now) == 1
    with as_role(role), pytest.raises(DatabaseError, match=r"refused|denied|kept for a day"):
        # The tables force nothing upon their owner, whose rows these are all the same.
        run(statement)


def _now() -> datetime:
    return datetime.now(UTC)
