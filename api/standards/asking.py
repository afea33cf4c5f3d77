"""What a request wants of a name: the name itself, all its links, or one of a kind."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse

from api.http.negotiation import names_form, wants_linkset
from api.http.onwards import led, linkset_of
from api.standards.linkset import Level, best
from passport.rules import resolving
from passport.rules.identity import Identity
from passport.rules.resolving import DEFAULT, LINKSET, NoSuchLink

Face = Callable[..., HttpResponse]


def wish(request: HttpRequest, *, own: str) -> str:
    """DEFAULT, LINKSET, or the kind of link that is asked for; of kind `own` is what stands here.

    A form in the address ends the search: it is where a wish for that kind has led.
    Refuses AskedTwice.
    """
    kind = resolving.wanted(request.GET.getlist("linkType"))
    if names_form(request):
        return DEFAULT if kind == own else kind
    if not request.GET.get("linkType") and wants_linkset(request):
        return LINKSET
    return kind


def lead(request: HttpRequest, levels: Sequence[Level], kind: str) -> HttpResponse:
    """To the link of a kind (307). Refuses NoSuchLink."""
    link = best(levels=levels, kind=kind, request=request)
    if link is None:
        known = ", ".join(dict.fromkeys(each.kind for level in levels for each in level.links))
        raise NoSuchLink(
            f'there is no link of the type "{kind[:80]}"',
            remedy=f"ask for one of {known}, or for linkType=linkset",
        )
    return led(request, link.address)


def pointed(response: HttpResponse, named: Identity) -> HttpResponse:
    """The answer, with a word of where all links of the name stand, beside what it says already."""
    if 'rel="linkset"' not in response.get("Link", ""):
        links = (linkset_of(named), response.get("Link", ""))
        response["Link"] = ", ".join(each for each in links if each)
    return response
