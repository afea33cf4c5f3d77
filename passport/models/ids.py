"""Row ids: UUIDv7 (RFC 9562 §5.7), so that keys grow with time and can be made anywhere."""

import os
import time
import uuid


def new_id() -> uuid.UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (millis & (2**48 - 1)) << 80
    value |= 0x7 << 76
    value |= ((random >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & (2**62 - 1)
    return uuid.UUID(int=value)


def new_salt() -> bytes:
    """128 random bits, so that a digest of something guessable cannot be guessed."""
    return os.urandom(16)
