"""What is parsed here are millions of nodes that stay until the end of the run."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _trees_are_no_garbage() -> Iterator[None]:
    """No collection of garbage looks through them: each would take a second, in later tests too."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()
