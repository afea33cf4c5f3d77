"""A buyer keeps offers, agrees, allocates, and holds mixes against a pipeline; without script."""

from __future__ import annotations

import csv
import re
from io import StringIO

from django.test import Client

from tests.pages.conftest import People
from tests.pages.supply_stage import HERE, OFFERS, enter_makers, form_of, furnish
from tests.passport.projecting import opened

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


def seated(people: People) -> Client:
    """A desk with makers, offers and a pipeline."""
    enter_makers(people.stage.cast["stranger"])
    desk = people.at_desk("stranger")
    furnish(desk)
    return desk


def test_sources_are_counted_with_their_gaps_and_offers_come_back_when_wrong(
    people: People,
) -> None:
    desk = seated(people)
    told = words(desk.get(HERE).text)
    assert "one source 1 source · 1 prohibited 700,000 of 600,000 kWh Ohio Packs" in told
    assert "short 1 source" in told
    wrong = desk.post(HERE, form_of(OFFERS[0]) | {"made_in": "Ohio", "price": "62,5"})
    assert (wrong.status_code, 'value="62,5"' in wrong.text) == (422, True)
    assert 'href="#made_in"' in wrong.text
    assert desk.post(HERE, form_of(OFFERS[0]) | {"unit": "KW"}).status_code == 409
    (first,) = set(re.findall(r"/desk/sourcing/offers/[0-9a-f-]{36}/end", desk.get(HERE).text)[:1])
    assert desk.post(first).status_code == 302
    assert first not in desk.get(HERE).text


def agreed(desk: Client) -> str:
    """The page of agreements with one of 365,000 kWh, of which a quarter comes in 2027."""
    page = desk.get(f"{HERE}agreements/").text
    offer = re.search(r'<option value="([0-9a-f-]{36})">Ohio Packs · Battery pack', page)
    assert offer
    form = {
        "name": "Ohio 2027", "offer": offer[1], "signed_on": "2026-11-01",
        "volumes-year-0": "2027", "volumes-0": "365000", "ramp-0-starts_on": "2027-07-02",
        "ramp-0-percent": "50",
    }  # fmt: skip
    answers = [desk.post(f"{HERE}agreements/", form).status_code for _ in range(2)]
    assert answers == [302, 409]
    return desk.get(f"{HERE}agreements/").text


def test_an_agreement_is_allocated_up_to_what_comes_and_warned_of(people: People) -> None:
    desk = seated(people)
    page = agreed(desk)
    assert "the ramp lets less come than was agreed" in words(page)
    (to,) = set(re.findall(r"/desk/sourcing/agreements/[0-9a-f-]{36}/allocations", page))
    (birch,) = re.findall(r'<option value="([0-9a-f-]{36})">Birch<', page)
    share = {"planned": birch, "year": "2027", "quantity": "91500"}
    assert desk.post(to, share | {"quantity": "91500,1"}).status_code == 409
    assert desk.post(to, share | {"year": "2027,5"}).status_code == 400
    assert desk.post(to, share).status_code == 302
    page = desk.get(f"{HERE}agreements/").text
    assert "Birch Battery pack or module 2027 ■ less is allocated" in words(page)
    (back,) = re.findall(r"/desk/sourcing/allocations/[0-9a-f-]{36}/release", page)
    assert desk.post(back).status_code == 302


def fields_of(page: str) -> dict[str, str]:
    """The scenario that a page shows, as its form to save carries it."""
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    del fields["csrfmiddlewaretoken"]
    return fields


def table(text: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(StringIO(text)))


def test_a_scenario_says_the_same_on_the_page_and_as_csv(people: People) -> None:
    desk = seated(people)
    page = desk.get(SCENARIOS).text
    told = words(page)
    for each in ("100 % A", "60 % A", "not supported", "loses", "unverified rule", "R-1-DUTY"):
        assert each in told, each
    assert page.count("<svg") >= 6
    rows = table(desk.get(f"{SCENARIOS}?as=csv").text)
    assert len(rows) == 12
    for row in rows:
        assert f"{int(row['net $']):,}" in told, row
        assert f"{row['ratio %']} %" in told, row
    asked = desk.get(SCENARIOS, fields_of(page) | {"mixes-0-parts-A": "90"})
    assert (asked.status_code, "make 90.00 %" in asked.text) == (422, True)
    assert 'lang="de"' in desk.get(SCENARIOS, headers={"accept-language": "de"}).text
    formula = {
        "name": "=SUM(A1)", "begins_on": "2027-01-01", "incurred_on": "2027-01-01",
        "nameplate_kwh": "1000", "nameplate_kw": "1",
    }  # fmt: skip
    assert desk.post(f"{HERE}pipeline/", formula).status_code == 302
    assert "'=SUM(A1)" in {row["project"] for row in table(desk.get(f"{SCENARIOS}?as=csv").text)}


def test_a_saved_scenario_is_reckoned_anew_and_asked_what_if(people: People) -> None:
    desk = seated(people)
    fields = fields_of(desk.get(SCENARIOS).text)
    rows = table(desk.get(f"{SCENARIOS}?as=csv").text)
    assert desk.post(SCENARIOS, fields | {"name": ""}).status_code == 400
    saved = desk.post(SCENARIOS, fields | {"name": "60 v 75"})
    where = saved["Location"]
    assert table(desk.get(f"{where}?as=csv").text) == rows
    listed = {"maker": "ohio", "list": "S1260H", "on": "2027-06-10"}
    falls = words(desk.get(where, listed).text)
    assert "Birch 2027 100 % A ■ falls 100.00 %" in falls
    assert "Alder 2026 100 % A ● holds" in falls
    assert desk.get(where, listed | {"list": "X"}).status_code == 422
    assert desk.get(where, listed | {"on": "soon"}).status_code == 422


def test_a_plan_may_be_of_a_project_that_was_opened(people: People) -> None:
    project = opened(people.stage.cast["stranger"])
    desk = people.at_desk("stranger")
    plan = {
        "name": "North", "begins_on": "2027-01-01", "incurred_on": "2027-01-01",
        "nameplate_kwh": "1000", "nameplate_kw": "1", "project": str(project.pk),
    }  # fmt: skip
    assert str(project.pk) in desk.get(f"{HERE}pipeline/").text
    assert desk.post(f"{HERE}pipeline/", plan).status_code == 302
    assert f"/desk/projects/{project.pk}/" in desk.get(f"{HERE}pipeline/").text
    assert desk.post(f"{HERE}pipeline/", plan | {"name": "S", "project": "x"}).status_code == 404
