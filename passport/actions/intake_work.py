"""Works a received file off: its good lines are registered, its bad ones are told."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from passport.actions import intake as received
from passport.actions import intake_reading
from passport.actions import job as jobs
from passport.actions.intake_text import Unreadable
from passport.actions.registration import Fault, Register
from passport.models import Intake, IntakeBlock, IntakeError, IntakeState, Job
from passport.proof import canonical
from passport.proof.errors import ProofError
from passport.rules.errors import Refusal
from passport.rules.intake import Line, parse_line

LINE_BYTES = 256 * 1024
_SHOW_EVERY = 20_000


def run(*, job: Job, at: datetime) -> None:
    """Register what an intake holds, all good lines in one transaction with the job's end.

    A worker that dies on the way leaves nothing behind; the next one begins again.
    Refuses LeaseLost.
    """
    intake = Intake.objects.select_related("party").get(pk=job.payload["intake"])
    register = Register(by=intake.party, intake_id=intake.pk, at=at)
    now = jobs.clock(at)
    if _is_cancelled(intake):
        _end(job=job, intake=intake, state=IntakeState.CANCELLED, read=0, at=at)
        return
    Intake.objects.filter(pk=intake.pk).update(
        state=IntakeState.RUNNING, started_at=intake.started_at or at
    )
    read = 0
    for read, (number, raw) in enumerate(_lines(intake), start=1):
        _judge(register, number, raw, at=at)
        if read % _SHOW_EVERY == 0:
            jobs.progress(job=job, done=read, total=0, at=now())
            Intake.objects.filter(pk=intake.pk).update(lines_read=read)

    with transaction.atomic():
        jobs.hold(job=job, at=now())
        register.register()
        IntakeError.objects.bulk_create(
            [_error(intake, fault) for fault in register.faults.values()], batch_size=1000
        )
        Intake.objects.filter(pk=intake.pk).update(
            accepted=register.accepted,
            duplicates=register.duplicates,
            rejected=len(register.faults),
            bytes_read=intake.size_bytes,
        )
        _end(job=job, intake=intake, state=IntakeState.DONE, read=read, at=at)


def _is_cancelled(intake: Intake) -> bool:
    asked = Intake.objects.filter(pk=intake.pk, cancel_asked_at__isnull=False)
    return asked.exists()


@transaction.atomic
def _end(*, job: Job, intake: Intake, state: IntakeState, read: int, at: datetime) -> None:
    IntakeBlock.objects.filter(intake=intake).delete()
    Intake.objects.filter(pk=intake.pk).update(state=state, lines_read=read, finished_at=at)
    Job.objects.filter(pk=job.pk).update(done_count=read, total_count=read)
    jobs.finish(job=job, at=at)


def _lines(intake: Intake) -> Iterator[tuple[int, bytes]]:
    return intake_reading.lines(
        blocks=received.contents(intake=intake),
        media_type=intake.media_type,
        encoding=intake.encoding,
    )


def _judge(register: Register, number: int, raw: bytes, *, at: datetime) -> None:
    if isinstance(raw, Unreadable):
        register.refuse(number, raw, raw.refusal)
        return
    try:
        value = canonical.loads(raw, max_bytes=LINE_BYTES)
        # A day is local; somewhere it is tomorrow already.
        line: Line = parse_line(value, number=number, today=(at + timedelta(hours=14)).date())
    except (Refusal, ProofError) as refusal:
        register.refuse(number, raw, refusal)
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
