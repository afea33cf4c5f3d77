"""Notes that a label was read, behind the answer: nothing of who read it, little of where.

The views of labels say what was read (`read()`); this middleware notes it when the answer is made,
also when the answer is that nobody knows such a battery. A busy process keeps its notes together
and writes them once a second in one statement; what lies between is bounded, and may be lost.
"""

import logging
import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponseBase

from api.http.throttles import Buckets, place_of
from passport.actions import scan as scans
from passport.actions.scan import DATA, PAGE, Seen
from passport.rules.alarm import coarse
from passport.rules.errors import Refusal

__all__ = ["DATA", "NOTEBOOK", "PAGE", "Notebook", "Scans", "read", "unread"]

log = logging.getLogger(__name__)
EVERY_S: Final = 1.0
MOST_KEPT: Final = 5_000
# Names that nobody has registered, from one place: a counterfeiter's labels are read one by one.
UNKNOWN_PER_S: Final = 0.2
UNKNOWN_AT_ONCE: Final = 60
_UNKNOWN: Final = Buckets()
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
# What proxies say for an address without a country, or of a network that hides it.
_NOWHERE = {"XX", "ZZ", "T1"}


class Notebook:
    """What a process has noted and not written yet."""

    def __init__(self, *, every_s: float = EVERY_S) -> None:
        self.every_s = every_s
        self.dropped = 0
        self._notes: deque[Seen] = deque()
        self._lock = threading.Lock()
        self._written = float("-inf")

    def note(self, seen: Seen) -> None:
        """Keep a note; write all of them if the last writing lies back long enough."""
        with self._lock:
            if len(self._notes) >= MOST_KEPT:
                self.dropped += 1
            else:
                self._notes.append(seen)
            due = time.monotonic() - self._written >= self.every_s
            if not due:
                return
            self._written = time.monotonic()
            notes, dropped = list(self._notes), self.dropped
            self._notes.clear()
            self.dropped = 0
        self._write(notes, dropped)

    def _write(self, notes: list[Seen], dropped: int) -> None:
        if dropped:
            log.warning("scans dropped", extra={"scans": dropped})
        try:
            scans.record(seen=notes)
        except (DatabaseError, psycopg.Error) as error:
            # The reader has the page already; a note is not worth a word to him.
            log.warning("scans lost", extra={"scans": len(notes), "error": str(error)[:200]})


NOTEBOOK: Final = Notebook()


def read(
    request: HttpRequest, *, identity: str, kind: str, battery_id: uuid.UUID | None = None
) -> None:
    """Say that a request has read a label, to be noted with its answer."""
    request.scanned = (identity, kind, battery_id)  # type: ignore[attr-defined]


def unread(request: HttpRequest) -> None:
    """Say that what a request was answered is of no label: nothing is noted."""
    request.scanned = None  # type: ignore[attr-defined]


class Scans:
    """Notes what a view has said that was read, after the request's transaction has ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        scanned = getattr(request, "scanned", None)
        if scanned is not None and request.method == "GET" and not _made_up(request, response):
            NOTEBOOK.note(_seen(request, *scanned))
        return response


def _made_up(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this is one of many names from one place that nobody has registered."""
    if response.status_code != 404:
        return False
    wait = _UNKNOWN.take(
        place_of(request), rate=UNKNOWN_PER_S, burst=UNKNOWN_AT_ONCE, now=time.monotonic()
    )
    return bool(wait)


def _seen(request: HttpRequest, identity: str, kind: str, battery_id: uuid.UUID | None) -> Seen:
    at: Any = request.at  # type: ignore[attr-defined]
    return Seen(identity, battery_id, kind, at, _country(request), _place(request))


def _country(request: HttpRequest) -> str:
    """Where the operator's proxy says that the reader is; believed only behind such a proxy."""
    name = settings.PASSPORT_COUNTRY_HEADER if settings.PASSPORT_BEHIND_PROXY else ""
    given = request.headers.get(name, "").upper() if name else ""
    return given if _COUNTRY.match(given) and given not in _NOWHERE else ""


def _place(request: HttpRequest) -> tuple[str, str] | None:
    """Where the reader says that it is; what cannot be read is nowhere, since a page was asked."""
    try:
        return coarse(text=request.GET.get("place", ""))
    except Refusal:
        return None
