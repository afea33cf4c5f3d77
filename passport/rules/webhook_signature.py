"""Secrets of webhooks, and the signature under which a message goes out (Standard Webhooks 1.0.0).

The signed content is `id.timestamp.body`; the signature HMAC-SHA256 under the secret's bytes.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32
_VERSION = "v1"


def spell(secret: bytes) -> str:
    """A secret as its holder keeps it: whsec_ and base64."""
    return PREFIX + base64.b64encode(secret).decode("ascii")


def sign(*, secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of one message under one secret: v1, a comma, base64.

    `timestamp` is in seconds since 1970. The message's id holds no full stop, or two messages
    would have one content.
    """
    content = f"{message_id}.{timestamp}.".encode("ascii") + body
    mac = hmac.new(secret, content, hashlib.sha256).digest()
    return f"{_VERSION},{base64.b64encode(mac).decode('ascii')}"


def headers(
    *, secrets: Sequence[bytes], message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The three headers of a message, with a signature under each secret in force. [webhook-6]"""
    signatures = (
        sign(secret=each, message_id=message_id, timestamp=timestamp, body=body) for each in secrets
    )
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
