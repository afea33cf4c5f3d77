"""Builds and asks `check_log.go`: the Go project's note and tlog packages look at our log."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from passport.proof.encoding import b64_encode

PROGRAM = Path(__file__).resolve().with_name("check_log.go")
PACKAGES = Path("/usr/share/gocode")


@dataclass(frozen=True)
class Claims:
    """What is to be true of the log whose published files lie in `Files`.

    `Proofs` are (entry, tlog-proof); the old head is left out with a size of 0.
    """

    Log: str
    Witnesses: list[str]
    Files: str
    Proofs: list[dict[str, str]]
    OldSize: int = 0
    OldRoot: str = ""
    Consistency: tuple[str, ...] = ()


def proven(entry: bytes, proof: bytes) -> dict[str, str]:
    """An entry and the text that proves it."""
    return {"Entry": b64_encode(entry), "Proof": proof.decode()}


def build(folder: Path) -> Path:
    """Compile the program without a network; skips where Debian's packages are absent."""
    go = shutil.which("go")
    if go is None or not (PACKAGES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("oracle program absent: Debian's golang-go and golang-golang-x-mod-dev")
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(PACKAGES),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
        "GOPROXY": "off",
        "CGO_ENABLED": "0",
    }
    built = folder / "check_log"
    subprocess.run([go, "build", "-o", built, PROGRAM], check=True, env=environment, timeout=240)
    return built


def ask(checker: Path, claims: Claims) -> str:
    """One line: `agreed …` with exit status 0, or `refused …` with 1."""
    place = Path(claims.Files) / "claims.json"
    place.write_text(json.dumps(asdict(claims)))
    done = subprocess.run([checker, place], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith(("agreed", "refused")[done.returncode]), done
    return done.stdout.rstrip("\n")
