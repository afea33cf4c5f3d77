"""Other names of a battery are read in one spelling, or refused with place and remedy."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as some

from passport.rules.aliases import (
    MOST,
    Alias,
    AliasScheme,
    NotAnAlias,
    NotYoursToName,
    WrongAliases,
    WrongLevelOfCode,
    check_naming,
    parse_alias,
    parse_aliases,
    readings_of,
)
from passport.rules.errors import Refusal
from passport.rules.gs1_values import WrongCheckDigit

CODE = "04Q" + "P" + "B" + "12" + "ABC1234" + "A1D" + "0000001"


class Good(NamedTuple):
    scheme: str
    text: str
    value: str


GOOD = {
    "a maker's serial": Good("MAKER_SERIAL", "SN 4711/ä", "SN 4711/ä"),
    "a code of 24 characters": Good("GB_T_34014", CODE, CODE),
    "a cell's code": Good("GB_T_34014", CODE.replace("P", "C", 1), CODE.replace("P", "C", 1)),
    "a code of a second life": Good("GB_T_34014", "04QPB12A1D0000001RP", "04QPB12A1D0000001RP"),
    "the shorter one": Good("GB_T_34014", "04QPB12A1D000001RM", "04QPB12A1D000001RM"),
    "a DID": Good("DID", "did:web:maker.example:b:4711", "did:web:maker.example:b:4711"),
    "an element string": Good("GS1", "(8004)9521234RACK7", "https://id.gs1.org/8004/9521234RACK7"),
    "scanner data": Good(
        "GS1", "]d28010952123AB\x1d80111", "https://id.gs1.org/8010/952123AB/8011/1"
    ),
    "a link": Good(
        "GS1",
        "https://a/01/09521234000013/21/X?11=250101",
        "https://id.gs1.org/01/09521234000013/21/X",
    ),
    "a link of an early version": Good(
        "GS1", "https://a/gtin/9521234000013/ser/X", "https://id.gs1.org/01/09521234000013/21/X"
    ),
    "an own link": Good("LINK", "HTTPS://M.example/b/1", "https://m.example/b/1"),
}


@pytest.mark.parametrize("case", GOOD.values(), ids=GOOD)
def test_reads_a_name_in_its_one_spelling(case: Good) -> None:
    found = parse_alias(scheme=case.scheme, value=case.text)

    assert found == Alias(AliasScheme(case.scheme), case.value)
    assert parse_alias(scheme=case.scheme, value=found.value) == found
    assert found in readings_of(case.text)


BAD = {
    "an unknown scheme": ("VIN", "W0L000051T2123456", "/scheme"),
    "a scheme that is no word": (7, "x", "/scheme"),
    "no value": ("DID", "", "/value"),
    "a number": ("MAKER_SERIAL", 4711, "/value"),
    "a serial with a space before": ("MAKER_SERIAL", " 1", "/value"),
    "a serial with a line break": ("MAKER_SERIAL", "1\n2", "/value"),
    "a serial that is too long": ("MAKER_SERIAL", "1" * 81, "/value"),
    "a code of 23 characters": ("GB_T_34014", CODE[:-1], "/value"),
    "a code of 25 characters": ("GB_T_34014", CODE + "1", "/value"),
    "a code in small letters": ("GB_T_34014", CODE.lower(), "/value"),
    "a code for no product": ("GB_T_34014", CODE.replace("P", "X", 1), "/value"),
    "a code with a thirteenth month": ("GB_T_34014", CODE.replace("A1D", "ADD"), "/value"),
    "a code with a letter in its number": ("GB_T_34014", CODE[:-1] + "A", "/value"),
    "a DID with a fragment": ("DID", "did:web:m.example#key", "/value"),
    "a DID with a path": ("DID", "did:web:m.example/b", "/value"),
    "a DID without a method": ("DID", "did::x", "/value"),
    "a GTIN alone": ("GS1", "(01)09521234000013", "/value"),
    "a wrong check digit": ("GS1", "(01)09521234000014(21)A", "/value"),
    "a link as a GS1 key": ("GS1", "https://m.example/b/1", "/value"),
    "a GS1 key as a link": ("LINK", "https://m.example/01/09521234000013/21/A", "/value"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_refuses_with_place_and_remedy(case: tuple[object, object, str]) -> None:
    scheme, value, pointer = case
    with pytest.raises(Refusal) as caught:
        parse_alias(scheme=scheme, value=value)

    assert caught.value.pointer == pointer
    assert caught.value.detail
    assert caught.value.remedy


def entry(scheme: object = "DID", value: object = "did:web:m.example", **more: object) -> object:
    return {"scheme": scheme, "value": value} | more


def test_reads_a_list_in_its_order() -> None:
    code = entry("GB_T_34014", CODE)

    assert [each.scheme for each in parse_aliases([code, entry(), code])] == [
        "GB_T_34014",
        "DID",
        "GB_T_34014",
    ]


@pytest.mark.parametrize("value", [None, {}, "x", [], [entry()] * (MOST + 1)])
def test_refuses_what_is_no_list_of_names(value: object) -> None:
    with pytest.raises(NotAnAlias):
        parse_aliases(value)


@pytest.mark.parametrize("wrong", ["x", None, entry(more=1), {"scheme": "DID"}])
def test_names_the_wrong_one_of_a_list(wrong: object) -> None:
    with pytest.raises(NotAnAlias) as caught:
        parse_aliases([entry(), wrong])
    assert caught.value.pointer.startswith("/1")


def test_names_all_wrong_ones_of_a_list() -> None:
    with pytest.raises(WrongAliases) as caught:
        parse_aliases([entry(value="x"), entry(), entry("GS1", "(01)09521234000014(21)A")])

    assert [each.pointer for each in caught.value.each] == ["/0/value", "/2/value"]
    assert isinstance(caught.value.each[1], WrongCheckDigit)


@given(some.text(max_size=40) | some.text("0123456789ABCPMR():did.https/", max_size=40))
def test_any_text_can_be_looked_for(text: str) -> None:
    for alias in readings_of(text):
        assert parse_alias(scheme=alias.scheme.value, value=alias.value) == alias


def naming(scheme: str, value: str, *, makes: bool, holds: bool, level: str = "PACK") -> None:
    alias = parse_alias(scheme=scheme, value=value)
    check_naming(alias=alias, level=level, makes=makes, holds=holds)


def test_the_maker_gives_any_name_and_the_holder_all_but_the_makers_serial() -> None:
    for scheme, value in (("MAKER_SERIAL", "1"), ("GB_T_34014", CODE), ("DID", "did:web:m.ex")):
        naming(scheme, value, makes=True, holds=False)
        with pytest.raises(NotYoursToName):
            naming(scheme, value, makes=False, holds=False)
    naming("GB_T_34014", CODE, makes=False, holds=True)
    with pytest.raises(NotYoursToName, match="by the maker"):
        naming("MAKER_SERIAL", "1", makes=False, holds=True)


@pytest.mark.parametrize(
    ("product", "levels"), [("P", {"PACK", "SYSTEM"}), ("M", {"MODULE"}), ("C", {"CELL"})]
)
def test_a_code_names_the_level_that_it_says(product: str, levels: set[str]) -> None:
    code = CODE.replace("P", product, 1)
    for level in ("CELL", "MODULE", "PACK", "SYSTEM"):
        if level in levels:
            naming("GB_T_34014", code, makes=True, holds=True, level=level)
            continue
        with pytest.raises(WrongLevelOfCode):
            naming("GB_T_34014", code, makes=True, holds=True, level=level)
