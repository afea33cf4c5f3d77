"""How much memory each process of the service has taken at most: VmHWM, as the kernel counts it."""

import os
from pathlib import Path


def peaks() -> dict[str, float]:
    """Name of a process → the most that it had resident, in MB; of several of a name the largest.

    Our own processes: what descends from this one. The database's are not.
    """
    found: dict[str, float] = {}
    for pid in _descendants(os.getpid()):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            name = _name(Path(f"/proc/{pid}/cmdline").read_bytes())
        except OSError:
            continue
        size = next(
            (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0
        )
        found[name] = max(found.get(name, 0.0), size / 1024)
    return found


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found


def _name(command: bytes) -> str:
    words = command.decode("utf-8", "replace").split("\0")
    known = ("granian", "worker", "beat", "sequencer", "witness")
    return next((word for word in known if word in words), "another")
