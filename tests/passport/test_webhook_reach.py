"""Receivers are called by name, with a certificate for it, and nowhere inside."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from passport.actions import webhook, webhook_post
from passport.audit import fetch
from passport.models import WebhookDelivery
from passport.rules.webhook import DeliveryState
from tests.audit import domain
from tests.passport import hooking
from tests.passport.acting import acting
from tests.passport.hooking import LATER


@pytest.fixture(autouse=True)
def _on(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)


def test_an_https_receiver_needs_a_certificate_for_its_name(
    cast, tmp_path, monkeypatch, settings, as_system
):
    settings.PASSPORT_WEBHOOK_LOOPBACK = False
    settings.PASSPORT_WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    found = [(socket.AF_INET, "127.0.0.1")]
    monkeypatch.setattr(fetch, "_resolved", lambda host, port: found)
    with domain.serving(tmp_path, name="keeper.example") as site:
        site.says(b"{}")
        for name, good in (("keeper.example", True), ("other.example", False)):
            endpoint, _ = hooking.endpoint(cast["keeper"], f"https://{name}:{site.port}/hooks")
            with acting(cast["keeper"]):
                webhook.test(endpoint_id=endpoint.pk, by=cast["keeper"], at=LATER)
            settings.PASSPORT_WEBHOOK_CA = site.ca_file
            with as_system():
                hooking.send()
                row = WebhookDelivery.objects.get(endpoint=endpoint)
            assert (row.state == DeliveryState.DELIVERED) is good, row.last_error
    assert "certificate" in row.last_error


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["8.8.8.8", "169.254.169.254"], ["10.1.1.1"], ["::ffff:127.0.0.1"]]
)
def test_a_name_that_leads_inside_is_not_called(cast, monkeypatch, settings, as_system, found):
    settings.PASSPORT_WEBHOOK_LOOPBACK = False
    asked, reached = [], []

    def resolved(host, port):
        asked.append(host)
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, each) for each in found]

    monkeypatch.setattr(fetch, "_resolved", resolved)
    endpoint, _ = hooking.endpoint(cast["keeper"], "https://hooks.keeper.example/")
    with acting(cast["keeper"]):
        webhook.test(endpoint_id=endpoint.pk, by=cast["keeper"], at=LATER)
    with as_system():
        monkeypatch.setattr(webhook_post, "connect", lambda *told: reached.append(told))
        hooking.send()
        assert (
            "does not lead to an address on the public Internet"
            in WebhookDelivery.objects.get().last_error
        )
    assert (asked, reached) == (["hooks.keeper.example"], [])


def test_which_names_lead_inside_is_not_told(monkeypatch):
    inside, nowhere = [(socket.AF_INET, "10.0.0.7")], []
    said = []
    for found in (inside, nowhere):
        monkeypatch.setattr(fetch, "_resolved", lambda host, port, found=found: found)
        answer = webhook_post.post(
            url="https://db.inside.example/", headers={}, body=b"{}", reach=fetch.Reach()
        )
        said.append(answer.error)
    assert len(set(said)) == 1
