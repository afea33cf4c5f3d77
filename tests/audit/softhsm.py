"""A hardware module in software: one fresh token a process, as the library wants it."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from passport.audit import hsm
from passport.audit.__main__ import main

PLACES = ("/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib64/softhsm")
FOUND = [str(Path(each) / "libsofthsm2.so") for each in PLACES]
MODULE = next((each for each in FOUND if Path(each).exists()), "")
PIN, LABEL = "4711-pin", "line-4"


def token() -> str:
    """The label of the token; skips the test where SoftHSM or its client is absent."""
    if not MODULE:
        pytest.skip("SoftHSM absent: libsofthsm2.so")
    if hsm.pkcs11 is None:
        pytest.skip("python-pkcs11 absent")
    _furnished()
    return LABEL


@cache
def _furnished() -> TemporaryDirectory[str]:
    # Kept by the cache, so that it goes when the process does.
    kept = TemporaryDirectory(prefix="softhsm-")
    folder = Path(kept.name)
    (folder / "tokens").mkdir()
    told = f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n"
    (folder / "softhsm2.conf").write_text(told + "log.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", LABEL]
    subprocess.run([*command, "--pin", PIN, "--so-pin", PIN], check=True, capture_output=True)
    return kept


def log_out() -> None:
    """Forget every session, as a process that has just begun."""
    for session in hsm._SESSIONS.values():
        session.close()
    hsm._SESSIONS.clear()


def keygen(out: Path, label: str, *words: str) -> Path:
    """Make a key in the token by the command line; the path of the file that names it."""
    place = ["--pkcs11", MODULE, "--token", token(), "--label", label, "--out", str(out)]
    assert main(["keygen", *place, *words]) == 0
    return out
