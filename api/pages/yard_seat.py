"""Who sits at the yard of this browser, without a name, so that a page without a network knows.

The cookie lets nobody in. Whoever signs out, or acts for another party, loses it, and with it what
the browser has kept for the time without a network.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.crypto import salted_hmac

COOKIE: Final = "yard"
_DAYS_S: Final = 30 * 24 * 60 * 60


def seat_of(*, person_id: uuid.UUID, party_id: uuid.UUID) -> str:
    """The name of a seat: one person, acting for one party."""
    return salted_hmac("yard seat", f"{person_id} {party_id}").hexdigest()[:32]


def sit_down(response: HttpResponseBase, seat: str) -> None:
    """Leave word of who sits here, for longer than a session: it only says whose the cache is."""
    response.set_cookie(
        COOKIE,
        seat,
        max_age=_DAYS_S,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=False,
    )


def leave(response: HttpResponseBase) -> None:
    """Nobody sits here any more."""
    response.delete_cookie(COOKIE, samesite="Lax")
