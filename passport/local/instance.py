"""One instance a clone: the lock that it holds, and what it tells later commands about itself."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from passport.local import layout as layouts
from passport.local.layout import Layout
from passport.local.trouble import Trouble


@contextmanager
def hold(layout: Layout, what: str) -> Iterator[None]:
    """Holds the lock; refuses when another instance holds it. The kernel frees it when we die."""
    layouts.own_folder(layout.home, 0o711)
    handle = os.open(layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 200, 0).decode("utf-8", "replace").strip()
            raise Trouble(
                f"Another instance is running here ({holder or 'unknown'}).",
                "Stop it with Ctrl-C, or work in another clone.",
            ) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, {what}".encode(), 0)
        yield
    finally:
        os.close(handle)


def announce(layout: Layout, environment: Mapping[str, str]) -> None:
    """Leaves the environment by which later commands reach this instance, for our eyes only."""
    draft = _note(layout).with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"process": os.getpid(), "environment": dict(environment)}))
    draft.replace(_note(layout))


def withdraw(layout: Layout) -> None:
    """The instance no longer answers."""
    _note(layout).unlink(missing_ok=True)


def announced(layout: Layout) -> dict[str, str] | None:
    """The environment of the instance that runs here, None when there is none."""
    try:
        note = json.loads(_note(layout).read_text())
        os.kill(int(note["process"]), 0)
    except (OSError, ValueError, KeyError):
        # Nobody runs, or somebody was killed and left the note behind.
        return None
    found: dict[str, str] = note["environment"]
    return found


def _note(layout: Layout) -> Path:
    return layout.home / "instance.json"
