"""Queries that are given a name: what may be asked by it, and how it is written. [EPCIS 8.2.5]"""

import re
from collections.abc import Mapping
from typing import Any

from passport.rules.epcis_query import read_query
from passport.rules.epcis_spelling import STANDARD
from passport.rules.errors import Conflict, Malformed, Refusal

MOST = 100
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}", re.ASCII)
# Which page is asked for, whoever asks says each time.
PAGING = frozenset({"perPage", "nextPageToken"})


class NotAQuery(Malformed):
    """What is to be named is no query."""

    code = "epcis-not-a-query"
    title = "This is no query"


class QueryNamed(Conflict):
    """The party has another query of this name."""

    code = "epcis-query-named"
    title = "There is a query of this name"


class TooManyQueries(Refusal):
    """A party has a bounded number of named queries."""

    code = "epcis-queries"
    title = "There are as many queries as there may be"


def check_name(name: str) -> str:
    """A name that stands in an address as it is. Refuses NotAQuery."""
    if _NAME.fullmatch(name):
        return name
    raise NotAQuery(
        "a name has 1 to 100 of A-Z a-z 0-9 . _ ~ - and begins with a letter or a digit",
        pointer="/name",
        remedy="name it, for instance, damaged-this-year",
    )


def asked_of(query: Mapping[str, Any], *, prefixes: Mapping[str, str]) -> dict[str, list[str]]:
    """The parameters of a query as an address says them; each is read, so that it can be asked.

    A value is a text, a number, true or false, or a list of these. Refuses NotAQuery,
    QueryParameter.
    """
    asked = {name: _texts(name, value) for name, value in query.items() if name != "@context"}
    if PAGING & asked.keys():
        raise NotAQuery(
            "a query says nothing of pages",
            pointer=f"/query/{min(PAGING & asked.keys())}",
            remedy="send perPage when you ask it",
        )
    read_query(asked, naming=STANDARD.within(dict(prefixes)))
    return asked


def _texts(name: str, value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if values and all(isinstance(each, str | int | float) for each in values):
        return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]
    raise NotAQuery(
        f"{name[:60]} is neither a value nor a list of values",
        pointer=f"/query/{name[:60]}",
        remedy='write {"EQ_bizStep": ["shipping", "receiving"]}',
    )
