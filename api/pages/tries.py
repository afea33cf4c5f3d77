"""Holds what anybody may try to a rate: for one person from one place, and for the place."""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.utils.translation import gettext as _

from api.http.throttles import Buckets, place_of
from api.pages.answers import Wrong


class Tries:
    """So many at once, then one every so many seconds; a place has six times as many."""

    def __init__(self, *, burst: int, every_s: float) -> None:
        self._buckets = Buckets()
        self._burst, self._rate = burst, 1 / every_s

    def wait(self, request: HttpRequest, name: str = "") -> int:
        """Take one try; 0, or the whole seconds until there is one again."""
        place, now = place_of(request), time.monotonic()
        waits = (
            self._buckets.take(
                f"{place} {name.strip().lower()[:254]}",
                rate=self._rate, burst=self._burst, now=now,
            ),
            self._buckets.take(place, rate=6 * self._rate, burst=6 * self._burst, now=now),
        )  # fmt: skip
        return int(max(waits) + 0.999)


def too_many(wait: int) -> Wrong:
    """What the page says of it."""
    return Wrong(_("Too many tries. Wait {wait} seconds, then try again.").format(wait=wait))
