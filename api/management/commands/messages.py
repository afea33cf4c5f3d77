"""manage.py messages: brings each language's catalogue up to the sources, and compiles it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from api.management.messages import catalogue
from api.management.messages.marked import marked


class Command(BaseCommand):
    """Keeps every translation whose English still stands, and names what waits for one."""

    help = "Find marked texts, update api/locale/*/LC_MESSAGES/django.po, compile django.mo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true", help="print what is not translated")

    def handle(self, *args: Any, **options: Any) -> None:
        for root in map(Path, settings.LOCALE_PATHS):
            wanted = sorted(marked(root.parent))
            for language, path in catalogue.places(root).items():
                kept = catalogue.read(path.read_text("utf-8"))
                said = {each: kept.get(each, ("",) * each.forms) for each in wanted}
                path.write_text(catalogue.write(said, language=language), "utf-8")
                path.with_suffix(".mo").write_bytes(catalogue.compiled(said, language=language))
                waiting = [each for each, forms in said.items() if not all(forms)]
                self.stdout.write(f"{language}: {len(said)} texts, {len(waiting)} not translated")
                for each in waiting if options["list"] else ():
                    self.stdout.write(repr(each))
