"""Work that may take too long, or all memory, done in a process of its own that can be killed."""

import os
import pickle
import selectors
import signal
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
_TELL_S = 2.0
_CHUNK = 1 << 20


def within(
    seconds: float, work: Callable[[], Found], *, meanwhile: Callable[[], None]
) -> Found | None:
    """What the work gives; None where it was killed after so long, or died.

    `meanwhile` is called now and then; where it raises, the work is killed and the error goes on.
    The work neither asks the database nor writes anything: it is a fork that only computes.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _work(work, reading=reading, writing=writing)
    os.close(writing)
    try:
        said = _listen(reading, until=time.monotonic() + seconds, meanwhile=meanwhile)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    # Our own fork wrote it: what is unpickled here came from nowhere else.
    return pickle.loads(said) if said else None  # noqa: S301


def _work(work: Callable[[], object], *, reading: int, writing: int) -> None:
    """In the child: compute, tell, and end without any of the parent's farewells."""
    try:
        os.close(reading)
        with os.fdopen(writing, "wb") as file:
            file.write(pickle.dumps(work()))
    finally:
        os._exit(0)


def _listen(reading: int, *, until: float, meanwhile: Callable[[], None]) -> bytes:
    parts: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        while time.monotonic() < until:
            if not selector.select(min(_TELL_S, max(0.0, until - time.monotonic()))):
                meanwhile()
                continue
            part = os.read(reading, _CHUNK)
            if not part:
                return b"".join(parts)
            parts.append(part)
    return b""
