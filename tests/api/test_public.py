"""GET /01/{gtin}/21/{serial}: the address on the label, for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from passport.models import Battery, BatteryState
from tests.cast import PACK_GTIN, Cast

HERE = f"/01/{PACK_GTIN}/21/P1"


def get(cast: Cast, address: str, **headers: str) -> Any:
    return cast.speak("nobody").get(address, **({"accept": "application/json"} | headers))


def test_a_machine_reads_the_public_passport_without_a_key(cast: Cast, pack: Battery) -> None:
    answer = get(cast, HERE)
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["identity"], said["serial"]) == (pack.identity, "P1")
    assert said["rated_capacity_ah"] == "280"
    assert said["components"] == 2
    assert answer["Link"].startswith(f'<{HERE}?linkType=linkset>; rel="linkset"')
    assert "Accept" in answer["Vary"]
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_nothing_that_is_not_public_is_in_it(cast: Cast, pack: Battery) -> None:
    said = get(cast, HERE).content.decode()
    assert str(pack.pk) not in said
    for word in ("holder", "status", "soh", '"state"'):
        assert word not in said
    assert {"known", "missing", "not_applicable", "not_yet"} >= {
        each["standing"] for each in json.loads(said)["points"]
    }


def test_a_caller_that_has_it_gets_304(cast: Cast, pack: Battery) -> None:
    tag = get(cast, HERE)["ETag"]
    assert get(cast, HERE, if_none_match=tag).status_code == 304


def test_format_in_the_query_wins_over_accept(cast: Cast, pack: Battery) -> None:
    answer = cast.speak("nobody").get(HERE + "?format=json", accept="text/html")
    assert answer["Content-Type"] == "application/json"


def test_a_linkset_is_given_without_a_redirect(cast: Cast, pack: Battery) -> None:
    for answer in (
        get(cast, HERE + "?linkType=linkset", accept="text/html"),
        get(cast, HERE, accept="application/linkset+json"),
    ):
        assert answer["Content-Type"] == "application/linkset+json"
        links, model = answer.json()["linkset"]
        assert model["anchor"] == f"https://id.gs1.org/01/{PACK_GTIN}"
        assert links["anchor"] == pack.identity
        assert len(links["https://ref.gs1.org/voc/defaultLink"]) == 1
        assert all(each["title"] for each in links["https://ref.gs1.org/voc/dpp"])


REFUSED = {
    "wrong check digit": ("/01/09521234000021/21/P1", 400, "0"),
    "GTIN too short": ("/01/0952123400002/21/P1", 400, ""),
    "letters in the GTIN": ("/01/0952123400002X/21/P1", 400, ""),
    "a blank in the serial": (f"/01/{PACK_GTIN}/21/A%20B", 400, ""),
    "a NUL in the serial": (f"/01/{PACK_GTIN}/21/A%00B", 400, ""),
    "serial too long": (f"/01/{PACK_GTIN}/21/{'9' * 21}", 400, ""),
    "unknown serial": (f"/01/{PACK_GTIN}/21/P2", 404, ""),
    "an unknown model": ("/01/09521234000037", 404, "09521234000037"),
    "qualifiers in the wrong order": (f"/01/{PACK_GTIN}/21/P1/10/L", 404, ""),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refuses(cast: Cast, pack: Battery, case: tuple[str, int, str]) -> None:
    address, status, word = case
    answer = get(cast, address)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert word in answer.content.decode()


def test_a_wrong_check_digit_is_answered_with_the_right_one(cast: Cast) -> None:
    fault = get(cast, "/01/09521234000021/21/P1").json()["errors"][0]
    assert fault["code"] == "wrong-check-digit"
    assert PACK_GTIN in fault["remedy"] or "0" in fault["remedy"]


def test_a_longer_link_leads_to_the_shortest(cast: Cast, pack: Battery) -> None:
    answer = get(cast, f"/01/{PACK_GTIN}/10/LOT1/21/P1?lang=de")
    assert (answer.status_code, answer["Location"]) == (307, HERE + "?lang=de")


def test_a_recycled_battery_is_gone(
    cast: Cast, pack: Battery, as_system: Callable[[], Any]
) -> None:
    with as_system():
        Battery.objects.filter(pk=pack.pk).update(state=BatteryState.RECYCLED)
    answer = get(cast, HERE)
    assert answer.status_code == 410
    assert answer.json()["type"] == "/problems/recycled"


def test_only_reading_is_answered(cast: Cast, pack: Battery) -> None:
    answer = cast.speak("nobody").send(HERE + "?format=json", {})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_browser_reads_a_page_at_the_same_address(cast: Cast, pack: Battery) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for address, status in ((HERE, 200), (f"/01/{PACK_GTIN}/21/NO", 404)):
        answer = cast.speak("nobody").get(address, accept=browser)
        assert answer.status_code == status
        assert answer["Content-Type"].startswith("text/html")


def test_a_label_keeps_its_own_address(cast: Cast, pack: Battery) -> None:
    answer = cast.speak("nobody").get(HERE + "/label.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")


def test_a_link_of_the_makers_own_is_read(cast: Cast) -> None:
    named = {"host": "passport.example"}
    absent = cast.speak("nobody").get("/id/PACK/7", **named)
    assert absent.status_code == 400  # a host that is not ours
