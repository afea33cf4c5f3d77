"""An archive of files in one spelling: a zip of stored files, names in order, nothing between.

Of the same files there is one archive, byte for byte: no compression, no times, no comments, no
extra fields. Every byte is checked, so nothing hides in it, and it can grow to no more than it is.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from passport.proof.errors import BadArchive

MAX_BYTES = 2**30
MAX_FILES = 60_000
MAX_NAME = 200
BEGINS = b"PK\x03\x04"
MEDIA_TYPE = "application/zip"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*\Z")
# APPNOTE 6.3.3, sections 4.3.7, 4.3.12 and 4.3.16; version 1.0, 1980-01-01, -rw-r--r-- of Unix.
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _MADE_BY, _DAY = 10, 3 << 8 | 10, 1 << 5 | 1
_MODE = 0o100644 << 16
_PIECE = 1 << 20


class Buffer(Protocol):
    """Bytes, or a file that is mapped into memory."""

    def __len__(self) -> int: ...

    def __getitem__(self, key: slice, /) -> bytes: ...


@dataclass(frozen=True)
class Entry:
    """One file: its name, how many bytes, their CRC-32, and where its header begins."""

    name: str
    size: int
    crc: int
    at: int

    @property
    def begins(self) -> int:
        """Where its bytes begin."""
        return self.at + header_size(self.name)

    @property
    def ends(self) -> int:
        """Where the next header begins."""
        return self.begins + self.size


@dataclass(frozen=True)
class Archive:
    """An archive that was read; its bytes are taken file by file."""

    data: Buffer
    entries: Mapping[str, Entry]

    def read(self, name: str, *, most: int) -> bytes:
        """Return the bytes of a file; refuses (BadArchive) one that is missing, or has more."""
        found = self.entries.get(name)
        if found is None:
            raise BadArchive(f"There is no file {name}.", pointer=name)
        if found.size > most:
            raise BadArchive(
                f"{name} has {found.size} bytes; {most} at most are read.", pointer=name
            )
        return self.data[found.begins : found.ends]

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file a megabyte at a time."""
        return _pieces(self.data, self.entries[name])


def header_size(name: str) -> int:
    """Return how many bytes stand before those of a file."""
    return _LOCAL.size + len(name)


def header(entry: Entry) -> bytes:
    """Return what stands before the bytes of a file; refuses a name that an archive has not."""
    check_name(entry.name)
    sizes = (entry.crc, entry.size, entry.size, len(entry.name))
    return _LOCAL.pack(BEGINS, _VERSION, 0, 0, 0, _DAY, *sizes, 0) + entry.name.encode()


def directory(entries: Sequence[Entry]) -> bytes:
    """Return what stands behind the last file: the list of all, in their order."""
    rows = []
    for each in entries:
        sizes = (each.crc, each.size, each.size, len(each.name))
        rows.append(
            _CENTRAL.pack(
                *(b"PK\x01\x02", _MADE_BY, _VERSION, 0, 0, 0, _DAY, *sizes),
                *(0, 0, 0, 0, _MODE, each.at),
            )
            + each.name.encode()
        )
    listed = b"".join(rows)
    count, begins = len(entries), entries[-1].ends if entries else 0
    return listed + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listed), begins, 0)


def check_name(name: str) -> None:
    """Refuse (BadArchive) a name that could lead anywhere else: ASCII parts, none hidden."""
    if len(name) > MAX_NAME or not _NAME.match(name):
        raise BadArchive(f"{name[:80]!r} is not a name that a file of an archive has.")


def read(data: Buffer) -> Archive:
    """Read an archive; refuses (BadArchive) every spelling but the one, and what is too large."""
    if len(data) > MAX_BYTES:
        raise BadArchive(f"The archive has {len(data)} bytes; {MAX_BYTES} at most are read.")
    entries: dict[str, Entry] = {}
    at, last = 0, ""
    while data[at : at + len(BEGINS)] == BEGINS:
        entry = _entry(data, at)
        if entry.name <= last:
            raise BadArchive(f"{entry.name} is out of order, or stands twice.", pointer=entry.name)
        entries[entry.name] = entry
        at, last = entry.ends, entry.name
        if len(entries) > MAX_FILES:
            raise BadArchive(f"The archive has more than {MAX_FILES} files.")
    if data[at : len(data)] != directory(list(entries.values())):
        raise BadArchive(
            "The list at the end of the archive is not the one of its files.",
            remedy="Take the file as it was handed out: do not pack it again.",
        )
    return Archive(data, entries)


def _entry(data: Buffer, at: int) -> Entry:
    head = data[at : at + _LOCAL.size]
    if len(head) < _LOCAL.size:
        raise BadArchive("The archive is cut off.")
    fields = _LOCAL.unpack(head)
    try:
        name = data[at + _LOCAL.size : at + _LOCAL.size + fields[9]].decode("ascii")
    except UnicodeDecodeError as error:
        raise BadArchive("A file of the archive has a name that is not ASCII.") from error
    entry = Entry(name=name, size=fields[8], crc=fields[6], at=at)
    if data[at : entry.begins] != header(entry):
        raise BadArchive(
            f"{name} is not stored as it must be: as it is, without time or extra field.",
            pointer=name,
            remedy="Take the file as it was handed out: do not pack it again.",
        )
    if entry.ends > len(data):
        raise BadArchive(f"{name} is cut off.", pointer=name)
    if checksum(_pieces(data, entry)) != entry.crc:
        raise BadArchive(f"{name} has other bytes than were packed.", pointer=name)
    return entry


def checksum(pieces: Iterable[bytes], seen: int = 0) -> int:
    """Return the CRC-32 of bytes that come in pieces, after what was seen before."""
    for each in pieces:
        seen = zlib.crc32(each, seen)
    return seen


def _pieces(data: Buffer, entry: Entry) -> Iterator[bytes]:
    for at in range(entry.begins, entry.ends, _PIECE):
        yield data[at : min(at + _PIECE, entry.ends)]
