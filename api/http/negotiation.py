"""One address, several faces: a page for a browser, data or links for a machine."""

from typing import Any

from django.http import HttpRequest
from rest_framework.negotiation import BaseContentNegotiation

_PAGE = "text/html"
_DATA = "application/json"
_LINKSET = "application/linkset+json"
_FORMS = [_PAGE, _DATA, "application/ld+json", _LINKSET]
_ASKED = {"json": False, "html": True}


def wants_page(request: HttpRequest) -> bool:
    """Whether the caller would rather have a page than data; `?format=` wins over `Accept`."""
    asked = _ASKED.get(request.GET.get("format", ""))
    if asked is not None:
        return asked
    if request.GET.get("linkType") in ("linkset", "all"):
        return False
    if _PAGE not in request.headers.get("Accept", ""):
        # "*/*" from a script is no wish for a page.
        return False
    return request.get_preferred_type(_FORMS) == _PAGE


def wants_linkset(request: HttpRequest) -> bool:
    """Whether the caller would rather have the links of a name than what they lead to."""
    if _LINKSET not in request.headers.get("Accept", ""):
        # "*/*" is no wish for links.
        return False
    return request.get_preferred_type([_LINKSET, *_FORMS]) == _LINKSET


def names_form(request: HttpRequest) -> bool:
    """Whether the address itself says in which form it is answered: it leads nowhere further."""
    return request.GET.get("format", "") in _ASKED


class OneForm(BaseContentNegotiation):
    """Each address of the API has one form; what else a caller would accept changes nothing."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type
