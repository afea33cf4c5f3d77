"""In which language pages speak: as chosen, else as the browser asks; machines get English."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.pages.conftest import People
from tests.pages.test_passport_page import BROWSER, path_of

GERMAN = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}
IN_GERMAN = (
    "", "models/", "lots/", "first-hour/", "intakes/", "recalls/", "names/", "keys/",
    "signing-keys/", "members/", "alarms/", "hand-overs/", "batteries/", "party",
)  # fmt: skip


def test_a_browser_s_wish_is_followed_and_english_is_the_rest(people: People) -> None:
    for wish, lang, words in (
        ("de-AT,de;q=0.9,en;q=0.5", "de", "Bevor Sie sie anfassen"),
        ("fr,en;q=0.5", "en", "Before you touch it"),
        ("", "en", "Before you touch it"),
    ):
        page = Client(headers=BROWSER | {"accept-language": wish}).get(
            path_of(people.stage.packs[0])
        )
        assert words in page.text, wish
        assert f'<html lang="{lang}">' in page.text
        assert page["Content-Language"] == lang
        assert {"Accept", "Accept-Language", "Cookie"} <= set(page["Vary"].split(", "))


def test_a_choice_wins_over_the_browser_and_stays(people: People) -> None:
    browser = Client(headers=BROWSER | {"accept-language": "en"})
    path = path_of(people.stage.packs[0])
    link = re.search(r'<a href="([^"]+)" lang="de"', browser.get(path).text)
    assert link
    assert "Bevor Sie sie anfassen" in browser.get(link[1]).text
    assert "Bevor Sie sie anfassen" in browser.get(path).text, "the cookie keeps it"
    assert "Before you touch it" in browser.get(path + "?lang=en").text
    assert "Before you touch it" in browser.get(path).text


def test_a_language_that_nobody_speaks_changes_nothing(database: str) -> None:
    for asked in ("fr", "../de", "DE", "d\x01e"):
        page = Client().get("/", {"lang": asked})
        assert '<html lang="en">' in page.text, asked
        assert "language" not in page.cookies


def test_the_way_to_the_other_language_keeps_what_was_asked(people: People) -> None:
    page = people.at_desk("maker").get("/desk/batteries/?q=KE%26PT&state=REGISTERED")
    assert 'href="/desk/batteries/?q=KE%26PT&amp;state=REGISTERED&amp;lang=de"' in page.text


def test_after_a_refused_form_it_leads_back_to_the_form(people: People) -> None:
    desk = people.at_desk("maker")
    for before, path in (
        ("http://testserver/desk/models/?a=b", "/desk/models/"),
        ("http://elsewhere.example/desk/models/", "/"),
        ("", "/"),
    ):
        page = desk.post("/desk/models/", {}, headers={"referer": before})
        assert page.status_code == 400
        assert f'href="{path}?lang=de"' in page.text, before


def test_the_tag_of_a_passport_tells_languages_apart(people: People) -> None:
    path = path_of(people.stage.packs[0])
    english = Client(headers=BROWSER).get(path)["ETag"]
    german = Client(headers=BROWSER | GERMAN)
    again = german.get(path, headers={"if-none-match": english})
    assert again.status_code == 200
    assert "Bevor Sie sie anfassen" in again.text
    known = german.get(path, headers={"if-none-match": again["ETag"]})
    assert known.status_code == 304


def test_machines_are_answered_in_english_whatever_they_accept(people: People) -> None:
    path = path_of(people.stage.packs[0])
    for address in ("/api/v1/whoami", "/api/v1/openapi.json?lang=de", "/log/checkpoint", path):
        plain = Client().get(address)
        asked = Client(headers=GERMAN).get(address)
        assert _body(asked) == _body(plain), address
        assert "Content-Language" not in asked
        assert "Accept-Language" not in asked.get("Vary", "")
        assert not asked.cookies


def test_one_reader_s_language_is_not_the_next_one_s(database: str) -> None:
    for _ in range(3):
        assert '<html lang="de">' in Client(headers=GERMAN).get("/").text
        assert '<html lang="en">' in Client().get("/").text


def test_numbers_and_days_are_written_as_the_reader_writes_them(people: People) -> None:
    path = path_of(people.stage.packs[0])
    english = Client(headers=BROWSER).get(path).text
    german = Client(headers=BROWSER | GERMAN).get(path).text
    assert ">10.752<" in english
    assert ">10,752<" in german
    day = re.compile(r'<time datetime="(\d{4})-\d\d-\d\d"[^>]*>([^<]+)<')
    assert re.fullmatch(r"\d+ [A-Z][a-z]{2} \d{4}", day.findall(english)[0][1])
    assert re.fullmatch(r"\d+\. [A-ZÄ][a-zä]+\.? \d{4}", day.findall(german)[0][1])


@pytest.mark.parametrize("name", ["maker", "recycler"])
def test_every_page_of_a_desk_stands_in_german(people: People, name: str) -> None:
    desk = people.at_desk(name)
    desk.get("/desk/?lang=de")
    for address in IN_GERMAN:
        page = desk.get(f"/desk/{address}")
        assert page.status_code == 200, address
        main = page.text.partition("<main")[2].partition("</main>")[0]
        assert not re.search(r"\b(the|your|with|which|stands?|here)\b", _words(main)), address


def _words(html: str) -> str:
    html = re.sub(r"(?s)<(pre|code|svg)\b.*?</\1>", " ", html)
    return re.sub(r"<[^>]+>", " ", html)


def _body(answer: Any) -> str:
    return re.sub(r'"trace_id": ?"[^"]*"', "", answer.getvalue().decode())
