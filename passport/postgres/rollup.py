"""What became of a recycler's batteries, through every step, here and elsewhere."""

import uuid
from datetime import datetime

from django.db import connection

# Step, who did it, when; its inputs and outputs as JSON texts.
Row = tuple[uuid.UUID, uuid.UUID, datetime, str, str]


def rolled_up() -> list[Row]:
    """Every step that the acting party's batteries came through, in the order of booking."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, recycler_id, treated_at, coalesce(inputs, '[]')::text,"
            " coalesce(outputs, '[]')::text FROM rolled_up_v1()"
        )
        return list(cursor.fetchall())
