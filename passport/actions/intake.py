"""Takes a maker's file in: kept line by line as it came, then registered by a job."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from passport.actions import job as jobs
from passport.actions.registration import Fault, Register
from passport.models import Intake, IntakeError, IntakeLine, IntakeState, Job, Party
from passport.models.ids import new_id
from passport.postgres.bulk import copy_in
from passport.proof import canonical
from passport.proof.errors import ProofError
from passport.rules.errors import Malformed, Refusal
from passport.rules.intake import Line, parse_line
from passport.rules.registrar import check_registrar

KIND = "intake"
LINE_BYTES = 256 * 1024
_SHOW_EVERY = 20_000


class EmptyIntake(Malformed):
    """A file without a line is a mistake somewhere before us."""

    code = "empty-intake"
    title = "The file has no lines"


@transaction.atomic
def receive(
    *,
    lines: Iterable[bytes],
    media_type: str,
    by: Party,
    at: datetime,
    body: tuple[int, bytes] | None = None,
) -> Intake:
    """Keep a file's lines and ask for the job that registers them. Refuses NotAMaker, EmptyIntake.

    `body` is size in bytes and SHA-256 of the file as it came, where the caller has seen it; else
    they are of its lines, each ended by a newline.

    Nothing is judged yet: a bad line is reported by the job, with its number, beside the good ones.
    """
    check_registrar(roles=by.roles)
    intake = Intake.objects.create(
        id=new_id(), party=by, media_type=media_type, sha256=bytes(32), received_at=at
    )
    meter = _Meter()
    count = copy_in(
        table=IntakeLine._meta.db_table,
        columns=("intake_id", "number", "raw"),
        rows=meter.rows(intake.pk, lines),
    )
    if not count:
        raise EmptyIntake("the body holds no line", remedy="send one JSON object on each line")
    job = jobs.enqueue(
        kind=KIND,
        dedupe_key=f"{KIND}:{intake.pk}",
        party=by,
        payload={"intake": str(intake.pk)},
        at=at,
    )
    size, digest = body or (meter.size, meter.digest.digest())
    Intake.objects.filter(pk=intake.pk).update(
        job=job, size_bytes=size, sha256=digest, lines_read=count
    )
    intake.refresh_from_db()
    return intake


class _Meter:
    """Counts and digests what flows through, so that the body is read once."""

    def __init__(self) -> None:
        self.size, self.digest = 0, hashlib.sha256()

    def rows(self, intake: uuid.UUID, lines: Iterable[bytes]) -> Iterator[tuple[object, ...]]:
        for number, line in enumerate(lines, start=1):
            self.size += len(line) + 1
            self.digest.update(line + b"\n")
            if line.strip():
                yield intake, number, line


def run(*, job: Job, at: datetime) -> None:
    """Register what an intake holds, all good lines in one transaction with the job's end.

    A worker that dies on the way leaves nothing behind; the next one begins again.
    Refuses LeaseLost.
    """
    intake = Intake.objects.select_related("party").get(pk=job.payload["intake"])
    register = Register(by=intake.party, intake_id=intake.pk, at=at)
    now = jobs.clock(at)
    for done, row in enumerate(_lines(intake), start=1):
        _judge(register, row, at=at)
        if done % _SHOW_EVERY == 0:
            jobs.progress(job=job, done=done, total=intake.lines_read, at=now())

    with transaction.atomic():
        jobs.hold(job=job, at=now())
        register.register()
        IntakeError.objects.bulk_create(
            [_error(intake, fault) for fault in register.faults.values()], batch_size=1000
        )
        IntakeLine.objects.filter(intake=intake).delete()
        Intake.objects.filter(pk=intake.pk).update(
            state=IntakeState.DONE,
            accepted=register.accepted,
            duplicates=register.duplicates,
            rejected=len(register.faults),
            finished_at=at,
        )
        Job.objects.filter(pk=job.pk).update(
            done_count=intake.lines_read, total_count=intake.lines_read
        )
        jobs.finish(job=job, at=at)


def _lines(intake: Intake) -> Iterator[IntakeLine]:
    rows = IntakeLine.objects.filter(intake=intake).order_by("number")
    return rows.iterator(chunk_size=5000)


def _judge(register: Register, row: IntakeLine, *, at: datetime) -> None:
    raw = bytes(row.raw)
    try:
        value = canonical.loads(raw, max_bytes=LINE_BYTES)
        # A day is local; somewhere it is tomorrow already.
        line: Line = parse_line(value, number=row.number, today=(at + timedelta(hours=14)).date())
    except (Refusal, ProofError) as refusal:
        register.refuse(row.number, raw, refusal)
    else:
        register.add(line, raw)


def _error(intake: Intake, fault: Fault) -> IntakeError:
    return IntakeError(
        intake=intake,
        number=fault.number,
        pointer=fault.refusal.pointer[:200],
        code=fault.refusal.code,
        detail=fault.refusal.detail,
        remedy=fault.refusal.remedy,
        raw=fault.raw,
    )
