"""Names that look drawn by lot and are the same in every telling: serials and event ids."""

import hashlib
import uuid
from datetime import datetime

SEED = "the demo story, first edition"
_STEM = "https://id.gs1.org"
# Crockford's alphabet: nothing in it is read as something else.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def serial(*what: object) -> str:
    """Ten letters that tell nothing of how many were made."""
    number = int.from_bytes(_digest("serial", *what)[:7])
    return "".join(_LETTERS[(number >> 5 * place) & 31] for place in range(10))


def identity(gtin: str, *what: object) -> str:
    """The canonical Digital Link of one battery."""
    return f"{_STEM}/01/{gtin}/21/{serial(gtin, *what)}"


def event_id(moment: datetime, *what: object) -> uuid.UUID:
    """A UUIDv7 of that moment: re-telling the story sends the same one."""
    millis = int(moment.timestamp() * 1000)
    drawn = int.from_bytes(_digest("event", *what)[:10])
    value = (millis & (2**48 - 1)) << 80 | 0x7 << 76 | ((drawn >> 62) & 0xFFF) << 64
    return uuid.UUID(int=value | 0b10 << 62 | drawn & (2**62 - 1))


def chance(*what: object) -> int:
    """A seed for drawing numbers that belong to this."""
    return int.from_bytes(_digest("chance", *what)[:8])


def _digest(*what: object) -> bytes:
    return hashlib.sha256("\n".join(map(str, (SEED, *what))).encode()).digest()
