"""Leads a reader on to the address at which this service answers for an identity."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from passport.rules import identity


def onwards(request: HttpRequest, canonical: str) -> HttpResponse:
    """To the address here of this identity, with all parameters of the request (307)."""
    query = request.META.get("QUERY_STRING", "")
    address = identity.path_here(identity.parse(canonical))
    response = HttpResponseRedirect(address + (f"?{query}" if query else ""))
    response.status_code = 307
    return response
