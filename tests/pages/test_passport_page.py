"""The page behind the QR code: safe first, three words for what is not there, nothing private."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import zxingcpp
from django.test import Client
from PIL import Image

from passport.models import Battery
from passport.queries import battery as batteries
from tests.pages.conftest import People

BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def path_of(pack: Battery) -> str:
    """Where a battery's page stands."""
    return pack.identity.removeprefix("https://id.gs1.org")


def page_of(pack: Battery, **more: str) -> Any:
    """The page as somebody sees it who scanned the code."""
    return Client(headers=BROWSER | more).get(path_of(pack))


def test_says_what_it_is_and_whether_it_is_safe_first(people: People) -> None:
    page = page_of(people.stage.packs[0]).text
    order = ("<h1>Model PACK-12", "Before you touch it", "Do not open", "Key figures", "Made by")
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "10.752" in page
    assert "◇" in page, "no maker has signed it"


def test_three_different_words_for_what_is_not_there(people: People) -> None:
    page = page_of(people.stage.packs[0]).text
    for words in ("not known", "not applicable", "not yet due"):
        assert words in page, words
    assert not re.search(r"<dd>\s*</dd>", page), "nothing is left blank"


def test_tells_nobody_who_holds_it_how_healthy_it_is_or_that_it_retired(people: People) -> None:
    retired = people.stage.packs[1]
    page = page_of(retired).text.lower()
    for word in ("keeper", "0.86", "state of health 0", "retired", "original"):
        assert word not in page, word


def test_is_the_same_for_a_reader_who_has_it_already(people: People) -> None:
    first = page_of(people.stage.packs[0])
    again = page_of(people.stage.packs[0], if_none_match=first["ETag"])
    assert again.status_code == 304
    assert not again.content


def test_an_unknown_or_mistyped_code_says_what_to_do(people: People) -> None:
    unknown = Client(headers=BROWSER).get("/01/09521234000020/21/NOBODY")
    mistyped = Client(headers=BROWSER).get("/01/09521234000021/21/P1")
    assert (unknown.status_code, mistyped.status_code) == (404, 400)
    assert "check the serial on the label" in unknown.text
    assert "What to do" in mistyped.text


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_label_leads_back_to_the_page(ending: str, people: People, settings: Any) -> None:
    pack = people.stage.packs[0]
    answer = Client().get(f"{path_of(pack)}/label.{ending}")
    assert answer.status_code == 200
    link = settings.PASSPORT_PUBLIC_URL + path_of(pack)
    if ending == "svg":
        assert f"<title>{link}</title>" in answer.text
    else:
        picture = Image.open(io.BytesIO(answer.content)).convert("L")
        assert [each.text for each in zxingcpp.read_barcodes(picture)] == [link]


def test_no_label_for_what_is_not_registered_nor_for_an_unreadable_size(people: People) -> None:
    browser = Client()
    assert browser.get("/01/09521234000020/21/NOBODY/label.svg").status_code == 404
    known = f"{path_of(people.stage.packs[0])}/label.svg"
    assert browser.get(known, {"module_mm": "0.2"}).status_code == 400
    assert browser.get(known, {"module_mm": "big"}).status_code == 400


@pytest.mark.parametrize(
    "typed", ["{link}", "(01)09521234000020(21)P1", "]Q1{link}", " {link} ", "{link}?11=250302"]
)
def test_the_front_page_finds_what_a_scanner_typed(typed: str, people: People) -> None:
    link = "https://id.gs1.org/01/09521234000020/21/P1"
    answer = Client().get("/", {"q": typed.format(link=link)})
    assert (answer.status_code, answer["Location"]) == (302, "/01/09521234000020/21/P1")


def test_the_front_page_keeps_what_was_typed_wrong(database: str) -> None:
    answer = Client().get("/", {"q": '<b>"foo'})
    assert answer.status_code == 400
    assert "neither a link nor" in answer.text
    assert "&lt;b&gt;&quot;foo" in answer.text


def test_a_party_concerned_sees_what_the_public_does_not(people: People) -> None:
    retired = people.stage.packs[1]
    keeper = people.at_desk("keeper").get(f"/desk/batteries/{retired.pk}/")
    assert "0.86" in keeper.text
    assert "retired" in keeper.text
    stranger = people.at_desk("stranger").get(
        f"/desk/batteries/{retired.pk}/", headers={"accept": "text/html"}
    )
    assert stranger.status_code == 404
    assert batteries.unknown().detail in stranger.text.lower()


def test_when_everything_broke_the_page_needs_nothing(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("passport.queries.log.newest", fail)
    browser = Client(headers=BROWSER, raise_request_exception=False)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "Nothing was changed" in answer.text
    assert "a fault of ours" not in answer.text
