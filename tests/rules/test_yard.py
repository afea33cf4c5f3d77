"""What scanners make of a code, what clocks make of a moment, and what is too short to look for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from passport.rules.errors import Refusal
from passport.rules.yard import (
    Danger,
    NoDanger,
    NotAMoment,
    TooShort,
    check_danger,
    check_part,
    read_clock,
    read_scan,
)

NAME = "https://id.gs1.org/01/09521234000020/21/ABC"
DATA = "010952123400002021ABC"
READ = {
    "a link as it is": NAME,
    "a link with the end of its line": f"  {NAME}\r\n",
    "a plain QR code named by the scanner": f"]Q1{NAME}",
    "GS1 data in a QR code": f"]Q3{DATA}",
    "GS1 data in a Data Matrix": f"]d2{DATA}",
    "GS1 data without a name": DATA,
    "with a separator": f"]d2{DATA}\x1d10LOT",
    "with a bar for the separator": f"]d2{DATA}|10LOT",
    "with a caret for it": f"{DATA}^10LOT",
    "with the name of it in braces": f"{DATA}{{GS}}10LOT",
    "with Ctrl+] written out": f"{DATA}^]10LOT",
    "in the envelope of ISO/IEC 15434": f"[)>\x1e05\x1d{DATA}\x1e\x04",
    "as people write it": "(01) 09521234000020 (21) ABC",
}
NOT_READ = {
    "a misread digit": ("]Q3010952123400001921ABC", "wrong-check-digit"),
    "a misread digit without a name": ("010952123400001921ABC", "wrong-check-digit"),
    "a model": ("https://id.gs1.org/01/09521234000020", "not-one-battery"),
    "a shipment": ("00106141411234567897", "not-one-battery"),
    "no code": ("no code", "not-an-identity"),
    "nothing": (" ", "not-an-identity"),
    "a book": ("x" * 3000, "not-an-identity"),
}


@pytest.mark.parametrize("case", READ)
def test_one_battery_is_read_from_whatever_a_scanner_sends(case: str) -> None:
    found = read_scan(READ[case])
    assert found.identity is not None
    assert (found.identity.canonical, found.refusal) == (NAME, None)


@pytest.mark.parametrize("case", NOT_READ)
def test_what_names_no_battery_says_why(case: str) -> None:
    text, code = NOT_READ[case]
    found = read_scan(text)
    assert found.identity is None
    assert isinstance(found.refusal, Refusal)
    assert found.refusal.code == code


def test_a_link_of_the_maker_and_a_code_of_china_are_names_too() -> None:
    own = read_scan("https://id.maker.example/b/1")
    assert own.identity is not None
    assert own.identity.canonical == "https://id.maker.example/b/1"
    code = "001PE12ABCDEFG1A10000001"
    china = read_scan(f"]Q1{code}")
    assert china.identity is None
    assert [each.scheme for each in china.aliases] == ["MAKER_SERIAL", "GB_T_34014"]


AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
THEN = AT - timedelta(hours=1)
HOUR = timedelta(hours=1)
CLOCKS = {
    "right": (THEN, AT, THEN, 0),
    "a little ahead": (THEN, AT + timedelta(minutes=5), THEN, 300),
    "a little ahead, just now": (AT + timedelta(minutes=4), AT, AT, 0),
    "an hour ahead": (THEN, AT + HOUR, THEN - HOUR, 3600),
    "an hour behind": (THEN, AT - HOUR, AT, -3600),
    "set between": (AT + HOUR, AT, AT, 3600),
    "set between, and still ahead": (AT + 9 * HOUR, AT + HOUR, AT, 3600),
}


@pytest.mark.parametrize("case", CLOCKS)
def test_a_moment_is_moved_by_as_much_as_its_clock_is_wrong(case: str) -> None:
    happened_at, sent_at, moved, skew = CLOCKS[case]
    clock = read_clock(happened_at=happened_at, sent_at=sent_at, at=AT)
    assert (clock.happened_at, clock.skew_s) == (moved, skew)
    assert clock.off is (abs(skew) > 300)


@pytest.mark.parametrize("year", [1970, 1999, 2077, 2199, 2200, 9999])
def test_a_clock_of_another_century_is_not_believed(year: int) -> None:
    wrong = datetime(year, 1, 1, tzinfo=UTC)
    for happened_at, sent_at in ((wrong, AT), (THEN, wrong)):
        with pytest.raises(NotAMoment):
            read_clock(happened_at=happened_at, sent_at=sent_at, at=AT)


def test_a_battery_is_set_apart_for_a_reason() -> None:
    assert check_danger("CRASH") is Danger.CRASH
    for said in ("", "crash", "because"):
        with pytest.raises(NoDanger):
            check_danger(said)


def test_a_part_of_a_serial_has_three_characters_at_least() -> None:
    assert check_part(" 4K9 ") == "4K9"
    for said in ("", "4K", "x" * 41, "   "):
        with pytest.raises(TooShort):
            check_part(said)
