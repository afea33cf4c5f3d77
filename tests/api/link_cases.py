"""Links on labels, right and wrong: what tests of the resolver ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from passport.models import Battery
from passport.rules.resolving import VOCABULARY
from tests.cast import PACK_GTIN, Cast, battery_line, take_in

MODEL = f"/01/{PACK_GTIN}"
HERE = f"{MODEL}/21/P1"
NOBODYS = f"{MODEL}/21/NOBODYS"
BROWSER = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
LINKSET = "application/linkset+json"
DEFAULT = f"{VOCABULARY}defaultLink"
System = Callable[[], Any]

EVERY_KIND = {
    HERE: 200, HERE + "?linkType=linkset": 200, HERE + "?linkType=gs1:dpp": 307, MODEL: 200,
    MODEL + "/10/L": 307, NOBODYS: 404, "/01/09521234000021": 400, HERE + "?linkType=gs1:jws": 404,
    "/8004/9521234NONE": 404, "/DBFRq4pxGtYICe2m3H2mmo": 307, "/.well-known/gs1resolver": 200,
}  # fmt: skip

WRONG = {
    "check digit": "/01/09521234000021",
    "check digit with a serial": "/01/09521234000021/21/P1",
    "thirteen digits": "/01/9521234000020",
    "a letter among the digits": "/01/0952123400002X/10/L",
    "a blank in the lot": f"{MODEL}/10/A%20B/21/P1",
    "an umlaut in the serial": f"{MODEL}/21/%C3%BC",
    "a sign that would read as ASCII": f"{MODEL}/21/%E4%B8%AD",
    "a lot of 21 characters": f"{MODEL}/10/{'L' * 21}",
    "a line feed": f"{MODEL}/21/A%0AB",
    "a qualifier of another key": f"{MODEL}/8011/1",
    "an asset with a serial": "/8004/9521234RACK7/21/P1",
    "an asset without a company": "/8004/ABC",
    "qualifiers in the wrong order": f"{MODEL}/10/L/22/V",
    "two serials": f"{MODEL}/235/T/21/P1",
    "a qualifier behind the question mark": HERE + "?10=L",
    "a date that is none": HERE + "?11=261332",
    "an unknown number": MODEL + "?4711=x",
    "the key twice": HERE + f"?01={PACK_GTIN}",
    "a place with a wrong check digit": "/414/9521234000007",
}

UNKNOWN = {
    "a serial": NOBODYS,
    "a model": "/01/09521234000037",
    "a batch of no model": "/01/09521234000037/10/L",
    "an asset": "/8004/9521234NONE",
    "a part without its serial": "/8010/9521234CELL",
    "a third party's serial": f"{MODEL}/235/T",
    "a shipment": "/00/095212340000000174",
    "a place": "/414/9521234000006",
    "a link type": HERE + "?linkType=gs1:recipeInfo",
    "a link type without its namespace": HERE + "?linkType=dpp",
    "a link type of a model": MODEL + "?linkType=gs1:dpp",
}


def get(cast: Cast, address: str, **headers: str) -> Any:
    return cast.speak("nobody").get(address, **({"accept": "application/json"} | headers))


def links_of(cast: Cast, address: str) -> list[dict[str, Any]]:
    answer = get(cast, address)
    assert (answer.status_code, answer["Content-Type"]) == (200, LINKSET), answer.content
    return list(answer.json()["linkset"])


def targets(contexts: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every link, with the IRI of its type."""
    for context in contexts:
        for kind, found in context.items():
            if kind not in ("anchor", "itemDescription"):
                yield from ((kind, each) for each in found)


@pytest.fixture
def rack(pack: Battery, cast: Cast, as_system: System) -> Battery:
    """A battery that is named as an asset (8004)."""
    with as_system():
        line = battery_line("x", id="https://id.gs1.org/8004/9521234RACK7")
        assert not take_in(cast["maker"], [line]).rejected
        return Battery.objects.get(identity=line["id"])
