"""Reads a Parquet file, batch by batch, as lines of NDJSON. Needs pyarrow, which is optional."""

import datetime as days
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any, Final

import msgspec

from passport.actions.intake_text import LINE_BYTES, LONGEST_KEPT, Numbered, too_long
from passport.rules.errors import Malformed

try:
    import pyarrow
    from pyarrow import compute, parquet
except ImportError:
    pyarrow = None

_AT_ONCE: Final = 4096
# Of one row group all that is said twice may be in memory; a writer's usual one has some megabytes.
_GROUP_BYTES: Final = 128 << 20
# Values are references until they become rows: so much of them does at once.
_ROWS_BYTES: Final = 16 << 20
_MOST_VALUES: Final = 1 << 26
# Writes what a value has in common with the one before it once: some bytes may say a great deal.
_SHORTENED: Final = "DELTA_BYTE_ARRAY"
_encode: Final = msgspec.json.Encoder().encode


_UNREADABLE: Final[tuple[type[Exception], ...]] = (
    *((pyarrow.ArrowException,) if pyarrow else ()), OSError, ValueError, OverflowError,
)  # fmt: skip


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
        for part in _parts(kept, most):
            if part.num_rows == 1 and (size := _size(part)) > _ROWS_BYTES:
                number += 1
                yield number, too_long(b"", size)
                continue
            for row in part.to_pylist():
                number += 1
                line = _encode(_plain(row))
                long = len(line) > LINE_BYTES
                yield number, too_long(line[:LONGEST_KEPT], len(line)) if long else line
    except _UNREADABLE as error:
        raise NotParquet(
            f"the file does not read as Parquet: {str(error)[:160]}",
            remedy="write it again; check that it arrived whole",
        ) from error


def _parts(kept: IO[bytes], most: int) -> Iterator[Any]:
    """Rows, some at once. A value that many rows have is in memory once: five kilobytes of a file
    may say a hundred kilobytes in each of a million rows.
    """
    file = parquet.ParquetFile(kept, thrift_string_size_limit=1 << 24)
    _check(file, most)
    file = parquet.ParquetFile(
        kept, thrift_string_size_limit=1 << 24, read_dictionary=_repeating(file)
    )
    # A reader goes on collecting words from group to group: each group has one of its own.
    for group in range(file.num_row_groups):
        batches = file.iter_batches(batch_size=_AT_ONCE, row_groups=[group], use_threads=False)
        for batch in batches:
            yield from _split(batch)


def _repeating(file: Any) -> list[str]:
    """The columns of text whose values the file writes once for many rows. The words of such a one
    are kept; a column that writes each value out is read as it comes.
    """
    about, found = file.metadata, []
    for at in range(len(file.schema)):
        column = file.schema.column(at)
        chunks = [about.row_group(each).column(at) for each in range(about.num_row_groups)]
        if any(_SHORTENED in each.encodings for each in chunks):
            raise NotParquet(
                f"column {column.path[:60]!r} is written as {_SHORTENED}",
                remedy="write it plain or with a dictionary, as writers do by themselves",
            )
        if column.physical_type == "BYTE_ARRAY" and any(
            each.has_dictionary_page for each in chunks
        ):
            found.append(column.path)
    return found


def _split(batch: Any) -> Iterator[Any]:
    if batch.num_rows < 2 or _size(batch) <= _ROWS_BYTES:
        yield batch
        return
    half = batch.num_rows // 2
    yield from _split(batch.slice(0, half))
    yield from _split(batch.slice(half))


def _size(batch: Any) -> int:
    return sum(map(_weight, batch.columns))


def _weight(values: Any) -> int:
    """How many bytes these are once each is written out."""
    kind = values.type
    if pyarrow.types.is_dictionary(kind):
        if not pyarrow.types.is_string(kind.value_type):
            return int(values.nbytes)
        return _spelt_out(values.dictionary, values.indices.drop_null())
    if pyarrow.types.is_struct(kind):
        return sum(map(_weight, values.flatten()))
    return _weight(values.flatten()) if kind.num_fields else int(values.nbytes)


def _spelt_out(words: Any, indices: Any) -> int:
    """How long so many of these words are together: looked up where each begins and ends."""
    if not len(indices):
        return 0
    ends = pyarrow.Array.from_buffers(
        pyarrow.int32(), len(words) + 1, [None, words.buffers()[1]], offset=words.offset
    )
    lengths = compute.subtract(ends.take(compute.add(indices, 1)), ends.take(indices))
    return int(compute.sum(lengths).as_py() or 0)


def _check(file: Any, most: int) -> None:
    for name, count in Counter(file.schema_arrow.names).items():
        if count > 1:
            raise NotParquet(f"two columns are named {name!r}", remedy="name each column once")
    for field in file.schema_arrow:
        _check_kind(field.type, field.name)
    about, total = file.metadata, 0
    for group in range(about.num_row_groups):
        columns = about.row_group(group)
        sizes = [columns.column(at).total_uncompressed_size for at in range(columns.num_columns)]
        values = [columns.column(at).num_values for at in range(columns.num_columns)]
        total += sum(sizes)
        if max(values, default=0) > _MOST_VALUES or sum(sizes) > _GROUP_BYTES or total > most:
            raise NotParquet(
                "the file unpacks into more than is read",
                remedy="write smaller row groups, or send it in parts",
            )


def _check_kind(kind: Any, name: str) -> None:
    """Look into lists and structs too."""
    is_kind = pyarrow.types
    if is_kind.is_dictionary(kind):
        _check_kind(kind.value_type, name)
    if is_kind.is_floating(kind):
        raise NotParquet(
            f"column {name!r} holds floats",
            pointer=f"/{name[:60]}",
            remedy="write it as decimal or text: a float does not keep what was measured",
        )
    if is_kind.is_map(kind):
        raise NotParquet(
            f"column {name!r} holds a map",
            pointer=f"/{name[:60]}",
            remedy="write it as a struct, or as a list of structs",
        )
    binary = (
        is_kind.is_binary, is_kind.is_large_binary, is_kind.is_fixed_size_binary,
        is_kind.is_binary_view,
    )  # fmt: skip
    if any(each(kind) for each in binary):
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
