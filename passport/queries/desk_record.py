"""The record of one battery as a party concerned sees it: one identity, one timeline, one seal."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from passport.models import (
    Assembly,
    Battery,
    HandOver,
    HandOverState,
    HealthReading,
    LifecycleEvent,
    LogEntry,
)
from passport.proof import canonical
from passport.queries import battery as batteries
from passport.queries import custody, desk, event, health
from passport.queries.desk_inbox import HandOverLine, hand_over_line
from passport.queries.seal import Seal, seal_of

_PARTS_SHOWN = 200
_LONGEST = 90


@dataclass(frozen=True)
class TimelineLine:
    """One event: what, who recorded it, when it happened, where it stands in the log."""

    kind: str
    happened_at: datetime
    recorded_at: datetime
    recorder_name: str
    summary: str
    logged_index: int | None
    digest: str


@dataclass(frozen=True)
class ReadingLine:
    soh: Decimal
    soh_low: Decimal
    soh_high: Decimal
    method: str
    source: str
    measured_at: datetime
    resistance_ratio: Decimal | None
    capacity_ah: Decimal | None
    equivalent_cycles: Decimal | None
    minimum_cell_v: Decimal | None
    cell_spread_mv: Decimal | None
    isolation_ohm_per_v: Decimal | None


@dataclass(frozen=True)
class Part:
    battery_id: uuid.UUID
    serial: str
    model_name: str
    level: str
    position: str
    since: datetime


@dataclass(frozen=True)
class CustodyLine:
    holder_name: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class BatteryRecord:
    line: desk.BatteryLine
    maker_name: str
    maker_did: str
    facility_name: str
    nominal_voltage_v: Decimal
    rated_capacity_ah: Decimal
    registered_at: datetime
    seal: Seal
    timeline: tuple[TimelineLine, ...]
    readings: tuple[ReadingLine, ...]
    inside_of: tuple[Part, ...]
    holds: tuple[Part, ...]
    holds_total: int
    custody: tuple[CustodyLine, ...]
    hand_over: HandOverLine | None


def record(*, party_id: uuid.UUID, battery_id: uuid.UUID) -> BatteryRecord:
    """All that a party concerned may see of a battery on one page. Refuses NotFound."""
    battery = batteries.by_id(battery_id=battery_id)
    holds = Assembly.objects.filter(parent=battery, until__isnull=True)
    return BatteryRecord(
        line=desk.lines([battery], party_id=party_id)[0],
        maker_name=battery.maker.name,
        maker_did=battery.maker.did or "",
        facility_name=battery.facility.name if battery.facility else "",
        nominal_voltage_v=battery.model.nominal_voltage_v,
        rated_capacity_ah=battery.model.rated_capacity_ah,
        registered_at=battery.registered_at,
        seal=seal_of(battery=battery),
        timeline=_timeline(event.timeline(battery=battery)),
        readings=tuple(_reading(row) for row in _by_time(health.series(battery=battery))),
        inside_of=tuple(_part(place.parent, place) for place in batteries.parents(battery=battery)),
        holds=tuple(
            _part(place.child, place)
            for place in holds.select_related("child__model").order_by("id")[:_PARTS_SHOWN]
        ),
        holds_total=holds.count(),
        custody=_custody(batteries.outermost(battery=battery)),
        hand_over=_open_hand_over(batteries.outermost(battery=battery)),
    )


def _timeline(events: Iterable[LifecycleEvent]) -> tuple[TimelineLine, ...]:
    """Newest first by what happened; each with its place in the log, in one query."""
    rows = sorted(events, key=lambda row: (row.happened_at, row.pk), reverse=True)
    digests = [bytes(row.body_sha256) for row in rows]
    logged = {
        bytes(digest): index
        for digest, index in LogEntry.objects.filter(digest__in=digests).values_list(
            "digest", "index"
        )
    }
    return tuple(
        TimelineLine(
            kind=row.kind,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            recorder_name=row.recorder.name,
            summary=_summary(row),
            logged_index=logged.get(bytes(row.body_sha256)),
            digest=bytes(row.body_sha256).hex(),
        )
        for row in rows
    )


def _summary(row: LifecycleEvent) -> str:
    """What the event itself says, in one line: its facts, as far as they are short."""
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
    return f"model {facts.get('model')}"


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


def _by_time(rows: list[HealthReading]) -> list[HealthReading]:
    return sorted(rows, key=lambda row: row.measured_at)


def _reading(row: HealthReading) -> ReadingLine:
    return ReadingLine(
        soh=row.soh.quantize(Decimal("0.001")),
        soh_low=row.soh_low.quantize(Decimal("0.001")),
        soh_high=row.soh_high.quantize(Decimal("0.001")),
        method=row.method,
        source=row.source,
        measured_at=row.measured_at,
        resistance_ratio=row.resistance_ratio,
        capacity_ah=row.capacity_ah,
        equivalent_cycles=row.equivalent_cycles,
        minimum_cell_v=row.minimum_cell_v,
        cell_spread_mv=row.cell_spread_mv,
        isolation_ohm_per_v=row.isolation_ohm_per_v,
    )


def _part(battery: Battery, place: Assembly) -> Part:
    return Part(
        battery_id=battery.id,
        serial=battery.serial,
        model_name=battery.model.name,
        level=battery.level,
        position=place.position,
        since=place.since,
    )


def _custody(unit: Battery) -> tuple[CustodyLine, ...]:
    held = custody.holders(battery=unit)
    return tuple(CustodyLine(row.holder.name, row.since, row.until) for row in reversed(held))


def _open_hand_over(unit: Battery) -> HandOverLine | None:
    row = (
        HandOver.objects.filter(battery=unit, state=HandOverState.OFFERED)
        .select_related("battery__model", "from_party", "to_party")
        .first()
    )
    return None if row is None else hand_over_line(row)
