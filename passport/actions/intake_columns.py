"""Reads a Parquet file, batch by batch, as lines of NDJSON. Needs pyarrow, which is optional."""

import datetime as days
from collections.abc import Iterable, Iterator
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any, Final

import msgspec

from passport.actions.intake_text import Numbered
from passport.rules.errors import Malformed

try:
    import pyarrow
    from pyarrow import parquet
except ImportError:
    pyarrow = None

_AT_ONCE: Final = 4096
# One column of one row group is unpacked at a time; a writer's usual one has a few megabytes.
_COLUMN_BYTES: Final = 256 << 20
_encode: Final = msgspec.json.Encoder().encode


class NoParquetReader(Malformed):
    """This service was installed without what reads Parquet."""

    code = "no-parquet-reader"
    title = "Parquet is not read here"


class NotParquet(Malformed):
    """The bytes are no Parquet file, or hold a column that cannot be taken."""

    code = "not-parquet"
    title = "The Parquet file cannot be read"


def rows(pieces: Iterable[bytes], *, most: int) -> Iterator[Numbered]:
    """(number of the row from 1, NDJSON) of a Parquet file; absent values are left out.

    Refuses NoParquetReader, NotParquet: also for columns of floats, whose last digits nobody wrote,
    and for a file that says it unpacks into more than `most` bytes.
    """
    if pyarrow is None:
        raise NoParquetReader(
            "this service was installed without pyarrow",
            remedy='send NDJSON or CSV, or have its operator install "battery-passport[parquet]"',
        )
    with TemporaryFile() as kept:
        for piece in pieces:
            kept.write(piece)
        kept.seek(0)
        yield from _rows(kept, most)


def _rows(kept: IO[bytes], most: int) -> Iterator[Numbered]:
    number = 0
    try:
        file = parquet.ParquetFile(kept, thrift_string_size_limit=1 << 24)
        _check(file, most)
        for batch in file.iter_batches(batch_size=_AT_ONCE, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                yield number, _encode(_plain(row))
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise NotParquet(
            f"the file does not read as Parquet: {str(error)[:160]}",
            remedy="write it again; check that it arrived whole",
        ) from error


def _check(file: Any, most: int) -> None:
    for field in file.schema_arrow:
        _check_kind(field.type, field.name)
    about, total = file.metadata, 0
    for group in range(about.num_row_groups):
        columns = about.row_group(group)
        sizes = [columns.column(at).total_uncompressed_size for at in range(columns.num_columns)]
        total += sum(sizes)
        if max(sizes, default=0) > _COLUMN_BYTES or total > most:
            raise NotParquet(
                "the file unpacks into more than is read",
                remedy="write smaller row groups, or send it in parts",
            )


def _check_kind(kind: Any, name: str) -> None:
    """Look into lists and structs too."""
    is_kind = pyarrow.types
    if is_kind.is_floating(kind):
        raise NotParquet(
            f"column {name!r} holds floats",
            pointer=f"/{name[:60]}",
            remedy="write it as decimal or text: a float does not keep what was measured",
        )
    if is_kind.is_binary(kind) or is_kind.is_large_binary(kind):
        raise NotParquet(
            f"column {name!r} holds bytes",
            pointer=f"/{name[:60]}",
            remedy="write it as text (string, UTF-8)",
        )
    for at in range(kind.num_fields):
        _check_kind(kind.field(at).type, name)


def _plain(value: object) -> Any:
    """The value as JSON without numbers, nothing in it absent."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, days.date | days.datetime):
        return value.isoformat()
    return str(value)
