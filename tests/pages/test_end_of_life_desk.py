"""What a keeper did stays on its desk after a pack has gone; who keeps nothing retires nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from passport.models import BatteryModel, Job
from recycling.models import Retirement
from tests.api.stage import NOW
from tests.cast import give
from tests.pages.conftest import People
from tests.pages.test_flows import FOUND

HELD = {"battery": "", "reason": "CONTRACT_END", "event": "0190f4b2-7c1e-7abc-8def-000000000001"}


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests come while the stage's offers are open."""
    monkeypatch.setattr("api.http.trace.now", lambda: NOW)


def speak(people: People, name: str) -> Client:
    return Client(headers={"authorization": f"Bearer {people.stage.cast.secrets[name]}"})


@pytest.mark.parametrize("who", ["workshop", "recycler", "second-maker"])
def test_who_is_no_keeper_retires_and_plans_nothing_at_its_desk(people: People, who: str) -> None:
    pack, cast = people.stage.packs[0], people.stage.cast
    with people.as_system():
        give(pack, cast["keeper"], cast[who], at=NOW)
        jobs = Job.objects.count()
    desk = people.at_desk(who)
    answer = desk.post("/desk/retire/", HELD | FOUND | {"battery": str(pack.pk)})
    assert answer.status_code == 403
    assert "Only a keeper retires batteries" in answer.text
    assert desk.post("/desk/plans/").status_code == 403
    with people.as_system():
        assert not Retirement.objects.filter(battery=pack).exists()
        assert Job.objects.count() == jobs


def test_what_went_stays_in_its_keepers_plan_and_offers(people: People, now: None) -> None:
    ids, cast = people.stage.ids, people.stage.cast
    recycler = speak(people, "recycler")
    taken = recycler.post(f"/api/v1/offers/{ids['offer_id']}/accept").json()
    assert recycler.post(f"/api/v1/hand-overs/{taken['hand_over']}/accept").status_code == 200
    gone = people.stage.packs[1]
    keeper, desk = speak(people, "keeper"), people.at_desk("keeper")
    assert desk.get(f"/desk/batteries/{gone.pk}/").status_code == 404

    (line,) = keeper.get(f"/api/v1/plans/{ids['plan_id']}/lines").json()["items"]
    assert line["explanation"]
    assert keeper.get(f"/api/v1/retirements/{ids['retirement_id']}").status_code == 200
    assert len(keeper.get("/api/v1/retirements").json()["items"]) == 1
    (made,) = keeper.get("/api/v1/offers?side=made").json()["items"]
    assert made["battery"] == str(gone.pk)
    assert keeper.get(f"/api/v1/offers/{ids['offer_id']}").json() == made

    board = desk.get(f"/desk/plans/{ids['plan_id']}/").text
    assert board.count('<details class="why">') == 1
    assert "handed over" in board
    assert gone.serial not in board
    assert cast["recycler"].name in desk.get("/desk/offers/").text


def test_a_declined_offer_stays_on_the_desk_that_declined_it(people: People, now: None) -> None:
    offer_id = people.stage.ids["offer_id"]
    desk = people.at_desk("recycler")
    assert desk.post(f"/desk/offers/{offer_id}/decline").status_code == 302
    text = desk.get("/desk/offers/").text
    assert "a battery that no longer concerns you" in text
    (told,) = speak(people, "recycler").get("/api/v1/offers").json()["items"]
    assert (told["state"], told["battery"]) == ("DECLINED", None)


def test_a_mass_in_whole_hundreds_is_written_as_it_is_read(
    people: People, as_role: Callable[[str], Any]
) -> None:
    pack, cast = people.stage.packs[1], people.stage.cast
    with as_role("owner"):
        BatteryModel.objects.filter(pk=pack.model_id).update(mass_kg=Decimal("250.000"))
    with people.as_system():
        give(pack, cast["keeper"], cast["recycler"], at=NOW)
    sheet = people.at_desk("recycler").get(f"/desk/treatments/book/{pack.pk}/").text
    assert 'value="250"' in sheet
    assert "E+" not in sheet
