"""Writes one signed claim and the wish for its log entry: both or neither, in one statement."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

_KEEP = "SELECT kept, origin FROM keep_submission_v1(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def keep(values: Sequence[Any]) -> tuple[bool, str | None]:
    """Keep an attestation of one battery; `values` as keep_submission_v1() takes them.

    Whether it was kept, or the same bytes had been meanwhile; and the name of the log.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
        kept, origin = cursor.fetchone()
    return kept, origin
