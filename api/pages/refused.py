"""What a browser sees when a form came without its token, or when everything broke."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import get_template

from api.http.errors import our_fault
from api.http.negotiation import wants_page
from api.http.problems import Problem, respond


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a form that was open too long, or that another site sent."""
    problem = Problem(
        403,
        "form-expired",
        "This form is no longer valid",
        "It was open for too long, or cookies are off. Nothing was changed. "
        "Go back, reload the page and send it again.",
    )
    return respond(problem, request)


def broke(request: HttpRequest) -> HttpResponse:
    """Answer without looking at anything: session and database may be what broke."""
    if wants_page(request) and not request.path.startswith("/api/"):
        return HttpResponseServerError(get_template("500.html").render())
    return our_fault(request)
