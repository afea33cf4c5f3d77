"""Writes an archive to a file on disk, one member after the other, whatever their size."""

import hashlib
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Self

from passport.proof import archive
from passport.proof.archive import Entry
from passport.proof.filing import Filed
from passport.queries.sourcing_file import PIECE
from passport.rules.errors import Refusal


class FileTooLarge(Refusal):
    """An evidence file is one that a person can still carry, and a program check."""

    code = "evidence-file-too-large"
    title = "The evidence file would be too large"


class Writing:
    """An archive under way, and what its manifest says of each of its files."""

    def __init__(self) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed on the way out
        self.entries: list[Entry] = []
        self.filed: dict[str, Filed] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def size(self) -> int:
        """How many bytes are written so far."""
        return self.entries[-1].ends if self.entries else 0

    def add(self, name: str, pieces: Iterable[bytes], *, media_type: str) -> None:
        """Write a file; those of an archive come in the order of their names.

        Refuses FileTooLarge.
        """
        at, seen, size, crc = self.size, hashlib.sha256(), 0, 0
        self._file.seek(at + archive.header_size(name))
        for piece in pieces:
            self._file.write(piece)
            seen.update(piece)
            size, crc = size + len(piece), archive.checksum([piece], crc)
            _check_size(at + size, len(self.entries))
        entry = Entry(name=name, size=size, crc=crc, at=at)
        self._file.seek(at)
        self._file.write(archive.header(entry))
        self.entries.append(entry)
        self.filed[name] = Filed(sha256=seen.hexdigest(), size=size, media_type=media_type)

    def pieces(self) -> Iterator[bytes]:
        """Yield all that is written, in pieces of a megabyte."""
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece


def _check_size(size: int, files: int) -> None:
    # What stands behind the files, the seal and the list, has its room in the last eighth.
    if size > archive.MAX_BYTES // 8 * 7 or files >= archive.MAX_FILES - 2:
        raise FileTooLarge(
            f"{size:,} bytes in {files:,} files, and more to come",
            remedy="split the project, or file its serials by larger lines",
        )
