"""What is offered is told to whoever may take it, and how it was answered to whoever gave it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from passport.actions import custody, shipment
from passport.models import WebhookDelivery
from passport.proof import canonical
from tests.cast import packs
from tests.passport import hooking, shipping
from tests.passport.hooking import THEN

URL = "https://hooks.party.example/"
ANSWERED = ("hand_over.answered", "shipment.answered")


@pytest.fixture(autouse=True)
def _on(settings, tmp_path):
    hooking.switch_on(settings, tmp_path)


@pytest.fixture
def world(cast, pack, house, as_system):
    """A log with everything of the pack's past; its maker still has it."""
    with as_system():
        house.turn()
    return house


def made(of, *kinds):
    """The messages to an endpoint, which are of just these kinds."""
    rows = list(WebhookDelivery.objects.filter(endpoint=of).order_by("id"))
    assert [row.kind for row in rows] == list(kinds)
    return rows


def said(row):
    return canonical.loads(bytes(row.body))["data"]


def test_a_giver_hears_how_it_was_answered_and_of_a_shipment_once(cast, world, as_system):
    giver, taker = cast["maker"], cast["keeper"]
    kinds = ("hand_over.answered", "shipment.offered", "shipment.answered", "hand_over.offered")
    with as_system():
        alone, *load = packs(giver, "G1", "G2", "G3")
    ends = {each.slug: hooking.endpoint(each, URL, *kinds)[0] for each in (giver, taker)}
    with as_system():
        refused = custody.hand_over(battery_id=alone.pk, to_id=taker.pk, by=giver, at=THEN)
        custody.refuse(hand_over_id=refused.pk, by=taker, at=THEN)
    sent = shipping.offer(cast, load)
    with as_system():
        hooking.feed()
    shipping.answer(shipment.accept, cast, sent, exceptions=[(load[0].pk, "dented")])
    with as_system():
        assert [hooking.feed(), hooking.feed()] == [1, 0]
        first, second = [said(row) for row in made(ends["maker"], *ANSWERED)]
        assert (first["state"], first["to"]) == ("REFUSED", "keeper")
        assert first["hand_over"] == str(refused.pk)
        assert (second["state"], second["pieces"]) == ("PARTLY", 2)
        assert second["links"]["shipment"].endswith(f"/shipments/{sent.pk}")
        (offered,) = [said(row) for row in made(ends["keeper"], "shipment.offered")]
        assert (offered["shipment"], offered["from"]) == (str(sent.pk), "maker")


def test_what_was_answered_before_anybody_remembers_is_not_told_again(
    cast, pack, world, as_system, settings
):
    maker, _ = hooking.endpoint(cast["maker"], URL, "hand_over.answered")
    with as_system():
        hooking.give(pack, cast["maker"], cast["keeper"])
        later = THEN + timedelta(days=settings.PASSPORT_WEBHOOK_DAYS, seconds=1)
        assert hooking.feed(later) == 0
        assert hooking.feed(later - timedelta(seconds=2)) == 1
        assert hooking.told(maker) == ["hand_over.answered"]
