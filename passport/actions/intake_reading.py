"""Reads a maker's file in whatever form it came, as numbered lines of NDJSON."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from passport.actions import intake_columns, intake_table
from passport.actions.intake_expansion import ENCODINGS, Limits, expand, limits
from passport.actions.intake_text import Numbered, numbered, unreadable
from passport.rules.errors import Malformed, Refusal

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
PARQUET: Final = "application/vnd.apache.parquet"

PARQUET_MAGIC: Final = b"PAR1"
_GZIP_MAGIC: Final = b"\x1f\x8b"
_ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
# So much of a file tells what it is.
HEAD_BYTES: Final = 1 << 18
# A glance at the beginning needs no limits of its own: it unpacks one step.
_GLANCE: Final = Limits(total=1 << 40, ratio=1 << 40)

_Reader = Callable[[Iterable[bytes], Limits], Iterator[Numbered]]


class NotAForm(Malformed):
    """A file in a form, or packed in a way, that is not read here."""

    code = "not-a-form"
    title = "Files of this form are not read"


@dataclass(frozen=True)
class Form:
    """What a file is: its media type, and how it is packed ("", "gzip", "zstd")."""

    media_type: str
    encoding: str


def check_form(*, media_type: str, encoding: str) -> None:
    """Refuses NotAForm for what lines() does not read."""
    if media_type not in _READERS:
        raise NotAForm(f"{media_type!r} is not read", remedy="send " + ", ".join(_READERS))
    if encoding and encoding not in ENCODINGS:
        raise NotAForm(
            f"{encoding!r} is not unpacked",
            remedy="pack with " + " or ".join(ENCODINGS) + ", or not at all",
        )


def form_of(head: bytes) -> Form:
    """What a file is, by its first HEAD_BYTES: packed or not, Parquet, objects, or a table."""
    encoding = ""
    if head.startswith((_GZIP_MAGIC, _ZSTD_MAGIC)):
        encoding = "gzip" if head.startswith(_GZIP_MAGIC) else "zstd"
        head = _glance(head, encoding)
    if head.startswith(PARQUET_MAGIC):
        return Form(PARQUET, encoding)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return Form(NDJSON if text[:1] in (b"{", b"[", b"") else CSV, encoding)


def said(head: bytes, *, media_type: str, encoding: str) -> str:
    """How a file is read, in words for its sender; empty where its beginning does not tell."""
    if media_type != CSV:
        return "Parquet" if media_type == PARQUET else "NDJSON, one object a line"
    try:
        return intake_table.header(numbered([_glance(head, encoding)])).said
    except Refusal:
        return ""


def _glance(head: bytes, encoding: str) -> bytes:
    try:
        return next(expand([head[:HEAD_BYTES]], encoding=encoding, within=_GLANCE), b"")
    except Refusal:
        return b""


def lines(
    blocks: Iterable[bytes], *, media_type: str, encoding: str, within: Limits | None = None
) -> Iterator[Numbered]:
    """(line number in the sender's file, one line of NDJSON) for each line that is not empty.

    `blocks` are the bytes as they came, cut anywhere; `encoding` is "", "gzip" or "zstd". A line
    that cannot be read comes as `Unreadable`, with its bytes and its refusal; the others go on.
    Where the file itself cannot be read on (it does not unpack, it unpacks into too much, it has no
    header, …) an `Unreadable` without bytes stands behind the last line and says so.

    Memory is bounded whatever was sent; `within` are the limits of unpacking, by default those of
    the settings.
    """
    number = 0
    try:
        allowed = within or limits()
        pieces = expand(blocks, encoding=encoding, within=allowed)
        for number, line in _READERS[media_type](pieces, allowed):
            yield number, line
    except Refusal as refusal:
        yield number + 1, unreadable(b"", refusal)


def _ndjson(pieces: Iterable[bytes], _: Limits) -> Iterator[Numbered]:
    return numbered(pieces)


def _csv(pieces: Iterable[bytes], _: Limits) -> Iterator[Numbered]:
    return intake_table.rows(numbered(pieces))


def _parquet(pieces: Iterable[bytes], within: Limits) -> Iterator[Numbered]:
    return intake_columns.rows(pieces, most=within.total)


_READERS: Final[dict[str, _Reader]] = {
    NDJSON: _ndjson,
    "application/jsonl": _ndjson,
    CSV: _csv,
    PARQUET: _parquet,
}
MEDIA_TYPES: Final = tuple(_READERS)
