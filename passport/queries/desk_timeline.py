"""What happened to a battery, as its record tells it: one line an event, with its log index."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Value

from passport.models import Battery, Erasure, LifecycleEvent, LogEntry, Party
from passport.proof import canonical
from passport.queries import attestation, correction, erasure, event
from passport.queries.attestation import Line
from passport.queries.battery import unknown
from passport.rules.correction import correctable
from passport.rules.lifecycle import EventKind

_LONGEST = 90
PAGE_SIZE = 50
# Under which names a fact tells where something happened.
_WHERE = ("site", "place", "where", "facility")


@dataclass(frozen=True)
class Struck:
    """That an event was declared wrong: by whom, when, why."""

    by_name: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class TimelineLine:
    """One event: what, who recorded it, when it happened, where it stands in the log.

    `corrects` is the event that it declares wrong or stands in the place of; `own`: the reader
    recorded it, and may declare it wrong. A signed claim has the method that `signed` it.
    """

    id: uuid.UUID
    kind: str
    happened_at: datetime
    recorded_at: datetime
    recorder_name: str
    summary: str
    where: str
    withheld: bool
    logged_index: int | None
    digest: str
    struck: Struck | None
    corrects: uuid.UUID | None
    own: bool
    signed: str = ""


@dataclass(frozen=True)
class Timeline:
    """A page of a life, newest first; `older` is where the next one begins, empty at the birth."""

    lines: tuple[TimelineLine, ...]
    older: str


def timeline(*, battery: Battery, by: Party, before: str = "") -> Timeline:
    """Newest first by what happened; each with its place in the log, in one query.

    What an event says stands there for those alone whom it is for; that it happened, for all.
    `before` is the `older` of the page before. Refuses NotFound for one that no page gave.
    """
    begin = _cursor(before) if before else None
    rows = event.newest(battery=battery, by=by, before=begin, limit=PAGE_SIZE + 1)
    more = len(rows) > PAGE_SIZE
    shown = rows[:PAGE_SIZE]
    end = (shown[-1].happened_at, shown[-1].pk) if more else None
    if not more:
        shown = [*shown, *_of_its_file(battery)]
    found = [*_lines(shown, by), *_signed(battery, by, begin, end)]
    found.sort(key=lambda line: (line.happened_at, line.id), reverse=True)
    older = f"{end[0].isoformat()}~{end[1]}" if end else ""
    return Timeline(lines=tuple(found), older=older)


def _cursor(text: str) -> tuple[datetime, uuid.UUID]:
    moment, _, own = text.partition("~")
    try:
        found = (datetime.fromisoformat(moment), uuid.UUID(own))
    except ValueError:
        raise unknown("page") from None
    if found[0].tzinfo is None:
        raise unknown("page")
    return found


def _lines(rows: Sequence[Any], by: Party) -> list[TimelineLine]:
    digests = [bytes(row.body_sha256) for row in rows]
    logged = {
        bytes(digest): index
        for digest, index in LogEntry.objects.filter(digest__in=digests).values_list(
            "digest", "index"
        )
    }
    gone = erasure.erased(digests=[bytes(row.body_sha256) for row in rows if not row.body])
    return [
        _line(row, gone.get(bytes(row.body_sha256)), logged.get(bytes(row.body_sha256)), by)
        for row in rows
    ]


def _line(row: Any, gone: Erasure | None, index: int | None, by: Party) -> TimelineLine:
    facts = {} if gone or row.withheld else _facts(row)
    wrong = row.corrected
    return TimelineLine(
        id=row.pk,
        kind=row.kind,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        recorder_name=row.recorder.name,
        summary=erasure.in_words(erasure=gone) if gone else _summary(row.kind, facts),
        where=next((str(facts[name])[:_LONGEST] for name in _WHERE if facts.get(name)), ""),
        withheld=row.withheld,
        logged_index=index,
        digest=bytes(row.body_sha256).hex(),
        struck=Struck(wrong.party.name, wrong.declared_at, wrong.reason) if wrong else None,
        corrects=row.corrects,
        own=row.recorder_id == by.pk and not wrong and not gone and correctable(kind=row.kind),
    )


def _of_its_file(battery: Battery) -> list[Any]:
    """Where it was registered with many others, the event of its file, at the end of its life."""
    kind = EventKind.REGISTERED
    if battery.intake_id is None or event.of(battery=battery).filter(kind=kind).exists():
        return []
    rows = LifecycleEvent.objects.filter(intake_id=battery.intake_id)
    open_to_all = Value(False, output_field=BooleanField())
    found = list(rows.select_related("recorder").annotate(withheld=open_to_all))
    correction.mark(found)
    return found


def _signed(
    battery: Battery,
    by: Party,
    begin: tuple[datetime, uuid.UUID] | None,
    end: tuple[datetime, uuid.UUID] | None,
) -> list[TimelineLine]:
    """The signed claims about it that were taken in during this part of its life."""
    rows = attestation.listing(battery=battery, by=by, after=None, limit=PAGE_SIZE)
    return [
        _claim(each)
        for each in rows
        if (begin is None or (each.row.recorded_at, each.row.pk) < begin)
        and (end is None or (each.row.recorded_at, each.row.pk) >= end)
    ]


def _claim(each: Line) -> TimelineLine:
    row, back = each.row, each.withdrawn
    return TimelineLine(
        id=row.pk,
        kind=row.kind,
        happened_at=row.recorded_at,
        recorded_at=row.recorded_at,
        recorder_name=row.issuer.name,
        summary="",
        where="",
        withheld=False,
        logged_index=each.index,
        digest=bytes(row.sha256).hex(),
        struck=Struck(row.issuer.name, back.recorded_at, "WITHDRAWN") if back else None,
        corrects=None,
        own=False,
        signed=row.method,
    )


def _facts(row: Any) -> dict[str, object]:
    body = canonical.loads(bytes(row.body), max_bytes=len(row.body))
    facts = body.get("facts") if isinstance(body, dict) else None
    return facts if isinstance(facts, dict) else {}


def _summary(kind: str, facts: dict[str, object]) -> str:
    """What the event itself says, in one line: its facts, as far as they are short."""
    said = _IN_WORDS.get(kind, _any)(facts) if facts else ""
    return said if len(said) <= _LONGEST else said[:_LONGEST] + "…"


def _nothing(_facts: dict[str, object]) -> str:
    return ""


def _health(facts: dict[str, object]) -> str:
    return f"{facts.get('soh')} ({facts.get('soh_low')}–{facts.get('soh_high')})"


def _handed(facts: dict[str, object]) -> str:
    giver, taker = (str(facts.get(side)).removeprefix("did:web:") for side in ("from", "to"))
    return f"{giver} → {taker}"


def _registered(facts: dict[str, object]) -> str:
    return f"model {facts['model']}" if "model" in facts else "with the other batteries of its file"


def _routed(facts: dict[str, object]) -> str:
    return f"{str(facts.get('route')).lower()}, {facts.get('programme')}"


def _retired(facts: dict[str, object]) -> str:
    return str(facts.get("reason", "")).replace("_", " ").lower()


def _treated(facts: dict[str, object]) -> str:
    return f"{facts.get('massInKg')} kg in"


def _any(facts: dict[str, object]) -> str:
    short = {name: value for name, value in facts.items() if isinstance(value, str | int)}
    return ", ".join(f"{name} {value}" for name, value in short.items())


_IN_WORDS: dict[str, Callable[[dict[str, object]], str]] = {
    # What it declares wrong is shown beside it.
    "CORRECTED": _nothing,
    "HEALTH_READ": _health,
    "REGISTERED": _registered,
    "HANDED_OVER": _handed,
    "ROUTED": _routed,
    "RETIRED": _retired,
    "TREATED": _treated,
}
