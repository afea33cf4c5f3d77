"""Fixtures of the tests that come in over HTTP."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from passport.models import Battery
from passport.proof import keyfile
from passport.proof.keyfile import KeyFile
from tests import cast as casting
from tests.databases import Beginning
from tests.simulator import key_of


@pytest.fixture(autouse=True)
def log_dir(settings: Any, tmp_path: Path) -> Path:
    """A log folder of this test's own, with nothing published."""
    settings.PASSPORT_LOG_DIR = tmp_path / "log"
    settings.PASSPORT_LOG_DIR.mkdir()
    return Path(settings.PASSPORT_LOG_DIR)


@pytest.fixture(autouse=True)
def record_key(settings: Any, tmp_path: Path) -> KeyFile:
    """The key with which the service signs what it says."""
    made = key_of("record", f"{settings.PASSPORT_SERVICE_DID}#record-1")
    settings.PASSPORT_RECORD_KEY = tmp_path / "record.key"
    settings.PASSPORT_RECORD_KEY.write_bytes(keyfile.encode(made))
    settings.PASSPORT_RECORD_KEY.chmod(0o600)
    return made


@pytest.fixture
def cast(gathered: Beginning, database: str) -> casting.Cast:
    """Everybody, in a database of this test's own."""
    return deepcopy(gathered.made)


@pytest.fixture
def pack(packed: Beginning, database: str) -> Battery:
    """A pack of the maker's, with two cells inside."""
    return deepcopy(packed.made)
