"""Lets the scripts of any site read an answer: what stands on labels is for everybody (CORS)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils.cache import patch_vary_headers

from api.http.errors import with_headers
from passport.rules.errors import Refusal

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

METHODS: Final = ("GET", "HEAD", "OPTIONS")
# No answer is given for a cookie of the reader's: a browser hands none of those to another site.
_OPEN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link",
}
_ASKED_BEFORE: Final = _OPEN | {
    "Allow": ", ".join(METHODS),
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def open_to_all(view: View) -> View:
    """Answer GET and HEAD to any site, refusals too, and say so to OPTIONS."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=_ASKED_BEFORE, content_type="text/plain")
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS, headers=_OPEN)
        try:
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            with_headers(refusal, getattr(refusal, "headers", {}) | _OPEN)
            raise
        for name, value in _OPEN.items():
            response.headers.setdefault(name, value)
        patch_vary_headers(response, ["Accept"])
        return response

    return answered  # type: ignore[return-value]
