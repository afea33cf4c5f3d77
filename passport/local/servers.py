"""PostgreSQL and Valkey together: found, prepared, and, for tests, thrown away afterwards."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from passport.local import layout as layouts
from passport.local.layout import Layout
from passport.local.postgres_server import PostgresServer, find_binaries
from passport.local.process import Spec, spawn, stop, wait_until_ready
from passport.local.trouble import Trouble
from passport.local.valkey_server import ValkeyServer, find_binary


@dataclass(frozen=True)
class Servers:
    """The two servers of one layout."""

    postgres: PostgresServer
    valkey: ValkeyServer


def prepare(layout: Layout, *, durable: bool = True) -> Servers:
    """Finds the binaries, makes folders and cluster; nothing runs yet."""
    layouts.make_home(layout)
    servers = Servers(
        postgres=PostgresServer(layout, find_binaries(layout), durable=durable),
        valkey=ValkeyServer(layout, find_binary(layout), durable=durable),
    )
    servers.postgres.prepare()
    return servers


@contextmanager
def throw_away(*, durable: bool = False) -> Iterator[Servers]:
    """Servers in a temporary folder, gone when the block ends or this process dies."""
    home = Path(tempfile.mkdtemp(prefix="passport-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        servers = prepare(layouts.at(home), durable=durable)
        for spec in (servers.postgres.spec(), servers.valkey.spec()):
            _run(spec, home / f"{spec.name}.log", stack)
        yield servers


def _run(spec: Spec, log: Path, stack: ExitStack) -> None:
    with log.open("wb") as output:
        process = spawn(spec, output=output.fileno())
    stack.callback(stop, process, spec.stop_signal, spec.grace_s)
    if not wait_until_ready(process, spec.ready, seconds=60):
        raise Trouble(f"{spec.name} did not start: {_tail(log, process)}", "See above.")


def _tail(log: Path, process: subprocess.Popen[bytes]) -> str:
    lines = log.read_text(errors="replace").splitlines()[-5:]
    return " / ".join(lines) or f"it ended with status {process.poll()} and said nothing."
