"""Files the evidence of a project: put together, logged, and sealed under a witnessed checkpoint.

Order of effects, and what a crash after each leaves:
1. order   the row and its job; nothing is made;
2. file    pieces, manifest and the wish for its entry, in one transaction; the job is taken up;
3. seal    the last piece and the seal's moment, in one transaction with the end of the job.
What is filed is never made again: the second step begins where the first one ended.
"""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from passport.actions import bundle, outbox
from passport.actions import job as jobs
from passport.actions.event import stamp
from passport.actions.sourcing_archive import Writing
from passport.models import EvidenceFile, EvidencePiece, Job, JobState, Party, SourcingProject
from passport.models.ids import new_id, new_salt
from passport.postgres import locks
from passport.proof import archive, filing, seal
from passport.proof.archive import Entry
from passport.proof.filing import MANIFEST, SEAL, Engine, Manifest
from passport.proof.sealed import KIND as LOGGED_AS
from passport.queries import sourcing_contents, sourcing_file, verifier
from passport.queries.battery import unknown
from passport.queries.sourcing_contents import JSON, ProjectFile
from passport.queries.sourcing_file import PIECE
from passport.queries.sourcing_seal import sealing
from passport.queries.tenancy import stepped_down
from passport.rules import sourcing_folder
from passport.rules.errors import Conflict, Malformed
from passport.rules.sourcing_result import exact

KIND = "evidence"
# The log takes some seconds, its witnesses with it.
PAUSE = timedelta(seconds=1)


class FileUnderWay(Conflict):
    """A file follows the one before it, so one is made after the other."""

    code = "evidence-file-under-way"
    title = "A file of this project is being made"


class DayToCome(Malformed):
    """What a file states, it states of a day that has come."""

    code = "evidence-of-a-day-to-come"
    title = "The day has not come yet"


@transaction.atomic
def order(*, project_id: uuid.UUID, as_of: date, by: Party, at: datetime) -> EvidenceFile:  # 1
    """Ask for the evidence file of an own project, as of a day; a job makes it.

    Refuses NotFound, FileUnderWay, DayToCome, NotACase.
    """
    project = SourcingProject.objects.filter(pk=project_id, owner=by).first()
    if project is None:
        raise unknown("project of yours")
    if as_of > at.date():
        raise DayToCome(f"{as_of} is to come", pointer="/as_of", remedy="name today or before")
    locks.lock_name(locks.PROJECT, str(project.pk))
    waiting = EvidenceFile.objects.filter(project=project, sealed_at=None)
    if waiting.exclude(job__state=JobState.RESTING).exists():
        raise FileUnderWay("one is not done yet", remedy="wait until it is")
    sourcing_contents.stated(project=project, as_of=as_of)
    made = new_id()
    job = jobs.enqueue(
        kind=KIND, dedupe_key=f"{KIND}:{made}", party=by, payload={"file": str(made)}, at=at
    )
    return EvidenceFile.objects.create(id=made, project=project, job=job, as_of=as_of, asked_at=at)


def run(*, job: Job, at: datetime) -> None:
    """Do the next step of a file that a leased job asks for; GoesOn while the log has its turn.

    Refuses LeaseLost, and what the steps refuse.
    """
    file = EvidenceFile.objects.select_related("project__owner").get(job=job)
    now = jobs.clock(at)
    if file.manifest is None:
        _file(file, job, now)  # 2
        raise jobs.GoesOn(PAUSE)
    head = bundle.newest_head()
    manifest = filing.read(bytes(file.manifest))
    shown = sealing(file=file, manifest=manifest, head=head)
    if shown is None:
        raise jobs.GoesOn(PAUSE)
    data = seal.assemble(
        manifest=manifest,
        data=bytes(file.manifest),
        contents=shown.contents,
        key=bundle.record_key(),
        at=stamp(now()),
    )
    _seal(file, job, data, now, index=shown.index, size=shown.size)  # 3


