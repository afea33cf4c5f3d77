"""A page that names its reader is nobody else's, whatever a cache kept of it."""

from __future__ import annotations

from typing import Any

from django.test import Client

from passport.models import Battery, BatteryState
from tests.pages.conftest import People
from tests.pages.test_passport_page import BROWSER, path_of


def test_a_second_person_in_one_browser_never_gets_the_page_of_the_first(people: People) -> None:
    path = path_of(people.stage.packs[0])
    first = people.at_desk("maker").get(path, headers=BROWSER)
    assert "Maker" in first.text
    known = {"if-none-match": first.headers.get("ETag", '"none"')}
    for name in ("keeper", "maker"):
        again = people.at_desk(name).get(path, headers=BROWSER | known)
        assert again.status_code == 200, "its token is another one"
        assert "private" in again["Cache-Control"]
    anybody = Client(headers=BROWSER).get(path)
    assert "private" not in anybody["Cache-Control"]
    signed_in = people.at_desk("keeper").get(
        path, headers=BROWSER | {"if-none-match": anybody["ETag"]}
    )
    assert signed_in.status_code == 200


def test_what_is_left_of_a_recycled_one_is_asked_for_again(people: People) -> None:
    pack = people.stage.packs[0]
    with people.as_system():
        Battery.objects.filter(pk=pack.pk).update(state=BatteryState.RECYCLED)
    own = people.at_desk("maker").get(path_of(pack), headers=BROWSER)
    anybody = Client(headers=BROWSER).get(path_of(pack))
    assert (own.status_code, anybody.status_code) == (410, 410)
    assert (own["Cache-Control"], anybody["Cache-Control"]) == ("no-cache, private", "no-cache")


def test_unchanged_varies_as_the_page_does(people: People) -> None:
    path = path_of(people.stage.packs[0])
    page = Client(headers=BROWSER).get(path)
    unchanged = Client(headers=BROWSER | {"if-none-match": page["ETag"]}).get(path)
    assert unchanged.status_code == 304
    assert {"Accept-Language", "Cookie"} <= set(unchanged["Vary"].split(", "))
    assert unchanged["Cache-Control"] == page["Cache-Control"]


def test_a_choice_of_language_is_kept_by_pages_alone(people: People) -> None:
    path = path_of(people.stage.packs[0])
    for address in (f"{path}/label.svg?lang=de", f"{path}/label.png?lang=de"):
        drawn = Client().get(address)
        assert drawn.status_code == 200
        assert not drawn.cookies, address
    told = Client(headers={"accept": "application/json"}).get(f"{path}?lang=de")
    assert told.status_code == 200
    assert not told.cookies
    assert Client(headers=BROWSER).get(f"{path}?lang=de").cookies["language"].value == "de"


def test_the_way_to_the_other_language_stays_on_this_site(database: str) -> None:
    page = Client(headers=BROWSER).get("/x", PATH_INFO="//evil.example/x")
    assert page.status_code == 404
    assert 'href="/evil.example/x?lang=de"' in page.text
    assert 'href="//' not in page.text
    posted = Client(headers=BROWSER | {"referer": "http://testserver//evil.example/x"})
    assert 'href="//' not in posted.post("/x", {}).text


def test_what_was_answered_goes_into_an_address_without_the_token(people: People) -> None:
    pack = people.stage.packs[0]
    sent: dict[str, Any] = {"battery": str(pack.pk), "csrfmiddlewaretoken": "secret"}
    answer = people.at_desk("keeper").post("/desk/retire/", sent)
    assert answer.status_code == 302
    assert str(pack.pk) in answer["Location"]
    assert "secret" not in answer["Location"]
    assert "csrf" not in answer["Location"]


def test_a_page_that_sends_nothing_offers_no_form_to_sign_out(people: People) -> None:
    maker = people.at_desk("maker")
    sealed = maker.get("/verify")
    assert "form-action 'none'" in sealed["Content-Security-Policy"]
    assert "/sign-out" not in sealed.text
    assert "/sign-out" in maker.get("/").text
