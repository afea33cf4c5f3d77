"""Counts the branches that tests of proof and rules take, in a run that is asked to by name:
`-p tests.branches`, with the folder for what is counted in BRANCHES.

It begins before our code is imported, and counts nothing while tests of other rooms run: a branch
of proof or rules is to be shown by a test of its own. Long runs of drawn input are left out: a
branch must not depend on what a generator draws, and counting makes them twice as long.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import coverage
import pytest

ROOT = Path(__file__).resolve().parent
ROOMS = (ROOT / "proof", ROOT / "rules")
LONG = ("test_hostile.py", "test_hostile_bundles.py", "test_sourcing_properties.py")
LONG_ONES = {
    "test_every_flipped_byte_is_refused_with_a_step",
    "test_members_are_joined_into_what_the_whole_would_be",
    "test_what_is_written_is_read_back",
    "test_the_fast_path_writes_what_rfc_8785_writes",
    "test_nothing_overflows_whatever_is_printed",
    "test_knows_how_many_modules_an_encoder_needs_for_any_length",
    "test_says_of_four_thousand_bent_events_what_the_schema_says",
    "test_says_of_a_thousand_bent_documents_what_the_schema_says",
}

_counting = coverage.Coverage(
    data_file=str(Path(os.environ["BRANCHES"]) / "branches"),
    data_suffix=True,
    branch=True,
    source=["passport.proof", "passport.rules"],
)
_counting.start()


def pytest_collection_finish() -> None:
    """From here on it counts where a test says so."""
    _counting.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    """A test with all that is set up for it."""
    if not _counts(item):
        return (yield)
    _counting.start()
    try:
        return (yield)
    finally:
        _counting.stop()


def pytest_unconfigure() -> None:
    """Each process keeps what it has counted."""
    _counting.stop()
    _counting.save()


def _counts(item: pytest.Item) -> bool:
    if not any(item.path.is_relative_to(room) for room in ROOMS):
        return False
    return item.path.name not in LONG and getattr(item, "originalname", "") not in LONG_ONES
