"""Turns whatever was raised into one problem document; a stack trace never leaves the house."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import psycopg
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import Error as DatabaseError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from rest_framework import exceptions as drf
from rest_framework.views import set_rollback

from api.http import database
from api.http.problems import Fault, Problem, respond
from passport.proof.errors import NotStrictJson, ProofError
from passport.rules.errors import Conflict, Malformed, NotAllowed, NotFound, Refusal, Several

FAMILIES: Final = (
    (Malformed, 400),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (NotStrictJson, 400),
)
NOT_FOUND: Final = Problem(404, "not-found", "Not found", "There is nothing here that you may see.")
PLAIN: Final[dict[int, tuple[str, str]]] = {
    400: ("bad-request", "The request cannot be read"),
    401: ("not-authenticated", "A key is needed"),
    403: ("not-allowed", "Not allowed"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "The address does not take this method"),
    406: ("not-acceptable", "Not to be had in that form"),
    413: ("too-large", "Too large"),
    415: ("unsupported-media-type", "Not in a form that is read here"),
    429: ("too-many-requests", "Too many requests"),
    500: ("our-fault", "The fault is ours"),
}

# What a view says beside a method that it does not take.
_KEPT: Final = ("Allow", "Access-Control-Allow-Origin")


class ShapeRefused(Exception):
    """A document with the wrong fields, or with wrong things in them."""

    title = "The document has the wrong shape"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def problem_of(error: BaseException) -> Problem | None:
    """Return the problem that tells a caller of this error, or None when it is a fault of ours."""
    if isinstance(error, ShapeRefused):
        return _of_shape(error)
    if isinstance(error, Refusal):
        return _of_refusal(error)
    if isinstance(error, ProofError):
        return _of_proof(error)
    if isinstance(error, drf.APIException):
        return _of_framework(error)
    if isinstance(error, (DatabaseError, psycopg.Error)):
        return database.problem_of(error)
    return _of_django(error)


def status_of(kind: type[Refusal] | type[ProofError]) -> int:
    """Return the status with which a kind of refusal is answered."""
    return next((status for family, status in FAMILIES if issubclass(kind, family)), 422)


def problem(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer for an error inside an API view; the request's transaction is rolled back."""
    request = context["request"]._request
    told = problem_of(error)
    if told is None:
        return None
    set_rollback()
    return respond(told, request)


def with_headers(refusal: Refusal, headers: Mapping[str, str]) -> Refusal:
    """The refusal, answered with these headers too."""
    refusal.headers = headers  # type: ignore[attr-defined]
    return refusal


def answer(refusal: Refusal, request: HttpRequest) -> HttpResponse:
    """Answer for a refusal before any view was asked."""
    return respond(_of_refusal(refusal), request)


class Problems:
    """Answers for errors of views outside the API framework, after their transaction ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            allowed = response["Allow"]
            kept = {name: said for name, said in response.items() if name in _KEPT}
            return respond(_plain(405, f"This address takes {allowed}.", kept), request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        told = problem_of(error)
        return None if told is None else respond(told, request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(_plain(400, "The request is malformed."), request)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(_plain(403, "You may not do this."), request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return respond(NOT_FOUND, request)


def our_fault(request: HttpRequest) -> HttpResponse:
    detail = "Something broke here; nothing was changed. Quote the trace id when you report it."
    return respond(_plain(500, detail), request)


def _plain(status: int, detail: str, headers: dict[str, str] | None = None) -> Problem:
    code, title = PLAIN.get(status, PLAIN[400])
    return Problem(status, code, title, detail, headers=headers or {})


def _of_shape(error: ShapeRefused) -> Problem:
    count = len(error.faults)
    detail = error.faults[0].detail if count == 1 else f"{count} fields are not as they must be."
    return Problem(400, "wrong-shape", error.title, detail, error.faults)


def _of_refusal(error: Refusal) -> Problem:
    status = status_of(type(error))
    each = error.each if isinstance(error, Several) else (error,)
    faults = tuple(Fault(one.code, one.detail, one.pointer, one.remedy) for one in each)
    headers = getattr(error, "headers", {})
    return Problem(status, error.code, error.title, error.detail, faults, headers)


def _of_proof(error: ProofError) -> Problem:
    status = status_of(type(error))
    line = getattr(error, "line", None)
    fault = Fault(error.code, error.detail, error.pointer, error.remedy, line)
    return Problem(status, error.code, error.title, error.detail, (fault,))


def _of_framework(error: drf.APIException) -> Problem:
    headers = dict(getattr(error, "headers", {}))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return _plain(error.status_code, " ".join(_words(error.detail)), headers)


def _of_django(error: BaseException) -> Problem | None:
    if isinstance(error, Http404):
        return NOT_FOUND
    if isinstance(error, PermissionDenied):
        return _plain(403, "You may not do this.")
    if isinstance(error, RequestDataTooBig):
        return _plain(413, "The body is larger than is read here.")
    if isinstance(error, (BadRequest, SuspiciousOperation)):
        return _plain(400, "The request is malformed.")
    return None


def _words(detail: Any) -> Iterator[str]:
    if isinstance(detail, dict):
        detail = list(detail.values())
    if isinstance(detail, list):
        for each in detail:
            yield from _words(each)
    else:
        yield str(detail)
