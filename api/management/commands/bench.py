"""manage.py bench: measures one part of the service against the limit that it runs into."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from api.management.bench import (
    attest,
    capture,
    feoc,
    forecast,
    intake,
    labels,
    plan,
    policy,
    proof,
    stage,
)
from api.management.bench.figures import Sheet

# Name → what measures; each fills a sheet, and says on the console what it is at.
BENCHES: Mapping[str, Callable[[Sheet, Console], None]] = {
    "proof": proof.measure,
    "attest": attest.measure,
    "labels": labels.measure,
    "intake": intake.measure,
    "capture": capture.measure,
    "plan": plan.measure,
    "forecast": forecast.measure,
    "feoc": feoc.measure,
    "policy": policy.measure,
}
PAGE = 150


class Command(BaseCommand):
    """Runs on durable servers and a database of its own, which are gone afterwards."""

    help = "Measure NAME: a table for people, and as the last line one JSON object."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--json", action="store_true", help="print the last line only")
        parser.add_argument("--size", type=int, default=0, help="intake: rows to measure at")
        parser.add_argument("--quick", action="store_true", help="small loads: a look, no figure")

    def handle(self, *args: Any, **options: Any) -> None:
        """The progress goes to standard error, so that a pipe holds the result alone."""
        if settings.PASSPORT_DB_ROLE != "system" or not stage.is_scratch():
            raise CommandError("A benchmark makes its own database: call it by manage.py bench.")
        sheet = Sheet(name=options["name"], quick=options["quick"], size=options["size"])
        progress = Console(stderr=True, quiet=options["json"], highlight=False)
        try:
            BENCHES[sheet.name](sheet, progress)
        finally:
            stage.leave()
        if not options["json"]:
            sheet.show(Console(width=None if sys.stdout.isatty() else PAGE))
        self.stdout.write(sheet.line())
