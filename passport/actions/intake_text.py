"""Cuts the bytes of a file into the lines that its sender's editor shows, with their numbers."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from passport.rules.errors import Malformed, Refusal

LINE_BYTES: Final = 256 * 1024
# So much of a longer line is kept, to be shown to its sender.
LONGEST_KEPT: Final = 1 << 16
_BOM: Final = b"\xef\xbb\xbf"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")

Numbered: TypeAlias = tuple[int, bytes]


class LineTooLong(Malformed):
    """A line that no record of ours needs."""

    code = "line-too-long"
    title = "The line is too long"


class NotUtf8(Malformed):
    """A line, or a whole file, in another character set."""

    code = "not-utf-8"
    title = "The text is not UTF-8"


class Unreadable(bytes):
    """A line that is refused before anybody reads it: its bytes (or the first of them), and why."""

    refusal: Refusal


def unreadable(raw: bytes, refusal: Refusal) -> Unreadable:
    """The line with its reason."""
    made = Unreadable(raw)
    made.refusal = refusal
    return made


def numbered(pieces: Iterable[bytes]) -> Iterator[Numbered]:
    """(number, line) for each line that is not empty; what cannot be read is `Unreadable`.

    Lines end with LF or CR LF; a byte order mark before the first one does not count. One line too
    long or not UTF-8 is its own fault and nobody else's. Refuses NotUtf8 for a file in UTF-16.
    """
    cutter = _Cutter()
    for piece in _without_mark(pieces):
        yield from cutter.cut(piece)
    yield from cutter.end()


def _without_mark(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = iter(pieces)
    head = b""
    while len(head) < len(_BOM) and (piece := next(waiting, None)) is not None:
        head += piece
    if head.startswith(_WIDE):
        raise NotUtf8(
            "the file is written in UTF-16", remedy='save it as UTF-8 ("CSV UTF-8" in Excel)'
        )
    yield head.removeprefix(_BOM)
    yield from waiting


class _Cutter:
    """Holds what has not come to the end of its line yet: LINE_BYTES and a block at most."""

    def __init__(self) -> None:
        self._rest, self._number, self._offset = bytearray(), 0, 0
        self._skipped = 0

    def cut(self, piece: bytes) -> Iterator[Numbered]:
        if b"\n" not in piece:
            self._keep(piece)
            return
        whole, _, rest = piece.rpartition(b"\n")
        if self._skipped:
            first, more, whole = whole.partition(b"\n")
            self._skipped += len(first)
            yield self._overlong()
            if not more:
                self._keep(rest)
                return
        yield from self._lines(self._before(whole))
        self._keep(rest)

    def end(self) -> Iterator[Numbered]:
        if self._skipped:
            yield self._overlong()
        elif self._rest:
            yield from self._lines(self._before(b""))

    def _before(self, whole: bytes) -> bytes:
        """With the beginning of its first line, which an earlier piece has brought."""
        if not self._rest:
            return whole
        joined = bytes(self._rest) + whole
        self._rest.clear()
        return joined

    def _keep(self, piece: bytes) -> None:
        if self._skipped:
            self._skipped += len(piece)
            return
        self._rest += piece
        if len(self._rest) > LINE_BYTES + 1:
            self._skipped = len(self._rest) - LONGEST_KEPT
            del self._rest[LONGEST_KEPT:]

    def _overlong(self) -> Numbered:
        head, size = bytes(self._rest), LONGEST_KEPT + self._skipped
        self._number += 1
        self._offset += size + 1
        self._rest.clear()
        self._skipped = 0
        return self._number, too_long(head, size)

    def _lines(self, whole: bytes) -> Iterator[Numbered]:
        lines = whole.split(b"\n")
        first, offset = self._number + 1, self._offset
        self._number += len(lines)
        self._offset += len(whole) + 1
        if _is_utf8(whole) and max(map(len, lines)) <= LINE_BYTES:
            for number, line in enumerate(lines, start=first):
                if line and not line.isspace():
                    yield number, line.removesuffix(b"\r")
            return
        for number, line in enumerate(lines, start=first):
            if line and not line.isspace():
                yield number, _checked(line.removesuffix(b"\r"), offset)
            offset += len(line) + 1


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _checked(line: bytes, offset: int) -> bytes:
    if len(line) > LINE_BYTES:
        return too_long(line[:LONGEST_KEPT], len(line))
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return unreadable(
            line,
            NotUtf8(
                f"byte {error.start + 1} of the line (byte {offset + error.start + 1} of the file)"
                f" is 0x{line[error.start]:02x}, which is not UTF-8",
                remedy="save the file as UTF-8, or write this character anew",
            ),
        )
    return line


def too_long(head: bytes, size: int) -> Unreadable:
    """A line of so many bytes, of which the first are kept."""
    return unreadable(
        head,
        LineTooLong(
            f"the line has {size:,} bytes; at most {LINE_BYTES:,} are read",
            remedy="send one record a line; check that the lines of the file end with a newline",
        ),
    )
