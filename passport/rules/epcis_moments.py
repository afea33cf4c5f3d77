"""Moments of events: read as RFC 3339, and said in UTC to the millisecond. [CBV 8.9]"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from passport.rules.errors import Malformed


class NotAMoment(Malformed):
    """The text is no date and time with its offset, or names a moment that does not exist."""

    code = "epcis-not-a-moment"
    title = "A date and time with its offset is due"


_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))",
    re.ASCII,
)
# Most lines say it like this already; the long way gives the same answer.
_USUAL = re.compile(
    r"20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r":[0-5][0-9]\.[0-9]{3}Z",
    re.ASCII,
)
# A day of shifting and a millisecond of rounding must stay in the calendar.
_FIRST_YEAR, _LAST_YEAR = 2, 9998


@lru_cache(maxsize=4096)
def utc_text(text: str) -> str:
    """The moment in UTC with three decimals, 2023-02-02T11:04:03.142Z; a fourth of 5-9 rounds up.

    Refuses NotAMoment, also for the second 60 and for years that cannot be brought to UTC.
    """
    if _USUAL.fullmatch(text):
        return text
    found = _MOMENT.fullmatch(text) if len(text) <= 64 else None
    if found is None:
        raise _refusal(text)
    *parts, fraction, sign, hours, minutes = found.groups()
    try:
        year, month, day, hour, minute, second = map(int, parts)
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise _refusal(text) from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise _refusal(text)
    thousandths = _thousandths(fraction or "")
    if sign:
        shift = timedelta(hours=int(hours), minutes=int(minutes))
        moment += -shift if sign == "+" else shift
    moment += timedelta(milliseconds=thousandths)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def is_utc_text(text: str) -> bool:
    """Whether a text is for certain what utc_text() makes of it."""
    return _USUAL.fullmatch(text) is not None


def _thousandths(fraction: str) -> int:
    return int(fraction[:3].ljust(3, "0")) + (fraction[3:4] >= "5")


def _refusal(text: str) -> NotAMoment:
    return NotAMoment(
        f'"{text[:40]}" is no date and time with an offset',
        remedy="write it as 2026-03-02T06:00:00.000Z, or with +01:00 at its end",
    )
