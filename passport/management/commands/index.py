"""manage.py index: logs a snapshot of the log's index now."""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from passport.actions import index
from passport.proof import snapshot


class Command(BaseCommand):
    """What the clock does once a day; safe to repeat."""

    help = "Log a snapshot of the index: of every subject the last entries, under one root."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="even if today's was taken")

    def handle(self, *args: Any, **options: Any) -> None:
        taken = index.take(
            folder=Path(settings.PASSPORT_LOG_DIR),
            at=datetime.now(UTC),
            keep=timedelta(days=settings.PASSPORT_INDEX_DAYS),
            again=options["again"],
        )
        if taken is None:
            self.stdout.write("Nothing to do: the snapshot stands, or the log is empty.")
            return
        said = snapshot.decode(bytes(taken.body))
        self.stdout.write(f"{said.rows} rows over {said.size} entries wait for their entry.")
