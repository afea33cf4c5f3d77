"""The front page: what this is, where to look a battery up, and how far the log has come."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api.pages.answers import Wrong, wrong_of
from passport.queries import alias, log
from passport.rules import identity
from passport.rules.errors import NotFound, Refusal
from passport.rules.gs1 import LENIENT
from passport.rules.identity import NotAnIdentity


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the front page; with `?q=` look up what a label or a scanner said."""
    asked = request.GET.get("q", "").strip()
    wrong: tuple[Wrong, ...] = ()
    if asked:
        try:
            return HttpResponseRedirect(path_of(asked))
        except Refusal as refusal:
            wrong = (wrong_of(refusal),)
    return render(
        request,
        "front.html",
        {"asked": asked, "refusals": wrong, "newest": log.newest()},
        status=400 if wrong else 200,
    )


def path_of(text: str) -> str:
    """The address on this service of the battery that a label names.

    What is no identity may be another public name. Refuses as identity.parse.
    """
    try:
        return identity.path_here(identity.parse(text, reading=LENIENT))
    except NotAnIdentity:
        try:
            known = alias.public_identity(text=text)
        except NotFound:
            known = ""
        if not known:
            raise
    return identity.path_here(identity.parse(known))
