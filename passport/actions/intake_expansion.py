"""Unpacks a compressed file piece by piece: a small file that unfolds into a huge one is stopped.

What is in memory at once stays bounded, whatever was sent: each step takes so little in that not
even the densest block can unfold into more than STEP bytes or sixteen megabytes of zstd blocks.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import zstandard
from django.conf import settings

from passport.rules.errors import Malformed

ENCODINGS: Final = ("gzip", "zstd")
STEP: Final = 1 << 20
# A zstd block of four bytes may stand for 128 KiB; a step of so few bytes holds 128 of them.
_ZSTD_BYTES: Final = 512
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


class _Member(Protocol):
    """One gzip member or zstd frame."""

    eof: bool
    unused_data: bytes

    def pieces(self, data: bytes) -> Iterator[bytes]: ...


class _Gzip:
    def __init__(self) -> None:
        self._unpack = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._unpack.eof

    @property
    def unused_data(self) -> bytes:
        # Padding with zeros after the last member is what tapes and some writers leave.
        return self._unpack.unused_data.lstrip(b"\0")

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data and not self.eof:
            if piece := self._unpack.decompress(data, STEP):
                yield piece
            data = self._unpack.unconsumed_tail


class _Zstd:
    def __init__(self) -> None:
        self._unpack = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self._left = b""

    @property
    def eof(self) -> bool:
        return self._unpack.eof

    @property
    def unused_data(self) -> bytes:
        return self._unpack.unused_data + self._left

    def pieces(self, data: bytes) -> Iterator[bytes]:
        for begin in range(0, len(data), _ZSTD_BYTES):
            if piece := self._unpack.decompress(data[begin : begin + _ZSTD_BYTES]):
                yield piece
            if self.eof:
                self._left = data[begin + _ZSTD_BYTES :]
                return


_MEMBERS: Final[dict[str, Callable[[], "_Gzip | _Zstd"]]] = {"gzip": _Gzip, "zstd": _Zstd}


def _members(blocks: Iterable[bytes], begin: "Callable[[], _Gzip | _Zstd]") -> Iterator[bytes]:
    """What all members hold, one behind the other: files are joined by writing them in a row."""
    member, any_yet = begin(), False
    for block in blocks:
        data = block
        while data:
            any_yet = True
            try:
                yield from member.pieces(data)
            except (zlib.error, zstandard.ZstdError) as error:
                raise _broken(str(error)) from error
            if not member.eof:
                break
            data = member.unused_data
            member, any_yet = begin(), False
    if any_yet:
        raise NotThatEncoding(
            "the packed file ends before its end: a part of it is missing",
            remedy="pack and send it again; compare its size with the one on your side",
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
