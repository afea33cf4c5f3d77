"""Where independent data sets lie; a test that needs one skips with its name when it is absent."""

import os
from pathlib import Path

import pytest

PLACES = (
    Path(os.environ.get("ORACLE_DATA", "/nonexistent")),
    Path(__file__).resolve().parent.parent.parent / "shared" / "data",
)


def oracle(path: str) -> Path:
    """The file or folder of this name among the oracle data; skips the test when it is absent."""
    for place in PLACES:
        if (place / path).exists():
            return place / path
    pytest.skip(f"oracle data absent: {path}")
