"""What was noted at one seat of the yard is never taken in the name of another."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from passport.actions import party
from passport.models import YardRecord
from passport.models.ids import new_id
from tests import cast as casting
from tests.pages.conftest import People
from tests.passport import admitting

HERE = "/desk/yard/"


def _post(client: Client, seat: str, text: str) -> Any:
    now = "2026-03-02T10:00:00Z"
    record = {"id": str(new_id()), "kind": "SCAN", "text": text, "happened_at": now, "device": "d"}
    return client.post(
        f"{HERE}records",
        json.dumps({"sent_at": now, "records": [record]}),
        content_type="application/json",
        headers={"X-Yard-Seat": seat},
    )


def _seat(client: Client) -> str:
    return str(client.get(f"{HERE}state").json()["seat"])


def test_a_window_that_was_left_open_sends_nothing_in_another_party_s_name(people: People) -> None:
    keeper, pack = people.at_desk("keeper"), people.stage.packs[0]
    workshop = people.stage.cast["workshop"]
    with people.as_system():
        party.join(person=people.person("keeper"), party=workshop, at=casting.THEN)
    before = _seat(keeper)
    keeper.post("/desk/party", {"party": str(workshop.pk)})
    assert _seat(keeper) != before

    refused = _post(keeper, before, pack.identity)
    assert refused.status_code == 403, "as for a token: the page asks anew who sits here"
    with people.as_system():
        assert not YardRecord.objects.exists()
    keeper.post("/desk/party", {"party": str(people.stage.cast["keeper"].pk)})
    (item,) = _post(keeper, before, pack.identity).json()["items"]
    assert item["kept"]
    with people.as_system():
        assert YardRecord.objects.get().party_id == people.stage.cast["keeper"].pk


@pytest.mark.parametrize("role", ["member", "administrator"])
def test_whoever_signs_in_ends_the_seat_of_the_one_before(people: People, role: str) -> None:
    browser = people.at_desk("keeper")
    browser.get(f"{HERE}state")
    assert browser.cookies["yard"].value
    email = people.person("workshop").email
    if role == "administrator":
        email = admitting.first_administrator(people.as_system).email
    answer = browser.post("/sign-in", {"email": email, "password": admitting.PASSWORD})
    assert answer.status_code == 302
    assert not browser.cookies["yard"].value
