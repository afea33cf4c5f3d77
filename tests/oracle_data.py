"""Where independent data sets lie; a test that needs one skips with its name when it is absent."""

from pathlib import Path

import pytest

from api.management.bench.oracle import find


def oracle(path: str) -> Path:
    """The file or folder of this name among the oracle data; skips the test when it is absent."""
    return find(path) or pytest.skip(f"oracle data absent: {path}")
