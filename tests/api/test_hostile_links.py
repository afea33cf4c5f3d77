"""Links that somebody has made up to lead readers astray, to write headers, or to cost us much."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from passport.models import Battery
from tests.api.link_cases import HERE, LINKSET, MODEL, NOBODYS, get
from tests.cast import PACK_GTIN, Cast

CRLF = "%0D%0ASet-Cookie:%20a=1%0D%0A%0D%0A<script>"
# Wherever these lead, it is nowhere else.
ASTRAY = (
    "//evil.example", "//evil.example/01/09521234000020", "/%2Fevil.example", "/%5Cevil.example",
    "/\\evil.example", "/01//evil.example", "/01/%2F%2Fevil.example", "/01/%5C%5Cevil.example/x",
    f"{MODEL}/10/%2F%2Fevil.example", f"{MODEL}/10/L/21/%2F%2Fevil.example",
    f"{MODEL}/10/L/21/https:%2F%2Fevil.example", f"{MODEL}//evil.example",
    f"{MODEL}/..//evil.example", f"{HERE}//evil.example/", f"{HERE}/%2e%2e/%2e%2e//evil.example/",
    "/8004/9521234//evil.example", "/8004/%2F%2Fevil.example", "/id//evil.example",
    "/id/%2F%2Fevil.example/", "/id/evil.example/b/1",
    "/id/https://evil.example/b/1", f"{MODEL}/10/L/21/P1@evil.example", f"/@evil.example{HERE}",
    f"{MODEL}/10/L/21/P1?next=//evil.example&linkType=gs1:dpp", f"{HERE}?linkType=//evil.example",
    f"{HERE}?linkType=https://evil.example/voc/dpp", f"{HERE}?linkType=gs1:dpp&format=//evil.test",
    f"{HERE}/?a=%0d%0aLocation:%20//evil.example", f"{MODEL}/10/L;//evil.example",
)  # fmt: skip


def harmless(answer: Any) -> None:
    """Leads nowhere but to a path of ours, and writes no header of the reader's."""
    assert answer.status_code < 500
    led = urlsplit(answer.get("Location", "/"))
    assert (led.scheme, led.netloc) == ("", "")
    location = answer.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    for name, value in answer.items():
        assert not {"\r", "\n"} & set(name + value)
    assert "Set-Cookie" not in answer
    assert not answer.cookies
    if answer.status_code == 200:
        assert "problem" not in answer["Content-Type"]


@pytest.mark.parametrize("address", ASTRAY)
def test_no_link_leads_to_another_site(cast: Cast, pack: Battery, address: str) -> None:
    client = cast.speak("nobody").client
    path, _, query = address.partition("?")
    for method in ("GET", "HEAD", "OPTIONS"):
        # Past the client's own reading of the address, which would take // for a host.
        answer = client.generic(method, "/", PATH_INFO=_read(path), QUERY_STRING=query)
        harmless(answer)
        assert "evil.example" not in urlsplit(answer.get("Location", "")).netloc
    for hop in range(5):
        answer = get(cast, answer["Location"]) if answer.get("Location") else answer
        assert hop < 4 or "Location" not in answer, "a circle"


def _read(path: str) -> str:
    """A path as a server gives it."""
    return path.encode().decode("unicode_escape") if "\\x" in path else _unquoted(path)


def _unquoted(path: str) -> str:
    parts = path.split("%")
    return parts[0] + "".join(chr(int(each[:2], 16)) + each[2:] for each in parts[1:])


WRITES = (
    f"{MODEL}/21/P1{CRLF}", f"{MODEL}/10/L{CRLF}/21/P1", f"{MODEL}/10/{CRLF}", f"/01/{CRLF}",
    f"/8004/9521234{CRLF}", f"/id/maker.example/{CRLF}", f"{HERE}?linkType={CRLF}",
    f"{HERE}?linkType=gs1:dpp&a={CRLF}", f"{MODEL}/10/L?a={CRLF}", f"{MODEL}/21/%3E%3B%20rel=%22x",
    f"{MODEL}/21/A%3E%22B", f"{MODEL}/10/L/21/%22%3E%3C", f"{HERE}?17={CRLF}",
    f"{MODEL}/21/%C2%85%E2%80%A8",
)  # fmt: skip


@pytest.mark.parametrize("address", WRITES)
def test_no_link_writes_a_header(cast: Cast, pack: Battery, address: str) -> None:
    for accept in ("application/json", "text/html", LINKSET):
        answer = get(cast, address, accept=accept)
        harmless(answer)
        if answer["Content-Type"].startswith("text/html"):
            assert "<script>" not in answer.content.decode()
        for link in filter(None, answer.get("Link", "").split(", ")):
            assert link.count("<") == link.count(">") == 1, link


def test_raw_line_ends_in_a_query_write_no_header(cast: Cast, pack: Battery) -> None:
    client = cast.speak("nobody").client
    for path in (f"{MODEL}/10/L", f"{MODEL}/10/L/21/P1", HERE, HERE + "/"):
        query = "linkType=gs1:dpp&a=1\r\nSet-Cookie: a=1\r\n"
        harmless(client.generic("GET", path, QUERY_STRING=query))


