"""The index of the log as the database knows it at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from passport.postgres.script import body


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside the block is as of one moment; nothing is written."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # For sorting millions of rows, which takes minutes; both end with the transaction.
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL statement_timeout = '14min'")
        yield


def index_rows() -> Iterator[bytes]:
    """The rows of an index snapshot in their order, as a stream."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({body('index_rows_v2')}) TO STDOUT (FORMAT BINARY)") as copy,
    ):
        copy.set_types(["bytea"])
        for (row,) in copy.rows():
            yield row
