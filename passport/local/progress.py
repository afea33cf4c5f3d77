"""A bar for people at a terminal, a line at the start and one at the end for everybody else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Seen = Callable[[str], object]
_WIDTH = 30


@contextmanager
def bar(title: str, total: int) -> Iterator[Callable[[], None]]:
    """Yields a function that moves the bar one step."""
    shown, begun, done = sys.stdout.isatty(), time.monotonic(), 0

    def draw() -> None:
        full = _WIDTH * min(done, total) // max(total, 1)
        line = f"\r{title} [{'#' * full}{'.' * (_WIDTH - full)}] {min(done, total)}/{total}"
        print(line, end="", flush=True)

    def step() -> None:
        nonlocal done
        done += 1
        if shown:
            draw()

    if shown:
        draw()
    else:
        print(f"{title} ({total}) …", flush=True)
    try:
        yield step
    finally:
        print("\n" if shown else "", end="", flush=True)
    print(f"{title}: done in {time.monotonic() - begun:.0f} s.", flush=True)
