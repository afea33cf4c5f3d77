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

from passport.rules.errors import NotAllowed

COOKIE: Final = "yard"
# From which seat records come: those of another person or party are not taken in this one's name.
HEADER: Final = "X-Yard-Seat"
_DAYS_S: Final = 30 * 24 * 60 * 60


class AnotherSeat(NotAllowed):
    """At the seat from which records come somebody else sits now, or the same for another party."""

    code = "another-seat"
    title = "Somebody else sits here"


def check(*, told: str, seat: str) -> None:
    """What was noted at one seat is not taken at another. Refuses AnotherSeat."""
    if told and told != seat:
        raise AnotherSeat(
            "these records were noted for another person or party",
            remedy="ask who sits here now, and send them once their own side is back",
        )


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
