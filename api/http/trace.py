"""Gives each request its trace id and the one moment at which all of it happens."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponseBase

log = logging.getLogger(__name__)

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}\Z")

Answer = Callable[[HttpRequest], HttpResponseBase]


def now() -> datetime:
    """The clock of the edge: read once a request."""
    return datetime.now(UTC)


class Trace:
    """Sets `request.trace_id` and `request.at`, and logs one line an answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        request.trace_id = _trace_id(request)  # type: ignore[attr-defined]
        request.at = now()  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Trace-Id"] = request.trace_id  # type: ignore[attr-defined]
        log.info("answered", extra=_outcome(request, response, time.perf_counter() - begun))
        return response


def _trace_id(request: HttpRequest) -> str:
    given = _TRACEPARENT.match(request.headers.get("traceparent", ""))
    return given[1] if given and given[1].strip("0") else secrets.token_hex(16)


def _outcome(request: HttpRequest, response: HttpResponseBase, seconds: float) -> dict[str, object]:
    # The path is cut and escaped: it comes from outside and may carry line breaks.
    return {
        "method": request.method,
        "path": ascii(request.path[:200]),
        "status": response.status_code,
        "milliseconds": round(seconds * 1000),
        "trace_id": request.trace_id,  # type: ignore[attr-defined]
    }
