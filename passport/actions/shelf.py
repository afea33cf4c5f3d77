"""The log's files on disk: written whole, checked against the entries, mended out of them.

A file has its name only when all of it is on the disk, so that a reader, or a web server that
knows nothing of us, never meets half a tile.
"""

import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from passport.actions.checkpoint_lock import ForkRefused
from passport.models import LogEntry
from passport.proof import tiles, tree
from passport.proof.tiles import MAX_LEVEL, WIDTH, Place
from passport.queries.log import tile_reader

log = logging.getLogger(__name__)
_CHUNK = 65_536

# An entry's bytes, and its leaf hash.
Entry = tuple[bytes, bytes]


def replace(path: Path, data: bytes) -> None:
    """Write a file whole, force it to the disk, and only then give it its name."""
    replace_all(path.parent, {path.name: data})


def replace_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths below a folder; the names are forced to the disk last."""
    touched = set()
    for name, data in files.items():
        path = folder / name
        make_folder(path.parent)
        with whole(path) as file:
            file.write(data)
        touched.add(path.parent)
    for each in touched:
        sync_folder(each)


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """Write a file that has its name only once all of it is on the disk."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    # A crash here leaves the old file, or none, and a stray .new that the next call overwrites.
    fresh.replace(path)


def make_folder(folder: Path) -> None:
    """Make a folder and what lies above it, each forced to the disk in the one above."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def append(*, folder: Path, old: int, new: int) -> bytes:
    """Write the tiles that lead from one size to another; the root of the new one.

    Refuses BadTile when the right edge of the old size is lost.
    """
    root, size = b"", old
    while size < new:
        upto = min(new, size + _CHUNK)
        rows = LogEntry.objects.filter(index__gte=size, index__lt=upto).order_by("index")
        entries = [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
        grown = tiles.append(old_size=size, entries=entries, read=tile_reader(folder=folder))
        # A crash here leaves some of them, all under sizes that nobody has been told of yet.
        replace_all(folder, grown.files)
        root, size = grown.root, grown.size
    return root


class Entries:
    """The entries of the log in order, each hashed again as it is read; `tree` grows with them.

    `marked` is the root at the size `mark`, once that many were read. Refuses ForkRefused at the
    first entry that is missing, or is not what its hash says.
    """

    def __init__(self, *, size: int, mark: int = 0) -> None:
        self.size, self.mark = size, mark
        self.tree = tree.Range()
        self.marked = tree.EMPTY_ROOT

    def __iter__(self) -> Iterator[Entry]:
        fresh: list[bytes] = []
        at = 0
        for at, (data, hashed) in enumerate(self._rows(), start=1):
            fresh.append(hashed)
            if len(fresh) == WIDTH or at == self.mark:
                self._grow(fresh)
            yield data, hashed
        self._grow(fresh)

    def _grow(self, fresh: list[bytes]) -> None:
        self.tree = self.tree.append(fresh)
        fresh.clear()
        if self.tree.size == self.mark:
            self.marked = self.tree.root()

    def _rows(self) -> Iterator[Entry]:
        rows = LogEntry.objects.filter(index__lt=self.size).order_by("index")
        columns = rows.values_list("index", "leaf", "leaf_hash").iterator(chunk_size=10_000)
        for at, (index, leaf, kept) in enumerate(columns):
            data, hashed = bytes(leaf), bytes(kept)
            if index != at or tree.leaf_hash(data) != hashed:
                raise ForkRefused(
                    f"entry {at} is missing or was changed",
                    remedy="restore a true copy of the database",
                )
            yield data, hashed


def files_of(entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every tile and bundle that a log of these entries has."""
    edge = [_Level(level) for level in range(MAX_LEVEL + 1)]
    bundle: list[bytes] = []
    full = 0
    for data, hashed in entries:
        bundle.append(len(data).to_bytes(2) + data)
        if len(bundle) == WIDTH:
            yield Place(level=None, index=full).path, b"".join(bundle)
            full, bundle = full + 1, []
        yield from _push(edge, hashed)
    if bundle:
        yield Place(level=None, index=full, width=len(bundle)).path, b"".join(bundle)
    for level in edge:
        if level.hashes:
            yield level.place.path, b"".join(level.hashes)


class _Level:
    """The tile of one level that is being filled."""

    def __init__(self, level: int) -> None:
        self.level, self.full = level, 0
        self.hashes: list[bytes] = []

    @property
    def place(self) -> Place:
        return Place(level=self.level, index=self.full, width=len(self.hashes))


def _push(edge: list[_Level], hashed: bytes) -> Iterator[tuple[str, bytes]]:
    for level in edge:
        level.hashes.append(hashed)
        if len(level.hashes) < WIDTH:
            return
        yield level.place.path, b"".join(level.hashes)
        hashed = tree.root(level.hashes)
        level.full += 1
        level.hashes = []


def differing(*, folder: Path, files: Iterable[tuple[str, bytes]]) -> list[str]:
    """The paths of those files that the folder does not hold, byte for byte."""
    return [path for path, data in files if not _holds(folder / path, data)]


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False


def mend(*, folder: Path, size: int, paths: Iterable[str]) -> None:
    """Write files of a published size again; the entries must be known to make the signed root."""
    wanted = set(paths)
    for path, data in files_of(Entries(size=size)):
        if path in wanted:
            # A crash here leaves the rest to the next start, which looks at every file again.
            replace(folder / path, data)
            log.error("a file of the log was lost or changed; mended", extra={"path": path})


def prune(*, folder: Path, old: int, new: int) -> None:
    """Drop the partial tiles and bundles that became full between two published sizes.

    One is written for each checkpoint; without this they would outweigh the log. Who asks for one
    reads the full tile, which begins with it (tlog-tiles, partial tiles).
    """
    for level in (None, *range(MAX_LEVEL + 1)):
        height = 8 if level is None else 8 * (level + 1)
        for index in range(old >> height, new >> height):
            # A crash here leaves partial tiles that nobody needs; they are right all the same.
            shutil.rmtree(folder / f"{Place(level=level, index=index).path}.p", ignore_errors=True)
