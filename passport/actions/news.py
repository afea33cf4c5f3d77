"""Keeps what a party is to be told that has no entry in the log; the feed of webhooks tells it."""

from collections.abc import Iterable
from datetime import datetime

from passport.models import News, Party


def tell(news: Iterable[News], *, by: Party | None, at: datetime) -> None:
    """Keep these, unsaved as they are, in the transaction of what they tell of.

    `by` is who did it; nobody where the clock did.
    """
    rows = list(news)
    for row in rows:
        row.by, row.at = by, at
    News.objects.bulk_create(rows)
