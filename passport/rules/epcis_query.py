"""An EPCIS query as its parameters ask it: read whole, or refused by the name that is wrong."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from passport.rules.epcis_conditions import (
    MATCHES,
    PLACES,
    TYPED,
    WORDS,
    AnyOf,
    QueryParameter,
    below,
    equal,
    matching,
    own_equal,
    own_name,
    values,
)
from passport.rules.epcis_moments import utc_text
from passport.rules.epcis_spelling import STANDARD, Naming
from passport.rules.epcis_terms import term
from passport.rules.errors import Refusal

USUAL_PAGE: Final = 30
LARGEST_PAGE: Final = 1000
MOST_EVENTS: Final = 10_000
MOST_CONDITIONS: Final = 40
OPERATORS: Final = {"EQ": "=", "GT": ">", "GE": ">=", "LT": "<", "LE": "<="}
NUMBERS: Final = (
    "quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue",
)  # fmt: skip
MOMENTS: Final = ("time", "startTime", "endTime", "errorDeclarationTime")
COLUMNS: Final = ("eventTime", "recordTime")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)
_SIZE = re.compile(rf"({'|'.join(NUMBERS)})(?:_([A-Z0-9]{{2,3}}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Size:
    """Something measured stands so to a number or moment; `uom` None: in whatever unit."""

    name: str
    operator: str
    text: str
    uom: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A column of the index: at or after (`>=`), or before (`<`) a moment."""

    column: str
    operator: str
    text: str


@dataclass(slots=True)
class Query:
    """What is asked: all of these hold of an event. Counts and order say what of it is answered."""

    conditions: list[AnyOf] = field(default_factory=list)
    numbers: list[Size] = field(default_factory=list)
    moments: list[Size] = field(default_factory=list)
    columns: list[Moment] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    declaration: bool | None = None
    order: str = "eventTime"
    ascending: bool = False
    limit: int | None = None
    most: int | None = None
    page: int = USUAL_PAGE

    def holds_of(self, terms: Sequence[str]) -> bool:
        """Whether an event with these terms meets what is asked of terms."""
        return all(each.met_by(terms) for each in self.conditions)


Read = Callable[[Query, str, Sequence[str], Naming], None]


def read_query(given: Mapping[str, Sequence[str]], *, naming: Naming = STANDARD) -> Query:
    """The query that these parameters ask; a list of values is OR, several parameters are AND.

    `naming` says what prefixes stand for. Refuses QueryParameter. [EPCIS 8.2.7.1]
    """
    query = Query()
    for name, texts in given.items():
        _read_one(query, name, texts, naming)
    if query.limit is not None and query.most is not None:
        raise QueryParameter(
            "eventCountLimit and maxEventCount do not go together",
            pointer="?maxEventCount",
            remedy="leave one of them out",
        )
    sizes = len(query.numbers) + len(query.moments) + len(query.columns)
    if len(query.conditions) + sizes > MOST_CONDITIONS:
        raise QueryParameter(f"at most {MOST_CONDITIONS} conditions are asked at once")
    return query


def known() -> list[str]:
    """The names of all parameters, for who asks with another one."""
    sizes = [f"{way}_{name}[_<uom>]" for way in OPERATORS for name in NUMBERS]
    moments = [f"{way}_{name}" for way in ("GE", "LT") for name in (*COLUMNS, *MOMENTS)]
    return [
        *_SINGLE,
        *(f"EQ_{name}" for name in WORDS),
        *(f"EQ_{name}_<type>" for name in TYPED),
        *(f"WD_{name}" for name in PLACES),
        *(f"MATCH_{name}" for name in MATCHES),
        *moments,
        *sizes,
        "EQ_eventID",
        "EQ_[INNER_][ILMD_]<prefix:field>",
        "EXISTS_[INNER_][ILMD_]<prefix:field>",
    ]


def _read_one(query: Query, name: str, texts: Sequence[str], naming: Naming) -> None:
    try:
        if name in _SINGLE:
            _SINGLE[name](query, name, texts, naming)
            return
        way, _, what = name.partition("_")
        if what and any(texts) and _FAMILIES.get(way, _no)(query, way, what, texts, naming):
            return
    except Refusal as refusal:
        raise QueryParameter(
            f"{name[:60]}: {refusal.detail}", pointer=f"?{name}"[:80], remedy=refusal.remedy
        ) from None
    raise QueryParameter(
        f"there is no parameter {name[:60]}, or it has no value",
        pointer=f"?{name}"[:80],
        remedy="ask by " + ", ".join(known()),
    )


