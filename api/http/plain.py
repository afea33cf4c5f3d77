"""Turns away what no text of ours holds: NUL, which PostgreSQL cannot keep."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from api.http.errors import answer
from api.http.problems import MACHINES
from passport.rules.errors import Malformed

_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class HoldsNul(Malformed):
    """Text that holds a NUL character is no text."""

    code = "nul"
    title = "The request holds a character that no text has"


class RefuseNul:
    """Refuses a request whose address or form holds NUL, before any view asks the database.

    A form is looked at when its weight and its token are found to be right.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _refusal(request, _of_address(request)) or self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        return _refusal(request, _of_form(request))


def _refusal(request: HttpRequest, texts: Iterator[tuple[str, str]]) -> HttpResponse | None:
    where = next((name for name, text in texts if "\x00" in text), None)
    if where is None:
        return None
    refusal = HoldsNul(f"{where} holds a NUL character", remedy="leave the character out")
    return answer(refusal, request)


def _of_address(request: HttpRequest) -> Iterator[tuple[str, str]]:
    yield "the address", request.path
    for name, values in request.GET.lists():
        yield "the address", name + "".join(values)


def _of_form(request: HttpRequest) -> Iterator[tuple[str, str]]:
    # The API reads its bodies itself, within its own limits.
    if request.content_type in _FORMS and not request.path.startswith(MACHINES):
        for name, values in request.POST.lists():
            yield f"the field {name[:40]!a}", name + "".join(values)
