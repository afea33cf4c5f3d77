"""Leads a reader on to the address at which this service answers for an identity."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from passport.rules import identity
from passport.rules.errors import Malformed
from passport.rules.identity import Identity

LINKSET: Final = "application/linkset+json"
# What the servers on the way hold in one header.
LONGEST: Final = 8_000


class TooLongToFollow(Malformed):
    """All parameters of a request are passed on, as far as an address can hold them."""

    code = "too-long-to-follow"
    title = "The address has too many parameters"


def onwards(request: HttpRequest, canonical: str) -> HttpResponse:
    """To the address here of this identity, with all parameters of the request (307)."""
    named = identity.parse_any(canonical)
    response = led(request, identity.path_here(named))
    response["Link"] = linkset_of(named)
    return response


def led(request: HttpRequest, address: str) -> HttpResponse:
    """To an address of this service, with all parameters of the request before its own (307).

    It names no host, so that none that a request has made up is followed. Refuses TooLongToFollow.
    """
    path, _, own = address.partition("?")
    query = "&".join(each for each in (request.META.get("QUERY_STRING", ""), own) if each)
    whole = path + (f"?{query}" if query else "")
    if len(whole) > LONGEST:
        raise TooLongToFollow(
            f"with all parameters the next address has {len(whole)} characters",
            remedy=f"leave parameters out: {LONGEST} characters are followed",
        )
    response = HttpResponseRedirect(whole)
    response.status_code = 307
    return response


def linkset_of(named: Identity) -> str:
    """The Link header that says where all links of an identity stand (RFC 9264)."""
    return f'<{identity.path_here(named)}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'
