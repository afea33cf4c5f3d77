"""Versions of what is read: a strong ETag, and 304 for a caller that has it already."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response


def unless_known(request: HttpRequest, response: HttpResponse, *, tag: str) -> HttpResponse:
    """Give an answer its tag; the answer is 304 when the caller named that very tag."""
    etag = f'"{tag}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
