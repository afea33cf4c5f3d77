"""What commands that a person types ask first: as whom they entered, and whether it is meant."""

from __future__ import annotations

import sys

from django.core.management.base import CommandError
from django.db import connection


def require_system() -> None:
    """Refuse to go on as anybody but the role that worker and sequencer enter as."""
    told = connection.settings_dict
    by_name = told["USER"] == "passport_system"
    by_taking = "role=passport_system" in str(told["OPTIONS"].get("options", ""))
    if not (by_name or by_taking):
        raise CommandError(
            f"This would enter the database as {told['USER'] or 'somebody'}, and only"
            " passport_system may do it. Set PASSPORT_DB_ROLE=system."
        )


def confirm(word: str, *, instead: str) -> None:
    """Ask a person to type a word; `instead` is the option for those whom nobody can ask."""
    if not sys.stdin.isatty():
        raise CommandError(f"Nobody is there to confirm it. Say {instead} if it is meant.")
    if input(f"Type {word} to go on: ").strip() != word:
        raise CommandError("Nothing was changed.")
