"""The index snapshot as files: a row for every subject of the log, and the hashes over the rows.

Below the log's folder lies index/<size>/ with `rows`, `hashes`, and `document`, and index/list with
the size and digest of each. Rows are read where they lie: none of this needs memory or database.
"""

import logging
import mmap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from passport.models import LogDocument, LogEntry
from passport.proof import snapshot, tree
from passport.proof.contents import Index
from passport.proof.errors import BadTree
from passport.proof.snapshot import ROW_BYTES, Snapshot

log = logging.getLogger(__name__)

# Hashes of subtrees of fewer than 2^LOWEST rows are made from the rows when they are asked for.
LOWEST = 3


@dataclass(frozen=True)
class Shown:
    """What a bundle shows of a snapshot: its document, and rows with the proof of all of them."""

    document: bytes
    said: Snapshot
    index: Index


def folder_of(*, size: int) -> Path:
    """Where the snapshot over so many entries lies."""
    return Path(settings.PASSPORT_LOG_DIR) / "index" / str(size)


def shown(*, subjects: Sequence[bytes], size: int) -> Shown | None:
    """The rows of salted subjects in the newest snapshot that a log of this size holds.

    Who has no row is shown absent by the rows on either side. None before the first snapshot is
    published, and when the files of the newest one are damaged.
    """
    found = newest(size=size)
    if found is None:
        return None
    entry, document = found
    said = snapshot.decode(document)
    with _opened(said) as (row, read):
        places = {
            place
            for subject in subjects
            for place in snapshot.places_for(subject=subject, rows=said.rows, read=row)
        }
        rows = tuple((place, row(place)) for place in sorted(places))
        nodes = tree.multi_path(indices=sorted(places), size=said.rows, read=read)
    if not _leads(rows, nodes, said):
        log.error("the files of an index snapshot are damaged", extra={"size": said.size})
        return None
    return Shown(document, said, Index(entry=entry, rows=rows, nodes=tuple(nodes)))


def _leads(rows: Sequence[tuple[int, bytes]], nodes: Sequence[bytes], said: Snapshot) -> bool:
    """Whether what is shown leads to the root that was logged: the files are not the truth."""
    leaves = {place: tree.leaf_hash(row) for place, row in rows}
    try:
        return tree.root_from_many(leaves=leaves, size=said.rows, nodes=nodes) == said.root
    except BadTree:
        return False


def newest(*, size: int) -> tuple[int, bytes] | None:
    """Entry and document of the newest snapshot in a log of this size whose rows are kept.

    The newest is the one that was logged last, whatever the clock said then.
    """
    documents = dict(
        LogDocument.objects.filter(kind=snapshot.KIND).values_list("sha256", "body").iterator()
    )
    entries = LogEntry.objects.filter(digest__in=list(documents), index__lt=size)
    for entry, digest in entries.order_by("-index").values_list("index", "digest"):
        document = bytes(documents[digest])
        if (folder_of(size=snapshot.decode(document).size) / "rows").exists():
            return entry, document
    return None


@contextmanager
def _opened(said: Snapshot) -> Iterator[tuple["_Rows", tree.Reader]]:
    folder = folder_of(size=said.size)
    with _mapped(folder / "rows") as rows, _mapped(folder / "hashes") as hashes:
        reading = _Rows(rows)
        yield reading, hash_reader(rows=said.rows, read=reading, hashes=hashes)


@contextmanager
def _mapped(path: Path) -> Iterator[bytes | mmap.mmap]:
    with path.open("rb") as file:
        if not path.stat().st_size:
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


@dataclass(frozen=True)
class _Rows:
    """The rows by their places."""

    data: bytes | mmap.mmap

    def __call__(self, place: int) -> bytes:
        return self.data[place * ROW_BYTES : (place + 1) * ROW_BYTES]


def hash_reader(*, rows: int, read: "_Rows", hashes: bytes | mmap.mmap) -> tree.Reader:
    """Serve complete subtrees over so many rows: kept ones, and small ones made from the rows."""
    starts = {}
    start = 0
    for level in range(LOWEST, max(rows.bit_length(), LOWEST + 1)):
        starts[level] = start
        start += (rows >> level) * tree.HASH_BYTES

    def subtree(level: int, index: int) -> bytes:
        if level < LOWEST:
            places = range(index << level, (index + 1) << level)
            return tree.root(tree.leaf_hash(read(place)) for place in places)
        at = starts[level] + index * tree.HASH_BYTES
        return hashes[at : at + tree.HASH_BYTES]

    return subtree
