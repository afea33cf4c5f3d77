"""Small stand-ins for the service's processes, and a look at which processes live."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from passport.local.process import Spec

# Each says that it runs by writing its number into a file, so that a test can look for it later.
_TELL = "import os,signal,subprocess,sys,time; open(sys.argv[1]+'.'+str(os.getpid()),'w').close();"
KINDS = {
    "quiet": _TELL + "time.sleep(600)",
    "stubborn": _TELL + "[signal.signal(s, signal.SIG_IGN) for s in (2, 15)]; time.sleep(600)",
    "parent": _TELL
    + "subprocess.Popen([sys.executable, '-c', "
    + repr("import os,sys,time;open(sys.argv[1]+'.'+str(os.getpid()),'w').close();time.sleep(600)")
    + ", sys.argv[1]]); time.sleep(600)",
    "short": _TELL + "sys.exit(3)",
}


def spec(kind: str, folder: Path, *, name: str = "", grace_s: float = 5.0) -> Spec:
    """A process of this kind; it is ready when it has written its file."""
    name = name or kind
    return Spec(
        name=name,
        command=(sys.executable, "-c", KINDS[kind], str(folder / name)),
        environment=dict(os.environ),
        folder=folder,
        ready=lambda pid: (folder / f"{name}.{pid}").exists() or kind == "short",
        grace_s=grace_s,
    )


def started(folder: Path) -> set[int]:
    """The process ids that were written down."""
    return {int(path.suffix[1:]) for path in folder.glob("*.*") if path.suffix[1:].isdecimal()}


def living(pids: set[int]) -> set[int]:
    """Those that still run; a zombie has ended."""
    return {pid for pid in pids if _state(pid) not in ("", "Z", "X")}


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
