"""What a browser sees when a form came without its token."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

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
