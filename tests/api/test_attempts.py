"""What a party tried to record of a battery in other hands: refused, rolled back, and kept."""

from __future__ import annotations

import pytest

from passport.models import Attempt, IdempotencyKey, LifecycleEvent, Outbox
from tests.api.expectations import EVENT, READING


@pytest.mark.parametrize(("what", "body"), [("events", EVENT), ("readings", READING)])
def test_the_maker_tries_after_it_has_handed_the_pack_over(cast, pack, as_system, what, body):
    maker, keeper = cast.speak("maker"), cast.speak("keeper")
    where = f"/api/v1/batteries/{pack.pk}"
    offered = maker.send(f"{where}/hand-overs", {"to": "keeper"}).json()["id"]
    assert keeper.send(f"/api/v1/hand-overs/{offered}/accept", {}).status_code == 200
    for _ in range(2):
        answer = maker.send(f"{where}/{what}", body, idempotency_key="k")
        assert answer.json()["errors"][0]["code"] == "not-the-holder", answer.content
    with as_system():
        kept = Attempt.objects.get()
        assert (kept.party.slug, kept.battery_id, kept.code) == ("maker", pack.pk, "not-the-holder")
        assert Outbox.objects.filter(digest=bytes(kept.digest)).count() == 1
        assert not LifecycleEvent.objects.filter(event_id=body["event_id"]).exists()
        # A refusal is no answer that is kept: the same request may come again.
        assert not IdempotencyKey.objects.filter(key="k").exists()
