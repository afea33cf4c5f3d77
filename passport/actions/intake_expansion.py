"""Unpacks a compressed file piece by piece: a small file that unfolds into a huge one is stopped.

What is in memory at once stays bounded, whatever was sent: each step takes so little in that not
even the densest block can unfold into more than STEP bytes or sixteen megabytes of zstd blocks.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import zstandard
from django.conf import settings

from passport.rules.errors import Malformed

ENCODINGS: Final = ("gzip", "zstd")
STEP: Final = 1 << 20
# A zstd block of four bytes may stand for 128 KiB; a step of so few bytes holds 128 of them.
_ZSTD_BYTES: Final = 512
# What stands behind the end of a member is handed back as a copy: so much at most.
_GZIP_BYTES: Final = 16_384
_MOST_MEMBERS: Final = 1 << 20
# RFC 9659: a window of more than 8 MiB is not used for content coding.
_ZSTD_WINDOW: Final = 1 << 23
# Below this a ratio says nothing: a file of few lines is all alike.
_RATIO_FROM: Final = 64 << 20


class NotThatEncoding(Malformed):
    """The bytes do not unpack as what they are called."""

    code = "wrong-encoding"
    title = "The file does not unpack"


class UnpacksTooLarge(Malformed):
    """The file unfolds into more than is read: by its size, or by how many times its own."""

    code = "unpacks-too-large"
    title = "The file unpacks into too much"


@dataclass(frozen=True)
class Limits:
    """How much a file may unfold into: in all, and for each byte that was sent."""

    total: int
    ratio: int


def limits() -> Limits:
    """What the settings allow."""
    return Limits(
        total=settings.PASSPORT_INTAKE_UNPACKED_MAX_BYTES, ratio=settings.PASSPORT_INTAKE_RATIO_MAX
    )


def expand(blocks: Iterable[bytes], *, encoding: str, within: Limits) -> Iterator[bytes]:
    """The bytes of a file as they were before they were packed, in pieces of bounded size.

    `encoding` is "", "gzip" or "zstd". Refuses NotThatEncoding (also for a file that ends early)
    and UnpacksTooLarge.
    """
    if not encoding:
        yield from blocks
        return
    meter = _Meter(within)
    unpack = _MEMBERS[encoding]
    for piece in _members(meter.coming(blocks), unpack):
        meter.gone(len(piece))
        yield piece


class _Gzip:
    """One member; `used` is how much of the last data belonged to it."""

    def __init__(self) -> None:
        self._unpack = zlib.decompressobj(wbits=31)
        self.used = 0

    @property
    def eof(self) -> bool:
        return self._unpack.eof

    def pieces(self, data: memoryview) -> Iterator[bytes]:
        for begin in range(0, len(data), _GZIP_BYTES):
            some: memoryview | bytes = data[begin : begin + _GZIP_BYTES]
            self.used = begin + len(some)
            while some and not self.eof:
                if piece := self._unpack.decompress(some, STEP):
                    yield piece
                some = self._unpack.unconsumed_tail
            if self.eof:
                self.used -= len(self._unpack.unused_data)
                return


class _Zstd:
    """The same of a frame of zstd."""

    def __init__(self) -> None:
        self._unpack = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self.used = 0

    @property
    def eof(self) -> bool:
        return self._unpack.eof

    def pieces(self, data: memoryview) -> Iterator[bytes]:
        for begin in range(0, len(data), _ZSTD_BYTES):
            some = data[begin : begin + _ZSTD_BYTES]
            self.used = begin + len(some)
            if piece := self._unpack.decompress(some):
                yield piece
            if self.eof:
                self.used -= len(self._unpack.unused_data)
                return


_MEMBERS: Final[dict[str, Callable[[], _Gzip | _Zstd]]] = {"gzip": _Gzip, "zstd": _Zstd}


def _members(blocks: Iterable[bytes], begin: Callable[[], _Gzip | _Zstd]) -> Iterator[bytes]:
    """What all members hold, one behind the other: files are joined by writing them in a row."""
    member, any_yet, ended = begin(), False, 0
    for block in blocks:
        # A view: of what follows a member nothing is copied, however many stand in a block.
        data = memoryview(block)
        while data := data if any_yet or not ended else _without_padding(data):
            any_yet = True
            try:
                yield from member.pieces(data)
            except (zlib.error, zstandard.ZstdError) as error:
                raise _broken(str(error)) from error
            if not member.eof:
                break
            data = data[member.used :]
            member, any_yet, ended = begin(), False, ended + 1
            if ended > _MOST_MEMBERS:
                raise _too_many()
    if any_yet:
        raise NotThatEncoding(
            "the packed file ends before its end: a part of it is missing",
            remedy="pack and send it again; compare its size with the one on your side",
        )


def _without_padding(data: memoryview) -> memoryview:
    """Zeros behind the last member are what tapes and some writers leave."""
    while data:
        head = bytes(data[:_GZIP_BYTES])
        zeros = len(head) - len(head.lstrip(b"\0"))
        data = data[zeros:]
        if zeros < len(head):
            break
    return data


def _too_many() -> NotThatEncoding:
    return NotThatEncoding(
        f"the file was packed in more than {_MOST_MEMBERS:,} parts",
        remedy="unpack it and pack it as one",
    )


def _broken(detail: str) -> NotThatEncoding:
    return NotThatEncoding(
        f"the file does not unpack: {detail[:120]}",
        remedy="name the encoding that it has (gzip or zstd, window at most 8 MiB), or send it"
        " unpacked",
    )


class _Meter:
    """Holds what comes out against what came in."""

    def __init__(self, within: Limits) -> None:
        self._within, self._in, self._out = within, 0, 0

    def coming(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._in += len(block)
            yield block

    def gone(self, size: int) -> None:
        self._out += size
        most = max(_RATIO_FROM, self._in * self._within.ratio)
        if self._out > self._within.total:
            raise UnpacksTooLarge(
                f"the file unpacks into more than {self._within.total:,} bytes",
                remedy="send it in parts; each becomes an intake of its own",
            )
        if self._out > most:
            raise UnpacksTooLarge(
                f"the file unpacks into more than {self._within.ratio} times its size",
                remedy="send it unpacked if it is really so alike",
            )
