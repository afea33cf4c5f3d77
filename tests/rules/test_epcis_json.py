"""JSON of EPCIS is read strictly and written back with the text of its numbers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import cast

import pytest

from passport.rules.epcis_json import MAX_BYTES, Json, NotStrictJson, Number, read, step, write

# Every number text here is one that a float, a Decimal or jsonb would change.
KEPT = (
    '{"a":1.50,"b":[1E5,1e-7,-0,-0.0,0.10000000000000000000001],"c":{"d":true,"e":false,"f":null},'
    '"g":"é \\" \\\\ /","h":12345678901234567890,"z":"","y":[]}'
)


def test_comes_back_with_the_same_values_order_and_number_text() -> None:
    assert write(read(KEPT.encode())) == KEPT


def test_a_number_has_its_text_and_its_value() -> None:
    found = cast(dict[str, Json], read(b'{"value": 1.50}'))["value"]

    assert found == Number("1.50")
    assert found != Number("1.5")
    assert cast(Number, found).value == Decimal("1.5")


def test_writes_what_any_reader_reads_the_same() -> None:
    text = '{"\\u00e9\\ud83d\\ude00":"\\u0001\\n\\t","b":[[],{},[{}]]}'

    assert json.loads(write(read(text.encode()))) == json.loads(text)


def test_the_whole_number_one_is_not_the_word_true() -> None:
    with pytest.raises(KeyError):
        write(cast(Json, 1))


REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a name twice": (b'{"a": [{"b": 1, "c": 2, "b": 3}]}', "/a/0/b", "stands twice"),
    "a name twice, with signs of pointers": (b'{"a/~": 1, "a/~": 1}', "/a~1~0", "stands twice"),
    "NaN": (b'{"a": [1, NaN]}', "/a/1", "NaN is not JSON"),
    "infinity": (b'{"a": -Infinity}', "/a", "-Infinity is not JSON"),
    "a long number": (b'{"a": ' + b"1" * 41 + b"}", "/a", "goes beyond"),
    "a long fraction": (b'{"a": 0.' + b"1" * 39 + b"}", "/a", "goes beyond"),
    "a high exponent": (b'{"a": 1e100}', "/a", "goes beyond"),
    "a low exponent": (b'{"a": 1E-100}', "/a", "goes beyond"),
    "a flaw inside another": (b'{"a": {"b": NaN, "b": 1}}', "", "NaN is not JSON"),
    "a flaw before bad JSON": (b'{"a": NaN, ]', "", "line 1, column 12"),
    "nothing": (b"", "", "line 1, column 1"),
    "two values": (b"{} {}", "", "Extra data"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "", "byte order mark"),
    "no UTF-8": (b'{"a":\n"\xff"}', "", "Byte 8, in line 2, is not UTF-8"),
    "a raw control character": (b'{"a": "\n"}', "", "control character"),
    "NUL": (b'{"a": ["\\u0000"]}', "/a/0", "NUL"),
    "NUL in a name": (b'{"a\\u0000": 1}', "/a\x00", "NUL"),
    "half a character": (b'{"a": "\\ud800"}', "", "lone surrogate"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_what_has_no_single_reading(case: str) -> None:
    data, pointer, words = REFUSED[case]

    with pytest.raises(NotStrictJson) as caught:
        read(data)

    assert words in caught.value.detail
    assert caught.value.pointer == pointer
    assert caught.value.remedy


def test_escapes_that_are_whole_characters_pass() -> None:
    assert read(b'["\\ud83d\\ude00", 1, {"\\u00e9": null}]') == ["😀", Number("1"), {"é": None}]


def test_numbers_at_the_limit_pass() -> None:
    text = f"[{'1' * 40},1e99,1e-99]"

    assert write(read(text.encode())) == text


def test_refuses_more_bytes_than_allowed() -> None:
    assert read(b'"1"', max_bytes=3) == "1"
    with pytest.raises(NotStrictJson, match="4 bytes; at most 3"):
        read(b'"12"', max_bytes=3)
    with pytest.raises(NotStrictJson, match="bytes; at most"):
        read(b" " * (MAX_BYTES + 1))


def test_refuses_more_levels_than_allowed() -> None:
    assert read(b"[[[]]]", max_depth=3) == [[[]]]
    with pytest.raises(NotStrictJson, match="deeper than 2 levels"):
        read(b"[[[]]]", max_depth=2)
    with pytest.raises(NotStrictJson, match="deeper than 32 levels"):
        read(b'{"a":' * 100_000)


def test_counts_levels_and_not_brackets() -> None:
    flat = b"[[],[],{}]"
    in_text = b'["[[[[[[\\"[[[[", "\\\\", {"{{{{": "["}]'

    assert read(flat, max_depth=2) == [[], [], {}]
    assert read(in_text, max_depth=2) == ['[[[[[["[[[[', "\\", {"{{{{": "["}]


def test_a_step_of_a_pointer_is_escaped() -> None:
    assert step("a/b~c") == "/a~1b~0c"
