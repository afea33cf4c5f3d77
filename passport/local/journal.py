"""What the children say, line by line, with the name of who said it in front."""

from __future__ import annotations

import os
import sys
from typing import TextIO

_COLOURS = (36, 32, 33, 35, 34, 96, 92, 93)
_WIDTH = 10


class Journal:
    """Joins pieces to lines and writes them to one stream; colours only for a terminal."""

    def __init__(self, stream: TextIO = sys.stdout, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet
        self._colour = stream.isatty() and "NO_COLOR" not in os.environ
        self._rests: dict[str, bytes] = {}
        self._order: list[str] = []

    def write(self, name: str, data: bytes) -> None:
        """Takes a piece of what a child said."""
        *lines, rest = (self._rests.pop(name, b"") + data).split(b"\n")
        if rest:
            self._rests[name] = rest
        for line in lines:
            self.say(name, line.decode("utf-8", "replace").rstrip("\r"))

    def say(self, name: str, line: str) -> None:
        """Writes one line."""
        if self._quiet or not line.strip():
            return
        if name not in self._order:
            self._order.append(name)
        front = f"{name:<{_WIDTH}}|"
        if self._colour:
            front = f"\033[{_COLOURS[self._order.index(name) % len(_COLOURS)]}m{front}\033[0m"
        print(front, line, file=self._stream, flush=True)
