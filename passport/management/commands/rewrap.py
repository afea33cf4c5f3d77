"""manage.py rewrap: puts the keys held for makers under the primary key encryption key."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from passport.actions import hosted_key, webhook_secret
from passport.management import entry
from passport.models import HostedKey
from passport.proof.errors import ProofError
from passport.rules.errors import Refusal


class Command(BaseCommand):
    """Safe to stop and to repeat: what is done stays done, and only the wrapping changes."""

    help = "Wrap the keys held for makers again under PASSPORT_KEK; their seeds stay sealed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chunk", type=int, default=100, help="keys a transaction")
        parser.add_argument("--webhooks", action="store_true", help="the secrets of webhooks")

    def handle(self, *args: Any, **options: Any) -> None:
        entry.require_system()
        if options["webhooks"]:
            self._webhooks(options["chunk"])
            return
        total, done = HostedKey.objects.exclude(kek_id=settings.PASSPORT_KEK).count(), 0
        try:
            while count := hosted_key.rewrap(limit=options["chunk"]):
                done += count
                self.stdout.write(f"{done} of {max(done, total)} wrapped again")
        except (ProofError, Refusal) as error:
            raise CommandError(
                f"{error.detail} {error.remedy}\n{done} keys were wrapped again before this one."
            ) from error
        held = HostedKey.objects.count()
        self.stdout.write(f"All {held} keys are wrapped by {settings.PASSPORT_KEK}.")

    def _webhooks(self, chunk: int) -> None:
        done = 0
        try:
            while count := webhook_secret.rewrap(limit=chunk):
                done += count
        except (ProofError, Refusal) as error:
            raise CommandError(f"{error.detail} {error.remedy}") from error
        self.stdout.write(f"{done} secrets of webhooks were wrapped again.")
