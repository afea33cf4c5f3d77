"""Links on labels, as a GS1-conformant resolver answers them: line by line of the standard.

`@shows` names the line that a test shows; what cannot hold here stands in ELSEWHERE, with why.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from passport.models import Battery
from passport.rules.resolving import SUPPORTED, VOCABULARY
from tests.api.link_cases import (
    BROWSER,
    DEFAULT,
    EVERY_KIND,
    HERE,
    LINKSET,
    MODEL,
    NOBODYS,
    UNKNOWN,
    WRONG,
    get,
    links_of,
    rack,
    targets,
)
from tests.cast import PACK_GTIN, Cast
from tests.oracle_data import oracle

__all__ = ["rack"]

ELSEWHERE = {
    "SHALL support HTTP Over TLS (HTTPS)": "TLS ends at the proxy in front of the service, which"
    " PASSPORT_PUBLIC_URL=https://… makes it insist on",
    "If supporting redirection based on an MO or Global Company Prefix": "nothing is handed on by"
    " prefix: what is registered here is answered here",
}
SHOWN: dict[str, str] = {}


def shows(line: str) -> Callable[[Any], Any]:
    """This test shows the line of the standard that begins so."""

    def marked(test: Any) -> Any:
        assert line not in SHOWN
        SHOWN[line] = test.__name__
        return test

    return marked


def test_every_line_of_the_standard_is_shown_or_listed() -> None:
    lines = oracle("digitallink/resolver-conformance.txt").read_text("utf-8").splitlines()
    told = [*SHOWN, *ELSEWHERE]
    for line in filter(str.strip, lines):
        assert len([each for each in told if line.startswith(each)]) == 1, line
    for each in told:
        assert len([line for line in lines if line.startswith(each)]) == 1, each


@shows("SHALL support HTTP 1.1 (or higher) GET, HEAD and OPTIONS requests.")
def test_get_head_and_options_are_answered_and_nothing_else(cast: Cast, rack: Battery) -> None:
    client = cast.speak("nobody").client
    for address in (HERE, MODEL, "/8004/9521234RACK7", "/.well-known/gs1resolver"):
        told = get(cast, address)
        head = client.head(address, headers={"accept": "application/json"})
        assert (told.status_code, head.status_code, head.content) == (200, 200, b"")
        assert head.get("Link") == told.get("Link")
        options = client.options(address)
        assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS")
        assert not options.content
        refused = client.post(address)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert refused["Content-Type"] == "application/problem+json"


@shows("SHALL support CORS")
@pytest.mark.parametrize("address", EVERY_KIND)
def test_scripts_of_any_site_read_every_answer(cast: Cast, pack: Battery, address: str) -> None:
    answer = get(cast, address, origin="https://shop.example")
    assert answer.status_code == EVERY_KIND[address], answer.content
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Link" in answer["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer
    asked = {"origin": "https://shop.example", "access-control-request-method": "GET"}
    before = cast.speak("nobody").client.options(address, headers=asked)
    assert before.status_code == 204
    assert before["Access-Control-Allow-Origin"] == "*"
    assert "GET" in before["Access-Control-Allow-Methods"]
    assert "Accept" in before["Access-Control-Allow-Headers"]


@shows("SHALL be able to decompress a URI")
def test_a_compressed_link_is_read(cast: Cast, pack: Battery) -> None:
    answer = get(cast, "/DBFRq4pxGtYICe2m3H2mmo?lang=de")
    assert (answer.status_code, answer["Location"]) == (
        307, "/01/09521234000013/21/BAT2024-001?lang=de"
    )  # fmt: skip
    batch = get(cast, "/AQnYUc1gmiCNV4JGQhcNT6K6c")
    assert batch["Location"] == "/01/05412345000013/21/72292641703"


@shows("If handling a compressed request URI, it SHALL expose the uncompressed URI")
def test_a_compressed_link_is_told_uncompressed_whole(cast: Cast, pack: Battery) -> None:
    whole = "https://id.gs1.org/01/05412345000013/10/ABC123/21/72292641703"
    answer = get(cast, "/AQnYUc1gmiCNV4JGQhcNT6K6c")
    assert f'<{whole}>; rel="owl:sameAs"' in answer["Link"]
    asked = get(cast, "/DBFRq4pxGtYICe2m3H2mmo?linkType=linkset")
    assert '/01/09521234000013/21/BAT2024-001>; rel="owl:sameAs"' in asked["Link"]
    assert [each["anchor"] for each in asked.json()["linkset"]] == [
        "https://id.gs1.org/01/09521234000013"
    ]


@shows("SHALL extract and syntactically validate the URI")
@pytest.mark.parametrize("address", WRONG.values(), ids=WRONG)
def test_what_is_no_link_is_refused(cast: Cast, rack: Battery, address: str) -> None:
    for asked in (address, address + ("&" if "?" in address else "?") + "linkType=linkset"):
        answer = get(cast, asked)
        assert answer.status_code == 400, answer.content
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]


@shows("SHALL NOT use a 200 OK response code with a resource that indicates an error")
@pytest.mark.parametrize("address", UNKNOWN.values(), ids=UNKNOWN)
def test_what_nobody_has_is_not_found(cast: Cast, rack: Battery, address: str) -> None:
    for accept in ("application/json", BROWSER):
        answer = get(cast, address, accept=accept)
        assert answer.status_code == 404, answer.content
    assert get(cast, address)["Content-Type"] == "application/problem+json"


@shows("SHALL respond to a query parameter of linkType set to all")
@pytest.mark.parametrize("ask", ["linkType=all", "linkType=linkset"])
def test_all_links_of_each_level_are_told(cast: Cast, pack: Battery, ask: str) -> None:
    battery, model = links_of(cast, f"{HERE}?{ask}")
    assert battery["anchor"] == pack.identity
    assert model["anchor"] == f"https://id.gs1.org{MODEL}"
    assert links_of(cast, f"{MODEL}/10/LOT1/21/P1?{ask}") == [battery, model]
    for above in (MODEL, f"{MODEL}/10/LOT1", f"{MODEL}/22/V/10/LOT1", NOBODYS):
        assert links_of(cast, f"{above}?{ask}") == [model], above
    assert get(cast, HERE, accept=LINKSET).json()["linkset"] == [battery, model]
    mixed = get(cast, HERE, accept=f"text/html;q=0.5, {LINKSET}")
    assert mixed["Content-Type"] == LINKSET
    assert get(cast, HERE, accept=f"text/html, {LINKSET};q=0.5")["Content-Type"] != LINKSET


@shows("SHOULD expose link to the linkset in an HTTP Link header, even when redirecting.")
def test_every_answer_says_where_all_links_stand(cast: Cast, rack: Battery) -> None:
    for address in (
        HERE, MODEL, "/8004/9521234RACK7", f"{MODEL}/10/L/21/P1", f"{MODEL}/10/L", f"{MODEL}/",
        HERE + "?linkType=gs1:dpp", HERE + "?linkType=linkset", MODEL + "?linkType=gs1:pip",
    ):  # fmt: skip
        for accept in ("application/json", BROWSER):
            answer = get(cast, address, accept=accept)
            assert answer.status_code in (200, 307)
            assert f'?linkType=linkset>; rel="linkset"; type="{LINKSET}"' in answer["Link"], address
            told = answer["Link"].partition("<")[2].partition(">")[0]
            assert links_of(cast, told)


@shows("SHALL recognise one available link as the default for any given request URI.")
def test_there_is_one_default_link_a_level(cast: Cast, rack: Battery, settings: Any) -> None:
    for address in (HERE, MODEL, "/8004/9521234RACK7"):
        level = links_of(cast, address + "?linkType=linkset")[0]
        (default,) = level[DEFAULT]
        assert set(default) == {"href", "title"}
        assert default["href"] == settings.PASSPORT_PUBLIC_URL + address
        described = set(level) - {"anchor", "itemDescription", DEFAULT}
        assert described in ({f"{VOCABULARY}dpp"}, {f"{VOCABULARY}pip"}), "it has a kind as well"


@shows("All links exposed SHALL include the target URL, the link relationship type")
def test_every_link_has_a_target_a_type_and_a_title(
    cast: Cast, rack: Battery, settings: Any
) -> None:
    seen = 0
    for address in (HERE, MODEL, "/8004/9521234RACK7"):
        for kind, link in targets(links_of(cast, address + "?linkType=linkset")):
            assert kind.startswith(VOCABULARY)
            assert link["title"]
            assert link["href"].startswith(settings.PASSPORT_PUBLIC_URL + "/")
            target = get(
                cast, link["href"].removeprefix(settings.PASSPORT_PUBLIC_URL), accept="*/*"
            )
            assert target.status_code == 200, link
            if kind != DEFAULT:
                assert target["Content-Type"].partition(";")[0] == link["type"]
                assert link["hreflang"]
            seen += 1
    assert seen > 10


@shows("SHALL redirect to the default link unless there is information in the request")
def test_a_name_leads_to_its_default_link_which_answers(cast: Cast, pack: Battery) -> None:
    for address, default in {
        f"{MODEL}/10/LOT1/21/P1": HERE, f"{MODEL}/22/V/21/P1": HERE, f"{HERE}/": HERE,
        f"{MODEL}/10/LOT1": MODEL, f"{MODEL}/22/V": MODEL, f"{MODEL}/": MODEL,
    }.items():  # fmt: skip
        answer = get(cast, address)
        assert (answer.status_code, answer["Location"]) == (307, default), address
    for default in (HERE, MODEL):
        for ask in ("", "?linkType=gs1:defaultLink", "?linkType="):
            assert get(cast, default + ask).status_code == 200, "it stands here: no circle"
        page = get(cast, default, accept=BROWSER)
        assert (page.status_code, page["Content-Type"].partition(";")[0]) == (200, "text/html")


@shows("SHALL redirect to the requested linkType if available")
def test_a_link_type_leads_to_its_link(cast: Cast, pack: Battery) -> None:
    for spelt in ("gs1:dpp", f"{VOCABULARY}dpp", "https://gs1.org/voc/dpp"):
        ask = f"?linkType={spelt}"
        assert get(cast, HERE + ask)["Location"] == f"{HERE}{ask}&format=json"
        assert get(cast, HERE + ask, accept=BROWSER)["Location"] == f"{HERE}{ask}&format=html"
    pip = "?linkType=gs1:pip"
    for address in (HERE, MODEL, f"{MODEL}/10/LOT1", f"{MODEL}/10/LOT1/21/P1", NOBODYS):
        led = get(cast, address + pip)
        assert (led.status_code, led["Location"]) == (307, f"{MODEL}{pip}&format=json"), address
        there = get(cast, led["Location"])
        assert (there.status_code, there.json()["gtin"]) == (200, PACK_GTIN), "and goes no further"
    wrong = get(cast, HERE + "?format=x&linkType=gs1:dpp")
    assert get(cast, wrong["Location"]).status_code == 200


@shows("By default, SHALL pass on all key=value pairs in the query string")
def test_all_pairs_of_the_query_are_passed_on(cast: Cast, pack: Battery) -> None:
    pairs = "a=1&a=2&b=%26%3D%20x&17=270101&empty=&utm_source=caf%C3%A9"
    for address, default in {
        f"{MODEL}/10/L/21/P1": HERE, f"{MODEL}/10/L": MODEL, f"{HERE}/": HERE,
        "/DBFRq4pxGtYICe2m3H2mmo": "/01/09521234000013/21/BAT2024-001",
    }.items():  # fmt: skip
        assert get(cast, f"{address}?{pairs}")["Location"] == f"{default}?{pairs}"
    asked = f"linkType=gs1:dpp&{pairs}"
    assert get(cast, f"{HERE}?{asked}")["Location"] == f"{HERE}?{asked}&format=json"


@shows("SHALL provide a resolver description file at /.well-known/gs1resolver.")
def test_the_resolver_describes_itself(cast: Cast, rack: Battery, settings: Any) -> None:
    answer = get(cast, "/.well-known/gs1resolver")
    assert answer["Content-Type"] == "application/json"
    told = answer.json()
    assert told["name"]
    assert told["resolverRoot"] == settings.PASSPORT_PUBLIC_URL
    assert told["supportedPrimaryKeys"] == list(SUPPORTED)
    assert told["linkTypeDefaultCanBeLinkset"] is False
    assert told["supportedLinkType"] == [{"namespace": VOCABULARY, "prefix": "gs1:"}]
    assert urlsplit(told["jsonLdContextLocation"]).scheme == "https"
    assert told["jsonLdContextLocation"] in get(cast, HERE + "?linkType=linkset")["Link"]


@shows("If supporting multiple links per identified item, SHALL recognise the GS1 Web vocabulary")
def test_every_link_type_is_one_of_gs1_s_and_not_an_old_one(cast: Cast, pack: Battery) -> None:
    known = json.loads(oracle("digitallink/gs1_link_types_voc1.16.json").read_text("utf-8"))
    for kind, _ in targets(links_of(cast, HERE + "?linkType=linkset")):
        assert known[kind.removeprefix(VOCABULARY)]["deprecated"] is False, kind


@shows("SHOULD tolerate trailing slashes at the end of GS1 Digital Link URIs")
def test_a_slash_at_the_end_does_no_harm(cast: Cast, rack: Battery) -> None:
    asset = "/8004/9521234RACK7"
    for address in (HERE, MODEL, asset):
        answer = get(cast, address + "/?a=1")
        assert (answer.status_code, answer["Location"]) == (307, address + "?a=1")
        assert links_of(cast, address + "/?linkType=linkset")
    longest = f"{MODEL}/21/{'9' * 20}"
    assert get(cast, longest + "/")["Location"] == longest
    with_slash = "/01/05412345000013/21/72292641703"
    assert get(cast, "/AQnYUc1gmiCNV4JGQhcNT6K6c/")["Location"] == with_slash
