"""An event points to rows that are there, whoever writes it and however."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from passport.models import LifecycleEvent

_INSERT = """
INSERT INTO passport_lifecycleevent
    (id, event_id, recorder_id, kind, battery_id, intake_id, members, happened_at, recorded_at,
     body, body_sha256)
SELECT gen_random_uuid(), gen_random_uuid(), coalesce(%s, recorder_id), kind,
    CASE WHEN %s::uuid IS NULL THEN coalesce(%s, battery_id) END, %s, NULL, happened_at,
    recorded_at, body, body_sha256
FROM passport_lifecycleevent WHERE battery_id IS NOT NULL LIMIT 1
"""
NOBODY = uuid.UUID(int=7)


def _insert(*, recorder=None, battery=None, intake=None):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_INSERT, [recorder, intake, battery, intake])


def test_an_event_of_nobody_or_about_nothing_is_refused_by_the_statement(pack, as_role):
    for role in ("system", "owner", "admin"):
        with as_role(role):
            _insert()
            for missing in ("recorder", "battery", "intake"):
                with pytest.raises(IntegrityError, match="a row that is not there"):
                    _insert(**{missing: NOBODY})


def test_one_that_stands_stays_where_it_points_and_so_does_what_it_points_to(pack, as_role):
    with as_role("admin"):
        for name in ("recorder_id", "battery_id", "intake_id"):
            with pytest.raises(DatabaseError, match="append-only"):
                LifecycleEvent.objects.filter(battery=pack).update(**{name: NOBODY})
        for table in ("party", "battery", "intake"):
            for statement in ("DELETE FROM passport_{}", "TRUNCATE passport_{} CASCADE"):
                with pytest.raises(DatabaseError), connection.cursor() as cursor:
                    cursor.execute(statement.format(table))
