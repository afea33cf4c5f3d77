"""Fixtures of the tests of actions: everybody, and a pack with two cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passport.models import Battery
from tests import cast as casting
from tests.passport.house import House


@pytest.fixture
def cast(database: str, as_system: Callable[[], Any]) -> casting.Cast:
    """Everybody, in a database of this test's own."""
    with as_system():
        return casting.gather()


@pytest.fixture
def pack(cast: casting.Cast, as_system: Callable[[], Any]) -> Battery:
    """A pack of the maker's, with two cells inside."""
    with as_system():
        return casting.packs(cast["maker"], "P1", cells=2)[0]


@pytest.fixture
def house(database: str, tmp_path: Path, as_system: Callable[[], Any], settings: Any) -> House:
    """A log with a sequencer's key and two witnesses, in a folder of this test's own."""
    made = House(tmp_path)
    settings.PASSPORT_LOG_DIR = made.press.folder
    settings.PASSPORT_RECORD_KEY = made.record_file
    with as_system():
        made.begin()
    return made
