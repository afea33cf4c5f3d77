"""The whole life of a battery as one EPCIS document, as far as its reader may know it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from passport.models import Battery, LifecycleEvent, Party
from passport.queries import event
from passport.queries.audience import sets_read
from passport.queries.epcis_view import body_of, native_of, told_of
from passport.queries.registration import registrations
from passport.rules.disclosure import closed_events
from passport.rules.epcis_answer import Told, document
from passport.rules.epcis_native import context_of, stem_of
from passport.rules.epcis_view import events_of
from passport.rules.lifecycle import EventKind

_AT_ONCE = 500


def life(*, battery: Battery, by: Party, site: str, name: str, at: datetime) -> str:
    """An EPCISDocument, as JSON, of all that happened to a battery, in the order of recording.

    `site` is the service's own address, `name` that of the document. What the law does not give
    this party is left out, and so is what was erased. [EPCIS 10; Annex XIII]
    """
    stem = stem_of(site)
    told: list[Told] = []
    registered = False
    closed = closed_events(reads=sets_read(of=[battery], by=by)[battery.pk])

    def shows(row: LifecycleEvent) -> bool:
        return row.kind not in closed or row.recorder_id == by.pk

    for rows in _chapters(battery, by):
        registered = registered or any(row.kind == EventKind.REGISTERED for row in rows)
        told += [each for some in told_of(rows=rows, stem=stem, shows=shows) for each in some]
    if not registered:
        told = [*_with_its_file(battery, stem), *told]
    return document(told=told, name=name, stem=stem, at=at)


def _chapters(battery: Battery, by: Party) -> Iterator[list[Any]]:
    after = None
    while rows := event.told(battery=battery, by=by, after=after, limit=_AT_ONCE):
        yield rows
        after = rows[-1].pk


def _with_its_file(battery: Battery, stem: str) -> Iterator[Told]:
    """Its registration, where that is one event of a file: of all in it, this battery alone."""
    for each in registrations(batteries=[battery.pk]):
        body = body_of(each.body)
        if each.event_id is None and body:
            native = native_of(body=body, digest=each.digest, stem=stem, subject=battery.identity)
            for said in events_of(native):
                yield Told(said, list(context_of(stem)))
