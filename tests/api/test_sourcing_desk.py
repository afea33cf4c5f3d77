"""A buyer's program keeps offers and agreements, and asks what mixes cost and what would be if."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.cast import Cast
from tests.databases import Beginning
from tests.pages.supply_stage import enter_makers

SOURCING = "/api/v1/sourcing/"
OFFER = {
    "supplier": "ohio", "maker": "ohio", "category": "battery_pack_module", "unit": "UNIT",
    "size_kwh": "5000", "price": "400000", "made_in": "US", "capacity": {"2027": "100"},
    "proof": "OPINION", "ramp": [{"starts_on": "2027-01-01", "percent": "50"}],
}  # fmt: skip
CHEAP = OFFER | {"supplier": "hai", "maker": "hai", "made_in": "CN", "price": "150000"}
PLANNED = {
    "name": "North", "begins_on": "2027-02-01", "incurred_on": "2027-03-01",
    "nameplate_kwh": "400000", "nameplate_kw": "100000",
}  # fmt: skip


@pytest.fixture
def buyer(gathered: Beginning, database: str) -> Any:
    """The keeper's program; its makers are entered."""
    cast: Cast = deepcopy(gathered.made)
    enter_makers(cast["keeper"])
    return cast.speak("keeper")


def made(buyer: Any, what: str, body: dict[str, Any]) -> dict[str, Any]:
    """What was kept."""
    answer = buyer.send(f"{SOURCING}{what}", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def refused(buyer: Any, what: str, body: dict[str, Any]) -> tuple[int, str]:
    """How it was refused, and where."""
    answer = buyer.send(f"{SOURCING}{what}", body)
    return answer.status_code, answer.json()["errors"][0]["pointer"]


def test_supply_is_counted_agreed_and_given_away_once(buyer: Any) -> None:
    offer = made(buyer, "offers", OFFER)
    assert (offer["size_kwh"], offer["ramp"], offer["ended_at"]) == ("5000", OFFER["ramp"], None)
    planned = made(buyer, "pipeline", PLANNED)
    rows = buyer.get(f"{SOURCING}sources").json()["items"]
    (cell,) = rows[0]["cells"]
    assert (rows[0]["category"], rows[0]["unit"]) == ("battery_pack_module", "kWh")
    assert (cell["coverage"], cell["sources"]) == ("SHORT", ["ohio"])
    assert (cell["supply"], cell["short"]) == ("250000", "150000")
    agreement = made(
        buyer, "agreements",
        {"offer": offer["id"], "name": "F", "signed_on": "2026-12-01", "volumes": {"2027": "40"}},
    )  # fmt: skip
    to = f"agreements/{agreement['id']}/allocations"
    share = {"planned": planned["id"], "year": 2027, "quantity": "40"}
    assert refused(buyer, to, share | {"quantity": "40.5"}) == (409, "/quantity")
    given = made(buyer, to, share)
    assert refused(buyer, to, share | {"quantity": "1"}) == (409, "/quantity")
    assert buyer.send(f"{SOURCING}agreements/{agreement['id']}/end", {}).status_code == 409
    released = buyer.send(f"{SOURCING}allocations/{given['id']}/release", {}).json()
    assert released["released_at"]
    assert buyer.send(f"{SOURCING}agreements/{agreement['id']}/end", {}).json()["ended_at"]
    assert buyer.get(f"{SOURCING}allocations").json()["items"] == []


WRONG = {
    "a company of nobody": ({"maker": "nobody"}, (404, "/maker")),
    "no category": ({"category": "soap"}, (404, "/category")),
    "kWh of a size": ({"unit": "KWH"}, (422, "/size_kwh")),
    "no year": ({"capacity": {"soon": "1"}}, (422, "/capacity/soon")),
    "no phase": ({"ramp": [{"percent": "1"}]}, (422, "/ramp/0")),
}


def test_an_offer_that_is_none_says_where(buyer: Any) -> None:
    for name, (more, told) in WRONG.items():
        assert refused(buyer, "offers", OFFER | more) == told, name


def inputs(clean: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Sixty percent against seventy-five."""
    return {
        "recipes": [
            {"name": "A", "goods": {"battery_pack_module": clean["id"]}},
            {"name": "B", "goods": {"battery_pack_module": other["id"]}},
        ],
        "mixes": [
            {"name": "75", "parts": {"A": "75", "B": "25"}},
            {"name": "25", "parts": {"A": "25", "B": "75"}},
        ],
        "credit_percent": "30",
    }


def test_a_scenario_is_kept_as_inputs_and_reckoned_when_asked(buyer: Any) -> None:
    clean, other = (made(buyer, "offers", each) for each in (OFFER, CHEAP))
    planned = made(buyer, "pipeline", PLANNED)
    body = {"name": "S", "inputs": inputs(clean, other)}
    kept = made(buyer, "scenarios", body)
    assert kept["inputs"]["pipeline"] == [planned["id"]]
    assert made(buyer, "scenarios", body)["id"] == kept["id"]
    changed = body | {"inputs": body["inputs"] | {"credit_percent": "6"}}
    assert buyer.send(f"{SOURCING}scenarios", changed).status_code == 409
    # What has ended since is still what it was reckoned with.
    assert buyer.send(f"{SOURCING}offers/{other['id']}/end", {}).status_code == 200
    assert buyer.send(f"{SOURCING}pipeline/{planned['id']}/end", {}).status_code == 200
    found = buyer.get(f"{SOURCING}scenarios/{kept['id']}/result").json()
    dear, cheap = (each["outcomes"][0] for each in found["totals"])
    # 24,000,000 of 27,000,000 and 1,227,000 of duty: 80 units' worth in four parts.
    assert (dear["goods"], dear["duty"]) == ("27000000.00", "1227000.00")
    assert (dear["ratio"], dear["threshold"], dear["supported"]) == ("8000/9409", "60", True)
    assert (cheap["supported"], cheap["credit"]) == (False, "0.00")
    assert found["totals"][1]["lost"] == cheap["at_stake"]
    assert found["unverified"] == ["R-1-DUTY"]
    assert found["premium"]["at"]


def test_a_saved_scenario_is_asked_what_if(buyer: Any) -> None:
    clean, other = (made(buyer, "offers", each) for each in (OFFER, CHEAP))
    made(buyer, "pipeline", PLANNED)
    kept = made(buyer, "scenarios", {"name": "S", "inputs": inputs(clean, other)})
    listed = {"maker": "ohio", "list": "S1260H", "on": "2027-11-30"}
    falls = buyer.send(f"{SOURCING}scenarios/{kept['id']}/what-if", listed).json()["items"]
    assert [(each["mix"], each["falls"]) for each in falls] == [("75", True), ("25", False)]
    none = buyer.send(f"{SOURCING}scenarios/{kept['id']}/what-if", listed | {"list": "X"})
    assert (none.status_code, none.json()["errors"][0]["pointer"]) == (404, "/list")
