"""The shape of every refusal on the wire: RFC 9457 problem details."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist

from api.http.negotiation import wants_page
from api.http.places import line_of

MEDIA_TYPE = "application/problem+json"
# Where machines alone ask: no answer there is a page, and bodies are read by the views themselves.
MACHINES = ("/api/", "/epcis/")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where (JSON pointer, line), what, and what to do about it."""

    code: str
    detail: str
    pointer: str = ""
    remedy: str = ""
    line: int | None = None

    def on_wire(self, document: bytes | None) -> dict[str, Any]:
        line = self.line
        if line is None and document is not None and self.pointer:
            line = line_of(document, self.pointer)
        known = {"pointer": self.pointer, "remedy": self.remedy, "line": line}
        return {"code": self.code, "detail": self.detail} | {k: v for k, v in known.items() if v}


@dataclass(frozen=True)
class Problem:
    """A refusal, ready to be written."""

    status: int
    code: str
    title: str
    detail: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    # Its name where it is another standard's; else it is of our own catalogue.
    type: str = ""

    def on_wire(self, request: HttpRequest) -> dict[str, Any]:
        document = getattr(request, "document", None)
        body: dict[str, Any] = {
            "type": self.type or f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": request.path,
            "trace_id": getattr(request, "trace_id", ""),
        }
        if self.faults:
            body["errors"] = [fault.on_wire(document) for fault in self.faults]
        return body


def respond(problem: Problem, request: HttpRequest) -> HttpResponse:
    """Write a problem: as a page for a browser that asked for a page, else as JSON."""
    body = problem.on_wire(request)
    if wants_page(request) and not request.path.startswith(MACHINES):
        response = _page(request, body)
    else:
        response = JsonResponse(body, content_type=MEDIA_TYPE)
    response.status_code = problem.status
    for name, value in problem.headers.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    try:
        return render(request, "problem.html", {"problem": body})
    except TemplateDoesNotExist:
        return JsonResponse(body, content_type=MEDIA_TYPE)
