"""Logs a snapshot of the index once a day: of every subject the last entries, under one root.

Order of effects, and what a crash after each leaves:
1. write    rows, hashes and document in a folder of another name, which the next run replaces;
2. rename   the folder has its name: the next run logs it if no entry came since, or drops it;
3. log      the document and the wish for its entry commit together, or not at all;
4. list     the list names it; a run that finds it missing there writes the list anew;
5. prune    rows that are older than they must be are dropped; the next day's run drops the rest.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import QuerySet

from passport.actions import notice, shelf
from passport.actions.event import stamp
from passport.models import LogDocument, LogHead
from passport.models.ids import new_salt
from passport.postgres.locks import INDEX, held
from passport.postgres.snapshot import index_rows, one_moment
from passport.proof import credential, snapshot, tree
from passport.proof.encoding import b64u_encode
from passport.proof.snapshot import Snapshot
from passport.queries.index import LOWEST


def take(*, folder: Path, at: datetime, keep: timedelta, again: bool = False) -> LogDocument | None:
    """Take and log today's snapshot; None when today's is there, or another run is at it.

    `again` takes another one on the same day, unless no entry came since. `folder` is the log's;
    rows are kept for `keep`, documents for ever. Needs eight bytes of memory a row.
    """
    with held(INDEX) as mine:
        if not mine or not LogHead.objects.filter(size__gt=0).exists():
            return None
        today = _logged().filter(recorded_at__date=at.date()).order_by("-recorded_at").first()
        if today is not None and not again:
            _finish(folder / "index", today, before=at - keep)
            return None
        place = _write(folder / "index", at=at)  # 1, 2
        row = _log((place / "document").read_bytes(), at=at)  # 3
        _list(folder / "index")  # 4
        _prune(folder / "index", before=at - keep)  # 5
        return row


def _finish(folder: Path, newest: LogDocument, *, before: datetime) -> None:
    """Do what a crash after the newest snapshot was logged left undone."""
    known = folder / "list"
    listed = known.read_text(encoding="ascii") if known.exists() else ""
    if b64u_encode(bytes(newest.sha256)) not in listed:
        _list(folder)
        _prune(folder, before=before)


def _logged() -> QuerySet[LogDocument]:
    return LogDocument.objects.filter(kind=snapshot.KIND)


def _log(body: bytes, *, at: datetime) -> LogDocument | None:
    if _logged().filter(sha256=credential.digest(body)).exists():
        return None
    return notice.enter(kind=snapshot.KIND, body=body, at=at)


def _write(folder: Path, *, at: datetime) -> Path:
    """Write the snapshot as of now and return where it lies, whole."""
    draft = folder / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    with one_moment():
        head = LogHead.objects.get()
        place = folder / str(head.size)
        if place.exists():
            return place
        shelf.make_folder(draft)
        rows, root = _write_rows(draft)
    said = Snapshot(
        origin=head.origin, size=head.size, rows=rows, root=root, at=stamp(at), salt=new_salt()
    )
    shelf.replace(draft / "document", snapshot.encode(said))
    draft.rename(place)
    shelf.sync_folder(folder)
    return place


def _write_rows(draft: Path) -> tuple[int, bytes]:
    """Write rows and hashes as they come; their number and root."""
    hashes = _Hashes()
    with shelf.whole(draft / "rows") as file:
        for row in index_rows():
            file.write(row)
            hashes.push(tree.leaf_hash(row))
    with shelf.whole(draft / "hashes") as file:
        for level in hashes.kept:
            file.write(level)
    return hashes.size, hashes.root()


class _Hashes:
    """The complete subtrees over the rows so far: the edge of all levels, and the higher ones."""

    def __init__(self) -> None:
        self.size = 0
        self.edge: list[bytes] = []
        self.kept: list[bytearray] = []

    def push(self, hashed: bytes) -> None:
        rest, level = self.size, 0
        while rest & 1:
            hashed = tree.node_hash(self.edge.pop(), hashed)
            rest >>= 1
            level += 1
            if level >= LOWEST:
                self._keep(level - LOWEST, hashed)
        self.edge.append(hashed)
        self.size += 1

    def _keep(self, row: int, hashed: bytes) -> None:
        if row == len(self.kept):
            self.kept.append(bytearray())
        self.kept[row] += hashed

    def root(self) -> bytes:
        return tree.Range(self.size, tuple(self.edge)).root()


def _snapshots(folder: Path) -> Iterator[tuple[int, Path]]:
    """Size and folder of each snapshot, smallest first."""
    names = (each.name for each in folder.iterdir() if each.is_dir())
    for size in sorted(int(name) for name in names if name.isdecimal()):
        yield size, folder / str(size)


def _list(folder: Path) -> None:
    """Write which snapshots were logged; one that lost its place to a crash is dropped."""
    lines = []
    for size, place in _snapshots(folder):
        digest = credential.digest((place / "document").read_bytes())
        if _logged().filter(sha256=digest).exists():
            lines.append(f"{size} {b64u_encode(digest)}\n")
        else:
            shutil.rmtree(place)
    shelf.replace(folder / "list", "".join(lines).encode())


def _prune(folder: Path, *, before: datetime) -> None:
    for _, place in _snapshots(folder):
        said = snapshot.decode((place / "document").read_bytes())
        if datetime.fromisoformat(said.at) < before:
            for name in ("rows", "hashes"):
                (place / name).unlink(missing_ok=True)
