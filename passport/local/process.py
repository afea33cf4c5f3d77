"""Starts a process that cannot outlive its parent, and stops it with all that it started."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The unprivileged user that servers run as when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Spec:
    """What to run, as whom, how to tell that it is ready, and how it likes to be stopped."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    account: Account | None = None
    ready: Callable[[int], bool] = field(default=lambda pid: True)
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10.0


def spawn(spec: Spec, *, output: int | None = None) -> subprocess.Popen[bytes]:
    """Starts the process in a group of its own, bound to the life of the calling thread."""
    parent, stop_signal = os.getpid(), spec.stop_signal

    def bind() -> None:
        # Runs in the child after the change of user, which would have cleared the binding.
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)

    account = spec.account
    return subprocess.Popen(
        spec.command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        env=dict(spec.environment),
        cwd=spec.folder,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        process_group=0,
        preexec_fn=bind,
    )


def wait_until_ready(
    process: subprocess.Popen[bytes], ready: Callable[[int], bool], *, seconds: float
) -> bool:
    """True once `ready` says so; False when the process ends or the time is over."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if ready(process.pid):
            return True
        time.sleep(0.02)
    return False


def stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals, grace_s: float) -> None:
    """Asks the process to end, waits, then kills what is left of its group."""
    if process.poll() is None:
        process.send_signal(stop_signal)
        try:
            process.wait(timeout=grace_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    kill_group(process.pid)


def kill_group(group: int) -> None:
    """Kills every process of the group; none may be left."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
