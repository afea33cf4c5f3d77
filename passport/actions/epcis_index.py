"""Native events follow into the index of EPCIS: rows that say again what others say.

Whoever records waits for none of it: the worker looks, in the order of recording, for events that
have no row yet, and writes them some hundred at a time. A crash takes the last of these back, and
the next round writes it again.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from passport.models import Battery, EpcisEvent, LifecycleEvent
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
# Ids grow with time, but a transaction may end long after it took one: longer than a task may run.
LAG: Final = timedelta(minutes=20)
# Single events are captured without a document too, so rows that were written here say so.
NATIVE: Final = "native"

Classes = Mapping[uuid.UUID, list[tuple[str, int]]]


def catch_up(*, stem: str) -> int:
    """Write the rows that are missing, at most 10,000, and say how many; `stem` is that of `bat:`.

    Only the system's role can. What two workers write at once is written once.
    """
    written, after = 0, _mark()
    for _ in range(MOST_ROUNDS):
        with transaction.atomic():
            rows = _missing(after)
            written += len(EpcisEvent.objects.bulk_create(_rows(rows, stem), ignore_conflicts=True))
        if len(rows) < AT_ONCE:
            break
        after = rows[-1].pk
    return written


def _mark() -> uuid.UUID:
    """An id below that of every event that may have no row yet."""
    done = EpcisEvent.objects.filter(measured__has_key=NATIVE).order_by("-event_id")
    last = done.values_list("event_id", flat=True).first()
    if last is None:
        return uuid.UUID(int=0)
    millis = (last.int >> 80) - int(LAG.total_seconds() * 1000)
    return uuid.UUID(int=max(millis, 0) << 80)


def _missing(after: uuid.UUID) -> list[LifecycleEvent]:
    known = EpcisEvent.objects.filter(event_id=OuterRef("pk"))
    rows = LifecycleEvent.objects.filter(~Exists(known), pk__gt=after).exclude(body=b"")
    return list(rows.select_related("recorder", "battery").order_by("pk")[:AT_ONCE])


def _rows(rows: Sequence[Any], stem: str) -> list[EpcisEvent]:
    classes = {row.pk: _classes(row, stem) for row in rows if _is_of_a_file(row)}
    told = told_of(rows=rows, stem=stem, shows=lambda row: True, classes=classes)
    found = [(row, parts) for row, parts in zip(rows, told, strict=True) if parts]
    return [_row(row, parts, classes) for row, parts in found]


def _row(row: LifecycleEvent, parts: Sequence[Told], classes: Classes) -> EpcisEvent:
    first = parts[0]
    terms: set[str] = set()
    measured: dict[str, Any] = {NATIVE: []}
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
        measured=measured,
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
