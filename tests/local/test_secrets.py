"""Each process is given only the secrets that it needs, the log's key the sequencer alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from passport.audit import files
from passport.local import layout as layouts
from passport.local.layout import Layout
from passport.local.processes import WITNESSES, Addresses, Household
from passport.proof import keyfile
from passport.proof.errors import BadKeyFile

OURS = ("PASSPORT_LOG_KEY", "PASSPORT_KEK_DIR", "PASSPORT_KEK", "PASSPORT_WEBHOOK_KEK_DIR")


@pytest.fixture
def household(tmp_path: Path) -> Household:
    for name in WITNESSES:
        (tmp_path / "state" / name).mkdir(parents=True)
        (tmp_path / "state" / name / "log.vkey").write_text("log.example+00000000+AAAA")
    return Household(
        layout=Layout(root=layouts.ROOT, home=tmp_path, account=None),
        addresses=Addresses(admin="postgresql://x/y", redis="redis://x"),
        port=8000,
        witness_ports=(8001, 8002),
    )


@pytest.fixture(autouse=True)
def _exported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever starts the service has all of them in his own shell."""
    for name in OURS:
        monkeypatch.setenv(name, "exported")


def test_the_log_s_key_goes_to_the_sequencer_alone(household: Household) -> None:
    given = {each.name: each.environment for each in household.children()}
    assert set(given) >= {"web", "worker", "caller", "beat", "sequencer", "witness-a", "witness-b"}
    assert {name for name, told in given.items() if "PASSPORT_LOG_KEY" in told} == {"sequencer"}
    assert given["sequencer"]["PASSPORT_LOG_KEY"] == str(household.log_key)
    elsewhere = [
        name
        for name, told in given.items()
        if name != "sequencer" and str(household.log_key) in " ".join(told.values())
    ]
    assert elsewhere == []


def test_what_wraps_makers_keys_goes_to_the_web_alone(household: Household) -> None:
    given = {each.name: each.environment for each in household.children()}
    for name in ("PASSPORT_KEK", "PASSPORT_KEK_DIR"):
        assert {who for who, told in given.items() if name in told} == {"web"}


def test_what_wraps_secrets_of_webhooks_goes_to_who_seals_and_who_sends(
    household: Household,
) -> None:
    given = {each.name: each.environment for each in household.children()}
    holders = {who for who, told in given.items() if "PASSPORT_WEBHOOK_KEK_DIR" in told}
    assert holders == {"web", "caller"}


def test_a_step_has_the_keys_only_when_it_makes_them(household: Household) -> None:
    plain = household.step("story", role="system").environment
    assert [name for name in OURS if name in plain] == []
    making = household.step("prepare", role="system", signs=True, wraps=True).environment
    assert [name for name in OURS if name in making] == list(OURS)


def test_a_web_process_that_was_given_the_log_s_key_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import passport.wsgi"],
        cwd=layouts.ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "passport.settings",
            "PASSPORT_STATE": str(tmp_path),
            "PASSPORT_LOG_KEY": str(tmp_path / "log.key"),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "The log's key belongs to the sequencer alone" in done.stderr


def test_the_log_s_key_cannot_be_read_by_another_user() -> None:
    """Where processes run as users of their own, the file's mode keeps web and worker out."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        place = Path(folder) / "log.key"
        made = keyfile.make(purpose="log", name="log.example", seed=bytes(32))
        files.write_new_private(place, keyfile.encode(made))
        assert place.stat().st_mode & 0o777 == 0o600
        read = f"open({str(place)!r}, 'rb').read()"
        if os.geteuid() == 0:
            # Only root can try it as somebody else.
            read = f"import os; os.setgid(65534); os.setuid(65534); {read}"
        done = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True)
        assert ("PermissionError" in done.stderr) == (os.geteuid() == 0)


def test_a_log_s_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    place = tmp_path / "log.key"
    made = keyfile.make(purpose="log", name="log.example", seed=bytes(32))
    place.write_bytes(keyfile.encode(made))
    for mode in (0o640, 0o604, 0o644):
        place.chmod(mode)
        with pytest.raises(BadKeyFile, match="can be read by others"):
            files.load_key(place, purposes=("log",))
