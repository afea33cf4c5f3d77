"""The desk of webhooks: a receiver is added, its secret shown once, what was sent sent again."""

from __future__ import annotations

import re

import pytest

from passport.models import WebhookDelivery, WebhookEndpoint
from tests.passport import hooking, receivers

HERE = "/desk/webhooks/"


@pytest.fixture(autouse=True)
def _on(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)


@pytest.fixture
def desk(people):
    return people.at_desk("keeper")


def test_without_a_receiver_the_page_says_what_to_do(desk):
    text = desk.get(HERE).text
    assert "Nobody is called yet" in text
    assert "whsec_" in text, "how a signature is checked"
    assert "Noch wird niemand aufgerufen" in desk.get(HERE + "?lang=de").text


def test_a_receiver_is_added_and_its_secret_shown_once(desk, people):
    answer = desk.post(HERE, {"url": "https://hooks.keeper.example/", "kind": ["recall.opened"]})
    assert answer.status_code == 200
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", answer.text)
    with people.as_system():
        made = WebhookEndpoint.objects.get(party=people.stage.cast["keeper"])
    for address in (HERE, f"{HERE}{made.pk}/"):
        assert secret not in desk.get(address).text
    again = desk.post(f"{HERE}{made.pk}/rotate")
    assert re.findall(r"whsec_[A-Za-z0-9+/=]{40,}", again.text) not in ([], [secret])
    assert "The former secret signs as well until" in again.text


def test_a_wrong_address_comes_back_with_what_was_typed(desk):
    answer = desk.post(HERE, {"url": "http://10.0.0.1/", "description": "ours"})
    assert answer.status_code == 400
    assert 'href="#url"' in answer.text
    assert 'value="http://10.0.0.1/"' in answer.text
    assert 'value="ours"' in answer.text


def test_each_state_has_a_shape_and_a_word(desk, people):
    desk.post(HERE, {"url": "https://hooks.keeper.example/"})
    with people.as_system():
        made = WebhookEndpoint.objects.get(party=people.stage.cast["keeper"])
    here = f"{HERE}{made.pk}/"
    shapes = {"": "●</span>active", "pause": "◐</span>paused", "go-on": "●</span>active"}
    for said, shape in shapes.items():
        if said:
            assert desk.post(here + said).status_code == 302
        assert shape in desk.get(here).text
    assert desk.post(here + "end").status_code == 302
    assert "□</span>ended" in desk.get(here).text
    assert str(made.pk) not in desk.get(HERE).text


def test_what_failed_is_shown_with_its_answer_and_sent_again(desk, people, monkeypatch):
    with receivers.receiving() as receiver:
        receiver.script = receivers.status("410 Gone")
        desk.post(HERE, {"url": receiver.url})
        with people.as_system():
            made = WebhookEndpoint.objects.get(party=people.stage.cast["keeper"])
        here = f"{HERE}{made.pk}/"
        assert desk.post(here + "test").status_code == 302
        with people.as_system():
            row = WebhookDelivery.objects.get(endpoint=made)
            hooking.send(row.next_at)
        text = desk.get(here).text
        assert "■</span>given up" in text
        assert "the receiver answered 410" in text
        assert "was switched off" in text
        assert "</span>webhook that was switched off" in desk.get("/desk/").text
        resend = f"/desk/webhooks/deliveries/{row.pk}/resend"
        assert f'action="{resend}"' in text
        assert desk.post(resend).status_code == 302
        assert "○</span>waits to be sent" in desk.get(here).text


def test_a_replay_wants_a_number(desk, people):
    desk.post(HERE, {"url": "https://hooks.keeper.example/"})
    with people.as_system():
        made = WebhookEndpoint.objects.get(party=people.stage.cast["keeper"])
    answer = desk.post(f"{HERE}{made.pk}/replay", {"index": "soon"})
    assert (answer.status_code, 'href="#index"' in answer.text) == (422, True)
    assert desk.post(f"{HERE}{made.pk}/replay", {"index": "0"}).status_code == 302
