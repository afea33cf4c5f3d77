"""Reads a maker's file in whatever form it came, as numbered lines of NDJSON."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from passport.actions import intake_columns, intake_table
from passport.actions.intake_expansion import Limits, expand, limits
from passport.actions.intake_text import Numbered, numbered, unreadable
from passport.rules.errors import Refusal

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
PARQUET: Final = "application/vnd.apache.parquet"

_Reader = Callable[[Iterable[bytes], Limits], Iterator[Numbered]]


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
