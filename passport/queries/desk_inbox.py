"""What comes in to a party: hand-overs that wait for an answer, and files of serials."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from passport.models import HandOver, Intake, IntakeError, IntakeState
from passport.queries.battery import unknown

_TO_SHOW = 200


@dataclass(frozen=True)
class HandOverLine:
    id: uuid.UUID
    battery_id: uuid.UUID
    serial: str
    model_name: str
    chemistry: str
    rated_energy_kwh: Decimal
    from_name: str
    to_name: str
    state: str
    offered_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class HandOvers:
    incoming: tuple[HandOverLine, ...]
    outgoing: tuple[HandOverLine, ...]


@dataclass(frozen=True)
class IntakeLine:
    id: uuid.UUID
    media_type: str
    size_bytes: int
    state: str
    lines_read: int
    accepted: int
    rejected: int
    duplicates: int
    total: int
    received_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class ErrorLine:
    number: int
    pointer: str
    code: str
    detail: str
    remedy: str


@dataclass(frozen=True)
class IntakeRecord:
    line: IntakeLine
    errors: tuple[ErrorLine, ...]


def hand_overs(*, party_id: uuid.UUID) -> HandOvers:
    """What was offered to a party and what it offered, open ones first, newest first."""
    rows = HandOver.objects.select_related("battery__model", "from_party", "to_party")
    order = (F("answered_at").desc(nulls_first=True), "-id")
    incoming = rows.filter(to_party_id=party_id).order_by(*order)[:_TO_SHOW]
    outgoing = rows.filter(from_party_id=party_id).order_by(*order)[:_TO_SHOW]
    return HandOvers(
        tuple(hand_over_line(row) for row in incoming),
        tuple(hand_over_line(row) for row in outgoing),
    )


def hand_over_line(row: HandOver) -> HandOverLine:
    """One hand-over as a line of a list."""
    return HandOverLine(
        id=row.id,
        battery_id=row.battery_id,
        serial=row.battery.serial,
        model_name=row.battery.model.name,
        chemistry=row.battery.model.chemistry,
        rated_energy_kwh=row.battery.model.rated_energy_kwh,
        from_name=row.from_party.name,
        to_name=row.to_party.name,
        state=row.state,
        offered_at=row.offered_at,
        answered_at=row.answered_at,
    )


def intakes(*, party_id: uuid.UUID) -> tuple[IntakeLine, ...]:
    """A party's files, newest first."""
    rows = Intake.objects.filter(party_id=party_id).select_related("job").order_by("-id")
    return tuple(_intake_line(row) for row in rows[:_TO_SHOW])


def intake(*, party_id: uuid.UUID, intake_id: uuid.UUID) -> IntakeRecord:
    """One file with its first 200 rejected lines. Refuses NotFound."""
    row = Intake.objects.filter(party_id=party_id, id=intake_id).select_related("job").first()
    if row is None:
        raise unknown("intake")
    errors = IntakeError.objects.filter(intake=row).order_by("number")[:_TO_SHOW]
    return IntakeRecord(
        line=_intake_line(row),
        errors=tuple(
            ErrorLine(each.number, each.pointer, each.code, each.detail, each.remedy)
            for each in errors
        ),
    )


def _intake_line(row: Intake) -> IntakeLine:
    return IntakeLine(
        id=row.id,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        state=row.job.state if row.job and row.state != IntakeState.DONE else row.state,
        lines_read=row.lines_read,
        accepted=row.accepted,
        rejected=row.rejected,
        duplicates=row.duplicates,
        total=row.job.total_count if row.job else row.lines_read,
        received_at=row.received_at,
        finished_at=row.finished_at,
    )
