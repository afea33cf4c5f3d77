"""Makes the virtual environment from the hash-pinned lock, and heals one that was interrupted."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from passport.local import progress
from passport.local.trouble import Trouble

ROOM_BYTES = 1_200_000_000

# What pip says, what it means, what helps.
_MEANINGS: tuple[tuple[str, str, str], ...] = (
    (
        r"No space left on device|Errno 28",
        "The disk is full.",
        "Make 1.2 GB of room, then call again.",
    ),
    (
        r"DO NOT MATCH THE HASHES|HashMismatch",
        "A package from the index is not the one that was locked.",
        "Do not use it. Look at which index pip is configured to use.",
    ),
    (
        r"all requirements must have their versions pinned",
        "The lock names no package for this Python or this machine.",
        "Call with another python3 (3.11 to 3.13 are known to work), or make the lock anew.",
    ),
    (
        r"Could not find a version|No matching distribution|Max retries|timed out"
        r"|Temporary failure in name resolution|Connection|ProxyError|SSLError|Could not fetch",
        "The package index is out of reach.",
        "Check the network, or point pip at an index: pip config set global.index-url URL.",
    ),
    (
        r"Permission denied|Errno 13|Read-only file system",
        "The environment cannot be written.",
        "Give write permission to the clone, or copy it to a folder of your own.",
    ),
)


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the lock that it is made from."""

    folder: Path
    lock: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """Holds the digest of the lock that is installed in full."""
        return self.folder / ".installed"

    @property
    def unfinished(self) -> Path:
        """Exists while an installation is under way; left over, it tells of an interruption."""
        return self.folder / ".unfinished"

    def wanted(self) -> str:
        """What the stamp must hold."""
        return hashlib.sha256(self.lock.read_bytes()).hexdigest()

    def is_ready(self) -> bool:
        """Whether the lock as it stands is installed."""
        try:
            stands = self.stamp.read_text(encoding="ascii").strip() == self.wanted()
        except OSError:
            return False
        return stands and not self.unfinished.exists() and self.python.exists()

    def ensure(self) -> None:
        """Installs the lock when it is not installed; refuses with a sentence when it cannot."""
        if self.is_ready():
            return
        with self._alone():
            if not self.is_ready():
                self._make()

    def _make(self) -> None:
        check_python()
        if self.unfinished.exists() or not _works(self.python):
            self._check_room()
            print(f"Making the environment in {self.folder} …", flush=True)
            shutil.rmtree(self.folder, ignore_errors=True)
            _run_or_explain([sys.executable, "-m", "venv", str(self.folder)])
        # A crash from here on leaves this file behind, and the next call begins anew.
        self.unfinished.touch()
        self.stamp.unlink(missing_ok=True)
        self._install()
        self.stamp.write_text(self.wanted(), encoding="ascii")
        self.unfinished.unlink()

    def _install(self) -> None:
        total = len(re.findall(r"^[A-Za-z0-9].*==", self.lock.read_text("utf-8"), re.MULTILINE))
        command = [
            *(str(self.python), "-m", "pip", "install", "--require-hashes"),
            *("--disable-pip-version-check", "--no-input", "--progress-bar", "off"),
            *("--only-binary", ":all:", "--no-compile", "--requirement", str(self.lock)),
        ]
        with progress.bar("Installing packages", total) as step:
            _run_or_explain(command, seen=lambda line: step() if _names_one(line) else None)
        self._compile()

    def _compile(self) -> None:
        """Compile on all processors what pip would compile on one."""
        # Some packages hold files for other Pythons; what was not compiled is when it is imported.
        command = [str(self.python), "-m", "compileall", "-q", "-q", "-j", "0", str(self.folder)]
        subprocess.run(command, capture_output=True, check=False)

    def _check_room(self) -> None:
        free = shutil.disk_usage(self.folder.parent).free
        if free < ROOM_BYTES:
            raise Trouble(
                f"The disk is full: {free // 1_000_000} MB are free.",
                f"Make {ROOM_BYTES // 1_000_000} MB of room, then call again.",
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two calls at once on a fresh clone: the second waits for the first."""
        try:
            door = os.open(self.lock.parent, os.O_RDONLY)
        except OSError as error:
            raise Trouble(f"{self.lock.parent} cannot be read.", "Give read permission.") from error
        try:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield
        finally:
            os.close(door)


def check_python() -> None:
    """Refuses a Python that cannot make environments, before anything is written."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Trouble(
            f"This Python ({sys.executable}) has no {' and no '.join(missing)} module.",
            "Install it: apt install python3-venv.",
        )


def explain(output: str) -> Trouble:
    """What pip or venv said, as one sentence and a remedy."""
    for pattern, wrong, remedy in _MEANINGS:
        if re.search(pattern, output):
            return Trouble(wrong, remedy)
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return Trouble(
        f"The environment could not be made: {lines[-1] if lines else 'pip said nothing.'}",
        "Remove .venv and call again.",
    )


def _names_one(line: str) -> bool:
    return line.startswith(("Collecting ", "Requirement already satisfied: "))


def _works(python: Path) -> bool:
    try:
        done = subprocess.run(
            [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"],
            capture_output=True,
        )
    except OSError:
        return False
    return done.returncode == 0


def _run_or_explain(command: list[str], *, seen: progress.Seen = lambda line: None) -> None:
    lines: list[str] = []
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
    except OSError as error:
        raise explain(str(error)) from error
    with process:
        for line in process.stdout or ():
            lines.append(line)
            seen(line)
    if process.returncode:
        raise explain("".join(lines))
