"""What people read is what was written: nothing hidden in a name, nothing turned around."""

import pytest

from passport.rules.wording import BadWording, check_line

GOOD = ("Müller & Söhne", "電池工場", "مصنع البطاريات", "Zürich, Halle 3", "a" * 20)
BAD = {
    "nothing": "",
    "only blanks": "  ",
    "too long": "a" * 21,
    "a line break": "one\ntwo",
    "a tab": "one\ttwo",
    "a line separator": "one\u2028two",
    "a paragraph separator": "one\u2029two",
    "an override of the direction": "elpmaxe\u202e",
    "an isolate": "a\u2066b",
    "a mark": "a\u200fb",
    "half a character": "a\ud800",
    "DEL": "a\x7f",
}


@pytest.mark.parametrize("text", GOOD)
def test_takes_names_in_every_script(text: str) -> None:
    assert check_line(text=text, pointer="/name", most=20) == text


@pytest.mark.parametrize("what", BAD)
def test_refuses(what: str) -> None:
    with pytest.raises(BadWording) as refused:
        check_line(text=BAD[what], pointer="/name", most=20)
    assert (refused.value.pointer, bool(refused.value.remedy)) == ("/name", True)


def test_says_where_it_is_and_what() -> None:
    with pytest.raises(BadWording, match=r"character 3 is a mark that turns .* \(U\+202E\)"):
        check_line(text="ab\u202ecd", pointer="/name")
