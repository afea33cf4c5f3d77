"""manage.py intake: brings a file in once, follows it, and says what was wrong with it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from passport.management import bringing
from passport.models import Battery, Intake, IntakeState
from tests.cast import Cast, battery_line, model_line, work_off

GOOD = b"".join(json.dumps(each).encode() + b"\n" for each in (model_line(), battery_line("P1")))


@pytest.fixture
def worker(cast: Cast, as_system: Callable[[], Any]) -> Callable[[], None]:
    """Works off what waits, as the worker would, whenever the command looks."""

    def work() -> None:
        with as_system():
            for row in Intake.objects.filter(state=IntakeState.RECEIVED):
                work_off(row)

    return work


@pytest.fixture(autouse=True)
def _looking(monkeypatch: pytest.MonkeyPatch, worker: Callable[[], None]) -> None:
    # Its own clock only: whoever else sleeps meanwhile is not to work.
    monkeypatch.setattr(bringing, "time", SimpleNamespace(sleep=lambda _: worker()))


def bring(*arguments: Any, status: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("intake", *map(str, arguments), "--party", "maker", "--wait")
    assert ended.value.code == status


def test_a_file_lands_and_comes_in_once(
    tmp_path: Path, capsys: Any, as_system: Callable[[], Any]
) -> None:
    file = tmp_path / "shift.ndjson.gz"
    file.write_bytes(gzip.compress(GOOD))
    bring(file)
    bring(file)
    assert "2 landed" in capsys.readouterr().out
    with as_system():
        assert Battery.objects.count() == Intake.objects.count() == 1


def test_rejected_lines_are_counted_by_kind_and_written_to_a_file(
    tmp_path: Path, capsys: Any
) -> None:
    bad = json.dumps(battery_line("A", colour="red")).encode()
    file = tmp_path / "shift.ndjson"
    file.write_bytes(GOOD + bad + b"\n{\n" + bad + b"\n")
    bring(file, status=1)
    said = capsys.readouterr().out
    assert "3 rejected" in said
    assert "is no field of a battery line" in said
    written = file.with_name("shift.ndjson.rejects.ndjson").read_text()
    told = [json.loads(line) for line in written.splitlines()]
    assert [(each["line"], each["code"]) for each in told] == [
        (3, "unknown-field"), (4, "not-strict-json"), (5, "unknown-field"),
    ]  # fmt: skip
    assert told[0]["raw"] == bad.decode()


def test_a_file_that_stopped_half_way_goes_on(
    cast: Cast, tmp_path: Path, as_system: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing.intakes, "BLOCK_BYTES", 100)
    file = tmp_path / "shift.ndjson"
    file.write_bytes(GOOD)

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    sha256, by = hashlib.sha256(GOOD).digest(), cast["maker"]
    with pytest.raises(KeyboardInterrupt):
        bringing.bring(io.BytesIO(GOOD), name=file.name, by=by, sha256=sha256, show=stop)
    with as_system():
        assert Intake.objects.get().size_bytes == 100
    bring(file)
    with as_system():
        assert (Intake.objects.get().size_bytes, Intake.objects.get().accepted) == (len(GOOD), 2)


def test_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    stream = io.TextIOWrapper(io.BytesIO(GOOD))
    monkeypatch.setattr("sys.stdin", stream)
    bring("-")
    assert "2 landed" in capsys.readouterr().out


WRONG = {
    "a file that is not there": (("nowhere.ndjson",), "maker", "cannot be read"),
    "an empty file": (("/dev/null",), "maker", "holds no line"),
    "a party that is not there": (("/dev/null",), "nobody", "no party is named"),
    "a party that makes nothing": (("/dev/null",), "keeper", "maker"),
    "one of two makers, not said which": (("/dev/null",), "", "maker, second-maker"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_refuses_with_a_sentence(case: tuple[tuple[str, ...], str, str]) -> None:
    arguments, party, sentence = case
    with pytest.raises(CommandError, match=sentence):
        call_command("intake", *arguments, "--party", party)


def test_a_file_that_is_written_to_meanwhile_is_not_taken(
    cast: Cast, as_system: Callable[[], Any]
) -> None:
    with pytest.raises(bringing.Changed):
        bringing.bring(io.BytesIO(GOOD), name="a", by=cast["maker"], sha256=bytes(32))
    with as_system():
        assert Intake.objects.get().state == "CANCELLED"


def test_a_pipe_is_a_file_too(tmp_path: Path, capsys: Any) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(GOOD,))
    writer.start()
    bring(pipe)
    writer.join()
    assert "2 landed" in capsys.readouterr().out


def test_what_came_in_before_is_the_file_or_it_is_not_taken(
    tmp_path: Path, cast: Cast, as_system: Callable[[], Any]
) -> None:
    file = tmp_path / "shift.ndjson"
    file.write_bytes(GOOD)
    sha256 = hashlib.sha256(GOOD).digest()
    with bringing.acting(cast["maker"]):
        row = bringing.intakes.begin(
            by=cast["maker"], media_type="application/x-ndjson", encoding="", at=bringing._now(),
            label=bringing.intakes.Label(
                name=file.name, key=bringing.key_of(name=file.name, sha256=sha256)
            ),
        )  # fmt: skip
        bringing.intakes.append(intake_id=row.pk, by=cast["maker"], offset=0, data=b"other")
    with file.open("rb") as opened, pytest.raises(bringing.Changed):
        bringing.bring(opened, name=file.name, by=cast["maker"], sha256=sha256)
    with as_system():
        row.refresh_from_db()
        assert (row.state, row.job_id) == (IntakeState.CANCELLED, None)
