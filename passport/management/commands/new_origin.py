"""manage.py new_origin: the log goes on under a new name and key, usually once a year."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from passport.actions import era
from passport.audit import files
from passport.management import pressroom
from passport.management.commands.prepare import make_key
from passport.proof import policy
from passport.proof.errors import ProofError
from passport.proof.keyfile import KeyFile
from passport.rules.errors import Conflict


class Command(BaseCommand):
    """Stop the sequencer, run this, and start it again with the new key. Safe to repeat."""

    help = "Give the log a new name and key. The tree goes on; witnesses see a new log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--origin", required=True, help="such as example.org/log/2027")
        parser.add_argument("--key", type=Path, required=True, help="its key; made if it lacks")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = make_key(options["key"], "log", options["origin"])
            # A crash here leaves a line for a log that has not begun: repeat this soon, since
            # bundles are of the log in the last line.
            trust(key)
            size = era.begin(key=key, press=pressroom.press(), at=datetime.now(UTC))
        except (Conflict, ProofError) as refusal:
            raise CommandError(f"{refusal.detail} {refusal.remedy}".strip()) from refusal
        self.stdout.write(
            f"From entry {size} on the log is {key.name}. Now set\n"
            f"  PASSPORT_LOG_ORIGIN={key.name}\n"
            f"  PASSPORT_LOG_KEY={options['key']}\n"
            f"for the sequencer, start it, and tell auditors (it is the last of their log lines)"
            f" and witnesses:\n"
            f"  log {key.verifier.vkey}"
        )


def trust(key: KeyFile) -> None:
    """Add the log's new name to the policy of the service, after the old ones."""
    place = Path(settings.PASSPORT_POLICY)
    stands = files.read(place, limit=policy.MAX_BYTES)
    if policy.parse(stands).logs.get(key.name) == key.verifier:
        return
    changed = stands.rstrip(b"\n") + f"\nlog {key.verifier.vkey}\n".encode()
    # Refuses a name that the policy gives to another key, before anything is written.
    policy.parse(changed)
    files.replace(place, changed)
