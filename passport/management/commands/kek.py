"""manage.py kek: makes and lists the keys under which makers' keys are held here."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from passport.actions import hosted_key, webhook_secret
from passport.proof.errors import ProofError
from passport.queries import keks, webhook_keks
from passport.rules.errors import Refusal


class Command(BaseCommand):
    """`kek new NAME` writes a file that only its owner reads; `kek list` says what is there."""

    help = (
        "Make a key encryption key (kek new 2026-a), or list them (kek list). To change keys: make"
        " a new one, set PASSPORT_KEK to its name, restart, run `manage.py rewrap`, and only then"
        " take the old file away."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=("new", "list"))
        parser.add_argument("name", nargs="?", default="", help="with new: its name, as 2026-a")
        parser.add_argument(
            "--webhooks", action="store_true", help="for secrets of webhooks; the last name wraps"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["webhooks"]:
                self._webhooks(options["act"], options["name"])
            elif options["act"] == "new":
                made = hosted_key.make_kek(name=options["name"])
                self.stdout.write(
                    f"Made {made}. Keep a copy where the database's backups are not.\n"
                    f"New keys are wrapped by it once PASSPORT_KEK={made.name} is set."
                )
            else:
                self._list()
        except (ProofError, Refusal) as error:
            raise CommandError(f"{error.detail} {error.remedy}".strip()) from error

    def _webhooks(self, act: str, name: str) -> None:
        if act == "new":
            made = webhook_secret.make_kek(name=name)
            self.stdout.write(f"Made {made}. Keep a copy where the database's backups are not.")
        for each in webhook_keks.ring():
            self.stdout.write(each)

    def _list(self) -> None:
        ring = keks.ring()
        for name in ring:
            self.stdout.write(
                name + (" (wraps what is new)" if name == settings.PASSPORT_KEK else "")
            )
        if settings.PASSPORT_KEK not in ring:
            self.stdout.write("No file is named by PASSPORT_KEK, so no keys are made for others.")
