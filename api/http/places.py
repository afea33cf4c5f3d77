"""Finds the line of a field in a JSON document that was refused, so that a person can too.

Runs on the way to an error only, on bytes that may be anything: it never raises.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_MARK = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STRUCTURE = frozenset("}],:")
# Deeper documents were refused for their depth; walking them would take quadratic time.
_DEEPEST = 64
# In a larger document the pointer has to do: a walk over it would cost more than it tells.
_LARGEST = 2 << 20


@dataclass(frozen=True)
class Place:
    """Where a name or a value begins."""

    pointer: str
    line: int
    is_name: bool


@dataclass
class _Walk:
    """The open objects and arrays around the mark at hand."""

    steps: list[str | int] = field(default_factory=list)
    names: list[bool] = field(default_factory=list)

    def pointer(self) -> str:
        return "".join("/" + _escape(str(step)) for step in self.steps)

    def step(self, mark: str) -> None:
        """Pass a mark that closes or divides."""
        if not self.steps or mark == ":":
            return
        last = self.steps[-1]
        if mark in "}]":
            self.steps.pop()
            self.names.pop()
        elif isinstance(last, int):
            self.steps[-1] = last + 1
        else:
            self.names[-1] = True

    def place(self, mark: str, line: int) -> Place:
        """Pass a mark that begins a name or a value."""
        if self.names and self.names[-1]:
            self.steps[-1], self.names[-1] = _name(mark), False
            return Place(self.pointer(), line, is_name=True)
        found = Place(self.pointer(), line, is_name=False)
        if mark in "{[":
            self.steps.append("" if mark == "{" else 0)
            self.names.append(mark == "{")
        return found


def line_of(document: bytes, pointer: str) -> int | None:
    """Return the line (from 1) at which the value under a JSON pointer begins, if it is there."""
    for place in _places(document):
        if not place.is_name and place.pointer == pointer:
            return place.line
    return None


def _places(document: bytes) -> Iterator[Place]:
    text = document.decode(errors="replace") if len(document) <= _LARGEST else ""
    walk, line, read = _Walk(), 1, 0
    for match in _MARK.finditer(text):
        line += text.count("\n", read, match.start())
        read = match.start()
        if match[0] in _STRUCTURE:
            walk.step(match[0])
        else:
            yield walk.place(match[0], line)
        if len(walk.steps) > _DEEPEST:
            return


def _name(mark: str) -> str:
    try:
        return str(json.loads(mark))
    except ValueError:
        return mark.strip('"')


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
