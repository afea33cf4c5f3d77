"""What manage.py does: finds the environment, then runs demo, test or a Django command."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str]) -> int:
    """Runs one command and gives its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passport.settings")
    os.execv(sys.executable, [sys.executable, "-m", "django", *arguments[1:]])
