"""One batch about batteries that the reader reads in different qualities: each by its own."""

from __future__ import annotations

import pytest

from passport.models import Concern
from passport.proof import canonical, kinds
from passport.proof.encoding import b64_decode
from tests.cast import THEN, packs
from tests.passport import signing
from tests.passport.claiming import record, signed_batch, taking_back, withdraw


@pytest.fixture
def mixed(story, as_system):
    """Two packs in one batch that is for the parties concerned; the authority was let into one."""
    with as_system():
        (other,) = packs(story.cast["maker"], "P2", cells=2)
        items = signing.items_of([story.pack, other])
        told = {"soh": "0.9", "testedOn": "2026-01-04"}
        body = signed_batch(story.held, items, access="parties", item_type=kinds.TEST, common=told)
        story.mixed = record(body, story.cast["maker"], items)
        Concern.objects.create(
            battery=story.pack, party=story.cast["authority"], reason="GRANT", since=THEN
        )
        story.other = other
        story.house.turn()
    return story


def shown(data):
    """The identities of which items are shown."""
    groups = canonical.loads(data, max_bytes=len(data))["items"]
    rows = [b64_decode(row["item"]) for group in groups for row in group["rows"]]
    return {canonical.loads(each)["id"] for each in rows}


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("indexed", [False, True])
def test_an_item_is_shown_in_the_quality_in_which_its_battery_is_read(
    mixed, as_system, back, indexed
):
    with as_system():
        if back:
            taken = taking_back(
                mixed.held, bytes(mixed.mixed.sha256), access="parties",
                items=[mixed.other.identity],
            )  # fmt: skip
            withdraw(taken, mixed.cast["maker"])
            mixed.house.turn()
        if indexed:
            mixed.index()
    data = mixed.pulled("authority", mixed.pack, mixed.other)
    assert mixed.pack.identity in shown(data)
    assert mixed.other.identity not in shown(data)
    assert mixed.step(data) is None
    assert mixed.other.identity in shown(mixed.pulled("maker", mixed.pack, mixed.other))
