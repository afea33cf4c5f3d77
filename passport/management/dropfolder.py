"""A folder into which a factory's machines drop files: what is whole is taken in, then put away.

Nothing is kept beside the folder and the database: whoever is killed here begins again, finds the
same file under the same key, and comes to the same end.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.db import DatabaseError, connection

from passport.management import bringing
from passport.management.bringing import Changed, Outcome
from passport.models import IntakeState, Party
from passport.rules.errors import Refusal

log = logging.getLogger(__name__)

MARK: Final = ".done"
# A mark comes behind its file; one without a file for so long belongs to none.
_STALE_S: Final = 60
PROCESSED, REJECTED = "processed", "rejected"
# What writers of files call them while they write.
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~")

# A name has 255 bytes; the moment and ".rejects.ndjson.tmp" go round it.
_NAME_BYTES: Final = 200

_Signature = tuple[int, int, int]


@dataclass
class DropFolder:
    """One folder of one maker; `settle_s` is how long a file without a mark lies still, or 0."""

    path: Path
    by: Party
    settle_s: float
    _marks: dict[Path, _Signature | None] = field(default_factory=dict)
    _seen: dict[Path, tuple[_Signature, float]] = field(default_factory=dict)
    _in: dict[Path, tuple[_Signature, uuid.UUID]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the folders in which files end."""
        for name in (PROCESSED, REJECTED):
            (self.path / name).mkdir(exist_ok=True)

    def round(self) -> int:
        """Take in what is whole, put away what has ended; how many files still wait here.

        All are brought in before the first is waited for: one worker need not wait for us.
        """
        waiting = 0
        for path in self._whole():
            waiting += not self._care_for(path)
        self._sweep()
        return waiting

    def pending(self) -> bool:
        """Whether a file lies here that may still become whole."""
        return next(self._files(), None) is not None

    def _files(self) -> Iterator[Path]:
        for path in sorted(self.path.iterdir()):
            name = path.name
            if name.startswith(".") or name.lower().endswith((MARK, *_UNFINISHED)):
                continue
            if path.is_file() and not path.is_symlink():
                yield path

    def _whole(self) -> Iterator[Path]:
        for path in self._files():
            try:
                whole = self._is_whole(path)
            except OSError as gone:
                # Taken away between two looks: no other file waits for that.
                log.warning(
                    "file not taken yet", extra={"file": shown(path.name), "why": shown(str(gone))}
                )
                continue
            if whole:
                yield path

    def _is_whole(self, path: Path) -> bool:
        self._marks[path] = mark = _mark_of(path)
        if mark is not None:
            return True
        if not self.settle_s:
            return False
        now, signature = time.monotonic(), _signature(path)
        before, since = self._seen.get(path, (None, now))
        if before != signature:
            since = now
        self._seen[path] = (signature, since)
        return now - since >= self.settle_s

    def _care_for(self, path: Path) -> bool:
        """Bring one file a step further; whether it is put away. It holds up no other."""
        try:
            signature = _signature(path)
            try:
                found = bringing.outcome(intake_id=self._brought(path, signature), by=self.by)
            except Changed:
                raise
            except Refusal as refusal:
                self._put_away_refused(path, signature, refusal)
                return True
            if found.line.state not in bringing.ENDED:
                return False
            self._put_away(path, signature, found)
        except (Changed, OSError, DatabaseError) as odd:
            if isinstance(odd, DatabaseError) and not connection.is_usable():
                raise
            log.warning(
                "file not taken yet", extra={"file": shown(path.name), "why": shown(str(odd))}
            )
            self._forget(path)
            return False
        return True

    def _brought(self, path: Path, signature: _Signature) -> uuid.UUID:
        known = self._in.get(path)
        if known is None or known[0] != signature:
            with path.open("rb") as file:
                sha256 = bringing.digest_of(file)
                file.seek(0)
                here = datetime.fromtimestamp(os.fstat(file.fileno()).st_ctime, UTC)
                # Cancelled after it was dropped: a kill before it was put away begins nothing anew.
                taken = bringing.cancelled(
                    name=path.name, sha256=sha256, by=self.by, since=here
                ) or bringing.bring(file, name=path.name, by=self.by, sha256=sha256)
            self._in[path] = known = (signature, taken)
            log.info("file taken in", extra={"file": shown(path.name), "intake": str(taken)})
        return known[1]

    def _put_away(self, path: Path, signature: _Signature, found: Outcome) -> None:
        where = PROCESSED if found.landed else REJECTED
        stem = _stem(found.line.received_at, path.name)
        if found.line.rejected:
            pieces = bringing.rejects(intake_id=found.line.id, by=self.by)
            _write(self.path / where / f"{stem}.rejects.ndjson", pieces)
        _write(self.path / where / f"{stem}.report.txt", [report(shown(path.name), found).encode()])
        self._move(path, signature, self.path / where / stem)
        log.info(
            "file done",
            extra={
                "file": shown(path.name), "intake": str(found.line.id), "to": where,
                "accepted": found.line.accepted, "duplicates": found.line.duplicates,
                "rejected": found.line.rejected, "state": found.line.state,
            },
        )  # fmt: skip

    def _put_away_refused(self, path: Path, signature: _Signature, refusal: Refusal) -> None:
        stem = _stem(datetime.fromtimestamp(signature[2] / 1e9, UTC), path.name)
        name = shown(path.name)
        text = f"{name}\n\nNothing of it was taken in: {refusal.detail}.\n{refusal.remedy}\n"
        _write(self.path / REJECTED / f"{stem}.report.txt", [text.encode()])
        self._move(path, signature, self.path / REJECTED / stem)
        log.warning("file refused", extra={"file": name, "why": refusal.detail})

    def _move(self, path: Path, signature: _Signature, to: Path) -> None:
        if _signature(path) != signature:
            raise Changed(f"{shown(path.name)} is another file now", remedy="it is read anew")
        # A crash before this leaves the file here, and reports that are written again the same;
        # a crash behind it leaves a mark without a file, which _sweep() takes away.
        path.rename(to)
        _sync(to.parent)
        _sync(path.parent)
        # A machine may drop the next file of this name by now, and its mark: that one stays.
        if (mark := self._marks.get(path)) is not None and _identity(_mark(path)) == mark:
            _mark(path).unlink(missing_ok=True)
        self._forget(path)

    def _sweep(self) -> None:
        """Take away marks that a crash has left behind their files."""
        for mark in self.path.glob(f"*{MARK}"):
            file = mark.with_name(mark.name.removesuffix(MARK))
            about = _identity(mark)
            if about and not file.exists() and time.time() - about[2] / 1e9 > _STALE_S:
                mark.unlink(missing_ok=True)

    def _forget(self, path: Path) -> None:
        self._seen.pop(path, None)
        self._in.pop(path, None)
        self._marks.pop(path, None)


