"""What events name has one spelling: EPC URNs and Digital Links of any domain."""

from __future__ import annotations

import pytest

from passport.rules.epcis_links import FINEST, PATTERNS, SCHEMES, canonical_name
from passport.rules.gs1_content import check_digit

# Check digits by hand: 3 × the odd places from the right, 1 × the others, up to the next ten.
URNS = {
    "urn:epc:id:sgtin:9521234.000003.C1": "01/09521234000037/21/C1",
    "urn:epc:id:sgtin:9521234.000003.a.b": "01/09521234000037/21/a.b",
    "urn:epc:id:sgtin:9521234.000003.a%2fb!(%22)*": "01/09521234000037/21/a%2Fb%21%28%22%29%2A",
    "urn:epc:id:sgtin:9521234.000003.a+,:": "01/09521234000037/21/a%2B%2C%3A",
    "urn:epc:id:sgtin:9521234.000003.it's;=": "01/09521234000037/21/it's;=",
    "urn:epc:id:sgtin:952123400000.0.7": "01/09521234000006/21/7",
    "urn:epc:id:sgtin:9521234.100000.7": "01/19521234000003/21/7",
    "urn:epc:id:sscc:9521234.0000000017": "00/095212340000000174",
    "urn:epc:id:sgln:9521234.00011.LINE-3": "414/9521234000112/254/LINE-3",
    "urn:epc:id:sgln:9521234.00011.0": "414/9521234000112",
    "urn:epc:id:sgln:952123400011..0": "414/9521234000112",
    "urn:epc:id:pgln:9521234.00000": "417/9521234000006",
    "urn:epc:id:pgln:952123400000.": "417/9521234000006",
    "urn:epc:id:grai:9521234.00000.A1": "8003/09521234000006A1",
    "urn:epc:id:giai:9521234.EOL-07": "8004/9521234EOL-07",
    "urn:epc:id:gsrn:9521234.0000000017": "8018/952123400000000178",
    "urn:epc:id:gsrnp:9521234.0000000017": "8017/952123400000000178",
    "urn:epc:id:gdti:9521234.00001.DOC-1": "253/9521234000013DOC-1",
    "urn:epc:id:gdti:952123400001..9": "253/95212340000139",
    "urn:epc:id:sgcn:9521234.00001.44": "255/952123400001344",
    "urn:epc:id:cpi:9521234.A%23%2F.12": "8010/9521234A%23%2F/8011/12",
    "urn:epc:id:ginc:9521234.x%2F1": "401/9521234x%2F1",
    "urn:epc:id:gsin:9521234.000000001": "402/95212340000000013",
    "urn:epc:id:itip:9521234.000003.01.02.C1": "8006/095212340000370102/21/C1",
    "urn:epc:id:upui:9521234.000003.AB12": "01/09521234000037/235/AB12",
    "urn:epc:class:lgtin:9521234.000003.LOT": "01/09521234000037/10/LOT",
    "urn:epc:idpat:sgtin:9521234.000003.*": "01/09521234000037",
    "urn:epc:idpat:grai:9521234.00000.*": "8003/09521234000006",
    "urn:epc:idpat:gdti:9521234.00001.*": "253/9521234000013",
    "urn:epc:idpat:sgcn:9521234.00001.*": "255/9521234000013",
    "urn:epc:idpat:cpi:9521234.A.*": "8010/9521234A",
    "urn:epc:idpat:itip:9521234.000003.01.02.*": "8006/095212340000370102",
    "urn:epc:idpat:upui:9521234.000003.*": "01/09521234000037",
}  # fmt: skip
LINKS = {
    "https://maker.example/01/09521234000037/21/C1": "01/09521234000037/21/C1",
    "http://maker.example:8080/a/b/01/09521234000037/21/C1": "01/09521234000037/21/C1",
    "https://maker.example/01/09521234000037/10/L/21/C1?11=260302&x=y": "01/09521234000037/21/C1",
    "https://maker.example/01/09521234000037/22/V/10/L": "01/09521234000037/10/L",
    "https://maker.example/01/09521234000037/235/AB": "01/09521234000037/235/AB",
    "https://maker.example/01/09521234000037#x": "01/09521234000037",
    "https://maker.example/gtin/9521234000037/ser/C1": "01/09521234000037/21/C1",
    "https://maker.example/01/9521234000037": "01/09521234000037",
    "https://maker.example/party/9521234000006": "417/9521234000006",
    "https://maker.example/01/09521234000037/21/a%2fb": "01/09521234000037/21/a%2Fb",
    "https://maker.example/414/9521234000112/254/LINE-3": "414/9521234000112/254/LINE-3",
    "https://maker.example/8018/952123400000000178/8019/1": "8018/952123400000000178",
    "https://maker.example/8006/095212340000370102/22/V/21/C1": "8006/095212340000370102/21/C1",
}
OTHER = (
    "bat:StateOfHealth", "urn:uuid:7b1f7a52-7f3c-4b0a-9a2e-0d2b6c1f0001", "geo:50.9,6.9",
    "https://maker.example/po/7?x=y", "https://maker.example/01/0952/21/C1", "http:x",
    "https://maker.example/8013/9521234A", "https://maker.example/01/09521234000037/21/C1/",
    "https://maker.example/x/" + "1" * 2000, "urn:epc:id:sgtin:" + "1" * 2000,
    "urn:epc:id:sgtin:9521234.000003", "urn:epc:id:sgtin:9521234.00003.C1",
    "urn:epc:id:sgtin:9521234.00000a.C1", "urn:epc:id:sgtin:12345.00000000.C1",
    "urn:epc:id:sgtin:9521234.000003.", "urn:epc:id:sgtin:9521234.000003.a b",
    "urn:epc:id:sgtin:9521234.000003.a%20b", "urn:epc:id:sgtin:9521234.000003." + "1" * 21,
    "urn:epc:id:sgcn:9521234.00001.4A", "urn:epc:id:cpi:9521234.a.12",
    "urn:epc:id:giai:9521234." + "1" * 24, "urn:epc:id:itip:9521234.000003.1.02.C1",
    "urn:epc:id:itip:9521234.000003.01.C1", "urn:epc:id:gid:9521234.1.1",
    "urn:epc:class:sgtin:9521234.000003.1", "urn:epc:idpat:sgtin:9521234.*.*",
    "urn:epc:idpat:sgtin:9521234.000003.C1", "urn:epc:idpat:sscc:9521234.0000000017",
    "urn:epc:idpat:giai:9521234.*",
)  # fmt: skip


@pytest.mark.parametrize("text", [*URNS, *LINKS])
def test_a_name_of_gs1_becomes_one_link(text: str) -> None:
    assert canonical_name(text) == "https://id.gs1.org/" + {**URNS, **LINKS}[text]


@pytest.mark.parametrize("text", OTHER)
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert canonical_name(text) == text


@pytest.mark.parametrize("text", [*URNS, *LINKS])
def test_the_link_is_its_own_canonical_form(text: str) -> None:
    once = canonical_name(text)

    assert canonical_name(once) == once


def test_every_scheme_and_pattern_is_among_the_cases() -> None:
    named = {tuple(text.split(":")[2:4]) for text in URNS}

    assert named == {
        *(tuple(each.split(":")) for each in SCHEMES),
        *(("idpat", each) for each in PATTERNS),
    }
    assert {each.key for each in SCHEMES.values()} == set(FINEST)


def test_check_digits_follow_from_the_digits() -> None:
    for reference in range(0, 100_000, 977):
        found = canonical_name(f"urn:epc:id:sgln:9521234.{reference:05}.0")
        body = f"9521234{reference:05}"

        assert found == f"https://id.gs1.org/414/{body}{check_digit(body)}"
