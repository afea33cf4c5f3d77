"""In which language a page speaks: as its reader chose, else as the browser asks, else English."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from api.http.problems import MACHINES

# What follows these is read by machines, and is English whoever asks.
_MACHINES: Final = (*MACHINES, "/log/", "/status/", "/health/", "/problems/", "/.well-known/")
_ASKED: Final = "lang"


class Languages:
    """Speaks the reader's language on pages; `?lang=` chooses it, and a cookie keeps the choice.

    Django's own middleware would also translate what it says to machines, and would leave out of
    Vary the cookie that it reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = _chosen(request)
        spoken = chosen or _spoken(request)
        with translation.override(spoken):
            request.LANGUAGE_CODE = spoken
            response = self.get_response(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if chosen and page:
            _keep(response, chosen)
        if page:
            response.headers.setdefault("Content-Language", spoken)
        if page or _of_page(request, response):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def elsewhere(request: HttpRequest, code: str) -> str:
    """The address of this page in another language; of the form that led here, after a POST."""
    query = request.GET.copy()
    query[_ASKED] = code
    if request.method in ("GET", "HEAD"):
        # Two slashes would name another site.
        return f"/{request.path.lstrip('/')}?{query.urlencode()}"
    return f"{_came_from(request)}?{_ASKED}={code}"


def _of_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this says of a page that it is unchanged: it varies as the page does."""
    return response.status_code == 304 and not request.path.startswith(_MACHINES)


def _came_from(request: HttpRequest) -> str:
    own = request.build_absolute_uri("/")
    before = request.headers.get("Referer", "")
    path = before.removeprefix(own).partition("?")[0] if before.startswith(own) else ""
    return "/" + path.lstrip("/")


def _chosen(request: HttpRequest) -> str:
    asked = "" if request.path.startswith(_MACHINES) else request.GET.get(_ASKED, "")
    return asked if asked in dict(settings.LANGUAGES) else ""


def _spoken(request: HttpRequest) -> str:
    if request.path.startswith(_MACHINES):
        return str(settings.LANGUAGE_CODE)
    return translation.get_language_from_request(request)


def _keep(response: HttpResponseBase, code: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
