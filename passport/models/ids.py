"""Row ids: UUIDv7 (RFC 9562 §5.7), so that keys grow with time and can be made anywhere."""

import os
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

_STEP_BITS = 32


@dataclass
class _Last:
    """The newest id of this process, as milliseconds and the 74 bits behind them."""

    millis: int = 0
    rest: int = 0
    pid: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


_last = _Last()


def new_id() -> uuid.UUID:
    """A fresh UUIDv7, greater than every one that this process has made before.

    48 bits of Unix milliseconds, then 74 random bits; within a millisecond, or while the clock is
    behind, a random step more than the last one (RFC 9562 §6.2, method 2). So rows that were made
    one after the other keep their order.
    """
    millis, rest = _next(time.time_ns() // 1_000_000)
    value = (millis & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= (rest >> 62) << 64
    value |= 0b10 << 62
    value |= rest & (2**62 - 1)
    return uuid.UUID(int=value)


def _next(now: int) -> tuple[int, int]:
    with _last.lock:
        # A forked process must not go on where its parent does.
        if now > _last.millis or _last.pid != os.getpid():
            _last.millis, _last.pid = now, os.getpid()
            _last.rest = int.from_bytes(os.urandom(10), "big") >> 6
        else:
            _last.rest += 1 + int.from_bytes(os.urandom(_STEP_BITS // 8), "big")
            if _last.rest >> 74:
                _last.millis, _last.rest = _last.millis + 1, _last.rest & (2**74 - 1)
        return _last.millis, _last.rest


def new_ids(count: int) -> Iterator[bytes]:
    """So many fresh ones as 16 bytes each, growing: for rows by the thousand."""
    high = os.urandom(10)
    base = new_id().int >> 62 << 62
    tail = int.from_bytes(high, "big") & (2**40 - 1)
    for number in range(count):
        yield (base | tail << 22 | number).to_bytes(16, "big")


def new_salt() -> bytes:
    """128 random bits, so that a digest of something guessable cannot be guessed."""
    return os.urandom(16)
