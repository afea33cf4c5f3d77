"""One worker's hands on one file: where it is, its lines, and the transactions of its steps."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from django.db import transaction

from passport.actions import intake as received
from passport.actions import intake_reading
from passport.actions import intake_waiting as waiting
from passport.actions import job as jobs
from passport.actions.intake_chunk import Bad
from passport.actions.intake_lines import Reader
from passport.actions.intake_text import Numbered
from passport.actions.registration import Register, Taken
from passport.models import Intake, IntakeError, IntakeProgress, IntakeState, IntakeStep, Job
from passport.postgres import registering
from passport.proof import credential

CHUNK = 20_000
# Lines may be long: so many bytes of them are in hand at once, and as many are read ahead.
CHUNK_BYTES = 8 << 20
_GIVES_WAY_S = 0.0005
_RENEWS = jobs.LEASE / 4

Made = TypeVar("Made")
Read = TypeVar("Read", covariant=True)


class ReadsLines(Protocol[Read]):
    """Makes values of lines, one chunk after the other."""

    def read(self, lines: Sequence[Numbered]) -> Read: ...


@dataclass
class Hands:
    """One worker's hands on one file."""

    job: Job
    intake: Intake
    now: Callable[[], datetime]
    progress: IntakeProgress = field(init=False)
    register: Register = field(init=False)
    plain: bool = False
    _began: datetime = field(init=False)
    _renewed: datetime = field(init=False)
    _stepped: bool = False
    ended: bool = False

    def __post_init__(self) -> None:
        self._began = self._renewed = self.now()

    def begin(self, *, at: datetime) -> None:
        """Take the file up: a new one, or where another worker left it."""
        with transaction.atomic():
            jobs.hold(job=self.job, at=self.now())
            self.progress, _ = IntakeProgress.objects.get_or_create(intake=self.intake)
            self.intake.started_at = self.intake.started_at or at
            Intake.objects.filter(pk=self.intake.pk).update(
                state=IntakeState.RUNNING, started_at=self.intake.started_at
            )
        self.register = Register(
            by=self.intake.party,
            intake_id=self.intake.pk,
            received_at=self.intake.received_at,
            at=self.intake.started_at,
        )

    @contextmanager
    def step(self) -> Iterator[None]:
        """One transaction: what the block writes, and with it where to go on.

        Refuses LeaseLost, and GoesOn where the job's window is over.
        """
        if self._stepped and self.now() - self._began > jobs.WINDOW:
            raise jobs.GoesOn
        try:
            with transaction.atomic():
                registering.begin_chunk()
                self._renewed = self.now()
                jobs.hold(job=self.job, at=self._renewed)
                yield
                self.progress.save(force_update=True)
                # However long the step was, nobody else takes the job behind it.
                if not self.ended:
                    self.keep_lease()
        except BaseException:
            # What is remembered may have been rolled back.
            self.register.forget()
            raise
        self._stepped = True

    def keep_lease(self) -> None:
        """Keep the job where a step is long in coming. Refuses LeaseLost."""
        now = self.now()
        if now - self._renewed > _RENEWS:
            jobs.hold(job=self.job, at=now)
            self._renewed = now

    def reader(self, *, again: bool = False) -> Reader:
        """Reads lines as of the day on which the file came: the same answer whenever asked.

        Behind the batch it knows of it; `again` comes from the first line, and is still to meet it.
        """
        # A day is local; somewhere it is tomorrow already.
        reader = Reader(today=(self.intake.received_at + timedelta(hours=14)).date())
        if again:
            return reader
        if self.progress.credential:
            reader.sign(credential.read(bytes(self.progress.credential)))
        elif self.progress.batch_line is not None:
            reader.sign(None)
        return reader

    def lines(self, *, after: int) -> Iterator[list[Numbered]]:
        """Chunks of the file's lines from a line number on."""
        numbered = intake_reading.lines(
            self._blocks(),
            media_type=self.intake.media_type,
            encoding=self.intake.encoding,
        )
        return in_chunks(numbered, after=after)

    def _blocks(self) -> Iterator[bytes]:
        size = 0
        for block in received.contents(intake=self.intake):
            yield block
            size += len(block)
            if self.progress.step == IntakeStep.READING:
                self.intake.bytes_read = size

    def chunks(self, reader: ReadsLines[Made], *, after: int) -> Iterator[Made]:
        """The same as values: the next chunk is read while the caller writes this one."""
        return self.ahead(reader.read(some) for some in self.lines(after=after))

    def ahead(self, several: Iterator[Made]) -> Iterator[Made]:
        """The same, each made while the caller has the one before it in hand."""
        # The thread has a connection of its own, and ends with it. It gives way often: who sends a
        # chunk to the database would else wait five milliseconds for each piece that is taken.
        with ThreadPoolExecutor(1) as pool, _giving_way():
            try:
                next_one = pool.submit(next, several, None)
                while (made := self.awaited(next_one)) is not None:
                    next_one = pool.submit(next, several, None)
                    yield made
            finally:
                pool.submit(registering.leave).result()

    def awaited(self, ahead: Future[Made]) -> Made:
        """What another thread makes; the job is kept until then. Refuses LeaseLost."""
        while True:
            self.keep_lease()
            if wait([ahead], timeout=_RENEWS.total_seconds()).done:
                return ahead.result()

    def is_cancelled(self) -> bool:
        """Whether the sender asked that the rest be left out."""
        return Intake.objects.filter(pk=self.intake.pk, cancel_asked_at__isnull=False).exists()

    def go_on(self, step: IntakeStep) -> None:
        self.progress.step, self.progress.place = step, 0

    def count(self, taken: Taken, *, read: int, round: int = 0) -> None:
        """Write what came of some lines: counts, errors, those that wait, and what grew."""
        self.progress.lost += taken.lost
        errors = [_error(self.intake, bad) for bad in taken.bad]
        IntakeError.objects.bulk_create(errors, batch_size=1000)
        waiting.keep(
            intake=self.intake,
            kind=waiting.BATTERY,
            round=round,
            rows=[(row.number, row.raw) for row in taken.waiting],
        )
        waiting.keep(
            intake=self.intake,
            kind=waiting.GROWN,
            rows=[(0, each.hex.encode()) for each in taken.grown],
        )
        found = self.intake
        found.lines_read += read
        found.accepted += taken.accepted
        found.duplicates += taken.duplicates
        found.rejected += len(errors)
        found.save(update_fields=["lines_read", "accepted", "duplicates", "rejected", "bytes_read"])
        Job.objects.filter(pk=self.job.pk).update(done_count=found.lines_read)


