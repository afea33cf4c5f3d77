"""Conditions on many ids: one value in a statement, and the same rows as Django's own `in`."""

import uuid

import pytest

from passport.models import LegacyBattery, LifecycleEvent
from passport.models.ids import new_id
from passport.postgres.among import among, sharing

MANY = 70_000


def test_more_ids_than_a_statement_takes_parameters_are_one_value(
    database, as_system, django_assert_num_queries
):
    ids = [uuid.UUID(int=each + 1) for each in range(MANY)]
    condition = among("battery", ids) | sharing("members", ids)
    with as_system(), django_assert_num_queries(1) as seen:
        assert not list(LifecycleEvent.objects.filter(condition))
    # A literal of hexadecimal digits each, and no quotes of its own around one of them.
    assert len(seen.captured_queries[0]["sql"]) < 2 * MANY * 34 + 5_000


def test_nothing_is_asked_about_nobody(database, as_system, django_assert_num_queries):
    with as_system(), django_assert_num_queries(0):
        assert not list(LegacyBattery.objects.filter(among("battery", [])))
        assert not list(
            LifecycleEvent.objects.filter(among("battery", []) | sharing("members", []))
        )


def test_columns_are_named_by_the_model_and_ids_never_by_text():
    with pytest.raises(AttributeError):
        among("battery", ["1'); DROP TABLE passport_battery; --"])
    with pytest.raises(Exception, match="nowhere"):
        str(LegacyBattery.objects.filter(among("nowhere", [new_id()])).query)
