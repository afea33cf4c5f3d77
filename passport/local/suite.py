"""manage.py test: the whole suite on real servers that are thrown away."""

from __future__ import annotations

import os
import sys

from passport.local.layout import Layout

_MOST_WORKERS = 4


def run(layout: Layout, arguments: list[str]) -> int:
    """Becomes pytest, which starts servers of its own where none are given; does not return."""
    chosen = any(word.startswith(("-n", "--numprocesses", "--dist")) for word in arguments)
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    spread = [] if chosen or workers == 1 else ["-n", str(workers), "--dist", "loadscope"]
    os.chdir(layout.root)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *spread, *arguments])
