"""Backup and restore as an operator calls them: processes of their own, exit status and all."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def call(salvage):
    """`call("backup", …)` runs manage.py's command on this database, or on another one."""

    def run(*words, database=salvage.name):
        done = subprocess.run(
            [sys.executable, "-m", "django", *map(str, words)],
            cwd=ROOT, env=_environment(salvage, database), capture_output=True, text=True,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return run


def _environment(salvage, database):
    address = replace(salvage.cluster.address, name=database)
    given = {
        "DJANGO_SETTINGS_MODULE": "passport.settings",
        "PATH": os.environ["PATH"],
        "PASSPORT_DB_ROLE": "system",
        "PASSPORT_STATE": str(salvage.folder),
        "PASSPORT_LOG_DIR": str(salvage.house.press.folder),
        "PASSPORT_RECORD_KEY": str(salvage.house.record_file),
        "PASSPORT_POLICY": str(salvage.folder / "policy"),
    }
    return given | {"DATABASE_URL": _url(address)}


def _url(address) -> str:
    who = f"{address.user}:{quote(address.password)}@" if address.password else f"{address.user}@"
    where = f"{address.host}:{address.port}" if not address.host.startswith("/") else ""
    socket = f"?host={quote(address.host)}" if address.host.startswith("/") else ""
    return f"postgresql://{who}{where}/{address.name}{socket}"


def test_taken_checked_restored_and_told_of_a_rollback(salvage, call):
    target, again = salvage.folder / "one", salvage.fresh()
    code, said = call("backup", target)
    assert (code, "will name its manifest" in said) == (0, True), said
    assert "Private keys are not in it" in said
    assert call("backup", target)[0] == 1
    code, said = call("restore", target, "--check")
    assert (code, "may go on" in said) == (0, True), said
    salvage.house.turn()
    code, said = call("restore", target, "--verify", database=again)
    assert (code, "refuse to sign" in said) == (3, True), said
    code, said = call(
        "restore", target, "--verify", "--replace", "--yes", "--catch-up", database=again
    )
    assert (code, "1 backup" in said) == (0, True), said
    code, said = call("restore", target, database=again)
    assert (code, "--replace" in said) == (1, True), said


@pytest.mark.parametrize("command", ["backup", "restore", "erase"])
def test_the_help_says_what_an_operator_must_know(call, command):
    code, said = call(command, "--help")
    wanted = {
        "backup": ("No private key is in a backup", "Exit status"),
        "restore": ("Never remove or edit checkpoint.lock", "Exit status"),
        "erase": ("VACUUM", "backups made before"),
    }[command]
    assert code == 0
    assert [words for words in wanted if words not in " ".join(said.split())] == []


def test_without_the_system_s_role_nothing_is_taken(salvage, call, monkeypatch):
    environment = _environment(salvage, salvage.name) | {"PASSPORT_DB_ROLE": "app"}
    monkeypatch.setattr(sys.modules[__name__], "_environment", lambda *_: environment)
    code, said = call("backup", salvage.folder / "two")
    assert (code, "Set PASSPORT_DB_ROLE=system" in said) == (1, True), said
    assert not (salvage.folder / "two").exists()
