"""manage.py prepare makes the keys that lack, once, and stops on keys that do not open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from passport.actions import hosted_key
from passport.audit import files
from tests.cast import THEN
from tests.passport.acting import acting
from tests.simulator import ORIGIN, SERVICE


@pytest.fixture
def prepare(database: str, tmp_path: Path, settings: Any, as_system: Any) -> Any:
    """Run it as the containers do, in a folder of this test's own."""
    settings.PASSPORT_STATE, settings.PASSPORT_DB_ROLE = tmp_path, "system"
    settings.PASSPORT_LOG_KEY, settings.PASSPORT_RECORD_KEY = tmp_path / "log.key", tmp_path / "r"
    settings.PASSPORT_POLICY, settings.PASSPORT_WITNESSES = tmp_path / "policy", {}
    settings.PASSPORT_LOG_ORIGIN, settings.PASSPORT_SERVICE_DID = ORIGIN, SERVICE
    settings.PASSPORT_KEK_DIR, settings.PASSPORT_KEK = tmp_path / "keks", "2026-a"

    def run() -> Path:
        with as_system():
            call_command("prepare", verbosity=0)
        return tmp_path

    return run


def test_the_first_key_encryption_key_is_made_and_kept(prepare: Any) -> None:
    folder = prepare()
    made = (folder / "keks" / "2026-a").read_bytes()
    assert list(files.load_keks(folder / "keks")) == ["2026-a"]
    prepare()
    assert (folder / "keks" / "2026-a").read_bytes() == made


def test_without_the_setting_none_is_made(prepare: Any, settings: Any) -> None:
    settings.PASSPORT_KEK = ""
    assert not (prepare() / "keks").exists()


def test_a_lost_key_encryption_key_stops_everything_and_is_not_made_anew(
    prepare: Any, cast: Any
) -> None:
    folder = prepare()
    with acting(cast["maker"]):
        hosted_key.create(by=cast["maker"], at=THEN)
    (folder / "keks" / "2026-a").unlink()
    with pytest.raises(SystemCheckError, match="which is missing"):
        prepare()
    assert not (folder / "keks" / "2026-a").exists()
