"""A backup is put back whole or refused by name, and never lets the log show two histories."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError

from passport.actions import backup
from passport.management.commands.backup import _wanted
from passport.models import LifecycleEvent, LogDocument, LogHead, Outbox
from passport.proof import canonical, manifest
from tests.cast import THEN
from tests.passport.salvage import call


def test_what_was_backed_up_is_what_is_restored(salvage, taken):
    before, again = salvage.rows(salvage.name), salvage.fresh()
    head = LogHead.objects.get()
    with salvage.inside(again):
        said = call("restore", taken, "--verify")
        assert f"Every row is there, and {head.size} entries make the root." in said
        after = salvage.rows(again)
        restored = LogHead.objects.get()
        assert (restored.size, restored.edge) == (head.size, head.edge)
    # The manifest was logged after the moment that it is of.
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= {"passport_logdocument", "passport_outbox"}


def test_the_manifest_is_logged_and_says_how_the_log_stood(salvage, taken):
    data = (taken / "manifest.json").read_bytes()
    kept = LogDocument.objects.get(kind="backup")
    assert bytes(kept.body) == data
    assert Outbox.objects.get(digest=manifest.digest(data)).subjects == 0
    said = canonical.loads(data)
    head = LogHead.objects.get()
    assert said["log"]["treeSize"] == head.size
    assert said["tables"]["passport_lifecycleevent"] == LifecycleEvent.objects.count()
    assert set(said["files"]) == {"checkpoint", "checkpoint.lock", "database.dump", "policy"}
    assert salvage.house.turn() == head.size + 1


def test_it_is_of_one_moment_though_the_world_goes_on(salvage, tmp_path):
    def go_on(words):
        if words.startswith("counting"):
            # Rows and entries that come between the counts and the dump.
            salvage.happens()

    with salvage.inside():
        backup.take(target=tmp_path / "one", wanted=_wanted(), at=THEN, say=go_on)
    again = salvage.fresh()
    with salvage.inside(again), pytest.raises(CommandError, match="gone on since"):
        call("restore", tmp_path / "one", "--verify")
    with salvage.inside(again):
        seen = LifecycleEvent.objects.count()
    with salvage.inside():
        assert LifecycleEvent.objects.count() == seen + 1


def test_no_private_key_is_in_it(salvage, taken):
    seeds = [json.loads(salvage.house.record_file.read_text())["seed"]]
    for path in taken.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [seed for seed in seeds if seed.encode() in data], path
    assert oct(taken.stat().st_mode & 0o777) == "0o700"


def test_never_takes_the_place_of_anything(salvage, taken):
    before = {path: path.read_bytes() for path in taken.rglob("*") if path.is_file()}
    with pytest.raises(CommandError, match="exists already"):
        call("backup", taken)
    assert {path: path.read_bytes() for path in before} == before
    (salvage.folder / "two.partial").mkdir()
    with pytest.raises(CommandError, match="under way there, or was killed"):
        call("backup", salvage.folder / "two")


SPOILED = {
    "a flipped byte in the dump": ("database.dump", "database.dump is not the file"),
    "a flipped byte in the policy": ("policy", "policy is not the file"),
    "a flipped byte in the lock": ("checkpoint.lock", "checkpoint.lock is not the file"),
    "a flipped byte in the manifest": ("manifest.json", "manifest"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_refuses_by_name(salvage, taken, what):
    name, words = SPOILED[what]
    data = bytearray((taken / name).read_bytes())
    data[len(data) // 2] ^= 1
    (taken / name).write_bytes(data)
    again = salvage.fresh()
    with salvage.inside(again):
        for option in ("--check", "--verify"):
            with pytest.raises(CommandError, match=words):
                call("restore", taken, option)
    with salvage.cluster.admin() as admin:
        assert (
            admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [again]).fetchone()
            is None
        )


def test_refuses_a_backup_that_lacks_a_file_or_is_none(salvage, taken):
    (taken / "policy").unlink()
    with pytest.raises(CommandError, match="policy is missing from the backup"):
        call("restore", taken, "--check")
    with pytest.raises(CommandError, match=r"holds no manifest\.json"):
        call("restore", salvage.folder, "--check")


def test_refuses_the_backup_of_another_service(salvage, taken, settings):
    text = settings.PASSPORT_POLICY.read_text()
    settings.PASSPORT_RECORD_KEY = None
    settings.PASSPORT_POLICY.write_text(text[: text.index("record ")])
    with pytest.raises(CommandError, match=r"No record key is known here.*--trust FILE"):
        call("restore", taken, "--check")
    assert "entries of" in call("restore", taken, "--check", "--trust", taken / "policy")


def test_refuses_a_database_that_holds_something(salvage, taken):
    count = LifecycleEvent.objects.count()
    with pytest.raises(CommandError, match=r"holds tables.*--replace"):
        call("restore", taken)
    assert LifecycleEvent.objects.count() == count


def test_replaces_what_nobody_uses_and_only_when_it_is_confirmed(salvage, taken, monkeypatch):
    salvage.happens()
    count = LifecycleEvent.objects.count()
    with salvage.cluster.admin(salvage.name), pytest.raises(CommandError, match="Stop the service"):
        call("restore", taken, "--replace", "--yes")
    monkeypatch.setattr("builtins.input", lambda question: "no")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call("restore", taken, "--replace")
    assert LifecycleEvent.objects.count() == count
    with pytest.raises(CommandError, match="gone on since") as rolled_back:
        call("restore", taken, "--replace", "--yes", "--verify")
    assert rolled_back.value.returncode == 3
    assert LifecycleEvent.objects.count() == count - 1


def test_a_killed_backup_leaves_no_target(salvage, tmp_path):
    target = tmp_path / "killed"
    with salvage.cluster.admin(salvage.name) as admin:
        admin.execute("BEGIN")
        admin.execute("LOCK TABLE passport_battery IN ACCESS EXCLUSIVE MODE")
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(target), salvage.name], cwd=Path(__file__).parents[2]
        )
        deadline = time.monotonic() + 20
        while not Path(f"{target}.partial").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert not target.exists()
    assert Path(f"{target}.partial").exists()
    with pytest.raises(CommandError, match=r"holds no manifest\.json"):
        call("restore", f"{target}.partial", "--check")


_CHILD = """
import os, sys
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "passport.settings"
import django; django.setup()
from dataclasses import replace
from datetime import UTC, datetime
from passport import env
from passport.actions import backup
from passport.proof.bundle import RecordKey
from tests.simulator import SERVICE, key_of
key = key_of("record", SERVICE + "#record-1")
address = replace(env.database("DATABASE_URL"), name=sys.argv[2])
wanted = backup.Wanted(address, {}, RecordKey(key.name, key.private_key), "x")
backup.take(target=Path(sys.argv[1]), wanted=wanted, at=datetime.now(UTC), say=print)
"""
