"""The keeper's desk of companies: entered, told of, found on a list, decided, concluded."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from api.pages.company_sentences import SAID
from api.pages.company_words import said
from passport.rules.sourcing_sentences import SENTENCES, say
from tests.pages.conftest import People

DESK = "/desk/companies/"
PEOPLE = {"key": "people", "name": "Founders", "kind": "PERSON", "us_person": "yes"}
MAKER = {
    "key": "hithium-us", "name": "Hithium Cells Inc.", "kind": "CORPORATION", "country": "us",
    "principal_place": "US", "complete_on": "2026-01-01", "source": "register extract",
}  # fmt: skip
FUND = MAKER | {"key": "fund", "name": "Harbour Fund", "country": "CN", "also_called": "港口基金"}


@pytest.fixture
def keeper(people: People) -> Client:
    return people.at_desk("keeper")


def _enter(keeper: Client) -> None:
    for told in (PEOPLE, MAKER, FUND):
        assert keeper.post(DESK, told).status_code == 302, told
    page = DESK + "hithium-us/"
    part = {"fact": "HOLDING", "measure": "VALUE", "since": "2025-01-01", "source": "register"}
    for holder, percent in (("people", "76"), ("fund", "24")):
        sent = keeper.post(page + "facts", part | {"holder": holder, "percent": percent})
        assert sent.status_code == 302


def _list(keeper: Client, text: str) -> int:
    sent = SimpleUploadedFile("list.csv", text.encode(), "text/csv")
    told = {"list_id": "NDAA_154B", "retrieved_on": "2026-01-15", "file": sent}
    return keeper.post(DESK + "lists", told).status_code


def test_a_keeper_learns_what_a_maker_is_and_why(keeper: Client) -> None:
    assert "Here stand the companies" in keeper.get(DESK).text
    _enter(keeper)
    page = DESK + "hithium-us/"
    shown = keeper.get(page).text
    assert "no prohibited foreign entity, as told" in shown
    assert shown.count('<svg class="plot') == 2
    assert "24 % · Harbour Fund" in shown
    # The fund buys one per cent more: its part is ended, and entered anew.
    fact = _named(shown, rf"fund/.*?{page}facts/")
    assert keeper.post(f"{page}facts/{fact}", {"source": "x"}).status_code == 422
    ended = {"until": "2025-06-01", "source": "register"}
    assert keeper.post(f"{page}facts/{fact}", ended).status_code == 302
    part = {"holder": "fund", "fact": "HOLDING", "measure": "VALUE", "percent": "25"}
    keeper.post(page + "facts", part | {"since": "2025-06-01", "source": "register"})
    shown = keeper.get(page).text
    assert "foreign-influenced entity" in shown
    assert "(D)(i)(I)(bb)" in shown


def test_a_near_match_waits_for_a_reason_and_a_change_for_being_seen(keeper: Client) -> None:
    _enter(keeper)
    page = DESK + "hithium-us/"
    assert _list(keeper, "name,since\nHithium,2023-12-22\n") == 302
    listing, shown = keeper.get(DESK).text, keeper.get(page).text
    assert "is like Hithium on NDAA_154B (0.90)" in listing
    assert "What has changed" in listing
    assert "for counsel to review" in shown
    match = _named(shown, "/desk/companies/matches/")
    decided = {"decision": "DISMISSED", "reason": "no"}
    assert "fewer than ten letters" in keeper.post(f"{DESK}matches/{match}", decided).text
    decided["reason"] = "another registry number, another town"
    assert keeper.post(f"{DESK}matches/{match}", decided).status_code == 302
    assert "another registry number" in keeper.get(page).text
    assert "that are something else than before" in keeper.get("/desk/").text
    change = _named(keeper.get(DESK).text, "/desk/companies/changes/")
    assert keeper.post(f"{DESK}changes/{change}").status_code == 302
    assert change not in keeper.get(DESK).text


def _named(text: str, before: str) -> str:
    found = re.search(before + "([0-9a-f-]{36})", text, re.DOTALL)
    assert found, before
    return found[1]


def test_what_is_open_is_concluded_on_a_paper(keeper: Client) -> None:
    _enter(keeper)
    page = DESK + "hithium-us/"
    keeper.post(page, MAKER | {"publicly_traded": "yes"})
    assert "7701(a)(51)(E)" in keeper.get(page).text
    told = {"conclusion": "CLEAN", "reason": "read the ladder of (E)", "tested_on": "2026-01-01"}
    assert keeper.post(page + "reviews", told).status_code == 422
    paper = SimpleUploadedFile("o.pdf", b"%PDF-1.7 opinion\n%%EOF\n", "application/pdf")
    assert keeper.post(page + "reviews", told | {"paper": paper}).status_code == 302
    assert "concluded by Keeper" in keeper.get(page).text
    contract = {
        "contract": "LTSA-1", "counterparty": "fund", "contract_kind": "SERVICE",
        "signed_on": "2024-01-01", "rights": ["OPERATION"], "payments": "2025-06-01 10 USD",
        "source": "LTSA",
    }  # fmt: skip
    assert keeper.post(page + "contracts", contract | {"payments": "soon"}).status_code == 422
    assert keeper.post(page + "contracts", contract).status_code == 302
    assert "LTSA-1" in keeper.get(page).text


def test_what_cannot_be_says_where_and_keeps_what_was_typed(keeper: Client) -> None:
    _enter(keeper)
    wrong = keeper.post(DESK, MAKER | {"key": "new", "country": "USA"})
    assert wrong.status_code == 400
    assert 'href="#country"' in wrong.text
    assert 'value="Hithium Cells Inc."' in wrong.text
    for changed in ({"kind": "?"}, {"complete_on": "soon"}):
        assert keeper.post(DESK, MAKER | changed).status_code == 422
    page = DESK + "hithium-us/"
    part = {"holder": "fund", "fact": "DEBT", "percent": "15", "since": "2025-01-01", "source": "x"}
    for changed in ({"fact": "?"}, {"since": ""}, {"until": "?"}, {"percent": "?"}, {"source": ""}):
        assert keeper.post(page + "facts", part | changed).status_code in (400, 422), changed
    assert keeper.post(page + "facts", part | {"holder": "ghost"}).status_code == 409
    assert keeper.get(DESK + "ghost/").status_code == 404
    assert _list(keeper, "name,since\nA,soon\n") == 400
    assert keeper.post(DESK + "lists").status_code == 422


def test_every_sentence_of_the_rules_is_said_in_the_readers_language() -> None:
    assert {key: str(text) for key, text in SAID.items()} == dict(SENTENCES)
    told = say("no_principal", name="Acme")
    assert said(told) == told
    assert said("something else") == "something else"
