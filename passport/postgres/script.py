"""Reads the SQL bodies beside it; a released body is never edited, a new version is added."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"


@cache
def body(name: str) -> str:
    """The text of sql/NAME.sql."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
