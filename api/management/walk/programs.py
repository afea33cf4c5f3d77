"""Runs the programs of a stranger (`python -m passport.audit`), here and in a clean interpreter."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.management.walk.caller import Failed

ROOT = Path(__file__).resolve().parents[3]
# What the verifier needs, with what that needs.
NEEDED = ("cffi", "cryptography", "pycparser", "rfc8785")
_PIP = {"pip", "setuptools", "wheel"}


@dataclass(frozen=True)
class Ran:
    """What a program said, and its exit code."""

    code: int
    out: str
    err: str


def audit(*arguments: str | Path, expect: int = 0) -> Ran:
    """Run one of the audit programs in this interpreter. Refuses Failed."""
    return _run([sys.executable, "-m", "passport.audit", *map(str, arguments)], expect=expect)


def manage(*arguments: str) -> Ran:
    """Run one of the operator's commands, in the role of this process. Refuses Failed."""
    return _run([sys.executable, str(ROOT / "manage.py"), *arguments])


def clean_interpreter(state: Path) -> Path:
    """A virtual environment with nothing but what NEEDED says; made once. Refuses Failed."""
    wanted, folder = pinned(), state / "clean-venv"
    python, stamp = folder / "bin" / "python", folder / ".installed"
    digest = hashlib.sha256(wanted.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != digest:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        lock = folder / "requirements.txt"
        lock.write_text(wanted, encoding="utf-8")
        pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        _run([*pip, "--require-hashes", "--only-binary", ":all:", "--requirement", str(lock)])
        # A crash before this line begins anew next time.
        stamp.write_text(digest, encoding="ascii")
    return python


def installed(python: Path) -> set[str]:
    """What an interpreter has besides its standard library and pip."""
    said = _run([str(python), "-m", "pip", "list", "--format", "freeze"]).out
    return {line.partition("==")[0].lower() for line in said.splitlines() if "==" in line} - _PIP


def without_network() -> list[str]:
    """The words before a command that take its network away; none when that is not permitted."""
    for words in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        try:
            done = subprocess.run([*words, "true"], capture_output=True)
        except OSError:
            return []
        if done.returncode == 0:
            return words
    return []


def clean_audit(python: Path, *arguments: str | Path) -> Ran:
    """Run an audit program in the clean interpreter, with the network off where possible."""
    command = [str(python), "-E", "-s", "-m", "passport.audit", *map(str, arguments)]
    return _run([*without_network(), *command], expect=None)


def pinned() -> str:
    """The blocks of the lock that pin what the verifier needs, hashes included."""
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)
    chosen = [block for block in blocks if block.partition("==")[0] in NEEDED]
    if len(chosen) != len(NEEDED):
        raise Failed(
            f"The lock pins {len(chosen)} of the verifier's {len(NEEDED)} packages.",
            where=str(ROOT / "requirements.txt"),
            remedy="Restore the lock as released.",
        )
    return "".join(chosen)


def _run(command: Sequence[str], *, expect: int | None = 0) -> Ran:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        done = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True)
    except OSError as error:
        raise Failed(
            f"{command[0]} cannot be started: {error}.", where=command[0], remedy="Install it."
        ) from error
    if expect is not None and done.returncode != expect:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()
        raise Failed(
            f"Exit code {done.returncode} instead of {expect}: {' / '.join(said[-3:])}",
            where=" ".join(command),
            remedy="Call it again by hand, in the root of the clone.",
        )
    return Ran(done.returncode, done.stdout, done.stderr)