def test_a_host_that_lies_is_in_no_link(cast: Cast, pack: Battery, settings: Any) -> None:
    assert get(cast, HERE, host="evil.example").status_code == 400
    settings.ALLOWED_HOSTS = ["*"]
    lies = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil"}
    for address in (
        HERE, MODEL, f"{MODEL}/10/L", f"{MODEL}/10/L/21/P1", HERE + "?linkType=gs1:dpp", NOBODYS,
        HERE + "?linkType=linkset", MODEL + "?linkType=linkset", "/.well-known/gs1resolver",
        "/DBFRq4pxGtYICe2m3H2mmo",
    ):  # fmt: skip
        answer = get(cast, address, **lies)
        harmless(answer)
        told = answer.content.decode() + "".join(f"{a}: {b}" for a, b in answer.items())
        assert "evil" not in told, address


LONG = {
    "a path": "/" + "x" * 10_000,
    "a serial": f"{MODEL}/21/" + "9" * 10_000,
    "slashes": f"{MODEL}" + "/" * 10_000,
    "slashes in a serial": f"{HERE}" + "/" * 10_000,
    "a lot": f"{MODEL}/10/" + "L" * 10_000,
    "identifiers": f"{MODEL}" + "/10/L" * 2_000,
    "marks": f"{MODEL}/22" + "/22/10/21" * 1_200,
    "an asset": "/8004/9521234" + "/A" * 5_000,
    "a compressed link": "/" + "AQnYUc1gmi" * 1_000,
    "compressed behind a key": f"{MODEL}/" + "AQnYUc1gmi" * 1_000,
    "percent signs": f"{MODEL}/10/" + "%25" * 3_400,
    "a GTIN": "/01/" + "0" * 10_000,
    "a link of a maker's own": "/id/maker.example/" + "b/" * 5_000,
    "an attribute": f"{HERE}?17=" + "1" * 10_000,
}


@pytest.mark.parametrize("case", LONG)
def test_ten_thousand_characters_cost_next_to_nothing(cast: Cast, pack: Battery, case: str) -> None:
    began = time.process_time()
    answer = get(cast, LONG[case])
    assert time.process_time() - began < 1
    harmless(answer)
    # Slashes at the end are let go, however many.
    led = {"slashes": MODEL, "slashes in a serial": HERE}.get(case)
    assert answer.status_code in ((307,) if led else (400, 404)), answer.content[:300]
    assert answer.get("Location") == led
    assert len(answer.content) < 25_000


def test_a_query_is_followed_as_far_as_an_address_can_hold_it(cast: Cast, pack: Battery) -> None:
    longer = f"{MODEL}/10/L/21/P1"
    followed = get(cast, f"{longer}?" + "&".join(f"a{n}={n}" for n in range(500)))
    assert followed.status_code == 307
    assert followed["Location"].endswith("a499=499")
    refused = get(cast, f"{longer}?a=" + "x" * 9_000)
    assert refused.status_code == 400
    assert "parameters" in refused.json()["errors"][0]["remedy"]
    many = get(cast, f"{longer}?" + "&".join(f"a{n}=" for n in range(3_000)))
    harmless(many)
    assert many.status_code == 400
    numbers = get(cast, f"{HERE}?" + "&".join(f"{n}=1" for n in range(900)))
    assert numbers.status_code == 400, "attributes of no link"


def test_two_link_types_are_one_too_many(cast: Cast, pack: Battery) -> None:
    for address in (HERE, MODEL, NOBODYS, f"{MODEL}/10/L", f"{MODEL}/10/L/21/P1"):
        for twice in ("gs1:dpp&linkType=gs1:pip", "linkset&linkType=linkset", "&linkType="):
            answer = get(cast, f"{address}?linkType={twice}")
            assert answer.status_code == 400, address
            assert answer.json()["type"] == "/problems/link-type-twice"
    assert get(cast, "/problems/link-type-twice").status_code == 200


RUBBISH = (
    "AAAAAAAAAA", "__________", "----------", "AQnYUc1gmj", "AQnYUc1gmiCNV4JGQhcNT6K6",
    "DBFRq4pxGtYICe2m3H2mm_", "f" * 40, "8" * 200, "gBCVYNWjFkzaNWbdk5YQWjFHHkM2cAI0xdvpG",
    "AN2yxDhfaiaw", "gBe1ajAd9ATDmAGXPRfk",
)  # fmt: skip


@pytest.mark.parametrize("folded", RUBBISH)
def test_what_unfolds_into_rubbish_is_not_found(cast: Cast, pack: Battery, folded: str) -> None:
    for address in (f"/{folded}", f"/{folded}/?linkType=linkset", f"/{folded}?linkType=gs1:dpp"):
        answer = get(cast, address)
        harmless(answer)
        assert answer.status_code == 404, answer.content
    behind = get(cast, f"{MODEL}/{folded}")
    harmless(behind)
    # What stands in the open names the model, whatever is folded behind it.
    assert behind.status_code in (400, 404) or behind["Location"] == MODEL, behind.content


def test_a_serial_that_looks_like_a_link_names_itself_alone(cast: Cast, pack: Battery) -> None:
    for serial in ("P1?linkType=x", "P1/../P1", "P1%2e", "https://P1", "P1/21/P1", "./P1"):
        address = f"{MODEL}/21/{quote(serial, safe='')}"
        answer = get(cast, address)
        assert answer.status_code in (400, 404), (serial, answer.status_code)
        assert PACK_GTIN in answer.content.decode() or answer.status_code == 400
