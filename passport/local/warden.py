"""Outlives a supervisor that was killed, for as long as it takes to kill what it left behind.

Reads "+group" and "-group" lines from its input. When the input ends the supervisor is gone: what
was asked to end by the kernel gets a few seconds, and is then killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable

PATIENCE_S = 5.0


class Warden:
    """The supervisor's end: tells the other process which groups live."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            start_new_session=True,
            cwd="/",
        )

    def guard(self, group: int) -> None:
        """The group is to die with us."""
        self._tell(f"+{group}\n")

    def release(self, group: int) -> None:
        """The group has ended."""
        self._tell(f"-{group}\n")

    def dismiss(self) -> None:
        """All has ended in order."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process.poll() is None and self._process.stdin:
            self._process.stdin.write(line.encode("ascii"))
            self._process.stdin.flush()


def living(lines: Iterable[str]) -> set[int]:
    """The groups that were begun and not ended."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        groups = groups | {group} if line[0] == "+" else groups - {group}
    return groups


def clear(groups: set[int]) -> None:
    """Waits for the groups to end, then kills them."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and any(map(_lives, groups)):
        time.sleep(0.1)
    for group in filter(_lives, groups):
        os.killpg(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    clear(living(sys.stdin))
