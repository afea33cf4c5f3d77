"""An event that names something twice has one reading here: what it says last."""

from __future__ import annotations

import json

import pytest

from passport.rules.epcis_json import NotStrictJson, SaidTwice, read
from passport.rules.epcis_twice import last_of

CASES = {
    "twice": ('{"a":1,"b":2,"a":3}', '{"a":3,"b":2}', ["/a"]),
    "three times, and another": ('{"a":1,"a":2,"b":1,"a":3,"b":4}', '{"a":3,"b":4}', ["/a", "/b"]),
    "as escapes write it": ('{"a":1,"\\u0061":1.50}', '{"\\u0061":1.50}', ["/a"]),
    "between spaces": (' {\n"a" :\t[1, {"x": "}"}] , "a"\r: null } ', '{"a"\r: null}', ["/a"]),
    "signs of JSON in texts": ('{"a":"\\",\\"a\\":","a":"}"}', '{"a":"}"}', ["/a"]),
    "signs of pointers": ('{"a/~":1,"a/~":2}', '{"a/~":2}', ["/a~1~0"]),
    "a number beyond any bound": ('{"a":' + "9" * 5000 + ',"a":1}', '{"a":1}', ["/a"]),
    "once": (' { "a": 1.50, "b": {"c": []} }', ' { "a": 1.50, "b": {"c": []} }', []),
    "nothing": ("{ }", "{ }", []),
    "twice, but further in": ('{"a":{"b":1,"b":2}}', '{"a":{"b":1,"b":2}}', []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_last_counts(case: str) -> None:
    given, once, pointers = CASES[case]
    text, told = last_of(given)

    assert text == once
    assert [each.pointer for each in told] == pointers
    assert all("the last one counts" in each.detail and each.remedy for each in told)


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case][2]])
def test_it_is_what_another_reader_takes(case: str) -> None:
    given, _, _ = CASES[case]
    if "beyond" not in case:
        assert json.loads(last_of(given)[0]) == json.loads(given)


def test_by_itself_it_is_refused_for_what_it_is() -> None:
    with pytest.raises(SaidTwice):
        read(b'{"a": 1, "a": 2}')
    with pytest.raises(NotStrictJson) as refused:
        read(b'{"b": NaN, "c": {"a": 1, "a": 2}}')
    assert type(refused.value) is NotStrictJson
