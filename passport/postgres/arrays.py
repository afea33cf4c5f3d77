"""Columns of many rows as arrays in PostgreSQL's binary form: a chunk of rows in one statement."""

import struct
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Any, cast

import psycopg
from django.db import connection
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_ZERO_DAY = date(2000, 1, 1).toordinal()
# What a binary COPY begins with, and what it ends with.
_STREAM, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_AT_ONCE = 512
_SIZE = struct.Struct(">i")
_NULL = _SIZE.pack(-1)


def uuids(values: Iterable[uuid.UUID]) -> str:
    """An array literal of many, to be cast: adapting a list asks a dumper for each of them."""
    return f"{{{','.join([each.hex for each in values])}}}"


def integers(values: Iterable[int]) -> str:
    """An array literal of many, to be cast."""
    return f"{{{','.join(map(str, values))}}}"


class Packed:
    """An array in binary form; its type is told by the cast in the statement."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


class _PackedDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Packed) -> Buffer | None:
        return obj.data


def _as_they_are(values: Sequence[Any]) -> Sequence[bytes | None]:
    return values


def _texts(values: Sequence[Any]) -> Sequence[bytes | None]:
    # All at once, since NUL never stands in a text that PostgreSQL takes.
    return "\0".join(values).encode().split(b"\0")


def _days(values: Sequence[Any]) -> Sequence[bytes | None]:
    return [(value.toordinal() - _ZERO_DAY).to_bytes(4, "big", signed=True) for value in values]


def _integers(size: int) -> Callable[[Sequence[Any]], Sequence[bytes | None]]:
    return lambda values: [value.to_bytes(size, "big", signed=True) for value in values]


# SQL type → its number, and its values as bytes. A uuid comes as its 16 bytes.
_KINDS: Mapping[str, tuple[int, Callable[[Sequence[Any]], Sequence[bytes | None]]]] = {
    "bytea": (17, _as_they_are),
    "uuid": (2950, _as_they_are),
    "text": (25, _texts),
    "date": (1082, _days),
    "bigint": (20, _integers(8)),
    "integer": (23, _integers(4)),
    "smallint": (21, _integers(2)),
}


def packed(kind: str, values: Sequence[object]) -> Packed:
    """The values of one column; of bytea and uuid, None is NULL."""
    number, write = _KINDS[kind]
    if not values:
        return Packed(struct.pack(">iii", 0, 0, number))
    head = struct.pack(">iiiii", 1, 1, number, len(values), 1)
    data = write(values)
    if None in data:
        return Packed(head + b"".join([_NULL if v is None else _sized(v) for v in data]))
    known = cast(Sequence[bytes], data)
    sizes = list(map(len, known))
    if min(sizes) == max(sizes):
        # Nearly every column has values of one length: joined by it, they are the array.
        before = _SIZE.pack(sizes[0])
        return Packed(head + before + before.join(known))
    pieces = [b""] * (2 * len(known))
    pieces[::2], pieces[1::2] = map(_SIZE.pack, sizes), known
    return Packed(head + b"".join(pieces))


def repeated(kind: str, runs: Sequence[tuple[object, int]]) -> Packed:
    """A column without NULL in which values stand so many times each, one after the other."""
    number, write = _KINDS[kind]
    count = sum(times for _, times in runs)
    if not count:
        return Packed(struct.pack(">iii", 0, 0, number))
    head = struct.pack(">iiiii", 1, 0, number, count, 1)
    data = zip(write([value for value, _ in runs]), runs, strict=True)
    return Packed(head + b"".join([_sized(v) * times for v, (_, times) in data if v is not None]))


def stream(kinds: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Rows in the form that COPY (FORMAT BINARY) reads, some hundred at a time."""
    waiting, head = iter(rows), _STREAM
    while part := list(islice(waiting, _AT_ONCE)):
        yield head + _rows(kinds, part)
        head = b""
    yield head + _END


def _rows(kinds: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    width = 1 + 2 * len(kinds)
    pieces = [len(kinds).to_bytes(2, "big")] * (width * len(rows))
    for place, (kind, column) in enumerate(zip(kinds, zip(*rows, strict=True), strict=True)):
        data = _values(kind, column)
        pieces[1 + 2 * place :: width] = [_NULL if v is None else _SIZE.pack(len(v)) for v in data]
        pieces[2 + 2 * place :: width] = [v or b"" for v in data]
    return b"".join(pieces)


def _values(kind: str, column: Sequence[object]) -> Sequence[bytes | None]:
    _, write = _KINDS[kind]
    if None not in column:
        return write(column)
    found = iter(write([value for value in column if value is not None]))
    return [None if value is None else next(found) for value in column]


def _sized(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


@contextmanager
def binding() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor that sends values beside the statement, in binary: no quoting of a million bytes."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.adapters.register_dumper(Packed, _PackedDumper)
        yield cursor


@contextmanager
def sent(statement: str, given: Sequence[object]) -> Iterator[Future[psycopg.Cursor[Any]]]:
    """The cursor of a statement on which the database works while the block prepares the next one.

    It is sent on this thread's own connection, in its transaction: until the cursor is there, the
    block asks the database for nothing else.
    """
    with binding() as cursor, ThreadPoolExecutor(1) as pool:
        done = pool.submit(cursor.execute, statement, given)
        yield done
        done.result()


def columns(kinds: Sequence[str], rows: Sequence[Sequence[object]]) -> list[Packed]:
    """Rows as one array a column."""
    across = zip(*rows, strict=True) if rows else ((),) * len(kinds)
    return [packed(kind, column) for kind, column in zip(kinds, across, strict=True)]
