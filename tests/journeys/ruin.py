"""An instance that can be hurt: its processes killed, its database looked into and held still."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from passport.local import servers
from passport.local.layout import ROOT
from tests.journeys.patient import Patient, wait_for


class Ruin:
    """`people` speak over HTTP; `packs` are the ids of the scene's."""

    def __init__(self, home: Path, ready: dict[str, str]) -> None:
        self.home, self.url, self.admin = home, ready["url"], ready["admin"]
        self._line: psycopg.Connection[Any] | None = None
        scene = json.loads((home / "state" / "scene.json").read_text())
        self.packs: list[str] = scene["packs"]
        self.people = {name: Patient(self.url, key) for name, key in scene["secrets"].items()}

    def pid(self, name: str) -> int:
        return int(json.loads((self.home / "children").read_text())[name])

    def kill(self, name: str) -> None:
        """kill -9 of a process with all that it started, and wait until another stands there."""
        before = self.pid(name)
        os.killpg(before, signal.SIGKILL)
        wait_for(lambda: self.pid(name) != before or None, seconds=10)

    def ask(self, statement: str) -> list[tuple[Any, ...]] | None:
        """Rows, or None while the database is away; a line that broke is taken anew once."""
        held = self._line is not None
        try:
            if self._line is None:
                # A database that was killed has lost what it knew of its tables, and would take
                # hundreds of thousands of rows one by one.
                self._line = psycopg.connect(
                    self.admin, connect_timeout=2, autocommit=True,
                    options="-c enable_nestloop=off",
                )  # fmt: skip
            return self._line.execute(statement).fetchall()
        except psycopg.OperationalError:
            self.hang_up()
            return self.ask(statement) if held else None

    def hang_up(self) -> None:
        """Let go of the line to the database; whoever asks next takes a new one."""
        if self._line is not None:
            self._line.close()
        self._line = None

    def count(self, table: str) -> int:
        rows = wait_for(lambda: self.ask(f"SELECT count(*) FROM {table}"), seconds=10)
        return int(rows[0][0])

    @contextmanager
    def held_still(self, *tables: str) -> Iterator[None]:
        """Nobody writes these tables while the block lasts: who does waits in the middle."""
        with psycopg.connect(self.admin) as line:
            line.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE MODE")
            yield


def furnish(folder: Path, *, further: Path | None = None) -> None:
    """Make a folder with the tables and keys of an instance in which nothing runs.

    From such a folder on it makes another, in which the scene is set.
    """
    with _place() as home:
        if further:
            _copy(further, home)
        with _household(home, "scene" if further else "furnish") as process:
            assert process.wait(timeout=300) == 0, _said(home)
        _copy(home, folder)


@contextmanager
def place(furnished: Path) -> Iterator[Path]:
    """A copy of a furnished folder, in memory, gone when the block ends."""
    with _place() as home:
        _copy(furnished, home)
        yield home


@contextmanager
def _place() -> Iterator[Path]:
    home = servers.temporary_home(durable=False)
    home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """With their owners: the servers' files belong to the servers' account."""
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)


@contextmanager
def instance(peopled: Path) -> Iterator[Ruin]:
    """A whole instance for the length of the block, gone with all its processes afterwards."""
    with place(peopled) as home, running(home) as ready:
        made = Ruin(home, ready)
        try:
            yield made
        finally:
            made.hang_up()


@contextmanager
def running(home: Path, *words: str) -> Iterator[dict[str, str]]:
    """The processes of an instance, and what it says of itself once it is ready."""
    with _household(home, *words) as process:
        yield wait_for(lambda: _ready(home, process), seconds=300)


@contextmanager
def _household(home: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process above all others; it ends with its input."""
    output = (home / "said").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.household", str(home), str(_free_port()), *words],
        stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=ROOT,
        env=_environment() | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=60)
        output.close()


def _environment() -> dict[str, str]:
    named = ("DATABASE_", "REDIS_", "PASSPORT_", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(named)}


def _ready(home: Path, process: subprocess.Popen[bytes]) -> dict[str, str] | None:
    if process.poll() is not None:
        raise AssertionError(_said(home))
    path = home / "ready"
    return json.loads(path.read_text()) if path.exists() else None


def _said(home: Path) -> str:
    return (home / "said").read_text(errors="replace")[-3000:]


def _free_port() -> int:
    """The first of three ports in a row that nobody uses."""
    for port in range(20_000 + os.getpid() % 8_000, 30_000, 3):
        if all(_is_free(port + each) for each in range(3)):
            return port
    raise AssertionError("no port is free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
