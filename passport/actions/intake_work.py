"""Works a received file off in steps, each one transaction: its rows, and where to go on.

READING    lines in chunks: what can land lands, the rest waits for what stands further on;
WAITING    waiting lines again and again, until a round lands nothing: what is left is refused;
PLACING    assembly lines, in their order;
TELLING    the log is told: an event for each new unit;
PROVING    the items of a batch against its signature, all of them, before any is kept;
ATTESTING  the items, then one event for all that has none, the log's entry over the items, and the
           end.
A crash leaves whole steps; the next worker goes on from there. A file that is cancelled leaves out
what is not registered by then, and tells the log of the rest.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO

from django.db import transaction

from passport.actions import announcing, intake_batch, intake_verdict, outbox, placing
from passport.actions import intake_waiting as waiting
from passport.actions import job as jobs
from passport.actions.intake_ahead import Ahead, ReaderAhead
from passport.actions.intake_chunk import Bad, Chunk
from passport.actions.intake_hands import CHUNK, Hands, beside
from passport.actions.intake_keeping import Attested, Keeper, PlainReader, StrictReader
from passport.actions.intake_waiting import ASSEMBLY, BATTERY, COMPONENTS, GROWN
from passport.actions.registration import Taken
from passport.models import (
    Intake,
    IntakeBlock,
    IntakeError,
    IntakeState,
    IntakeStep,
    IntakeWaiting,
    Job,
)
from passport.postgres import registering
from passport.proof import batch, credential
from passport.proof.errors import ProofError
from passport.rules.errors import Refusal

# What is in so many units is in memory at once.
_UNITS_AT_ONCE = 500


def run(*, job: Job, at: datetime) -> None:
    """Do all that is left to do of an intake. Refuses LeaseLost, GoesOn."""
    # Whoever may ask for a job could name any file in it.
    intake = Intake.objects.select_related("party").get(pk=job.payload["intake"], job=job)
    work = Work(job=job, intake=intake, now=jobs.clock(at))
    work.begin(at=at)
    if job.last_error and work.is_cancelled():
        work.stop()
    while work.progress.step != IntakeStep.ATTESTING:
        _STEPS[IntakeStep(work.progress.step)](work)
    work.attest()


class Work(Hands):
    """The steps."""

    # --- steps -------------------------------------------------------------------------------

    def read(self) -> None:
        """Take lines chunk by chunk."""
        self.plain = self.progress.line == 0
        reader = ReaderAhead(self.reader(), self._items(), self.register.nested)
        for ahead in self.chunks(reader, after=self.progress.line):
            self.plain &= ahead.chunk.plain
            if self.is_cancelled():
                return self._cut()
            with self.step():
                self._take(ahead)
        with self.step():
            self.go_on(IntakeStep.WAITING)
        return None

    def stop(self) -> None:
        """What failed and was cancelled is tried no further: what has landed is told, no more."""
        with self.step():
            self.progress.cut = True
            self.progress.attestation = None
            if self.progress.step in _BEFORE_TELLING:
                self.go_on(IntakeStep.TELLING)

    def _cut(self) -> None:
        with self.step():
            self.progress.cut = True
            self.go_on(IntakeStep.TELLING)

    def _take(self, ahead: Ahead) -> None:
        chunk = ahead.chunk
        taken = self.register.take_models(chunk.models)
        self._judge_batches(chunk, taken)
        self._add(taken, self.register.take(ahead.levels))
        taken.bad += chunk.bad
        self._add_items(ahead)
        waiting.keep(
            intake=self.intake, kind=ASSEMBLY, rows=[(a.number, raw) for a, raw in chunk.assemblies]
        )
        self.progress.line = chunk.last
        self.count(taken, read=chunk.read)

    def _judge_batches(self, chunk: Chunk, taken: Taken) -> None:
        if chunk.unsigned and self.progress.batch_line is None:
            self.progress.batch_line = chunk.unsigned
        for line, raw, signed in chunk.batches:
            refusal = self._refusal_of_batch(signed)
            if refusal is not None:
                taken.bad.append(Bad(line.number, raw, refusal))
            if self.progress.batch_line is None:
                self.progress.batch_line = line.number
                self.progress.credential = None if refusal else signed.data

    def _refusal_of_batch(self, signed: credential.Credential) -> Refusal | ProofError | None:
        if self.progress.batch_line is not None:
            return intake_batch.SecondBatch(
                f"a batch stands on line {self.progress.batch_line} already",
                remedy="send each batch in a file of its own",
            )
        try:
            intake_batch.check_signed(signed, by=self.intake.party)
        except (Refusal, ProofError) as refusal:
            return refusal
        return None

    def _add_items(self, ahead: Ahead) -> None:
        if not self.progress.credential:
            return
        self.progress.items, self.progress.peaks = ahead.items, ahead.peaks
        if ahead.upstream:
            self.progress.upstream = ahead.upstream
        listed = [row for row in ahead.chunk.rows if b'"components"' in (row.item or b"")]
        waiting.keep(
            intake=self.intake, kind=COMPONENTS, rows=[(row.number, row.raw) for row in listed]
        )

    def _items(self) -> intake_batch.Items:
        return intake_batch.Items(
            count=self.progress.items,
            peaks=tuple(_hashes(bytes(self.progress.peaks))),
            upstream=set(_hashes(bytes(self.progress.upstream))),
        )

    def wait(self) -> None:
        """Take waiting lines again in rounds: parents stood further on."""
        while True:
            rows = waiting.next_of(intake=self.intake, kind=BATTERY, round=self.progress.round)
            if rows is None and not self.progress.landed:
                return self._give_up()
            if self.is_cancelled():
                return self._cut()
            with self.step():
                if rows is None:
                    self.progress.round += 1
                    self.progress.landed = 0
                else:
                    self._take_again(rows)

    def _take_again(self, kept: IntakeWaiting) -> None:
        chunk = self.reader().read(waiting.lines_of(kept))
        taken = self.register.take(self.register.nested(chunk.rows))
        self._refuse(chunk.bad, taken)
        self.progress.landed += taken.accepted + taken.duplicates
        self.count(taken, read=0, round=self.progress.round + 1)
        kept.delete()

    def _give_up(self) -> None:
        """Refuse what waits for nothing that will come."""
        reader, round_ = self.reader(), self.progress.round + 1
        circles = intake_verdict.circles(
            intake=self.intake, round=round_, reader=reader, tick=self.keep_lease
        )
        while kept := waiting.next_of(intake=self.intake, kind=BATTERY, round=round_):
            with self.step():
                chunk = reader.read(waiting.lines_of(kept))
                self.register.know(chunk.rows)
                taken = Taken(lost=sum(row.item is not None for row in chunk.rows))
                taken.bad = [
                    Bad(row.number, row.raw, circles.get(row.identity) or self._why(row))
                    for row in chunk.rows
                ]
                self._refuse(chunk.bad, taken)
                self.count(taken, read=0)
                kept.delete()
        with self.step():
            self.go_on(IntakeStep.PLACING)

    @staticmethod
    def _refuse(bad: Sequence[Bad], taken: Taken) -> None:
        """Lines that waited were right when they were read; should one be wrong now, it is told."""
        taken.bad += bad
        taken.lost += sum(b'"item"' in each.raw for each in bad)

    def place(self) -> None:
        """Put batteries into batteries, in the order of the file."""
        while kept := waiting.next_of(intake=self.intake, kind=ASSEMBLY, round=0):
            with self.step():
                self._place(kept)
                kept.delete()
        with self.step():
            self.go_on(IntakeStep.TELLING)

    def _place(self, kept: IntakeWaiting) -> None:
        chunk = self.reader().read(waiting.lines_of(kept))
        raws = {line.number: raw for line, raw in chunk.assemblies}
        placed = placing.assemble(
            lines=[line for line, _ in chunk.assemblies],
            intake_id=self.intake.pk,
            by=self.intake.party,
            at=self.register.at,
        )
        taken = Taken(accepted=placed.count, duplicates=placed.repeated, grown=set(placed.grown))
        taken.bad = [Bad(line.number, raws[line.number], why) for line, why in placed.refused]
        self.count(taken, read=0)

    def tell(self) -> None:
        """Record in the log what was registered."""
        places = range(self.progress.place, self.progress.line, CHUNK)
        for place, units in zip(places, self.ahead(map(self._units_behind, places)), strict=True):
            with self.step():
                announcing.registered(units, by=self.intake.party, at=self.register.at)
                self.progress.place = min(place + CHUNK, self.progress.line)
        with self.step():
            self._tell_grown()
            self.go_on(IntakeStep.PROVING)

    def _units_behind(self, place: int) -> announcing.Units:
        last = min(place + CHUNK, self.progress.line)
        first_id, last_id = self.register.id_of(place + 1), self.register.id_of(last)
        with transaction.atomic():
            registering.begin_chunk()
            return announcing.units(first=first_id, last=last_id, intake_id=self.intake.pk)

    def _tell_grown(self) -> None:
        """Once for each unit of before, with all that is in it now."""
        rows = list(waiting.all_of(intake=self.intake, kind=GROWN))
        ids = sorted(
            {uuid.UUID(raw.decode()) for kept in rows for _, raw in waiting.lines_of(kept)}
        )
        for start in range(0, len(ids), _UNITS_AT_ONCE):
            some = ids[start : start + _UNITS_AT_ONCE]
            announcing.grown(ids=some, by=self.intake.party, at=self.register.at)
        IntakeWaiting.objects.filter(intake=self.intake, kind=GROWN).delete()

    def prove(self) -> None:
        """Hold all items against what was signed, before one of them is kept."""
        twice = self._names_twice()
        with self.step():
            self.go_on(IntakeStep.ATTESTING)
            if not self.progress.credential or self.progress.cut:
                return
            signed = credential.read(bytes(self.progress.credential))
            if intake_batch.known(signed) is not None:
                self.count(Taken(duplicates=1), read=0)
                return
            refusal = self._refusal_of_items(signed) or twice
            if refusal is None:
                self.progress.attestation_id, new = intake_batch.keep_credential(
                    signed, self._items(), by=self.intake.party, at=self.register.at
                )
                self.count(Taken(accepted=int(new), duplicates=int(not new)), read=0)
            else:
                raw = b'{"type":"batch","credential":' + signed.data + b"}"
                bad = Bad(self.progress.batch_line or 0, raw, refusal)
                self.count(Taken(bad=[bad]), read=0)

    def _names_twice(self) -> Refusal | None:
        """The refusal of a battery that two items are about; only a line that repeats one can."""
        if not self.progress.credential or self.progress.cut or not self.intake.duplicates:
            return None
        if self._is_plain() and self.register.all_new:
            return None
        signed = credential.read(bytes(self.progress.credential))
        if self.progress.items > batch.MAX_ITEMS or intake_batch.known(signed) is not None:
            return None
        return intake_batch.names_twice(
            name for items in self._with_items() for name in items.names
        )

    def _with_items(self, id_of: Callable[[int], bytes] | None = None) -> Iterator[Attested]:
        """The items of the file once more, from its first line."""
        if not self._is_plain():
            return self.chunks(StrictReader(self.reader(again=True)), after=0)
        return self.chunks(PlainReader(id_of=id_of), after=0)

    def _is_plain(self) -> bool:
        """Whether this worker has read all lines, none was refused, and items stand as kept."""
        return self.plain and not self.intake.rejected

    def _refusal_of_items(self, signed: credential.Credential) -> Refusal | None:
        try:
            intake_batch.check_items(signed, self._items(), lost=self.progress.lost)
            for kept in waiting.all_of(intake=self.intake, kind=COMPONENTS):
                intake_batch.check_components(self.reader().read(waiting.lines_of(kept)).rows)
        except Refusal as refusal:
            return intake_batch.with_lines(refusal, self._refused())
        return None

    def _refused(self) -> list[int]:
        rows = IntakeError.objects.filter(intake=self.intake).order_by("number")
        return list(rows.values_list("number", flat=True)[:21])

    def attest(self) -> None:
        """Keep the items of a proven batch, tell of all that has no event, and end."""
        attestation = self.progress.attestation_id
        with outbox.room() as kept:
            self._keep_and_tell(attestation, kept)

    def _keep_and_tell(self, attestation: uuid.UUID | None, kept: IO[bytes]) -> None:
        # What is told last is hashed and sorted while the items are written.
        with beside(lambda: announcing.rest_of(intake_id=self.intake.pk, kept=kept)) as looking:
            if attestation is not None:
                self._keep_items(attestation)
            rest = self.awaited(looking)
        with self.step():
            announcing.rest(
                rest, intake_id=self.intake.pk, by=self.intake.party, at=self.register.at
            )
            if attestation is not None:
                subject = self._subject_of(attestation, rest)
                intake_batch.enter(attestation, at=self.now(), subject=subject)
            self._end()

    def _keep_items(self, attestation: uuid.UUID) -> None:
        keeper = Keeper(attestation=attestation, size=self.progress.items)
        keeper.resume(self.progress.place)
        rest = keeper.place
        for items in self._with_items(self.register.key_of if self.register.all_new else None):
            passed, rest = min(rest, items.count), max(rest - items.count, 0)
            if passed == items.count:
                continue
            with self.step():
                keeper.keep(items.behind(passed))
                self.progress.place = keeper.place

    def _subject_of(self, attestation: uuid.UUID, rest: announcing.Rest) -> bytes | None:
        """Of whom the batch is, where each item is of a battery that this file has made."""
        if not self._is_plain() or not self.register.all_new:
            return None
        return announcing.subject_of_rest(
            rest,
            attestation_id=attestation,
            size=self.progress.items,
            first=self.register.id_of(1),
            last=self.register.id_of(self.progress.line),
        )

    def _why(self, row: object) -> Refusal:
        return self.register.refusal_of(row)  # type: ignore[arg-type]

    @staticmethod
    def _add(into: Taken, more: Taken) -> None:
        into.accepted += more.accepted
        into.duplicates += more.duplicates
        into.bad += more.bad
        into.waiting += more.waiting
        into.grown |= more.grown
        into.lost += more.lost

    def _end(self) -> None:
        state = IntakeState.CANCELLED if self.progress.cut else IntakeState.DONE
        IntakeBlock.objects.filter(intake=self.intake).delete()
        IntakeWaiting.objects.filter(intake=self.intake).delete()
        Intake.objects.filter(pk=self.intake.pk).update(
            state=state, finished_at=self.now(), bytes_read=self.intake.size_bytes
        )
        Job.objects.filter(pk=self.job.pk).update(total_count=self.intake.lines_read)
        jobs.finish(job=self.job, at=self.now())
        self.ended = True


_STEPS: dict[IntakeStep, Callable[[Work], None]] = {
    IntakeStep.READING: Work.read,
    IntakeStep.WAITING: Work.wait,
    IntakeStep.PLACING: Work.place,
    IntakeStep.TELLING: Work.tell,
    IntakeStep.PROVING: Work.prove,
}

_BEFORE_TELLING = (IntakeStep.READING, IntakeStep.WAITING, IntakeStep.PLACING)


def _hashes(data: bytes) -> list[bytes]:
    return [data[at : at + 32] for at in range(0, len(data), 32)]
