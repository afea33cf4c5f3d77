"""A connection to the database that answered a moment ago is not asked again whether it lives."""

import threading
import time
from collections.abc import Callable
from typing import Final

from django.db import connection
from django.http import HttpRequest, HttpResponseBase

TRUSTED_S: Final = 1.0


class Connections:
    """Asks each thread's connection at most once a second: a question less in nearly every request.

    After an error Django asks in any case, and connects anew where nobody answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._asked = threading.local()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        trusted = time.monotonic() < getattr(self._asked, "until", 0.0)
        if trusted:
            connection.health_check_done = True  # type: ignore[attr-defined]
        response = self.get_response(request)
        # Only an answer extends it: a request that needs no database says nothing of it.
        if not trusted and connection.health_check_done:  # type: ignore[attr-defined]
            self._asked.until = time.monotonic() + TRUSTED_S
        return response
