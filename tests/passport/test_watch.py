"""manage.py watch: takes what is whole, puts it away once, and survives a kill at any moment."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from passport.actions import intake as intakes
from passport.management import dropfolder
from passport.management.commands import watch
from passport.management.dropfolder import DropFolder
from passport.models import Battery, Intake
from tests.cast import battery_line, model_line
from tests.journeys import killing

MODEL = json.dumps(model_line()).encode() + b"\n"
Work = Callable[[], None]


def good(serial: str) -> bytes:
    return MODEL + json.dumps(battery_line(serial)).encode() + b"\n"


def drop(folder: DropFolder, name: str, data: bytes) -> Path:
    path = folder.path / name
    path.write_bytes(data)
    path.with_name(name + ".done").touch()
    return path


def inside(folder: DropFolder, where: str = ".") -> list[str]:
    """What lies there, without the moments before the names."""
    names = (path.name for path in (folder.path / where).iterdir() if path.is_file())
    return sorted(name.partition("Z-")[2] or name for name in names)


def test_files_go_where_their_lines_say(folder: DropFolder, work: Work) -> None:
    drop(folder, "good.ndjson", good("A"))
    drop(folder, "bad.ndjson", good("B") + b"{\n")
    drop(folder, "empty.csv", b"\n")
    drop(folder, "table.csv", b"type;parent\nbattery;x\n")
    assert folder.round() == 3
    work()
    assert folder.round() == 0
    assert inside(folder) == []
    assert inside(folder, "processed") == ["good.ndjson", "good.ndjson.report.txt"]
    assert inside(folder, "rejected") == [
        *("bad.ndjson", "bad.ndjson.rejects.ndjson", "bad.ndjson.report.txt"),
        *("empty.csv", "empty.csv.report.txt"),
        *("table.csv", "table.csv.rejects.ndjson", "table.csv.report.txt"),
    ]
    (report,) = (folder.path / "rejected").glob("*bad.ndjson.report.txt")
    assert "1 × not-strict-json, first on line 3" in report.read_text()


def test_only_what_is_whole_is_taken(folder: DropFolder, as_system: Callable[[], Any]) -> None:
    for name in ("a.ndjson", ".hidden", "b.part", "c.tmp"):
        (folder.path / name).write_bytes(good("A"))
    (folder.path / "link").symlink_to(folder.path / "a.ndjson")
    assert folder.round() == 0
    folder.settle_s = 0.2
    assert folder.round() == 0
    (folder.path / "a.ndjson").write_bytes(good("B"))
    folder.round()
    folder._seen = {path: (seen, since - 1) for path, (seen, since) in folder._seen.items()}
    assert folder.round() == 1
    with as_system():
        assert Intake.objects.get().name == "a.ndjson"


def test_the_same_file_dropped_again_changes_nothing(
    folder: DropFolder, work: Work, as_system: Callable[[], Any]
) -> None:
    for _ in range(3):
        drop(folder, "a.ndjson", good("A"))
        folder.round()
        work()
        folder.round()
    drop(folder, "a.ndjson", good("B"))
    folder.round()
    work()
    folder.round()
    with as_system():
        assert (Intake.objects.count(), Battery.objects.count()) == (2, 2)
    assert inside(folder) == []


ODD = {
    "not UTF-8": os.fsdecode(b"M\xfcnchen.ndjson"),
    "as long as names are": "x" * 243 + ".ndjson",
}


@pytest.mark.parametrize("name", ODD.values(), ids=ODD)
@pytest.mark.parametrize("data", [good("A"), b"\n"], ids=["good", "refused"])
def test_a_file_with_an_odd_name_is_put_away_like_any_other(
    folder: DropFolder, work: Work, name: str, data: bytes
) -> None:
    drop(folder, name, data)
    drop(folder, "z.ndjson", good("Z"))
    folder.round()
    work()
    assert folder.round() == 0
    assert inside(folder) == []
    assert len([*inside(folder, "processed"), *inside(folder, "rejected")]) == 4


def full(to: Path, *, of: Path) -> None:
    """A disk on which there is no more room for what is told of one file."""
    if of.name in to.name:
        raise OSError("no room")


def test_a_file_that_cannot_be_put_away_holds_up_no_other(
    folder: DropFolder, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = drop(folder, "a.ndjson", good("A"))
    drop(folder, "b.ndjson", good("B"))
    folder.round()
    work()
    monkeypatch.setattr(dropfolder, "_write", lambda to, _: full(to, of=first))
    assert folder.round() == 1
    assert inside(folder) == ["a.ndjson", "a.ndjson.done"]


def test_a_file_that_another_has_taken_the_place_of_is_read_anew(
    folder: DropFolder, work: Work, as_system: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(folder, "a.ndjson", good("A"))
    folder.round()
    work()
    real = dropfolder._write

    def write(to: Path, pieces: Any) -> None:
        real(to, pieces)
        other = folder.path / ".other"
        other.write_bytes(good("B"))
        other.replace(path)
        dropfolder._mark(path).touch()

    monkeypatch.setattr(dropfolder, "_write", write)
    assert folder.round() == 1
    monkeypatch.setattr(dropfolder, "_write", real)
    folder.round()
    work()
    assert folder.round() == 0
    with as_system():
        assert set(Battery.objects.values_list("serial", flat=True)) == {"A", "B"}


def test_a_kill_before_any_effect_of_bringing_in_changes_nothing(
    folder: DropFolder, work: Work, as_system: Callable[[], Any], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(intakes, "BLOCK_BYTES", 300)
    kills = _killed_everywhere(folder, work, tmp_path, before=False)
    assert kills > 4
    _each_landed_once(folder, as_system, kills + 1)


def test_a_kill_before_any_effect_of_putting_away_changes_nothing(
    folder: DropFolder, work: Work, as_system: Callable[[], Any], tmp_path: Path
) -> None:
    kills = _killed_everywhere(folder, work, tmp_path, before=True)
    assert kills > 4
    _each_landed_once(folder, as_system, kills + 1)


def _killed_everywhere(folder: DropFolder, work: Work, tmp_path: Path, *, before: bool) -> int:
    """Kill a round before its first effect, its second, …; each time another watcher goes on."""
    for kills in range(60):
        drop(folder, f"{kills}.ndjson", good(f"S{kills}"))
        if before:
            folder.round()
            work()
        ended = killing.run(folder.round, journal=tmp_path / "journal", before_effect=kills + 1)
        again = DropFolder(folder.path, folder.by, 0)
        again.round()
        work()
        again.round()
        if ended:
            return kills
    raise AssertionError("a round has no end of effects")


def _each_landed_once(folder: DropFolder, as_system: Callable[[], Any], files: int) -> None:
    os.utime(folder.path)
    for mark in folder.path.glob("*.done"):
        os.utime(mark, (0, 0))
    folder.round()
    assert inside(folder) == []
    names = sorted(f"{number}.ndjson" for number in range(files))
    landed = [name for name in inside(folder, "processed") if name.endswith("json")]
    assert landed == names
    reports = [name for name in inside(folder, "processed") if name.endswith("report.txt")]
    assert sorted(reports) == [f"{name}.report.txt" for name in names]
    with as_system():
        assert sorted(each.name for each in Intake.objects.filter(state="DONE")) == names
        assert not Intake.objects.exclude(state="DONE").exists()
        assert Battery.objects.count() == files


def test_a_folder_is_watched_by_one(folder: DropFolder) -> None:
    with watch._alone(folder.path), pytest.raises(CommandError, match="another process"):
        call_command("watch", folder.path, "--party", "maker", "--once")


def test_once_ends_when_nothing_lies_there(
    folder: DropFolder, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, "a.ndjson", good("A"))
    real = DropFolder.round
    monkeypatch.setattr(DropFolder, "round", lambda self: (work(), real(self))[1])
    call_command("watch", folder.path, "--party", "maker", "--once", "--every", "0.01")
    assert inside(folder, "processed") == ["a.ndjson", "a.ndjson.report.txt"]
