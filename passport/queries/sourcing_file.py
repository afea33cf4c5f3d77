"""Evidence files of a project: which there are, how far each is, and its bytes."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from passport.models import EvidenceFile, EvidencePiece, Job, JobState, SourcingProject
from passport.proof import filing
from passport.proof.archive import Entry
from passport.proof.filing import MANIFEST
from passport.queries.battery import unknown
from passport.queries.bundle_order import NoFile

# All but the last that was filed have just so many bytes, and all but the last that was sealed.
PIECE = 1 << 20
_BULK = ("manifest", "checksums")


@dataclass(frozen=True)
class FileLine:
    """How far a file is: `done` of `total` steps, or `sealed_at`; and what came of it.

    `supported` is the exact ratio, "" when there is none. Of a file of others, which is shown to
    the acting party, the steps are not told.
    """

    id: uuid.UUID
    project_id: uuid.UUID
    project: str
    number: int | None
    as_of: date
    asked_at: datetime
    state: str
    done: int
    total: int
    attempts: int
    last_error: str
    rule_set: str
    verdict: str
    supported: str
    manifest_sha256: bytes | None
    log_index: int | None
    tree_size: int | None
    sha256: bytes | None
    size_bytes: int | None
    filed_at: datetime | None
    sealed_at: datetime | None


def listing(*, project: SourcingProject, after: uuid.UUID | None, limit: int) -> list[FileLine]:
    """A page of the files of a project, newest first, without their bytes."""
    rows = EvidenceFile.objects.filter(project=project).select_related("project").defer(*_BULK)
    rows = rows.order_by("-id")
    found = list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])
    jobs = Job.objects.in_bulk([each.job_id for each in found])
    return [_line(each, jobs.get(each.job_id)) for each in found]


def state(*, file_id: uuid.UUID) -> FileLine:
    """How far a file is, if its project is the acting party's or shown to it. Refuses NotFound."""
    found = row(file_id=file_id)
    return _line(found, Job.objects.filter(pk=found.job_id).first())


def row(*, file_id: uuid.UUID) -> EvidenceFile:
    """A file without its bytes. Refuses NotFound."""
    rows = EvidenceFile.objects.select_related("project").defer(*_BULK)
    found = rows.filter(pk=file_id).first()
    if found is None:
        raise unknown("evidence file")
    return found


def _line(file: EvidenceFile, job: Job | None) -> FileLine:
    """The job is its owner's: others see by the moments alone how far a file is."""
    done = JobState.DONE if file.sealed_at else JobState.RUNNING
    return FileLine(
        id=file.pk,
        project_id=file.project_id,
        project=file.project.name,
        number=file.number,
        as_of=file.as_of,
        asked_at=file.asked_at,
        state=job.state if job else done,
        done=job.done_count if job else 0,
        total=(job.total_count if job else 0) or 1,
        attempts=job.attempts if job else 0,
        last_error=(job.last_error if job else "").partition(": ")[2],
        rule_set=file.rule_set,
        verdict=file.verdict,
        supported=file.supported,
        manifest_sha256=_bytes(file.manifest_sha256),
        log_index=file.log_index,
        tree_size=file.tree_size,
        sha256=_bytes(file.sha256),
        size_bytes=file.size_bytes,
        filed_at=file.filed_at,
        sealed_at=file.sealed_at,
    )


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


def filed(*, file_id: uuid.UUID) -> EvidenceFile:
    """A file whose manifest is made, with its bytes. Refuses NotFound, NoFile."""
    found = EvidenceFile.objects.select_related("project").filter(pk=file_id).first()
    if found is None:
        raise unknown("evidence file")
    if found.filed_at is None:
        raise NoFile("the file is not made yet", remedy="wait until it is done")
    return found


@dataclass(frozen=True)
class Archived:
    """A file that is sealed: its size, and its bytes in pieces."""

    file: EvidenceFile

    def __iter__(self) -> Iterator[bytes]:
        rows = EvidencePiece.objects.filter(file=self.file.pk).order_by("place")
        # One at a time: what is read of a file of many megabytes does not lie in memory.
        for place in range(rows.count()):
            yield bytes(rows.values_list("content", flat=True).get(place=place))


def archived(*, file_id: uuid.UUID) -> Archived:
    """The bytes of a file. Refuses NotFound, NoFile."""
    found = row(file_id=file_id)
    if found.sealed_at is None:
        raise NoFile("the file is not made yet", remedy="wait until it is done")
    return Archived(found)


def member(*, file: EvidenceFile, name: str) -> bytes:
    """The bytes of one file of the archive, read where they lie. Refuses NotFound."""
    found = next((each for each in entries_of(file=file) if each.name == name), None)
    if found is None:
        raise unknown(f"file {name} in the evidence file")
    first, last = found.begins // PIECE, max(found.begins, found.ends - 1) // PIECE
    rows = EvidencePiece.objects.filter(file=file.pk, place__range=(first, last))
    data = b"".join(rows.order_by("place").values_list("content", flat=True))
    return data[found.begins - first * PIECE : found.ends - first * PIECE]


def before(*, project: SourcingProject) -> EvidenceFile | None:
    """The newest file of a project that the log was given; None before the first."""
    rows = EvidenceFile.objects.filter(project=project, number__isnull=False)
    return rows.order_by("-number").first()


def entries_of(*, file: EvidenceFile) -> list[Entry]:
    """Where in the archive each file lies, the manifest last: what the list at its end names."""
    data, checksums = bytes(file.manifest or b""), bytes(file.checksums or b"")
    sizes = {name: each.size for name, each in filing.read(data).files.items()}
    entries: list[Entry] = []
    for place, (name, size) in enumerate([*sorted(sizes.items()), (MANIFEST, len(data))]):
        crc = int.from_bytes(checksums[4 * place : 4 * place + 4])
        at = entries[-1].ends if entries else 0
        entries.append(Entry(name=name, size=size, crc=crc, at=at))
    return entries
