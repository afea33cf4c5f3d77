"""Whether the database answers, is migrated, and how far the log lags behind; needs no tenant."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from passport.queries import log

# A set-up that is slower than this is not ready, whatever it would have said.
PATIENCE_MS = 1000


@dataclass(frozen=True)
class Readiness:
    """What was seen; `log_lag_seconds` is None before the log was created."""

    unapplied: int
    log_lag_seconds: float | None


def look(*, at: datetime) -> Readiness | None:
    """Look once, within a second a question; None when the database does not answer."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)]
                )
            applied = set(MigrationRecorder(connection).applied_migrations())
            unapplied = len(_shipped() - applied)
            return Readiness(
                unapplied=unapplied, log_lag_seconds=None if unapplied else log.lag(at=at)
            )
    except Error:
        return None


@lru_cache(maxsize=1)
def _shipped() -> frozenset[tuple[str, str]]:
    """The migrations that this release brings; the files do not change while it runs."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations)
