"""manage.py test: the whole suite on real servers that are thrown away."""

from __future__ import annotations

import os
import sys

from passport.local.layout import Layout

_MOST_WORKERS = 4
# Each file of tests stays with one worker, and they are begun in the order in which they stand: the
# long ones first.
_SPREAD = ("--dist", "loadscope", "--no-loadscope-reorder")


def run(layout: Layout, arguments: list[str]) -> int:
    """Becomes pytest, which starts servers of its own where none are given; does not return."""
    chosen = any(word.startswith(("-n", "--numprocesses", "--dist")) for word in arguments)
    # One more than there are cores: many a test waits for what other processes do.
    workers = min((os.cpu_count() or 1) + 1, _MOST_WORKERS)
    spread = [] if chosen else ["-n", str(workers), *_SPREAD]
    os.chdir(layout.root)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *spread, *arguments])
