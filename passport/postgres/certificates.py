"""Certificates of recycling as SQL tells them: of a battery or a batch, to whom they concern."""

import uuid
from typing import Any

from django.db import connection


def certificates(*, about: uuid.UUID) -> list[tuple[Any, ...]]:
    """Rows of certificates_v1: digest, method, recycler, number of the batch, when filed and when
    taken back, how many inputs of others, what may be told as JSON, the signed bytes or None.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sha256, method, recycler, batch_number, filed_at, withdrawn_at, others,"
            " told::text, body FROM certificates_v1(%s)",
            [about],
        )
        return cursor.fetchall()
