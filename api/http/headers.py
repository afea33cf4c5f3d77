"""The headers that every answer carries so that a browser does nothing that was not meant."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from api.http.problems import MACHINES

PAGE_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# The page that checks bundles, and the script that it runs beside itself: what they are given to
# read cannot be sent anywhere, not even to us.
SEALED_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'none'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
DATA_POLICY: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"

# A script that runs as a worker is held by the policy that it came with, not by its page's.
_POLICIES: Final = {"text/html": PAGE_POLICY, "text/javascript": SEALED_POLICY}

_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}


class SecurityHeaders:
    """Adds the headers; a view that set a stricter one of its own keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith(MACHINES):
            # What a party reads is its own: no cache on the way keeps it; with a tag, a caller may.
            kept = "private, no-cache" if "ETag" in response.headers else "no-store"
            response.headers.setdefault("Cache-Control", kept)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        response.headers.setdefault("Content-Security-Policy", _POLICIES.get(kind, DATA_POLICY))
        return response
