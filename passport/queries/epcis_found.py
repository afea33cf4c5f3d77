"""The events that an EPCIS query finds for a party, page by page."""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from passport.models import Battery, EpcisEvent, LifecycleEvent, Party
from passport.queries.audience import sets_read
from passport.queries.epcis_view import told_of
from passport.rules.disclosure import closed_events
from passport.rules.epcis_answer import Told
from passport.rules.epcis_native import context_of
from passport.rules.epcis_query import Moment, Query
from passport.rules.epcis_spelling import naming_of
from passport.rules.epcis_terms import terms_of
from passport.rules.errors import Refusal

# A page ends after so many rows, however few of them are for the reader.
MOST_LOOKED_AT = 5_000
_AT_ONCE = 200


class QueryTooLarge(Refusal):
    """More events match than the query allows."""

    code = "epcis-query-too-large"
    title = "The query finds more events than it allows"


@dataclass(frozen=True)
class Place:
    """Where a page ends: after an event, or before part `part` of it. `left` events may follow.

    `until` is the moment of the first page: what is recorded later is on no page.
    """

    at: datetime
    id: uuid.UUID
    part: int
    left: int | None
    until: datetime


@dataclass(frozen=True)
class Page:
    """Some events; `next` is where the next page begins, while there may be one."""

    told: list[Told]
    next: Place | None


def page(*, query: Query, by: Party, stem: str, at: datetime, after: Place | None = None) -> Page:
    """The events that a query finds for a party; `stem` is what `bat:` stands for. [EPCIS 8.2.7]

    Refuses QueryTooLarge, for the first page.
    """
    left = after.left if after else query.limit
    until = after.until if after else at
    asked = replace(query, columns=[*query.columns, Moment("recordTime", "<=", until.isoformat())])
    if after is None and query.most is not None:
        _check_count(asked, query.most, by, stem)
    want = query.page if left is None else min(query.page, left)
    found: list[Told] = []
    place = after
    for looked, (at_, id_, part, said) in enumerate(_walk(asked, by, stem, after)):
        if place is not None and (looked >= MOST_LOOKED_AT or (said and len(found) == want)):
            rest = None if left is None else left - len(found)
            more = rest is None or rest > 0
            return Page(found, replace(place, left=rest) if more else None)
        if said is not None:
            found.append(said)
        place = Place(at_, id_, part + 1, None, until)
    return Page(found, None)


def ids(*, query: Query, by: Party, most: int) -> list[uuid.UUID]:
    """The first events that a query finds for a party, so many rows looked at."""
    found = _walk(replace(query, page=_AT_ONCE), by, "", None)
    return [id_ for _, id_, _, said in islice(found, most) if said is not None]


def exists(*, query: Query, by: Party) -> bool:
    """Whether a query finds anything for a party among the first rows that are looked at."""
    return bool(ids(query=replace(query, page=1), by=by, most=_AT_ONCE))


def _check_count(query: Query, most: int, by: Party, stem: str) -> None:
    count = 0
    for *_, said in _walk(query, by, stem, None):
        count += said is not None
        if count > most:
            raise QueryTooLarge(
                f"more than {most} events match",
                pointer="?maxEventCount",
                remedy="ask for fewer: for a span of time, for one battery; or page through them",
            )


def _walk(
    query: Query, by: Party, stem: str, after: Place | None
) -> Iterator[tuple[datetime, uuid.UUID, int, Told | None]]:
    """All that is found from a place on, part by part; None for what is not for the reader."""
    begin = after.part if after else 0
    place = (after.at, after.id) if after else None
    again = begin > 0
    while rows := _found(query, place, again=again):
        parts = _parts([id_ for id_, _ in rows], query, by, stem)
        for id_, at in rows:
            skip = begin if again and place and id_ == place[1] else 0
            for part, said in list(enumerate(parts.get(id_) or [None]))[skip:]:
                yield at, id_, part, said
        place, again = (rows[-1][1], rows[-1][0]), False


def _found(
    query: Query, place: tuple[datetime, uuid.UUID] | None, *, again: bool
) -> list[tuple[uuid.UUID, datetime]]:
    at, id_ = place or (None, None)
    by_record = query.order == "recordTime"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at FROM epcis_found_v1(%s::jsonb, %s, %s, %s, %s, %s, %s)",
            [
                _asked(query),
                by_record,
                query.ascending,
                at,
                id_,
                again,
                min(query.page + 1, _AT_ONCE),
            ],
        )
        return _pairs(cursor)


def _pairs(cursor: CursorWrapper) -> list[tuple[uuid.UUID, datetime]]:
    return [(id_, at) for id_, at in cursor.fetchall()]


def _asked(query: Query) -> str:
    sizes = [(each, False) for each in query.numbers] + [(each, True) for each in query.moments]
    return json.dumps(
        {
            "conditions": [
                {"terms": list(each.terms), "begins": list(each.begins)}
                for each in query.conditions
            ],
            "sizes": [
                {
                    "name": each.name,
                    "operator": each.operator,
                    "text": each.text,
                    "uom": each.uom,
                    "moment": moment,
                }
                for each, moment in sizes
            ],
            "columns": [
                {"column": each.column, "operator": each.operator, "text": each.text}
                for each in query.columns
            ],
            "names": query.names,
            "declaration": query.declaration,
        }
    )


def _parts(
    ids: Sequence[uuid.UUID], query: Query, by: Party, stem: str
) -> dict[uuid.UUID, list[Told]]:
    """What the reader may see of these, read again through its own policies."""
    seen = EpcisEvent.objects.filter(pk__in=ids).values_list("pk", flat=True)
    rows = LifecycleEvent.objects.filter(pk__in=set(seen))
    found = list(rows.select_related("recorder", "battery"))
    told = told_of(rows=found, stem=stem, shows=_Shows(found, by))
    return {row.pk: _asked_for(some, query, stem) for row, some in zip(found, told, strict=True)}


def _asked_for(told: list[Told], query: Query, stem: str) -> list[Told]:
    """Of an event that is told in two parts, those that are asked for."""
    if len(told) < 2:
        return told
    naming = naming_of({"@context": context_of(stem)})
    kept = []
    for each in told:
        terms = terms_of(each.event, naming=naming).terms
        named = not query.names or each.event["eventID"] in query.names
        if named and query.holds_of(list(terms)):
            kept.append(each)
    return kept


class _Shows:
    """Whether what an event says is for a party: who recorded it reads it always. [Annex XIII]"""

    def __init__(self, rows: Sequence[Any], by: Party) -> None:
        self.by = by
        self.closed: dict[uuid.UUID, frozenset[str]] = {}
        self._look({each for row in rows for each in _about(row)})

    def __call__(self, row: Any) -> bool:
        if row.recorder_id == self.by.pk:
            return True
        about = _about(row)
        self._look(about - self.closed.keys())
        known = [self.closed[each] for each in about if each in self.closed]
        return bool(known) and not any(row.kind in each for each in known)

    def _look(self, ids: set[uuid.UUID]) -> None:
        if not ids:
            return
        batteries = list(Battery.objects.filter(pk__in=ids))
        read = sets_read(of=batteries, by=self.by)
        self.closed |= {pk: frozenset(closed_events(reads=sets)) for pk, sets in read.items()}


def _about(row: Any) -> set[uuid.UUID]:
    return {row.battery_id} if row.battery_id else set(row.members or ())
