"""manage.py walkthrough: the whole job through the public faces of a running instance."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from api.management.walk.steps import STEPS, go
from api.management.walk.walk import Walk


class Command(BaseCommand):
    """Knows the addresses, the API keys of the story and the programs; no table and no model."""

    help = "Walk through the whole job over HTTP, and verify a bundle in a clean interpreter."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--url", default=settings.PASSPORT_PUBLIC_URL, help="default: this instance"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        walk = Walk(url=options["url"].rstrip("/"), state=Path(settings.PASSPORT_STATE))
        self.stdout.write(f"Walking through {walk.url}")
        whole = go(walk, tell=self._tell)
        seconds = time.monotonic() - began
        if not whole:
            self._tell(f"Stopped after {seconds:.1f} s.")
            sys.exit(1)
        self._tell(f"All {len(STEPS)} steps came out, in {seconds:.1f} s.")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
