"""How far an intake has come, and what was wrong with its lines."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.db.models.functions import Length

from passport.models import Intake, IntakeError, IntakeState, Job, Party
from passport.queries.battery import unknown

# A rate over less than this says nothing yet.
_LEAST_S = 0.5
ERRORS_AT_ONCE = 1000
ERROR_BYTES = 4 << 20


@dataclass(frozen=True)
class IntakeLine:
    """One file with its counts, its pace and how long it still takes, as of one moment.

    `size_bytes` have come in, `bytes_read` of them are worked off. `seconds_left` is None while
    nothing can be said.
    """

    id: uuid.UUID
    name: str
    state: str
    media_type: str
    encoding: str
    read_as: str
    size_bytes: int
    sha256: bytes | None
    bytes_read: int
    lines_read: int
    accepted: int
    rejected: int
    duplicates: int
    lines_per_second: int | None
    seconds_left: int | None
    mends: uuid.UUID | None
    mends_line: int | None
    received_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_asked_at: datetime | None
    job: Job | None

    @property
    def received_bytes(self) -> int:
        """From here on a sender that was cut off goes on."""
        return self.size_bytes

    @property
    def job_id(self) -> uuid.UUID | None:
        """The job that works it off, once it is whole."""
        return self.job.pk if self.job else None

    @property
    def stage(self) -> str:
        """Where it is, for people: what is whole waits for a worker."""
        return "READY" if self.state == IntakeState.RECEIVED else self.state


@dataclass(frozen=True)
class ErrorKind:
    """How many lines were refused for one reason, and the first of them."""

    code: str
    count: int
    first: int
    detail: str
    remedy: str


def state(*, intake_id: uuid.UUID) -> Intake:
    """The intake of this id with its job, if the acting party sent it. Refuses NotFound."""
    found = Intake.objects.filter(id=intake_id).select_related("job", "party").first()
    if found is None:
        raise unknown("intake")
    return found


def told(*, intake: Intake, at: datetime) -> IntakeLine:
    """One intake as it is told, as of a moment."""
    rate, left = _pace(intake, at)
    return IntakeLine(
        id=intake.pk,
        name=intake.name,
        state=intake.state,
        media_type=intake.media_type,
        encoding=intake.encoding,
        read_as=intake.read_as,
        size_bytes=intake.size_bytes,
        sha256=None if intake.sha256 is None else bytes(intake.sha256),
        bytes_read=intake.bytes_read,
        lines_read=intake.lines_read,
        accepted=intake.accepted,
        rejected=intake.rejected,
        duplicates=intake.duplicates,
        lines_per_second=rate,
        seconds_left=left,
        mends=intake.mends_id,
        mends_line=intake.mends_line,
        received_at=intake.received_at,
        started_at=intake.started_at,
        finished_at=intake.finished_at,
        cancel_asked_at=intake.cancel_asked_at,
        job=intake.job,
    )


def errors(*, intake: Intake, after: int = 0, code: str = "") -> list[IntakeError]:
    """A page of what was wrong, in line order, from the line after `after`; empty behind the last.

    At most ERRORS_AT_ONCE lines and, unless one alone has more, ERROR_BYTES of what they say.
    """
    rows = IntakeError.objects.filter(intake=intake, number__gt=after).order_by("number")
    rows = rows.filter(code=code) if code else rows
    sizes = rows.annotate(size=Length("raw") + Length("detail")).values_list("number", "size")
    last, room = after, ERROR_BYTES
    for number, size in sizes[:ERRORS_AT_ONCE]:
        room -= size
        if room < 0 and last > after:
            break
        last = number
    return list(rows.filter(number__lte=last)) if last > after else []


def all_errors(*, intake: Intake) -> Iterator[IntakeError]:
    """All of them, a page in memory at once."""
    after = 0
    while page := errors(intake=intake, after=after):
        yield from page
        after = page[-1].number


def error_document(row: IntakeError) -> dict[str, object]:
    """What was wrong with a line, as it stands in a file of rejects."""
    return {
        "line": row.number,
        "pointer": row.pointer,
        "code": row.code,
        "detail": row.detail,
        "remedy": row.remedy,
        "raw": bytes(row.raw).decode(errors="replace"),
    }


def error_kinds(*, intake: Intake) -> tuple[ErrorKind, ...]:
    """The reasons for which lines were refused, the most frequent first, each with an example."""
    grouped = (
        IntakeError.objects.filter(intake=intake)
        .values("code")
        .annotate(count=Count("id"), first=Min("number"))
        .order_by("-count", "code")
    )
    found = list(grouped)
    firsts = IntakeError.objects.filter(intake=intake, number__in=[row["first"] for row in found])
    example = {row.number: row for row in firsts}
    return tuple(
        ErrorKind(
            code=row["code"],
            count=row["count"],
            first=row["first"],
            detail=example[row["first"]].detail,
            remedy=example[row["first"]].remedy,
        )
        for row in found
    )


def error_at(*, intake: Intake, number: int) -> IntakeError:
    """What was wrong with one line. Refuses NotFound."""
    found = IntakeError.objects.filter(intake=intake, number=number).first()
    if found is None:
        raise unknown("rejected line")
    return found


def coming_in(*, party: Party, key: str) -> Intake | None:
    """The file that came in under this Idempotency-Key and is not whole, if there is one."""
    return Intake.objects.filter(party=party, key=key, state=IntakeState.RECEIVING).first()


def brought(*, party: Party, key: str) -> Intake | None:
    """The newest file of this key that was not cancelled, whole or not."""
    rows = Intake.objects.filter(party=party, key=key).exclude(state=IntakeState.CANCELLED)
    return rows.order_by("-id").first()


def newest(*, party: Party, key: str) -> Intake | None:
    """The newest file of this key, whatever came of it."""
    return Intake.objects.filter(party=party, key=key).order_by("-id").first()


def menders(*, intake: Intake, numbers: Sequence[int]) -> dict[int, Intake]:
    """Line number → the newest intake with which this line alone was mended."""
    rows = Intake.objects.filter(mends=intake, mends_line__in=numbers).order_by("id")
    return {row.mends_line: row for row in rows if row.mends_line is not None}


def listing(*, party: Party, after: uuid.UUID | None, limit: int) -> Sequence[Intake]:
    """A page of a party's intakes, newest first."""
    rows = Intake.objects.filter(party=party).select_related("job").order_by("-id")
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def _pace(intake: Intake, at: datetime) -> tuple[int | None, int | None]:
    if intake.started_at is None:
        return None, None
    seconds = ((intake.finished_at or at) - intake.started_at).total_seconds()
    if seconds < _LEAST_S:
        return None, None
    rate = round(intake.lines_read / seconds) if intake.lines_read else None
    if intake.finished_at is not None or not 0 < intake.bytes_read < intake.size_bytes:
        return rate, None
    left = seconds * (intake.size_bytes - intake.bytes_read) / intake.bytes_read
    return rate, max(1, round(left))
