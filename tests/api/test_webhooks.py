"""Webhooks over HTTP: a secret is shown once, and what was sent can be looked at and sent again."""

from __future__ import annotations

import pytest

from passport.models import IdempotencyKey, WebhookDelivery
from passport.rules.webhook import KINDS
from tests.passport import hooking, receivers
from tests.passport.acting import acting

HOOKS = "/api/v1/webhooks"


@pytest.fixture(autouse=True)
def _on(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)


@pytest.fixture
def keeper(cast):
    return cast.speak("keeper")


@pytest.fixture
def made(keeper):
    return keeper.send(HOOKS, {"url": "https://hooks.keeper.example/"}).json()


def test_a_secret_is_shown_once_and_kept_by_nobody(cast, keeper, caplog):
    asked = {"url": "https://hooks.keeper.example/", "kinds": ["battery.retired"]}
    answer = keeper.send(HOOKS, asked, idempotency_key="k")
    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"] == f"{HOOKS}/{made['id']}"
    assert made["secret"].startswith("whsec_")
    assert (made["state"], made["kinds"]) == ("ACTIVE", ["battery.retired"])
    again = keeper.get(f"{HOOKS}/{made['id']}")
    assert again.json() == {name: made[name] for name in made if name != "secret"}
    assert made["secret"] not in keeper.get(HOOKS).content.decode() + caplog.text
    with acting(cast["keeper"]):
        assert not IdempotencyKey.objects.exists()
    rotated = keeper.send(f"{HOOKS}/{made['id']}/rotate", {}).json()
    assert rotated["secret"] not in ("", made["secret"])
    assert rotated["rotating_until"] is not None


WRONG = {
    "an address inside": ({"url": "https://127.0.0.1:8443/"}, 400, "/url"),
    "http beyond this machine": ({"url": "http://hooks.keeper.example/"}, 400, "/url"),
    "no address": ({}, 400, "/url"),
    "a kind that is none": (
        {"url": "https://hooks.keeper.example/", "kinds": ["battery.exploded"]},
        400,
        "/kinds/0",
    ),
    "a field that is none": ({"url": "https://a.example/", "secret": "mine"}, 400, "/secret"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_with_its_place(keeper, settings, what):
    settings.PASSPORT_WEBHOOK_LOOPBACK = False
    body, status, pointer = WRONG[what]
    answer = keeper.send(HOOKS, body)
    problem = answer.json()
    assert answer.status_code == status, problem
    assert pointer in str(problem)
    assert answer["Content-Type"] == "application/problem+json"


def test_it_is_changed_paused_and_ended(keeper, made):
    here = f"{HOOKS}/{made['id']}"
    changed = keeper.send(here, {"state": "PAUSED", "description": "ours"}, method="PATCH").json()
    assert (changed["state"], changed["description"]) == ("PAUSED", "ours")
    named = keeper.send(here, {"kinds": ["recall.opened"]}, method="PATCH").json()["kinds"]
    assert named == ["recall.opened"]
    assert keeper.send(here, {"kinds": None}, method="PATCH").json()["kinds"] == []
    assert keeper.send(here, {"state": "ENDED"}, method="PATCH").status_code == 400
    assert keeper.send(f"{here}/end", {}).json()["state"] == "ENDED"
    refused = keeper.send(here, {"state": "ACTIVE"}, method="PATCH")
    assert (refused.status_code, "webhook-ended" in refused.json()["type"]) == (409, True)


def test_what_was_sent_is_listed_with_every_try_and_sent_again(cast, keeper, as_system):
    with receivers.receiving() as receiver:
        receiver.script = receivers.status("410 Gone")
        made = keeper.send(HOOKS, {"url": receiver.url}).json()
        here = f"{HOOKS}/{made['id']}"
        waiting = keeper.send(f"{here}/test", {}).json()
        assert (waiting["state"], waiting["attempts"]) == ("WAITING", 0)
        assert receiver.heard == [], "a request sends nothing"
        with as_system():
            hooking.send(WebhookDelivery.objects.get().next_at)
        (failed,) = keeper.get(f"{here}/deliveries?state=FAILED").json()["items"]
        assert (failed["last_status"], failed["webhook"]) == (410, made["id"])
        whole = keeper.get(f"/api/v1/deliveries/{failed['id']}").json()
        assert whole["payload"]["type"] == "webhook.test"
        assert [each["status"] for each in whole["tries"]] == [410]
        again = keeper.send(f"/api/v1/deliveries/{failed['id']}/resend", {})
        assert (again.status_code, again.json()["state"]) == (202, "WAITING")
        assert again.json()["message_id"] == failed["message_id"]
        assert keeper.get(f"{here}/deliveries?state=GONE").status_code == 400


def test_a_replay_says_from_where(keeper, made):
    here = f"{HOOKS}/{made['id']}/replay"
    assert keeper.send(here, {"index": 0}).status_code == 202
    assert keeper.send(here, {"moment": "2026-01-05T08:00:00Z"}).status_code == 202
    for body in ({}, {"index": 99}, {"index": 0, "moment": "2026-01-05T08:00:00Z"}):
        assert keeper.send(here, body).status_code == 400


def test_every_kind_stands_in_the_description(cast):
    text = cast.speak("nobody").get("/api/v1/openapi.json").content.decode()
    assert [kind for kind in KINDS if f'"{kind}"' not in text] == []
