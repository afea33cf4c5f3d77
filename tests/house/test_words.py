"""The project speaks of itself alone: no trace of where or by whom it was written."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.source import files, place

# Written in halves, so that this file does not hold what it looks for.
FOREIGN = {
    "a number of a tracker": r"\b(issue|ticket|pull request)s? ?#?\d+\b|(?<![\w&/#])#\d{1,4}\b",
    "who wrote it": r"(?i)\b(chat" + r"gpt|clau" + r"de|anthro" + r"pic|copi" + r"lot|l" + r"lm)\b",
    "a place on some machine": r"/work" + r"/|/ro" + r"ot/|/ho" + r"me/\w+/",
    "an index of packages": r"--(extra-)?index-url \S+://|--find-"
    + r"links|files\.python"
    + r"hosted",
}
READ_AS_DATA = {".svg", ".png", ".json", ".css", ".pem", ".ndjson", ".csv"}
EXEMPT = {"LICENSE"}


def test_no_file_speaks_of_anything_else() -> None:
    said = [told for path in files() if _is_prose(path) for told in _foreign(path)]
    assert said == []


def _is_prose(path: Path) -> bool:
    return path.suffix not in READ_AS_DATA and path.name not in EXEMPT


def _foreign(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return []
    return [
        f"{place(path)}:{text.count(chr(10), 0, found.start()) + 1} {what}: {found[0]!r}"
        for what, pattern in FOREIGN.items()
        for found in re.finditer(pattern, text)
    ]
