"""Taxable years, and the day of one on which an entity is tested."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from passport.rules.errors import Malformed

_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-([0-2][0-9]|3[01])", re.ASCII)


class NoSuchYear(Malformed):
    """The beginning of a taxable year is no day that every year has."""

    code = "sourcing-no-such-year"
    title = "This is no beginning of a taxable year"


@dataclass(frozen=True)
class TaxableYear:
    """From its first day to its last, both in it."""

    begins_on: date
    ends_on: date


def taxable_year(*, starts: str, on: date, pointer: str = "") -> TaxableYear:
    """The taxable year that a day lies in; `starts` is a month and a day, "04-01".

    Refuses NoSuchYear. [26 USC 441]
    """
    month, day = _month_day(starts, pointer)
    begins = date(on.year, month, day)
    if begins > on:
        begins = date(on.year - 1, month, day)
    return TaxableYear(begins, date(begins.year + 1, month, day) - timedelta(days=1))


def year_before(*, year: TaxableYear) -> TaxableYear:
    """The taxable year before another."""
    first = year.begins_on
    return TaxableYear(
        date(first.year - 1, first.month, first.day), year.begins_on - timedelta(days=1)
    )


def tested_on(*, year: TaxableYear, beginning_after: date) -> date:
    """On which day of the year an entity is tested: the last, in the first year the first.

    The first is the first that begins after `beginning_after`. Years that begin earlier have no
    settled answer; their last day is given, for counsel. [7701(a)(51)(A)(ii)]
    """
    first = year_before(year=year).begins_on <= beginning_after < year.begins_on
    return year.begins_on if first else year.ends_on


def _month_day(starts: str, pointer: str) -> tuple[int, int]:
    found = _MONTH_DAY.fullmatch(starts)
    try:
        # A year without a 29th of February: the beginning is a day of every year.
        began = date(2001, int(found[1]), int(found[2])) if found else None
    except ValueError:
        began = None
    if began is None:
        raise NoSuchYear(
            f'"{starts[:20]}" is no day of every year',
            pointer=pointer,
            remedy='write month and day of its beginning, as in "04-01"',
        )
    return began.month, began.day
