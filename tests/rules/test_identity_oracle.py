"""The same answers as GS1's own syntax engine, on all of its test vectors, none left out."""

import json
from typing import Any

import pytest

from passport.rules.errors import Refusal
from passport.rules.gs1 import (
    CANONICAL_STEM,
    Elements,
    Reading,
    build,
    canonical,
    check_elements,
    read_link,
)
from passport.rules.gs1_content import check_pair
from passport.rules.gs1_elements import (
    arrange,
    pairs_of,
    read_element_string,
    read_pairs,
    scanner_data,
)
from passport.rules.gs1_values import (
    WrongCheckDigit,
    check_digit,
    check_meaning,
    percent_decode,
    percent_encode,
)
from tests.oracle_data import oracle

pytestmark = pytest.mark.oracle

HOW_MANY = {"parse": 118, "generate": 22, "percent_decode": 20, "percent_encode": 10}
CHECKED = {"mod10": 12, "gmn_mod1021_32": 3}


def vectors(part: str) -> list[Any]:
    found: list[Any] = json.loads(oracle("digitallink/gs1_syntax_engine_vectors.json").read_text())[
        part
    ]
    assert len(found) == HOW_MANY[part]
    return found


def digits(part: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(
        oracle("digitallink/check_digit_vectors.json").read_text()
    )[part]
    assert len(found) == CHECKED[part]
    return found


def reading(vector: dict[str, Any]) -> Reading:
    """What the vector lets pass; the engine's names for it."""
    options = vector.get("options", {})
    assert set(options) <= {
        "permitConvenienceAlphas",
        "permitZeroSuppressedGTIN",
        "permitUnknownAIs",
        "validateUnknownAInotDLattr",
    }
    return Reading(
        former_words=options.get("permitConvenienceAlphas", False),
        short_gtins=options.get("permitZeroSuppressedGTIN", False),
        unknown=options.get("permitUnknownAIs", False)
        and not options.get("validateUnknownAInotDLattr", True),
    )


def read(vector: dict[str, Any]) -> Elements | None:
    try:
        return read_link(vector["uri"], reading=reading(vector))
    except Refusal:
        return None


def test_the_file_holds_nothing_else() -> None:
    whole = json.loads(oracle("digitallink/gs1_syntax_engine_vectors.json").read_text())
    assert set(whole) - {"source", "note"} == set(HOW_MANY)
    assert set(json.loads(oracle("digitallink/check_digit_vectors.json").read_text())) == set(
        CHECKED
    )


def test_reads_and_refuses_the_links_that_the_engine_does() -> None:
    judged = {True: 0, False: 0}

    for vector in vectors("parse"):
        assert (read(vector) is not None) == vector["valid_syntax"], vector
        if not vector["valid_syntax"]:
            with pytest.raises(Refusal) as caught:
                read_link(vector["uri"], reading=reading(vector))
            assert caught.value.detail
            assert caught.value.remedy
        judged[vector["valid_syntax"]] += 1

    assert judged == {True: 73, False: 45}


def test_says_the_same_elements_in_a_link_and_in_a_symbol_both_ways() -> None:
    judged = 0
    for vector in vectors("parse"):
        elements = read(vector)
        if elements is None:
            continue
        symbol = vector["unbracketed_element_string"].replace("^", "\x1d")
        assert scanner_data(elements) == symbol, vector
        for prefix in ("]Q3", "]d2", "]C1", "]e0", ""):
            found = read_pairs(prefix + symbol, reading=reading(vector))
            assert found == pairs_of(elements), vector
        judged += 1

    assert judged == 73


def test_builds_from_each_link_one_that_reads_the_same() -> None:
    judged = 0
    for vector in vectors("parse"):
        elements = read(vector)
        if elements is None:
            continue
        way = reading(vector)
        built = build(elements, stem=CANONICAL_STEM)
        assert canonical(vector["uri"], reading=way) == built
        assert canonical(built, reading=way) == built, vector
        assert sorted(pairs_of(read_link(built, reading=way))) == sorted(pairs_of(elements))
        judged += 1

    assert judged == 73


def test_builds_and_refuses_the_links_that_the_engine_does() -> None:
    judged = {True: 0, False: 0}
    for vector in vectors("generate"):
        way = reading(vector)
        try:
            elements = read_element_string(vector["ai"], reading=way)
            built = build(elements, stem=vector["stem"] or CANONICAL_STEM)
        except Refusal:
            built = None
        assert built == vector["uri"], vector
        judged[vector["valid"]] += 1
        if built is not None:
            back = read_link(built, reading=way)
            assert set(pairs_of(back)) == set(read_pairs(vector["ai"], reading=way))
            assert arrange(pairs_of(back), reading=way) == back

    assert judged == {True: 16, False: 6}


def test_codes_percent_signs_as_the_engine_does() -> None:
    for vector in vectors("percent_decode"):
        assert percent_decode(vector["encoded"]) == vector["path"]
        assert percent_decode(vector["encoded"], query=True) == vector["query"]
    for vector in vectors("percent_encode"):
        assert percent_encode(vector["raw"]) == vector["path"]
        assert percent_encode(vector["raw"], query=True) == vector["query"]


def test_finds_the_check_digits() -> None:
    for vector in digits("mod10"):
        assert check_digit(vector["body"]) == vector["check"], vector
        assert vector["full"] == vector["body"] + vector["check"]
    for vector in digits("gmn_mod1021_32"):
        assert check_pair(vector["body"]) == vector["check_pair"], vector


# Which identifier has the key of a vector, and what stands before its digits there.
WHERE = {
    "GTIN-14": ("01", ""), "GTIN-13": ("01", "0"), "GTIN-12": ("01", "00"),
    "GTIN-8": ("01", "000000"), "GLN": ("414", ""), "SSCC": ("00", ""), "GSIN": ("402", ""),
    "GRAI (after leading 0)": ("8003", "0"), "GSRN": ("8018", ""),
}  # fmt: skip


def test_tells_each_wrong_check_digit_the_right_one() -> None:
    for vector in digits("mod10"):
        ai, before = WHERE[vector["key"]]
        check_meaning(ai, before + vector["full"])
        for wrong in set("0123456789") - {vector["check"]}:
            with pytest.raises(WrongCheckDigit) as caught:
                check_meaning(ai, before + vector["body"] + wrong)
            assert before + vector["full"] in caught.value.remedy


def test_refuses_each_wrong_pair_of_check_characters() -> None:
    for vector in digits("gmn_mod1021_32"):
        check_meaning("8013", vector["body"] + vector["check_pair"])
        with pytest.raises(WrongCheckDigit):
            check_meaning("8013", vector["body"] + vector["check_pair"][::-1])


def test_dates_and_digits_of_the_valid_vectors_are_checked_apart() -> None:
    elements = read_link("https://a/01/12312312312333/10/L?17=251301")

    with pytest.raises(Refusal, match="not a day"):
        check_elements(elements)
