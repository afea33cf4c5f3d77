"""One address, two faces: a page for a browser, data for a machine."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.negotiation import BaseContentNegotiation

View = Callable[..., HttpResponseBase]

_PAGE = "text/html"
_DATA = "application/json"
_ASKED = {"json": False, "html": True}


def wants_page(request: HttpRequest) -> bool:
    """Whether the caller would rather have a page than data; `?format=` wins over `Accept`."""
    asked = _ASKED.get(request.GET.get("format", ""))
    if asked is not None:
        return asked
    if request.GET.get("linkType") == "linkset":
        return False
    if _PAGE not in request.headers.get("Accept", ""):
        # "*/*" from a script is no wish for a page.
        return False
    return request.get_preferred_type([_PAGE, _DATA, "application/ld+json"]) == _PAGE


class OneForm(BaseContentNegotiation):
    """Each address of the API has one form; what else a caller would accept changes nothing."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


def by_accept(*, page: View, data: View) -> View:
    """Return one view that gives a browser its page and a machine its data."""

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        chosen = page if wants_page(request) else data
        response = chosen(request, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        return response

    view.faces = (page, data)  # type: ignore[attr-defined]
    return view