def in_chunks(numbered: Iterable[Numbered], *, after: int) -> Iterator[list[Numbered]]:
    """The lines behind a number, at most CHUNK and about CHUNK_BYTES at once."""
    some: list[Numbered] = []
    left, room = CHUNK, CHUNK_BYTES
    for each in numbered:
        if each[0] <= after:
            continue
        some.append(each)
        left -= 1
        room -= len(each[1])
        if not left or room <= 0:
            yield some
            some, left, room = [], CHUNK, CHUNK_BYTES
    if some:
        yield some


@contextmanager
def beside(work: Callable[[], Made]) -> Iterator[Future[Made]]:
    """Work that a thread with a connection of its own does while the block goes on."""
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(work)
        finally:
            pool.submit(registering.leave).result()


@contextmanager
def _giving_way() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(_GIVES_WAY_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _error(intake: Intake, bad: Bad) -> IntakeError:
    return IntakeError(
        intake=intake,
        number=bad.number,
        pointer=_storable(bad.refusal.pointer)[:200],
        code=bad.refusal.code,
        detail=_storable(bad.refusal.detail),
        remedy=_storable(bad.refusal.remedy),
        raw=bad.raw,
    )


def _storable(text: str) -> str:
    """What a refusal quotes of a line may hold what no text column takes."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