def shown(name: str) -> str:
    """A name as text: of one in another character set, what can be read of it."""
    return os.fsencode(name).decode("utf-8", "replace")


def _stem(moment: datetime, name: str) -> str:
    """Under what a file is put away; a long name is cut, and told from others that begin alike."""
    data = os.fsencode(name)
    if len(data) > _NAME_BYTES:
        name = os.fsdecode(data[:_NAME_BYTES]) + "~" + hashlib.sha256(data).hexdigest()[:8]
    return f"{moment:%Y%m%dT%H%M%SZ}-{name}"


def report(name: str, found: Outcome) -> str:
    """What came of a file, on one page."""
    line = found.line
    told = [
        name,
        "",
        f"intake      {line.id}",
        f"state       {line.state}",
        f"read as     {line.read_as}",
        f"SHA-256     {line.sha256.hex() if line.sha256 else 'not known'}",
        f"lines       {line.lines_read:,}",
        f"landed      {line.accepted:,}",
        f"known       {line.duplicates:,}",
        f"rejected    {line.rejected:,}",
    ]
    for kind in found.kinds:
        told += ["", f"{kind.count:,} × {kind.code}, first on line {kind.first:,}"]
        told += [f"  {kind.detail}", f"  {kind.remedy}"]
    if line.state == IntakeState.FAILED and line.job:
        told += ["", f"It stopped: {line.job.last_error}", "Try it again at the desk."]
    return "\n".join(told) + "\n"


def _mark(path: Path) -> Path:
    return path.with_name(path.name + MARK)


def _mark_of(path: Path) -> _Signature | None:
    """The mark beside a file; one that is older than the file was of another, and is none."""
    mark = _identity(_mark(path))
    return mark if mark is not None and mark[2] >= path.stat().st_mtime_ns else None


def _identity(path: Path) -> _Signature | None:
    try:
        return _signature(path)
    except FileNotFoundError:
        return None


def _signature(path: Path) -> _Signature:
    about = path.stat()
    return about.st_ino, about.st_size, about.st_mtime_ns


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """Whole or not at all, whatever happens on the way."""
    half = path.with_name(f".{path.name}.tmp")
    with half.open("wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
