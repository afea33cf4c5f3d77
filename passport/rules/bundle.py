"""How much may be asked for in one bundle, and how people write down which batteries they mean."""

import csv
import re
from collections.abc import Iterator

from passport.rules.errors import Conflict, Malformed

MOST_BATTERIES = 1_000
LONGEST_TITLE = 200
MOST_WAITING = 5


# What people write above a column of batteries.
_HEADINGS = {
    *("battery", "batteries", "id", "identity", "link", "uri", "url", "serial", "serials"),
    *("serial number", "serial no", "serial_number", "gs1 digital link", "passport"),
}
# A comma or a semicolon may belong to a link; what stands before a blank or a tab does not.
_APART = re.compile(r"[,;]?[\t ]+|[,;]+$")


class EmptyList(Malformed):
    """A bundle is about one battery at least."""

    code = "empty-list"
    title = "The list names no battery"


class NotAList(Malformed):
    """A list is text, or a table saved as text."""

    code = "not-a-list"
    title = "The file is no list"


class ListTooLong(Malformed):
    """A bundle is one file that a person can still check."""

    code = "list-too-long"
    title = "The list names too many batteries"


class TitleTooLong(Malformed):
    """The title stands in the signed record."""

    code = "title-too-long"
    title = "The title is too long"


class TooManyWaiting(Conflict):
    """Bundles are made one after the other; a queue without end helps nobody."""

    code = "too-many-waiting"
    title = "Enough bundles are being made for you already"


def check_list(*, count: int, title: str) -> None:
    """A bundle is about 1 to 1,000 batteries, under a title of at most 200 characters. [bundle-1]

    Refuses EmptyList, ListTooLong, TitleTooLong.
    """
    if not count:
        raise EmptyList(
            "no battery is named", pointer="/batteries", remedy="name one: id, identity or serial"
        )
    if count > MOST_BATTERIES:
        raise ListTooLong(
            f"{count:,} batteries are named; one bundle holds {MOST_BATTERIES:,}",
            pointer="/batteries",
            remedy="ask for several bundles",
        )
    if len(title) > LONGEST_TITLE:
        raise TitleTooLong(
            f"the title has {len(title)} characters",
            pointer="/title",
            remedy=f"write at most {LONGEST_TITLE}",
        )


def check_waiting(*, count: int) -> None:
    """So many bundles of one party wait at a time, and no more. [bundle-2]

    Refuses TooManyWaiting.
    """
    if count >= MOST_WAITING:
        raise TooManyWaiting(
            f"{count} bundles of yours are being made", remedy="fetch one of these first"
        )


def names_typed(text: str) -> list[str]:
    """The batteries that somebody typed or pasted: one a line, or apart by blanks. [bundle-3]"""
    return [each for line in text.splitlines() for each in _APART.split(line.strip()) if each]


def names_in_file(data: bytes) -> list[str]:
    """The batteries that a text or CSV file lists: one a line, in its first column. [bundle-4]

    Of several columns with headings the one is taken whose heading says so. Refuses NotAList.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAList(
            "the file is not text", pointer="/file", remedy="save it as CSV or text in UTF-8"
        ) from error
    try:
        rows = [
            each for each in csv.reader(text.splitlines(), delimiter=_delimiter(text)) if any(each)
        ]
    except csv.Error as error:
        raise NotAList(
            f"the file cannot be read as a table: {error}",
            pointer="/file",
            remedy="put one battery on each line",
        ) from error
    headings = [each.strip().lower() for each in rows[0]] if rows else []
    known = [place for place, each in enumerate(headings) if each in _HEADINGS]
    column = known[0] if known else 0
    return list(_column(rows[1:] if known else rows, column))


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max("\t;,", key=lambda mark: (first.count(mark), mark == ","))


def _column(rows: list[list[str]], column: int) -> Iterator[str]:
    for row in rows:
        if len(row) > column and row[column].strip():
            yield row[column].strip()
