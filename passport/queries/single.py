"""The one row of a query by a unique column."""

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def single(rows: QuerySet[Row]) -> Row | None:
    """The row, or None. Unlike first() it asks for no order: composing that costs half a read."""
    return next(iter(rows.order_by()[:1]), None)
