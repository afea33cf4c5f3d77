"""Conditions on a hundred thousand ids: one value in the statement, not one for each of them."""

import uuid
from collections.abc import Iterable

from django.db.models import BooleanField, F, Func, Q, Value

from passport.postgres.arrays import uuids

_NONE = "{}"


def among(column: str, ids: Iterable[uuid.UUID]) -> Q:
    """Rows whose column is one of these; nothing is asked where there are none."""
    return _compared(column, "= ANY(", uuids(ids))


def sharing(column: str, ids: Iterable[uuid.UUID]) -> Q:
    """Rows whose array holds one of these at least; nothing is asked where there are none."""
    return _compared(column, "&& (", uuids(ids))


def _compared(column: str, operator: str, literal: str) -> Q:
    if literal == _NONE:
        return Q(pk__in=())
    return Q(
        Func(
            F(column),
            Value(literal),
            arg_joiner=f" {operator}",
            template="%(expressions)s::uuid[])",
            output_field=BooleanField(),
        )
    )
