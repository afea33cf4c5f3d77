"""What comes in to a party: hand-overs that wait for an answer, and files of serials."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from passport.models import HandOver, Intake, IntakeError, IntakeState
from passport.queries.battery import unknown
from passport.queries.intake import (
    ErrorKind,
    IntakeLine,
    error_at,
    error_kinds,
    menders,
    told,
)

_TO_SHOW = 200
# Longer lines are mended in a file.
_MENDABLE = 20_000


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
class ErrorLine:
    number: int
    pointer: str
    code: str
    detail: str
    remedy: str
    raw: str
    # The newest file with which this line alone was mended, how that went, and what was wrong then.
    mender: uuid.UUID | None
    mender_state: str
    again: IntakeError | None

    @property
    def now(self) -> str:
        """The line as it was last tried."""
        return bytes(self.again.raw).decode(errors="replace") if self.again else self.raw

    @property
    def mendable(self) -> bool:
        """A line that fits into a form."""
        return 0 < len(self.now) <= _MENDABLE

    @property
    def open(self) -> bool:
        """Whether it still waits to be mended."""
        return self.mender_state in ("", "REFUSED", "CANCELLED", "FAILED")

    @property
    def under_way(self) -> bool:
        """Whether what was sent again has not ended yet."""
        return self.mender_state in ("RECEIVED", "RUNNING")


@dataclass(frozen=True)
class IntakeRecord:
    line: IntakeLine
    kinds: tuple[ErrorKind, ...]
    errors: tuple[ErrorLine, ...]
    mends: uuid.UUID | None
    mended: int


def hand_overs(*, party_id: uuid.UUID) -> HandOvers:
    """What was offered to a party and what it offered, open ones first, newest first."""
    # What travels in a shipment is answered with it.
    alone = HandOver.objects.filter(shipment__isnull=True)
    rows = alone.select_related("battery__model", "from_party", "to_party")
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


def intakes(*, party_id: uuid.UUID, at: datetime) -> tuple[IntakeLine, ...]:
    """A party's files, newest first."""
    rows = Intake.objects.filter(party_id=party_id).select_related("job").order_by("-id")
    return tuple(told(intake=row, at=at) for row in rows[:_TO_SHOW])


def intake(*, party_id: uuid.UUID, intake_id: uuid.UUID, at: datetime) -> IntakeRecord:
    """One file with its first 200 rejected lines and what became of each. Refuses NotFound."""
    row = Intake.objects.filter(party_id=party_id, id=intake_id).select_related("job").first()
    if row is None:
        raise unknown("intake")
    rows = list(IntakeError.objects.filter(intake=row).order_by("number")[:_TO_SHOW])
    lines = _error_lines(row, rows)
    return IntakeRecord(
        line=told(intake=row, at=at),
        kinds=error_kinds(intake=row) if row.rejected else (),
        errors=lines,
        mends=row.mends_id,
        mended=sum(each.mender_state == "DONE" for each in lines),
    )


def rejected_line(
    *, party_id: uuid.UUID, intake_id: uuid.UUID, number: int, at: datetime
) -> tuple[IntakeLine, ErrorLine]:
    """One rejected line with its file. Refuses NotFound."""
    row = Intake.objects.filter(party_id=party_id, id=intake_id).select_related("job").first()
    if row is None:
        raise unknown("intake")
    error = error_at(intake=row, number=number)
    return told(intake=row, at=at), _error_lines(row, [error])[0]


def _error_lines(row: Intake, errors: list[IntakeError]) -> tuple[ErrorLine, ...]:
    mended = menders(intake=row, numbers=[each.number for each in errors])
    refused = {
        each.intake_id: each for each in IntakeError.objects.filter(intake__in=mended.values())
    }
    return tuple(_error_line(each, mended.get(each.number), refused) for each in errors)


def _error_line(
    row: IntakeError, mender: Intake | None, refused: dict[uuid.UUID, IntakeError]
) -> ErrorLine:
    return ErrorLine(
        number=row.number,
        pointer=row.pointer,
        code=row.code,
        detail=row.detail,
        remedy=row.remedy,
        raw=bytes(row.raw).decode(errors="replace"),
        mender=None if mender is None else mender.pk,
        mender_state="" if mender is None else _mender_state(mender),
        again=None if mender is None else refused.get(mender.pk),
    )


def _mender_state(mender: Intake) -> str:
    if mender.state != IntakeState.DONE:
        return mender.state
    return "REFUSED" if mender.rejected else "DONE"
