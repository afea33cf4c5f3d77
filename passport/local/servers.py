"""PostgreSQL and Valkey together: found, prepared, and, for tests, thrown away afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from passport.local import layout as layouts
from passport.local.layout import Layout
from passport.local.postgres_server import PostgresServer, find_binaries
from passport.local.process import Spec, spawn, stop, wait_until_ready
from passport.local.trouble import Trouble
from passport.local.valkey_server import ValkeyServer, find_binary

# A throw-away cluster in memory is made and cloned ten times as fast as one on disk.
_MEMORY = Path("/dev/shm")  # noqa: S108 - a fresh folder is made in it
_MEMORY_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Servers:
    """Those of the two servers that we run ourselves."""

    postgres: PostgresServer | None
    valkey: ValkeyServer | None

    def specs(self) -> list[Spec]:
        """What to start, in this order."""
        return [server.spec() for server in (self.postgres, self.valkey) if server]


def prepare(
    layout: Layout,
    *,
    durable: bool = True,
    given: Mapping[str, str] | None = None,
) -> Servers:
    """Finds the binaries, makes folders and cluster; nothing runs yet.

    A server whose address stands in `given` is somebody else's, and is left alone.
    """
    layouts.make_home(layout)
    postgres = valkey = None
    if "DATABASE_URL" not in (given or {}):
        postgres = PostgresServer(layout, find_binaries(layout), durable=durable)
        postgres.prepare()
    if "REDIS_URL" not in (given or {}):
        valkey = ValkeyServer(layout, find_binary(layout), durable=durable)
    return Servers(postgres=postgres, valkey=valkey)


@contextmanager
def running(servers: Servers, logs: Path) -> Iterator[Servers]:
    """The servers run as long as the block does; they end with this process in any case."""
    with ExitStack() as stack:
        for spec in servers.specs():
            _run(spec, logs / f"{spec.name}.log", stack)
        yield servers


@contextmanager
def throw_away(
    *, durable: bool = False, given: Mapping[str, str] | None = None
) -> Iterator[Servers]:
    """Servers in a temporary folder, gone when the block ends or this process dies."""
    home = temporary_home(durable=durable)
    try:
        with running(prepare(layouts.at(home), durable=durable, given=given), home) as servers:
            yield servers
    finally:
        shutil.rmtree(home, ignore_errors=True)


def temporary_home(*, durable: bool) -> Path:
    """A fresh folder, in memory when that is allowed and has room."""
    memory = not durable and os.access(_MEMORY, os.W_OK)
    roomy = memory and shutil.disk_usage(_MEMORY).free >= _MEMORY_BYTES
    place = _MEMORY if roomy else Path(tempfile.gettempdir())
    _sweep(place)
    return Path(tempfile.mkdtemp(prefix=f"passport-{os.getpid()}-", dir=place))


def _sweep(place: Path) -> None:
    """Removes what a process that was killed could not remove itself."""
    for folder in place.glob("passport-*-*"):
        number = folder.name.split("-")[1]
        if number.isdecimal() and not _lives(int(number)) and folder.stat().st_uid == os.geteuid():
            shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _run(spec: Spec, log: Path, stack: ExitStack) -> None:
    with log.open("wb") as output:
        process = spawn(spec, output=output.fileno())
    stack.callback(stop, process, spec.stop_signal, spec.grace_s)
    if not wait_until_ready(process, spec.ready, seconds=60):
        raise Trouble(
            f"{spec.name} did not start: {_tail(log, process)}",
            "Set DATABASE_URL and REDIS_URL to servers of your own, or mend what it says.",
        )


def _tail(log: Path, process: subprocess.Popen[bytes]) -> str:
    lines = log.read_text(errors="replace").splitlines()[-5:]
    return " / ".join(lines) or f"it ended with status {process.poll()} and said nothing."
