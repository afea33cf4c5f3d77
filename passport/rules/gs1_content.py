"""What the content of a GS1 value obeys beyond its characters: check digits, dates, small codes.

Lists that others keep up (countries, currencies, package and carrier kinds, coupons) are not
judged: three digits pass as a country.
"""

import re
from collections.abc import Callable
from datetime import date

_GMN_WEIGHTS = (
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
)  # fmt: skip
_GMN_PAIR = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_IN_ORDER = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def check_digit(body: str) -> str:
    """The mod-10 digit that follows these digits: weights 3, 1, 3, … from the right."""
    return str(-sum(int(c) * (1 if i % 2 else 3) for i, c in enumerate(reversed(body))) % 10)


def check_pair(body: str) -> str:
    """The two check characters that follow a global model number of at most 23 characters."""
    weighted = zip(_GMN_WEIGHTS, reversed(body), strict=False)
    total = sum(weight * _IN_ORDER.index(each) for weight, each in weighted) % 1021
    return _GMN_PAIR[total >> 5] + _GMN_PAIR[total & 31]


def obeys(rule: str, value: str) -> bool:
    """Whether a part of a value follows a rule of the table, by its name there."""
    return RULES[rule][0](value)


def words(rule: str) -> tuple[str, str]:
    """What is wrong with a part that breaks the rule, and what to do."""
    return RULES[rule][1:]


def _is_day(value: str, *, zero: bool = False) -> bool:
    day = value[4:] if not zero or value[4:] != "00" else "01"
    return _exists(2000 + int(value[:2]), value[2:4], day)


def _is_date(value: str) -> bool:
    return _exists(int(value[:4]), value[4:6], value[6:])


def _exists(year: int, month: str, day: str) -> bool:
    try:
        date(year, int(month), int(day))
    except ValueError:
        return False
    return True


def _is_clock(value: str) -> bool:
    return value[:2] < "24" and value[2:] < "60"


def _is_piece(value: str) -> bool:
    return "00" < value[:2] <= value[2:]


def _is_iban(value: str) -> bool:
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{1,30}", value, re.ASCII):
        return False
    return int("".join(str(int(each, 36)) for each in value[4:] + value[:4])) % 97 == 1


def _matching(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: compiled.fullmatch(value) is not None


# Rule → its test, what a value that fails it is, and what to do.
RULES: dict[str, tuple[Callable[[str], bool], str, str]] = {
    "mod10": (
        lambda value: value[-1] == check_digit(value[:-1]),
        "has a wrong check digit",
        "scan again",
    ),
    "pair": (
        lambda value: len(value) > 2 and value[-2:] == check_pair(value[:-2]),
        "has wrong check characters",
        "scan again",
    ),
    "prefix": (
        _matching(r"[0-9]{4}.*"),
        "does not begin with 4 digits",
        "begin with the GS1 company prefix of the party",
    ),
    "plain": (_matching(r"[1-9].*|0"), "begins with a zero", "leave leading zeros out"),
    "zero": (_matching("0"), "does not begin with a zero", "put a zero before the 13 digits"),
    "day": (_is_day, "is not a day", "write it as YYMMDD"),
    "day0": (
        lambda value: _is_day(value, zero=True),
        "is not a day",
        "write it as YYMMDD; 00 stands for a day that nobody knows",
    ),
    "date": (_is_date, "is not a day", "write it as YYYYMMDD"),
    "clock": (_is_clock, "is no time of day", "write it as HHMM"),
    "hour": (lambda value: value < "24", "has an hour over 23", "write it as YYMMDDHHMMSS"),
    "minute": (lambda value: value < "60", "has a minute over 59", "write it as YYMMDDHHMMSS"),
    "second": (lambda value: value < "60", "has a second over 59", "write it as YYMMDDHHMMSS"),
    "pieces": (
        _is_piece,
        "counts no piece out of a total",
        "write the number of the piece and the total, as in 0316 for the third of sixteen",
    ),
    "positive": (lambda value: int(value) > 0, "has a part that is zero", "write what it measures"),
    "winding": (_matching("[019]"), "has no direction of winding", "write 0, 1 or 9"),
    "country": (_matching("[0-9]{3}"), "has no country", "write its three digits of ISO 3166-1"),
    "letters": (_matching("[A-Z]{2}"), "is no country", "write its two letters of ISO 3166-1"),
    "percent": (
        _matching("(?:[^%]|%[0-9A-Fa-f]{2})*"),
        "has a stray percent sign",
        "write a percent sign in it as %25",
    ),
    "minus": (_matching("-"), "ends in what is no minus", "write a minus behind, or nothing"),
    "latitude": (
        lambda value: int(value) <= 1_800_000_000,
        "has a latitude past a pole",
        "add 90 degrees and count in 0.0000001",
    ),
    "longitude": (
        lambda value: int(value) <= 3_600_000_000,
        "has a longitude past the circle",
        "add 180 degrees and count in 0.0000001",
    ),
    "yes": (_matching("[01]"), "is neither yes nor no", "write 1 for yes, 0 for no"),
    "sex": (_matching("[0129]"), "is no code of ISO/IEC 5218", "write 0, 1, 2 or 9"),
    "births": (
        lambda value: _matching("[1-9]/[1-9]")(value) and value[0] <= value[2],
        "counts no birth out of a total",
        "write it as 1/2",
    ),
    "index": (_matching("[-_0-9A-Za-z]"), "has no importer index", "write a letter or a digit"),
    "iban": (_is_iban, "has a wrong check number", "copy the account number again"),
}