@transaction.atomic
def again(*, file_id: uuid.UUID, at: datetime) -> EvidenceFile:
    """Set a file going again whose job has stopped. Refuses NotFound, NotResting."""
    found = sourcing_file.row(file_id=file_id)
    jobs.retry(job_id=found.job_id, at=at)
    return found


def _file(file: EvidenceFile, job: Job, now: jobs.Clock) -> None:
    with Writing() as writing:
        with stepped_down(file.project.owner_id):
            found = sourcing_contents.file_of(project=file.project, as_of=file.as_of)
            for name in sorted(found.pages):
                page = found.pages[name]
                writing.add(name, page.pieces(), media_type=page.media_type)
        count = len(found.pages)
        jobs.progress(job=job, done=count, total=count + 2, at=now())
        with transaction.atomic():
            jobs.hold(job=job, at=now())
            locks.lock_name(locks.PROJECT, str(file.project_id))
            _keep(file, found, writing, at=now())


def _keep(file: EvidenceFile, found: ProjectFile, writing: Writing, *, at: datetime) -> None:
    last = sourcing_file.before(project=file.project)
    manifest = Manifest(
        project=str(file.project_id),
        number=1 if last is None else (last.number or 0) + 1,
        as_of=file.as_of.isoformat(),
        created_at=stamp(at),
        creator=bundle.record_key().method.partition("#")[0],
        rule_set=found.case.rule_set,
        engine=_engine(),
        previous=None if last is None else bytes(last.manifest_sha256 or b""),
        salt=bytes(file.salt),
        files=dict(writing.filed),
    )
    data = filing.encode(manifest)
    writing.add(MANIFEST, (data,), media_type=JSON)
    _pieces(file, writing.pieces(), begin=0)
    salt = new_salt() if last is None else bytes(last.subject_salt or b"")
    ratio = found.result.ratio
    figures = None if ratio is None else ratio.strict
    EvidenceFile.objects.filter(pk=file.pk).update(
        number=manifest.number,
        subject_salt=salt,
        manifest=data,
        manifest_sha256=filing.digest(data),
        checksums=b"".join(each.crc.to_bytes(4) for each in writing.entries),
        rule_set=manifest.rule_set,
        verdict=found.result.verdict.value,
        supported="" if figures is None else exact(figures.supported),
        filed_at=at,
    )
    subject = outbox.subject_of(salt=salt, subject=manifest.project)
    outbox.enter(kind=LOGGED_AS, body=data, subjects=[subject], at=at)


def _engine() -> Engine:
    return Engine(
        version=sourcing_folder.VERSION,
        revision=settings.PASSPORT_REVISION,
        program=verifier.packed().sha256,
    )


def _seal(
    file: EvidenceFile, job: Job, data: bytes, now: jobs.Clock, *, index: int, size: int
) -> None:
    entries = sourcing_file.entries_of(file=file)
    last = Entry(SEAL, len(data), archive.checksum((data,)), at=entries[-1].ends)
    end = archive.header(last) + data + archive.directory([*entries, last])
    seen, whole = hashlib.sha256(), len(end)
    pieces = EvidencePiece.objects.filter(file=file)
    count = pieces.count()
    for place in range(count):
        piece = bytes(pieces.values_list("content", flat=True).get(place=place))
        seen.update(piece)
        whole += len(piece)
    seen.update(end)
    with transaction.atomic():
        jobs.finish(job=job, at=now())
        _pieces(file, (end[at : at + PIECE] for at in range(0, len(end), PIECE)), begin=count)
        EvidenceFile.objects.filter(pk=file.pk).update(
            log_index=index,
            tree_size=size,
            sha256=seen.digest(),
            size_bytes=whole,
            sealed_at=now(),
        )


def _pieces(file: EvidenceFile, pieces: Iterable[bytes], *, begin: int) -> None:
    for place, piece in enumerate(pieces, start=begin):
        EvidencePiece.objects.create(
            project_id=file.project_id, file=file, place=place, content=piece
        )
