"""The supervisor starts, restarts and stops; and whatever happens to it, nothing is left behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from passport.local.journal import Journal
from passport.local.supervisor import RESTARTS, Supervisor
from passport.local.trouble import Trouble
from tests.local.families import living, spec, started, within

ROOT = Path(__file__).resolve().parent.parent.parent
RUN = """
import sys
from pathlib import Path
from passport.local.journal import Journal
from passport.local.supervisor import Supervisor
from tests.local.families import spec
with Supervisor(Journal()) as supervisor:
    for kind in sys.argv[2:]:
        supervisor.start(spec(kind, Path(sys.argv[1]), grace_s=1.0))
    print("all run", flush=True)
    supervisor.watch()
"""


@pytest.fixture
def supervised(tmp_path: Path) -> subprocess.Popen[str]:
    """A supervisor in a process of its own, with one child of each kind that lasts."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path), "quiet", "stubborn", "parent"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert "all run" in process.stdout.readline()
    assert within(5, lambda: len(started(tmp_path)) == 4)
    return process


def test_a_killed_supervisor_leaves_no_process(
    supervised: subprocess.Popen[str], tmp_path: Path
) -> None:
    supervised.kill()
    supervised.communicate()

    assert within(10, lambda: not living(started(tmp_path)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(
    supervised: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    supervised.send_signal(number)
    supervised.communicate(timeout=20)

    assert supervised.returncode == 0
    assert not living(started(tmp_path))


def test_a_killed_child_is_started_again_without_its_leftovers(tmp_path: Path) -> None:
    with Supervisor(Journal(io.StringIO())) as supervisor:
        child = supervisor.start(spec("parent", tmp_path))
        assert within(5, lambda: len(started(tmp_path)) == 2)
        before = started(tmp_path)

        os.kill(child.process.pid, signal.SIGKILL)
        supervisor.watch(until=lambda: len(started(tmp_path)) == 4)

        assert not living(before)
    # The kernel ends the orphan; it may take a moment on a busy machine.
    assert within(5, lambda: not living(started(tmp_path)))


def test_a_child_that_keeps_ending_is_given_up(tmp_path: Path) -> None:
    said = io.StringIO()
    with Supervisor(Journal(said)) as supervisor:
        supervisor.start(spec("short", tmp_path))
        with pytest.raises(Trouble, match=r"short ended 6 times within 60 s \(status 3\)"):
            supervisor.watch()
    assert said.getvalue().count("it is started again") == RESTARTS


def test_a_child_that_is_never_ready_is_a_trouble(tmp_path: Path) -> None:
    with (
        Supervisor(Journal(io.StringIO())) as supervisor,
        pytest.raises(Trouble, match="never did not become ready"),
    ):
        supervisor.start(replace(spec("short", tmp_path, name="never"), ready=lambda pid: False))


def test_children_stop_in_reverse_order(tmp_path: Path) -> None:
    ended: list[str] = []
    with Supervisor(Journal(io.StringIO())) as supervisor:
        for name in ("first", "second", "third"):
            child = supervisor.start(spec("quiet", tmp_path, name=name))
            send = child.process.send_signal
            child.process.send_signal = lambda number, name=name, send=send: (  # type: ignore
                ended.append(name),
                send(number),
            )
    assert ended == ["third", "second", "first"]


def test_what_a_child_says_carries_its_name(tmp_path: Path) -> None:
    said = io.StringIO()
    journal = Journal(said)
    journal.write("web", b"half a ")
    journal.write("beat", b"another\n")
    journal.write("web", b"line\nand a rest")
    assert said.getvalue() == "beat      | another\nweb       | half a line\n"
