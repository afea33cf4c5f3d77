"""The page of a model: what all batteries of a GTIN share, and nothing of any one of them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language

from api.pages.passport import groups_of
from passport.queries.public_model import PublicModels


def show(request: HttpRequest, found: PublicModels) -> HttpResponse:
    """Show the models of a GTIN; a reader who has the page gets 304."""
    own = request.user.is_authenticated
    tag = f'"{found.etag.strip(chr(34))}-{settings.PASSPORT_REVISION}-{get_language()}"'
    response: HttpResponse
    if not own and request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        told = [(model, groups_of(model.points)) for model in found.models]
        response = render(request, "model.html", {"found": found, "told": told})
    if not own:
        response["ETag"] = tag
    # It names a reader who has signed in: no cache but his own keeps it.
    patch_cache_control(response, no_cache=True, **({"private": True} if own else {}))
    return response
