"""The same answers as GS1's own syntax engine, on its own test vectors."""

import json
from typing import Any

import pytest

from passport.rules.errors import Refusal
from passport.rules.gs1 import Elements, build, check_elements, read_link
from passport.rules.gs1_elements import read_element_string
from passport.rules.gs1_values import (
    WrongCheckDigit,
    check_digit,
    check_meaning,
    percent_decode,
    percent_encode,
)
from tests.oracle_data import oracle

pytestmark = pytest.mark.oracle


def vectors(part: str) -> list[Any]:
    found = json.loads(oracle("digitallink/gs1_syntax_engine_vectors.json").read_text())
    # Vectors with options test what the standard has dropped: words for keys, short GTINs.
    return [vector for vector in found[part] if "options" not in vector]


def read(uri: str) -> Elements | None:
    try:
        return read_link(uri)
    except Refusal:
        return None


def test_reads_and_refuses_the_links_that_the_engine_does() -> None:
    found = vectors("parse")

    assert len(found) > 95
    for vector in found:
        assert (read(vector["uri"]) is not None) == vector["valid_syntax"], vector


def test_reads_the_same_elements_from_a_link_and_from_a_scan() -> None:
    for vector in vectors("parse"):
        # A third party's serial beside a batch can be read, but no link is ever built from it.
        if vector["valid_syntax"] and "/235/XYZ?10=" not in vector["uri"]:
            scan = vector["unbracketed_element_string"].replace("^", "\x1d")
            from_scan, from_link = read_element_string("]Q3" + scan), read_link(vector["uri"])
            assert set(_pairs(from_scan)) == set(_pairs(from_link)), vector


def test_builds_the_links_that_the_engine_does() -> None:
    for vector in vectors("generate"):
        stem = vector["stem"] or "https://id.gs1.org"
        try:
            built = build(read_element_string(vector["ai"]), stem=stem)
        except Refusal:
            built = None
        assert built == vector["uri"], vector


def test_codes_percent_signs_as_the_engine_does() -> None:
    for vector in vectors("percent_decode"):
        assert percent_decode(vector["encoded"]) == vector["path"]
        assert percent_decode(vector["encoded"], query=True) == vector["query"]
    for vector in vectors("percent_encode"):
        assert percent_encode(vector["raw"]) == vector["path"]
        assert percent_encode(vector["raw"], query=True) == vector["query"]


def test_finds_the_check_digits() -> None:
    found = json.loads(oracle("digitallink/check_digit_vectors.json").read_text())["mod10"]

    for vector in found:
        assert check_digit(vector["body"]) == vector["check"], vector


def test_tells_each_wrong_check_digit_the_right_one() -> None:
    found = json.loads(oracle("digitallink/check_digit_vectors.json").read_text())["mod10"]

    for vector in (each for each in found if each["key"] == "GTIN-14"):
        for wrong in set("0123456789") - {vector["check"]}:
            with pytest.raises(WrongCheckDigit) as caught:
                check_meaning("01", vector["body"] + wrong)
            assert vector["full"] in caught.value.remedy


def test_dates_and_digits_of_the_valid_vectors_are_checked_apart() -> None:
    elements = read_link("https://a/01/12312312312333/10/L?17=251301")

    with pytest.raises(Refusal, match="not a day"):
        check_elements(elements)


def _pairs(elements: Elements) -> tuple[tuple[str, str], ...]:
    return (elements.key, *elements.qualifiers, *elements.attributes)
