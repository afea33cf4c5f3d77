"""What happened to a battery, as its record tells it: one line an event, with its log index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Value

from passport.models import Battery, Erasure, LifecycleEvent, LogEntry, Party
from passport.proof import canonical
from passport.queries import erasure, event
from passport.rules.lifecycle import EventKind

_LONGEST = 90


@dataclass(frozen=True)
class TimelineLine:
    """One event: what, who recorded it, when it happened, where it stands in the log."""

    kind: str
    happened_at: datetime
    recorded_at: datetime
    recorder_name: str
    summary: str
    withheld: bool
    logged_index: int | None
    digest: str


def timeline(*, battery: Battery, by: Party) -> tuple[TimelineLine, ...]:
    """Newest first by what happened; each with its place in the log, in one query.

    What an event says stands there for those alone whom it is for; that it happened, for all.
    """
    found = _events(battery, by)
    rows = sorted(found, key=lambda row: (row.happened_at, row.pk), reverse=True)
    digests = [bytes(row.body_sha256) for row in rows]
    logged = {
        bytes(digest): index
        for digest, index in LogEntry.objects.filter(digest__in=digests).values_list(
            "digest", "index"
        )
    }

    gone = erasure.erased(digests=[bytes(row.body_sha256) for row in rows if not row.body])
    return tuple(
        TimelineLine(
            kind=row.kind,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            recorder_name=row.recorder.name,
            summary=_summary(row, gone.get(bytes(row.body_sha256))),
            withheld=row.withheld,
            logged_index=logged.get(bytes(row.body_sha256)),
            digest=bytes(row.body_sha256).hex(),
        )
        for row in rows
    )


def _events(battery: Battery, by: Party) -> list[Any]:
    """Its own events; and where it was registered with many others, the event of its file."""
    own = event.told(battery=battery, by=by)
    if any(row.kind == EventKind.REGISTERED for row in own) or battery.intake_id is None:
        return own
    of_file = LifecycleEvent.objects.filter(intake_id=battery.intake_id)
    open_to_all = Value(False, output_field=BooleanField())
    return [*own, *of_file.select_related("recorder").annotate(withheld=open_to_all)]


def _summary(row: Any, gone: Erasure | None) -> str:
    """What the event itself says, in one line: its facts, as far as they are short."""
    if gone is not None:
        return erasure.in_words(erasure=gone)
    if row.withheld:
        return ""
    body = canonical.loads(bytes(row.body), max_bytes=len(row.body))
    facts = body.get("facts") if isinstance(body, dict) else None
    if not isinstance(facts, dict):
        return ""
    said = _IN_WORDS.get(row.kind, _any)(facts)
    return said if len(said) <= _LONGEST else said[:_LONGEST] + "…"


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
    "HEALTH_READ": _health,
    "REGISTERED": _registered,
    "HANDED_OVER": _handed,
    "ROUTED": _routed,
    "RETIRED": _retired,
    "TREATED": _treated,
}
