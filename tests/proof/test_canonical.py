"""Canonical JSON is written one way and read strictly."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from passport.proof import canonical
from passport.proof.errors import NotCanonical, NotStrictJson

NO_SURROGATES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
INTEGERS = st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
ASCII_NAMES = st.text(st.characters(min_codepoint=1, max_codepoint=127))


def values(names: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    leaves = st.none() | st.booleans() | INTEGERS | NO_SURROGATES
    return st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=30
    )


@given(values(ASCII_NAMES))
def test_the_fast_path_writes_what_rfc_8785_writes(value):
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(st.dictionaries(st.text("abzAZ09_", min_size=1), values(NO_SURROGATES)))
def test_members_are_joined_into_what_the_whole_would_be(value):
    members = {name: canonical.encode(each) for name, each in value.items()}
    assert canonical.joined(members) == canonical.encode(value)


@pytest.mark.parametrize("encoder", [None, lambda: None])
@given(value=values(ASCII_NAMES))
def test_without_the_quick_encoder_the_same_is_written(encoder, value):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canonical, "c_make_encoder", encoder)
        slow = canonical._writer()
    assert slow(value).encode() == canonical.encode(value)


@given(values(NO_SURROGATES))
def test_what_is_written_is_read_back(value):
    data = canonical.encode(value)

    assert data == rfc8785.dumps(value)
    assert canonical.loads(data, max_depth=64) == value


REFUSED = {
    "a float": (b'{"mass":1.5}', "float", "/mass"),
    "an exponent": (b'[{"a":[1e2]}]', "float", "/0/a/0"),
    "a float, and an end too early": (b'{"mass":1.5,', "line 1", ""),
    "not a number": (b'{"a/b":NaN}', "NaN", "/a~1b"),
    "minus infinity": (b"-Infinity", "-Infinity", ""),
    "a name twice": (b'{"x":{"a":1,"a":1}}', "twice", "/x/a"),
    "a name twice by escape": (b'{"a":1,"\\u0061":1}', "twice", "/a"),
    "2^53": (b"[9007199254740992]", "2^53", "/0"),
    "minus 2^53": (b"[-9007199254740992]", "2^53", "/0"),
    "five thousand digits": (b'{"n":' + b"9" * 5000 + b"}", "2^53", "/n"),
    "NUL by escape": (b'["\\u0000"]', "NUL", "/0"),
    "NUL in a name": (b'{"\\u0000":1}', "NUL", "/\x00"),
    "NUL as it is": (b'"\x00"', "control", ""),
    "half a surrogate pair": (b'"\\ud83d"', "surrogate", ""),
    "a byte order mark": (b"\xef\xbb\xbf{}", "byte order mark", ""),
    "Latin-1": (b'"\xe9"', "UTF-8", ""),
    "a surrogate in UTF-8": (b'"\xed\xa0\x80"', "UTF-8", ""),
    "two values": (b"{} {}", "Extra", ""),
    "nothing": (b"", "Expecting", ""),
    "a trailing comma": (b"[1,]", "line 1", ""),
    "a leading zero": (b"[01]", "line 1", ""),
    "33 levels": (b"[" * 33 + b"]" * 33, "nested", ""),
    "a million levels": (b"[" * 200_000, "nested", ""),
    "levels of objects": (b'{"a":' * 40 + b"1" + b"}" * 40, "nested", ""),
    "too many bytes": (b'"' + b"a" * canonical.MAX_BYTES + b'"', "bytes", ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case):
    data, word, pointer = REFUSED[case]

    with pytest.raises(NotStrictJson, match=word.replace("^", r"\^")) as refused:
        canonical.loads(data)

    assert refused.value.pointer == pointer


def test_brackets_inside_text_are_not_levels():
    assert canonical.loads(b'["' + b"[" * 100 + b'","\\"[[[["]') == ["[" * 100, '"[[[[']


def test_an_unclosed_text_of_quotes_is_refused_in_linear_time():
    with pytest.raises(NotStrictJson):
        canonical.loads(b'"' + b'\\"' * 120_000 + b"[" * 40)


def test_says_on_which_line_the_document_breaks():
    with pytest.raises(NotStrictJson) as refused:
        canonical.loads(b'{\n"a": 1,\n"b" 2}')

    assert refused.value.line == 3


UNWRITABLE = {
    "a float": 1.5,
    "a float inside": {"a": [{"b": 0.1}]},
    "2^53": 2**53,
    "a name that is a number": {1: 2},
    "bytes": b"abc",
    "a lone surrogate": "\ud800",
    "a lone surrogate in a name": {"\ud800": 1},
    "a set": {1, 2},
}


@pytest.mark.parametrize("case", UNWRITABLE)
def test_does_not_write(case):
    with pytest.raises(NotCanonical):
        canonical.encode(UNWRITABLE[case])


def test_does_not_write_what_is_nested_too_deep():
    value: list = []
    for _ in range(5000):
        value = [value]

    with pytest.raises(NotCanonical, match="nested"):
        canonical.encode(value)


TOKENS = st.sampled_from(["[", "]", "{", "}", '"', "\\", '\\"', "\\\\", ",", ":", "a", "1", "\\n"])


@given(st.lists(TOKENS, max_size=60).map("".join))
def test_whatever_is_read_was_counted_right(text):
    # Deeper than allowed is refused before the parser descends; the parser itself is the witness.
    data = ('["' + text).encode()
    try:
        value = canonical.loads(data, max_depth=3)
    except NotStrictJson:
        return
    assert depth_of(value) <= 3


def depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


@given(values(ASCII_NAMES), st.integers(0, 4))
def test_the_limit_of_levels_is_exact(value, limit):
    data = canonical.encode(value)
    if depth_of(value) <= limit:
        assert canonical.loads(data, max_depth=limit) == value
    else:
        with pytest.raises(NotStrictJson, match="nested"):
            canonical.loads(data, max_depth=limit)
