"""Evidence files of a project: which there are, how far each is, and its bytes."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from passport.models import EvidenceFile, EvidencePiece, SourcingProject
from passport.proof import filing
from passport.proof.archive import Entry
from passport.proof.filing import MANIFEST
from passport.queries.battery import unknown
from passport.queries.bundle_order import NoFile

_BULK = ("manifest", "checksums")


def listing(*, project: SourcingProject, after: uuid.UUID | None, limit: int) -> list[EvidenceFile]:
    """A page of the files of a project, newest first, without their bytes."""
    rows = EvidenceFile.objects.filter(project=project).select_related("job").defer(*_BULK)
    rows = rows.order_by("-id")
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def state(*, file_id: uuid.UUID) -> EvidenceFile:
    """How far a file is, if its project is the acting party's or shown to it. Refuses NotFound."""
    rows = EvidenceFile.objects.select_related("job", "project").defer(*_BULK)
    found = rows.filter(pk=file_id).first()
    if found is None:
        raise unknown("evidence file")
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
    found = state(file_id=file_id)
    if found.sealed_at is None:
        raise NoFile("the file is not made yet", remedy="wait until it is done")
    return Archived(found)


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
