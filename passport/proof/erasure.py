"""What the service logs when it erases content on lawful demand: the fact stays."""

from dataclasses import dataclass

from passport.proof import canonical, integrity
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadErasure
from passport.proof.vocabulary import SALT_BYTES

FORMAT = "batterypassport/erasure/v1"
KIND = "erasure"
MAX_BYTES = 4096
MAX_REASON = 300
_TERMS = {"format", "digest", "reason", "at", "salt"}


@dataclass(frozen=True)
class Erasure:
    """The document of an erasure: which digest, why, when; ``battery`` if it was about one."""

    digest: bytes
    reason: str
    at: str
    salt: bytes
    battery: str | None = None


def encode(erasure: Erasure) -> bytes:
    """Return the bytes that the log takes; refuses what decode() would refuse."""
    value: dict[str, object] = {
        "format": FORMAT,
        "digest": b64u_encode(erasure.digest),
        "reason": erasure.reason,
        "at": erasure.at,
        "salt": b64u_encode(erasure.salt),
    }
    if erasure.battery is not None:
        value["battery"] = erasure.battery
    data = canonical.encode(value)
    decode(data)
    return data


def decode(data: bytes) -> Erasure:
    """Read the document of an erasure; refuses other terms, shapes and spellings."""
    value = canonical.loads(data, max_bytes=MAX_BYTES, max_depth=1)
    if not isinstance(value, dict) or value.keys() - {"battery"} != _TERMS:
        raise BadErasure("The document does not have exactly the terms of an erasure.")
    if value["format"] != FORMAT or canonical.encode(value) != data:
        raise BadErasure(f"The document is not an erasure in canonical form ({FORMAT}).")
    reason, battery = value["reason"], value.get("battery")
    if not isinstance(reason, str) or not 1 <= len(reason) <= MAX_REASON:
        raise BadErasure("The erasure gives no short reason.")
    if not isinstance(battery, str | None) or not integrity.is_moment(value["at"]):
        raise BadErasure("The erasure names no moment in UTC, or a battery that is no text.")
    return Erasure(
        digest=b64u_decode(value["digest"], size=32),
        reason=reason,
        at=value["at"],
        salt=b64u_decode(value["salt"], size=SALT_BYTES),
        battery=battery,
    )
