"""Other names over HTTP: given, read, looked up, and resolved by anybody where they are public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from passport.models import Battery
from tests.cast import PACK_GTIN, Cast, packs

CODE = "04QPB12ABC1234A1D0000001"
HERE = f"/01/{PACK_GTIN}/21/P1"
NAMES = [
    {"scheme": "MAKER_SERIAL", "value": "SN-1"},
    {"scheme": "GB_T_34014", "value": CODE},
    {"scheme": "GS1", "value": "(8004)9521234RACK7"},
    {"scheme": "GS1", "value": f"(01){PACK_GTIN}(21)OLD-1"},
    {"scheme": "LINK", "value": "https://maker.example/b/1"},
]
BROWSER = "text/html,*/*;q=0.8"


@pytest.fixture
def named(cast: Cast, pack: Battery) -> str:
    """The address of the names of a battery that has some."""
    address = f"/api/v1/batteries/{pack.pk}/aliases"
    answer = cast.speak("maker").send(address, {"aliases": NAMES})
    assert answer.status_code == 200, answer.content
    return address


def test_gives_and_reads_names(cast: Cast, named: str) -> None:
    items = cast.speak("maker").get(named).json()["items"]

    assert {each["scheme"] for each in items} == {each["scheme"] for each in NAMES}
    assert {each["given_by"] for each in items} == {"maker"}
    assert "https://id.gs1.org/8004/9521234RACK7" in {each["value"] for each in items}
    again = cast.speak("maker").send(named, {"aliases": NAMES})
    assert again.json()["items"] == items


def test_an_authority_reads_the_names_and_not_who_gave_them(cast: Cast, named: str) -> None:
    items = cast.speak("authority").get(named).json()["items"]

    assert len(items) == len(NAMES)
    assert {name for each in items for name in each} == {"scheme", "value"}


def test_names_what_is_wrong_in_a_list(cast: Cast, named: str) -> None:
    sent = [{"scheme": "VIN", "value": "x"}, {"scheme": "GB_T_34014"}]
    refused = cast.speak("maker").send(named, {"aliases": sent})
    assert refused.status_code == 400
    assert {each["pointer"] for each in refused.json()["errors"]} == {
        "/aliases/0/scheme",
        "/aliases/1/value",
    }
    sent = [{"scheme": "GB_T_34014", "value": CODE[:-1]}, {"scheme": "DID", "value": "x"}]
    refused = cast.speak("maker").send(named, {"aliases": sent})
    assert refused.status_code == 400
    assert [each["pointer"] for each in refused.json()["errors"]] == [
        "/aliases/0/value",
        "/aliases/1/value",
    ]
    assert all(each["remedy"] for each in refused.json()["errors"])


def test_a_name_of_another_battery_is_a_conflict(
    cast: Cast, named: str, as_system: Callable[[], Any]
) -> None:
    with as_system():
        (second,) = packs(cast["second-maker"], "S1")
    address = f"/api/v1/batteries/{second.pk}/aliases"
    refused = cast.speak("second-maker").send(address, {"aliases": NAMES[1:2]})

    assert refused.status_code == 409
    assert refused.json()["errors"][0]["pointer"] == "/aliases/0/value"
    assert "P1" not in refused.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "SN-1",
        CODE,
        "(8004)9521234RACK7",
        "https://maker.example/b/1",
        "P1",
        f"]Q301{PACK_GTIN}21P1",
    ],
)
def test_looks_up_by_any_name(cast: Cast, pack: Battery, named: str, text: str) -> None:
    address = f"/api/v1/batteries?alias={quote(text, safe='')}"

    items = cast.speak("maker").get(address).json()["items"]
    assert [each["id"] for each in items] == [str(pack.pk)]
    refused = cast.speak("stranger").get(address)
    assert refused.status_code == 404
    assert refused.json()["errors"][0]["pointer"] == "?alias"


def test_anybody_is_led_from_a_public_name_to_the_passport(cast: Cast, named: str) -> None:
    nobody = cast.speak("nobody")
    for address in ("/8004/9521234RACK7", f"/01/{PACK_GTIN}/21/OLD-1", "/id/maker.example/b/1"):
        answer = nobody.get(address + "?lang=de")
        assert (answer.status_code, answer["Location"]) == (307, HERE + "?lang=de"), address
    page = nobody.get(f"/01/{PACK_GTIN}/21/OLD-1", accept=BROWSER)
    assert (page.status_code, page["Location"]) == (307, HERE)
    for address in ("/8004/9521234NONE", f"/01/{PACK_GTIN}/21/NONE", "/id/maker.example/b/2"):
        assert nobody.get(address).status_code == 404, address


def test_the_front_page_knows_public_names(cast: Cast, named: str) -> None:
    nobody = cast.speak("nobody")
    for text in (CODE, f"https://old.example/gtin/{PACK_GTIN[1:]}/ser/P1"):
        answer = nobody.get(f"/?q={quote(text, safe='')}", accept=BROWSER)
        assert (answer.status_code, answer["Location"]) == (302, HERE), text
    unknown = nobody.get("/?q=SN-1", accept=BROWSER)
    assert unknown.status_code == 400


def test_a_compressed_link_leads_to_what_it_stands_for(cast: Cast, pack: Battery) -> None:
    answer = cast.speak("nobody").get("/DBFRq4pxGtYICe2m3H2mmo?lang=de")

    assert answer.status_code == 307
    assert answer["Location"] == "/01/09521234000013/21/BAT2024-001?lang=de"
    assert answer["Link"].startswith(
        '<https://id.gs1.org/01/09521234000013/21/BAT2024-001>; rel="owl:sameAs", '
    )
    assert cast.speak("nobody").get("/no-such-page").status_code == 404