def _no(query: Query, way: str, what: str, texts: Sequence[str], naming: Naming) -> bool:
    return False


def _equal(query: Query, way: str, what: str, texts: Sequence[str], naming: Naming) -> bool:
    given = values(texts)
    if what == "eventID":
        query.names += [text for text in given if text]
        return True
    found = equal(what, given, naming)
    if found is None and (name := own_name(what, naming)):
        found = own_equal(name, given, naming)
    if found is None:
        return _sized(query, way, what, texts, naming)
    query.conditions.append(found)
    return True


def _sized(query: Query, way: str, what: str, texts: Sequence[str], naming: Naming) -> bool:
    if what in (*COLUMNS, *MOMENTS):
        return _timed(query, way, what, texts)
    size = _SIZE.fullmatch(what)
    name, uom = (size[1], size[2]) if size else (own_name(what, naming), None)
    if name is None:
        return False
    for text in texts:
        query.numbers.append(Size(name, OPERATORS[way], _number(text), uom))
    return True


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise QueryParameter(f'"{text[:40]}" is no number', remedy="write it as 12.5")
    return f"{Decimal(text):f}"


def _timed(query: Query, way: str, what: str, texts: Sequence[str]) -> bool:
    if way not in ("GE", "LT"):
        return False
    for text in texts:
        # The sign of an offset that nobody escaped has become a space on its way.
        moment = utc_text(text.strip().replace(" ", "+"))
        if what in COLUMNS:
            query.columns.append(Moment(what, OPERATORS[way], moment))
        else:
            query.moments.append(Size(what, OPERATORS[way], moment))
    return True


def _matched(query: Query, way: str, what: str, texts: Sequence[str], naming: Naming) -> bool:
    if what not in MATCHES:
        return False
    query.conditions.append(matching(what, values(texts), naming))
    return True


def _within(query: Query, way: str, what: str, texts: Sequence[str], naming: Naming) -> bool:
    if what not in PLACES:
        return False
    query.conditions.append(below(what, values(texts), naming))
    return True


def _exists(query: Query, way: str, what: str, texts: Sequence[str], naming: Naming) -> bool:
    name = own_name(what, naming)
    if name is None:
        return False
    query.conditions.append(AnyOf((), (f"{name} ",)))
    return True


def _kinds(query: Query, name: str, texts: Sequence[str], naming: Naming) -> None:
    query.conditions.append(
        AnyOf(tuple(term("eventType", naming.value(each)) for each in values(texts)))
    )


def _declarations(query: Query, name: str, texts: Sequence[str], naming: Naming) -> None:
    text = texts[-1].lower()
    if text not in ("", "true", "false"):
        raise QueryParameter(f'"{text[:40]}" is neither true nor false', remedy="write true")
    query.declaration = text != "false"


def _order(query: Query, name: str, texts: Sequence[str], naming: Naming) -> None:
    if texts[-1] not in COLUMNS:
        raise QueryParameter(
            f'events are not ordered by "{texts[-1][:40]}"', remedy="write eventTime or recordTime"
        )
    query.order = texts[-1]


def _direction(query: Query, name: str, texts: Sequence[str], naming: Naming) -> None:
    if texts[-1] not in ("ASC", "DESC"):
        raise QueryParameter(f'"{texts[-1][:40]}" is no direction', remedy="write ASC or DESC")
    query.ascending = texts[-1] == "ASC"


def _count(text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= most):
        raise QueryParameter(f'"{text[:40]}" is no number from 1 to {most}')
    return int(text)


def _limit(query: Query, name: str, texts: Sequence[str], naming: Naming) -> None:
    query.limit = _count(texts[-1], 10**9 - 1)


def _most(query: Query, name: str, texts: Sequence[str], naming: Naming) -> None:
    query.most = _count(texts[-1], MOST_EVENTS)


def _page(query: Query, name: str, texts: Sequence[str], naming: Naming) -> None:
    query.page = _count(texts[-1], LARGEST_PAGE)


_SINGLE: Final[dict[str, Read]] = {
    "eventType": _kinds,
    "EXISTS_errorDeclaration": _declarations,
    "orderBy": _order,
    "orderDirection": _direction,
    "eventCountLimit": _limit,
    "maxEventCount": _most,
    "perPage": _page,
}
_FAMILIES: Final = {
    "EQ": _equal,
    "GT": _sized,
    "GE": _sized,
    "LT": _sized,
    "LE": _sized,
    "MATCH": _matched,
    "WD": _within,
    "EXISTS": _exists,
}
