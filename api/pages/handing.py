"""A link that was just made: shown this once to be handed over, or on its way by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from passport.actions.token import Issued


@dataclass(frozen=True)
class Handed:
    """What the page says of it; `address` is empty when the worker mails it."""

    to: str
    address: str
    expires_at: datetime


def handed(made: Issued, *, to: str) -> Handed:
    """For whom it is, and the address that lets this one in."""
    address = f"{settings.PASSPORT_PUBLIC_URL}/link?token={made.token}" if made.token else ""
    return Handed(to=to, address=address, expires_at=made.expires_at)
