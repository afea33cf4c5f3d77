"""The witness as a process: it says where it listens, stops when told, survives being killed."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path

import pytest

from passport.audit import cosign
from passport.audit.__main__ import main
from passport.proof import checkpoint, keyfile
from tests import simulator
from tests.audit.conftest import grow
from tests.audit.test_witness import proof, submit

# The program itself, but killed where it would do one thing.
KILLED = """
import os, pathlib, signal, sys
from passport.audit.__main__ import main
from passport.proof import note
{} = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def start(world: simulator.Simulator, tmp_path: Path) -> Iterator:
    """`start()` gives a running witness process and its address."""
    key = tmp_path / "w.json"
    key.write_bytes(keyfile.encode(world.witnesses[0]))
    key.chmod(0o600)
    started: list[subprocess.Popen[str]] = []

    def run(killed_at: str = "") -> tuple[subprocess.Popen[str], str]:
        program = ["-c", KILLED.format(killed_at)] if killed_at else ["-m", "passport.audit"]
        command = [sys.executable, *program, "witness", "--key", str(key)]
        command += ["--log", world.log.verifier.vkey, "--state", str(tmp_path / "state.json")]
        command += ["--listen", "127.0.0.1:0", "--name", world.witnesses[0].name]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        for line in process.stdout:
            if match := re.search(r"listens on (\S+)", line):
                return process, f"http://{match[1]}"
        raise AssertionError("The witness did not start.")

    yield run
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_stops_when_told(start):
    process, _ = start()
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=10) == 0


def test_remembers_after_being_killed(start, world):
    process, url = start()
    first = submit(url, world, 0)
    process.kill()
    process.wait()
    _, again = start()

    assert first[0] == 200
    assert submit(again, world, 0)[:2] == (409, "3\n")


MOMENTS = {
    "before it persists": ("pathlib.Path.replace", 3),
    "between persisting and answering": ("note.cosign", 5),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_in_the_middle_of_an_answer_it_cosigns_no_second_history(
    moment, start, world, tmp_path
):
    place, kept = MOMENTS[moment]
    process, url = start()
    assert submit(url, world, 0)[0] == 200
    process.kill()
    grow(world, 2)
    dying, url = start(place)
    with pytest.raises((ConnectionError, HTTPException)):
        submit(url, world, 3)
    assert dying.wait(timeout=10) == -signal.SIGKILL
    state = checkpoint.parse(json.loads((tmp_path / "state.json").read_bytes())[simulator.ORIGIN])
    assert state.size == kept

    _, url = start()
    other = simulator.Simulator()
    grow(other, 5, "rewritten")
    assert submit(url, other, state.size)[0] in (409, 422)
    remote = [cosign.Remote(url, world.witnesses[0].verifier)]
    found = cosign.gather(
        data=world.signed_head([]), witnesses=remote, seconds=5, known_sizes={},
        consistency=lambda old: proof(world, old),
    )  # fmt: skip
    assert [each.name for each in found.signatures] == [world.witnesses[0].name]


BAD_STARTS = {
    "another name": ["--name", "other.example"],
    "an address without port": ["--listen", "localhost"],
    "a port too high": ["--listen", "127.0.0.1:99999"],
}


@pytest.mark.parametrize("case", BAD_STARTS)
def test_refuses_to_start_with(case, world, tmp_path, capsys):
    key = tmp_path / "w.json"
    key.write_bytes(keyfile.encode(world.witnesses[0]))
    key.chmod(0o600)
    command = ["witness", "--key", str(key), "--log", world.log.verifier.vkey]

    assert main([*command, "--state", str(tmp_path / "s"), *BAD_STARTS[case]]) == 2
    assert capsys.readouterr().err


def test_refuses_a_state_that_is_none(world, tmp_path):
    key, state = tmp_path / "w.json", tmp_path / "s"
    key.write_bytes(keyfile.encode(world.witnesses[0]))
    key.chmod(0o600)
    state.write_text("[]")
    command = ["witness", "--key", str(key), "--log", world.log.verifier.vkey]

    assert main([*command, "--state", str(state), "--listen", "127.0.0.1:0"]) == 2
