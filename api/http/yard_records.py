"""The records of a yard on the wire, alike for devices and for machines: one answer a record."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.http.errors import ShapeRefused
from api.http.fields import Flag, Identifier, Moment, Text, Word
from api.http.shapes import StrictShape, read_shape
from passport.actions import yard
from passport.actions.yard import Kept, Noted
from passport.models import Party, YardRecord
from passport.rules.errors import Malformed
from passport.rules.identity import LONGEST_READ
from passport.rules.yard import MOST_AT_ONCE, RecordKind

TAKEN, DUPLICATE, LATER, REFUSED = "taken", "duplicate", "later", "refused"


class NotRecords(Malformed):
    """The body is no list of records with the moment at which they were sent."""

    code = "not-records"
    title = "These are no records of a yard"


class NewYardRecord(StrictShape):
    catalogue = "yard-record"

    id = Identifier()
    kind = Word(among=tuple(RecordKind))
    text = Text(longest=LONGEST_READ, empty=True, required=False)
    happened_at = Moment()
    device = Text(longest=60)
    of = Identifier(required=False, allow_null=True)
    because = Text(longest=40, empty=True, required=False)


class YardAnswer(StrictShape):
    catalogue = "yard-record"

    id = Text(allow_null=True)
    outcome = Word(among=(TAKEN, DUPLICATE, LATER, REFUSED))
    kept = Flag()
    code = Text()
    detail = Text()
    remedy = Text()
    battery = Identifier(allow_null=True)
    identity = Text()
    clock_off = Flag()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is answered of one record; `row` is what was kept of it."""

    id: str | None
    outcome: str
    kept: bool
    code: str = ""
    detail: str = ""
    remedy: str = ""
    battery: uuid.UUID | None = None
    identity: str = ""
    clock_off: bool = False
    row: YardRecord | None = None


def keep(document: object, *, by: Party, person_id: uuid.UUID | None, at: datetime) -> list[Told]:
    """Keep the records of a body, each by itself: one that cannot be read stops no other.

    Refuses NotRecords where the body as a whole is none.
    """
    sent_at, records = _opened(document)
    read = [_read(each) for each in records]
    noted = [each for each in read if isinstance(each, Noted)]
    kept = yard.keep(noted=noted, sent_at=sent_at, by=by, person_id=person_id, at=at)
    answers = iter(kept)
    return [told(next(answers)) if isinstance(each, Noted) else each for each in read]


def told(kept: Kept) -> Told:
    """The answer for one record."""
    if kept.refusal is not None:
        refusal = kept.refusal
        return Told(
            id=str(kept.id), outcome=LATER if kept.later else REFUSED, kept=False,
            code=refusal.code,
            detail=refusal.detail, remedy=refusal.remedy,
        )  # fmt: skip
    return of_row(kept.record, again=kept.again)  # type: ignore[arg-type]


def of_row(row: YardRecord, *, again: bool = False) -> Told:
    """What is answered of a record that is kept."""
    outcome = DUPLICATE if again else REFUSED if row.code else TAKEN
    return Told(
        id=str(row.record_id), outcome=outcome, kept=True, code=row.code, detail=row.detail,
        remedy=row.remedy, battery=row.battery_id, identity=row.identity, clock_off=row.off,
        row=row,
    )  # fmt: skip


def _opened(document: object) -> tuple[datetime, Sequence[object]]:
    if not isinstance(document, Mapping) or set(document) != {"sent_at", "records"}:
        raise NotRecords(
            "the body has exactly the fields sent_at and records",
            remedy='send {"sent_at":"2026-03-02T10:00:00Z","records":[…]}',
        )
    records = document["records"]
    if not isinstance(records, list) or not 1 <= len(records) <= MOST_AT_ONCE:
        raise NotRecords(
            f"records is not a list of 1 to {MOST_AT_ONCE}",
            pointer="/records",
            remedy=f"send at most {MOST_AT_ONCE} at once, then the next",
        )
    sent_at = read_shape(_Sent, {"sent_at": document["sent_at"]})["sent_at"]
    return sent_at, records


class _Sent(StrictShape):
    catalogue = "yard-records"

    sent_at = Moment()


def _read(document: object) -> Noted | Told:
    try:
        values = read_shape(NewYardRecord, document)
    except ShapeRefused as refused:
        fault = refused.faults[0]
        name = document.get("id") if isinstance(document, Mapping) else None
        return Told(
            id=name if isinstance(name, str) else None, outcome=REFUSED, kept=False,
            code=fault.code, detail=f"{fault.pointer or 'record'}: {fault.detail}",
            remedy=fault.remedy,
        )  # fmt: skip
    return Noted(**{**values, "kind": RecordKind(values["kind"])})
