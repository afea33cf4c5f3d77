"""How heavy a form may be: what is heavier is refused before a byte of it is read.

Django keeps the files of a form on the disk for whoever sends them, before any view is asked; in a
container that disk is memory. The addresses of the API read their bodies themselves (`bodies`).
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from api.http.problems import MACHINES, Problem, respond

# What surrounds files in a form: its other fields, and the words that part them.
_AROUND: Final = 1 << 20
_MIB: Final = 1 << 20

View = TypeVar("View", bound=Callable[..., Any])


def brings(most: Callable[[], int], *, anybody: bool = False) -> Callable[[View], View]:
    """Let a view take forms whose files have `most()` bytes in all; `anybody`, without a sign-in.

    All other forms have DATA_UPLOAD_MAX_MEMORY_SIZE, with their files.
    """

    def marked(view: View) -> View:
        view.brings = most  # type: ignore[attr-defined]
        view.brings_from_anybody = anybody  # type: ignore[attr-defined]
        return view

    return marked


class Weights:
    """Refuses (413) by its announced length a body that is too heavy for its view.

    Stands before the middleware that looks for a token in the form. A body without an announced
    length is read as empty.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        usual = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        announced = _announced(request)
        if announced <= usual or request.path.startswith(MACHINES):
            return None
        most = _most(request, view, usual)
        if announced <= most:
            return None
        detail = f"What was sent is larger than the {most / _MIB:.0f} MiB that are read here."
        return respond(Problem(413, "too-large", "Too large", detail), request)


def _most(request: HttpRequest, view: Any, usual: int) -> int:
    most = getattr(view, "brings", None)
    if most is None:
        return usual
    if not (view.brings_from_anybody or request.user.is_authenticated):
        return usual
    return max(usual, int(most()) + _AROUND)


def _announced(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH", ""))
    return int(text[:18]) if text.isascii() and text.isdecimal() else 0
