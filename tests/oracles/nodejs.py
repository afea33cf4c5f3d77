"""Runs programs of others, such as `check_credential.mjs`, in a node that has no network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
_OFFLINE = ("--import", str(HERE / "no_network.mjs"))
_ROOMS = (("unshare", "--net"), ("unshare", "--map-root-user", "--net"))


@cache
def room() -> tuple[str, ...]:
    """What puts a program where the kernel shows it no network; empty where that is forbidden."""
    for command in _ROOMS:
        if (
            shutil.which("unshare")
            and not subprocess.run([*command, "true"], capture_output=True).returncode
        ):
            return command
    return ()


def node(
    *arguments: str, told: str = "", library: str = "@digitalbazaar/vc"
) -> subprocess.CompletedProcess[str]:
    """Run node offline twice over: without sockets of its own, and where allowed without a net.

    Skips where node or the library is absent.
    """
    program = shutil.which("node")
    if program is None or not (HERE / "node_modules" / library).is_dir():
        pytest.skip("oracle program absent: run `npm --prefix tests/oracles ci` with node 20")
    return subprocess.run(
        [*room(), program, *_OFFLINE, *arguments],
        cwd=HERE,
        input=told,
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": os.environ["PATH"]},
    )


def judge(credentials: Sequence[object], documents: Sequence[object]) -> list[dict[str, object]]:
    """Whether the libraries verify each credential; `documents` are those of the issuers' DIDs."""
    told = json.dumps({"credentials": credentials, "didDocuments": documents})
    done = node("check_credential.mjs", told=told)
    assert done.returncode == 0, done.stderr
    verdicts = json.loads(done.stdout)
    assert len(verdicts) == len(credentials)
    return verdicts
