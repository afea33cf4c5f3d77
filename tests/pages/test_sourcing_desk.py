"""A buyer keeps offers, agrees, allocates, and holds mixes against a pipeline; without script."""

from __future__ import annotations

import csv
import re
from io import StringIO

from tests.pages.conftest import People
from tests.pages.supply_stage import HERE, OFFERS, enter_makers, form_of, furnish

SCENARIOS = f"{HERE}scenarios/"


def words(text: str) -> str:
    """What a page says, without its markup."""
    body = re.sub(r"(?s)<(script|head)\b.*?</\1>|<[^>]+>", " ", text)
    return " ".join(body.split())


def test_an_empty_desk_says_how_to_begin(people: People) -> None:
    desk = people.at_desk("stranger")
    assert "Begin with the offers that you have" in desk.get(HERE).text
    assert "there is none yet" in desk.get(HERE).text
    assert "Keep an offer first" in desk.get(f"{HERE}agreements/").text
    assert "Here stand the projects that you plan" in desk.get(f"{HERE}pipeline/").text
    assert "It takes one offer" in desk.get(SCENARIOS).text


def test_sources_agreements_and_who_gets_what(people: People) -> None:
    keeper = people.stage.cast["stranger"]
    enter_makers(keeper)
    desk = people.at_desk("stranger")
    furnish(desk)
    told = words(desk.get(HERE).text)
    assert "one source 1 source · 1 prohibited 700,000 of 600,000 kWh Ohio Packs" in told
    assert "short 1 source" in told
    wrong = desk.post(HERE, form_of(OFFERS[0]) | {"made_in": "Ohio", "price": "62,5"})
    assert (wrong.status_code, 'value="62,5"' in wrong.text) == (422, True)
    assert 'href="#made_in"' in wrong.text
    bad = desk.post(HERE, form_of(OFFERS[0]) | {"unit": "KW"})
    assert bad.status_code == 409
    page = desk.get(f"{HERE}agreements/").text
    offer = re.search(r'<option value="([0-9a-f-]{36})">Ohio Packs · Battery pack', page)
    assert offer
    agreed = {
        "name": "Ohio 2027", "offer": offer[1], "signed_on": "2026-11-01",
        "volumes-year-0": "2027", "volumes-0": "365000", "ramp-0-starts_on": "2027-07-02",
        "ramp-0-percent": "50",
    }  # fmt: skip
    assert desk.post(f"{HERE}agreements/", agreed).status_code == 302
    assert desk.post(f"{HERE}agreements/", agreed).status_code == 409
    page = desk.get(f"{HERE}agreements/").text
    assert "the ramp lets less come than was agreed" in words(page)
    (to,) = set(re.findall(r"/desk/sourcing/agreements/[0-9a-f-]{36}/allocations", page))
    (birch,) = re.findall(r'<option value="([0-9a-f-]{36})">Birch<', page)
    share = {"planned": birch, "year": "2027", "quantity": "91500"}
    assert desk.post(to, share | {"quantity": "91500,1"}).status_code == 409
    assert desk.post(to, share).status_code == 302
    page = desk.get(f"{HERE}agreements/").text
    assert "Birch Battery pack or module 2027 ■ less is allocated" in words(page)
    (back,) = re.findall(r"/desk/sourcing/allocations/[0-9a-f-]{36}/release", page)
    assert desk.post(back).status_code == 302


def test_a_scenario_is_its_address_its_csv_and_what_was_saved(people: People) -> None:
    enter_makers(people.stage.cast["stranger"])
    desk = people.at_desk("stranger")
    furnish(desk)
    page = desk.get(SCENARIOS).text
    told = words(page)
    assert "Under" not in told[:200]
    for each in (
        "100 % A",
        "75 % A",
        "60 % A",
        "not supported",
        "loses",
        "unverified rule",
        "R-1-DUTY",
    ):
        assert each in told, each
    assert page.count("<svg") >= 6
    rows = list(csv.DictReader(StringIO(desk.get(f"{SCENARIOS}?as=csv").text)))
    assert len(rows) == 12
    for row in rows:
        assert f"{int(row['net $']):,}" in told, row
        assert f"{row['ratio %']} %" in told, row
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    fields.pop("csrfmiddlewaretoken")
    asked = desk.get(SCENARIOS, fields | {"credit_percent": "6", "mixes-0-parts-A": "90"})
    assert asked.status_code == 422
    assert "make 90.00 %" in asked.text
    saved = desk.post(SCENARIOS, fields | {"name": "60 v 75"})
    assert saved.status_code == 302
    where = saved["Location"]
    assert list(csv.DictReader(StringIO(desk.get(f"{where}?as=csv").text))) == rows
    falls = desk.get(where, {"maker": "ohio", "list": "S1260H", "on": "2027-06-10"})
    assert "Birch 2027 100 % A ■ falls 100.00 %" in words(falls.text)
    assert "Alder 2026 100 % A ● holds" in words(falls.text)
    assert desk.get(where, {"maker": "ohio", "list": "X", "on": "2027-06-10"}).status_code == 422
    assert desk.get(where, {"maker": "ohio", "list": "S1260H", "on": "soon"}).status_code == 422
    assert desk.post(SCENARIOS, fields | {"name": ""}).status_code == 400
