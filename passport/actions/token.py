"""Tokens of links, sittings and receipts: 256 random bits, kept as their SHA-256 only."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Issued:
    """A link that was made: its token, shown once, or none when the worker mails it."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Token:
    """256 random bits, and what is kept of them: they need no slow hash."""

    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        """The SHA-256 under which the database looks it up."""
        return hashlib.sha256(self.text.encode()).digest()


def new_token() -> Token:
    """A fresh token, safe in an address."""
    return Token(secrets.token_urlsafe(32))
