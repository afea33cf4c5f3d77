"""How captures of EPCIS documents stand, as the standard tells of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from passport.models import CaptureState, EpcisCapture, EpcisError, JobState, Party
from passport.queries.battery import unknown

# Of a document in which everything is wrong, the first ones tell enough.
MOST_ERRORS = 1000


@dataclass(frozen=True)
class Told:
    """A capture job. [EPCIS 12.7.3]"""

    id: uuid.UUID
    created_at: datetime
    finished_at: datetime | None
    running: bool
    success: bool
    behaviour: str
    accepted: int
    duplicates: int
    rejected: int
    errors: Sequence[Mapping[str, object]]
    warnings: Sequence[Mapping[str, object]]


def state(*, capture_id: uuid.UUID) -> Told:
    """How a capture of the acting party stands. Refuses NotFound."""
    row = EpcisCapture.objects.select_related("job").filter(pk=capture_id).first()
    if row is None:
        raise unknown("capture job")
    return told(capture=row)


def listing(*, party: Party, after: uuid.UUID | None, limit: int) -> list[Told]:
    """The captures of a party, oldest first."""
    rows = EpcisCapture.objects.filter(party=party).select_related("job").order_by("id")
    return [told(capture=row) for row in (rows.filter(id__gt=after) if after else rows)[:limit]]


def told(*, capture: EpcisCapture) -> Told:
    """A capture as it is told; what has stopped says why."""
    stopped = capture.job.state == JobState.RESTING
    waits = capture.state == CaptureState.WAITING
    rows = capture.errors.order_by("warning", "id")[:MOST_ERRORS]
    errors = [_error(row) for row in rows if not row.warning]
    if stopped and waits:
        errors = [_stopped(capture.job.last_error)]
    return Told(
        id=capture.pk,
        created_at=capture.received_at,
        finished_at=capture.finished_at,
        running=waits and not stopped,
        success=not errors and not capture.rejected,
        behaviour=capture.error_behaviour.lower(),
        accepted=capture.accepted,
        duplicates=capture.duplicates,
        rejected=capture.rejected,
        errors=errors,
        warnings=[_warning(row) for row in rows if row.warning],
    )


def _error(row: EpcisError) -> dict[str, object]:
    return {
        "type": "epcisException:ValidationException",
        "title": "An event was refused" if row.position is not None else "It cannot be read",
        "status": 400,
        **_words(row),
    }


def _warning(row: EpcisError) -> dict[str, object]:
    return {"title": "An event was taken that others may read otherwise", **_words(row)}


def _words(row: EpcisError) -> dict[str, object]:
    return {
        "detail": row.detail,
        "code": row.code,
        "pointer": row.pointer,
        "remedy": row.remedy,
    }


def _stopped(reason: str) -> dict[str, object]:
    return {
        "type": "epcisException:ImplementationException",
        "title": "The capture has stopped",
        "status": 500,
        "detail": f"it failed several times: {reason[:400]}",
        "code": "stopped",
        "pointer": "",
        "remedy": "send the document again, or tell the operator",
    }
