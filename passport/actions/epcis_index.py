"""Native events follow into the index of EPCIS: rows that say again what others say.

Whoever records waits for none of it. The worker reads the log, whose order nothing comes into
late, and keeps how far it came in the transaction of the rows: a crash takes both back. What waits
for the log is looked at too, so that it is found while nothing is logged.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from passport.models import Battery, EpcisEvent, EpcisMark, LifecycleEvent
from passport.postgres import locks
from passport.queries import epcis_index
from passport.queries.epcis_view import told_of
from passport.rules.epcis_answer import Told
from passport.rules.epcis_hash import event_hash_id
from passport.rules.epcis_json import Json, Number
from passport.rules.epcis_native import model_class
from passport.rules.epcis_spelling import naming_of
from passport.rules.epcis_terms import term, terms_of
from passport.rules.lifecycle import EventKind

AT_ONCE: Final = 500
MOST_ROUNDS: Final = 20

Classes = Mapping[uuid.UUID, list[tuple[str, int]]]


def catch_up(*, stem: str) -> int:
    """Write the rows that are missing, some 10,000 at most, and say how many; `stem` is of `bat:`.

    Only the system's role can. One process at a time does; another call returns at once.
    """
    with locks.held(locks.EPCIS_INDEX) as mine:
        if not mine:
            return 0
        return sum(_of_the_log(stem)) + sum(_before_the_log(stem))


def _of_the_log(stem: str) -> Iterator[int]:
    for _ in range(MOST_ROUNDS):
        with transaction.atomic():
            mark = EpcisMark.objects.select_for_update().get(pk=1)
            span = epcis_index.span(start=mark.next_index, most=AT_ONCE)
            yield _write(span.events, stem)
            if span.end > mark.next_index:
                EpcisMark.objects.filter(pk=1).update(next_index=span.end)
        # A crash before this commit leaves the mark where it was, and no row.
        if not span.goes_on:
            break


def _before_the_log(stem: str) -> Iterator[int]:
    for _ in range(MOST_ROUNDS):
        with transaction.atomic():
            rows = epcis_index.waiting(most=AT_ONCE)
            yield _write(rows, stem)
        if len(rows) < AT_ONCE:
            break


def _write(rows: Sequence[LifecycleEvent], stem: str) -> int:
    return len(EpcisEvent.objects.bulk_create(_rows(rows, stem), ignore_conflicts=True))


def _rows(rows: Sequence[Any], stem: str) -> list[EpcisEvent]:
    classes = {row.pk: _classes(row, stem) for row in rows if _is_of_a_file(row)}
    told = told_of(rows=rows, stem=stem, shows=lambda row: True, classes=classes)
    found = [(row, parts) for row, parts in zip(rows, told, strict=True) if parts]
    return [_row(row, parts, classes) for row, parts in found]


def _row(row: LifecycleEvent, parts: Sequence[Told], classes: Classes) -> EpcisEvent:
    first = parts[0]
    terms: set[str] = set()
    measured: dict[str, Any] = {}
    for part in parts:
        found = terms_of(part.event, naming=naming_of({"@context": part.context}))
        terms |= found.terms
        measured |= {name: [_plain(each) for each in some] for name, some in found.measured.items()}
    terms |= {term("eventID", cast(str, part.event["eventID"])) for part in parts[1:]}
    if row.pk in classes:
        measured["classes"] = [list(each) for each in classes[row.pk]]
    hashed = event_hash_id(first.event, naming=naming_of({"@context": first.context}))
    return EpcisEvent(
        event=row,
        recorder_id=row.recorder_id,
        event_uri=cast(str, first.event["eventID"]),
        declaration="errorDeclaration" in first.event,
        event_hash=bytes.fromhex(hashed.removeprefix("ni:///sha-256;")[:64]),
        event_type=cast(str, first.event["type"]),
        event_time=datetime.fromisoformat(cast(str, first.event["eventTime"])),
        record_time=row.recorded_at,
        terms=sorted(terms),
        measured=measured or None,
    )


def _plain(value: Json) -> Any:
    """Numbers by their text: a float would be another number."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.text if isinstance(value, Number) else value


def _is_of_a_file(row: LifecycleEvent) -> bool:
    return row.intake_id is not None and row.kind == EventKind.REGISTERED


def _classes(row: LifecycleEvent, stem: str) -> list[tuple[str, int]]:
    """How many batteries of each model a file has registered that have no event of their own."""
    own = LifecycleEvent.objects.filter(battery=OuterRef("pk"), kind=EventKind.REGISTERED)
    rest = Battery.objects.filter(~Exists(own), intake=row.intake)
    counted = rest.values_list("model__gtin", "model__code", "maker__slug").annotate(Count("pk"))
    return sorted(
        (model_class(gtin=gtin, maker=maker, code=code, stem=stem), count)
        for gtin, code, maker, count in counted
    )
